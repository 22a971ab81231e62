"""Mood → inflammation: depression raises inflammatory cytokines."""

from __future__ import annotations

from typing import NamedTuple

from boneloop.types import Fraction, Scalar


class Parameters(NamedTuple):
    """Drive per unit of depressive severity."""

    cytokines: Fraction


def drive(depressive_severity: Scalar, p: Parameters) -> Scalar:
    """Drive on cytokines; 0 without depression."""
    return p.cytokines * depressive_severity
