"""Stress → mood: sympathetic tone and cortisol feed depression, sympathetic tone feeds anxiety."""

from __future__ import annotations

from typing import NamedTuple

from boneloop.types import Fraction, Scalar


class Parameters(NamedTuple):
    """Drive per unit of excess norepinephrine and of excess cortisol."""

    depression_from_norepinephrine: Fraction
    depression_from_cortisol: Fraction
    anxiety_from_norepinephrine: Fraction


class Drive(NamedTuple):
    """What it adds to the two mood states."""

    depression: Scalar
    anxiety: Scalar


def drive(norepinephrine: Scalar, cortisol: Scalar, p: Parameters) -> Drive:
    """Drive on mood; both inputs are the excess over the healthy level."""
    return Drive(
        p.depression_from_norepinephrine * norepinephrine + p.depression_from_cortisol * cortisol,
        p.anxiety_from_norepinephrine * norepinephrine,
    )
