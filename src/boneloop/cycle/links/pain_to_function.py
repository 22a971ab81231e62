"""Pain → function: pain stops people moving."""

from __future__ import annotations

from typing import NamedTuple

from boneloop.types import Fraction, Scalar


class Parameters(NamedTuple):
    """Drive per unit of felt pain."""

    loss: Fraction


def drive(felt_pain: Scalar, p: Parameters) -> Scalar:
    """Drive on lost function; 0 without pain."""
    return p.loss * felt_pain
