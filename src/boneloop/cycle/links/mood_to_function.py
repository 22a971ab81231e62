"""Mood → function: depression lowers activity, then physical function and daily living."""

from __future__ import annotations

from typing import NamedTuple

from boneloop.types import Fraction, Scalar


class Parameters(NamedTuple):
    """Drive per unit of depressive severity."""

    loss: Fraction


def drive(depressive_severity: Scalar, p: Parameters) -> Scalar:
    """Drive on lost function; 0 without depression."""
    return p.loss * depressive_severity
