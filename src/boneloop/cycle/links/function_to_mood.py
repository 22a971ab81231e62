"""Function → mood: lost function brings depression and anxiety."""

from __future__ import annotations

from typing import NamedTuple

from boneloop.types import Fraction, Scalar


class Parameters(NamedTuple):
    """Drive per unit of lost function."""

    depression: Fraction
    anxiety: Fraction


class Drive(NamedTuple):
    """What it adds to the two mood states."""

    depression: Scalar
    anxiety: Scalar


def drive(loss: Scalar, p: Parameters, depression_factor: Scalar = 1) -> Drive:
    """Drive on mood; ``depression_factor`` is what a treatment leaves of the arrow to depression, 1 = all."""
    return Drive(depression_factor * p.depression * loss, p.anxiety * loss)
