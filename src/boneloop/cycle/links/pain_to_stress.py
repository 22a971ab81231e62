"""Pain → stress: pain raises sympathetic tone and cortisol."""

from __future__ import annotations

from typing import NamedTuple

from boneloop.types import Fraction, Scalar


class Parameters(NamedTuple):
    """Drive per unit of felt pain."""

    norepinephrine: Fraction
    cortisol: Fraction


class Drive(NamedTuple):
    """What it adds to the two stress states."""

    norepinephrine: Scalar
    cortisol: Scalar


def drive(felt_pain: Scalar, p: Parameters) -> Drive:
    """Drive on stress; 0 without pain."""
    return Drive(p.norepinephrine * felt_pain, p.cortisol * felt_pain)
