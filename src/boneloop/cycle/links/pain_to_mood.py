"""Pain → mood: pain brings depression and anxiety."""

from __future__ import annotations

from typing import NamedTuple

from boneloop.types import Fraction, Scalar


class Parameters(NamedTuple):
    """Drive per unit of felt pain."""

    depression: Fraction
    anxiety: Fraction


class Drive(NamedTuple):
    """What it adds to the two mood states."""

    depression: Scalar
    anxiety: Scalar


def drive(felt_pain: Scalar, p: Parameters, depression_factor: Scalar = 1, anxiety_factor: Scalar = 1) -> Drive:
    """Drive on mood; the factors are what a treatment leaves of the arrow, 1 = all."""
    return Drive(depression_factor * p.depression * felt_pain, anxiety_factor * p.anxiety * felt_pain)
