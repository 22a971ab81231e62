"""Pain → fracture: people in pain fall more."""

from __future__ import annotations

from typing import NamedTuple

from boneloop.types import Fraction, Scalar


class Parameters(NamedTuple):
    """Log of the fall rate ratio per unit of felt pain."""

    falls: Fraction


def falls_log(felt_pain: Scalar, p: Parameters) -> Scalar:
    """What it adds to the log of the fall rate."""
    return p.falls * felt_pain
