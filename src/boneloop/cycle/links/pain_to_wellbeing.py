"""Pain → wellbeing: pain takes quality of life, severe pain more than its share.

factor = 1 - weight · x_P^exponent
"""

from __future__ import annotations

from typing import NamedTuple

from boneloop.mathematics import maximum, power
from boneloop.types import Fraction, Scalar


class Parameters(NamedTuple):
    """Weight of the worst pain, and the curve."""

    weight: Fraction
    exponent: Fraction


def factor(felt_pain: Scalar, p: Parameters) -> Scalar:
    """Factor on utility, 1 without pain."""
    return 1 - p.weight * power(maximum(felt_pain, 0), p.exponent)
