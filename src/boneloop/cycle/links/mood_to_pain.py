"""Mood → pain: depression makes pain felt more strongly, and depression and anxiety sensitize."""

from __future__ import annotations

from typing import NamedTuple

from boneloop.types import Fraction, Scalar


class Parameters(NamedTuple):
    """Drive per unit of depressive severity and of anxiety."""

    felt_from_depression: Fraction
    sensitization_from_depression: Fraction
    sensitization_from_anxiety: Fraction


class Drive(NamedTuple):
    """What it adds to the two pain states."""

    felt: Scalar
    sensitization: Scalar


def drive(depressive_severity: Scalar, anxiety: Scalar, p: Parameters, felt_factor: Scalar = 1) -> Drive:
    """Drive on pain; ``felt_factor`` is what a treatment leaves of the arrow to felt pain, 1 = all."""
    return Drive(
        felt_factor * p.felt_from_depression * depressive_severity,
        p.sensitization_from_depression * depressive_severity + p.sensitization_from_anxiety * anxiety,
    )
