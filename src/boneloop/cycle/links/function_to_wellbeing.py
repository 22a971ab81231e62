"""Function → wellbeing: lost function takes quality of life.

factor = 1 - weight · l
"""

from __future__ import annotations

from typing import NamedTuple

from boneloop.types import Fraction, Scalar


class Parameters(NamedTuple):
    """Weight of total loss of function."""

    weight: Fraction


def factor(loss: Scalar, p: Parameters) -> Scalar:
    """Factor on utility, 1 with full function."""
    return 1 - p.weight * loss
