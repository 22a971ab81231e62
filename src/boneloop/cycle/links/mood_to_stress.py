"""Mood → stress: depression and anxiety raise sympathetic norepinephrine and cortisol."""

from __future__ import annotations

from typing import NamedTuple

from boneloop.types import Fraction, Scalar


class Parameters(NamedTuple):
    """Drive per unit of depressive severity and of anxiety."""

    norepinephrine_from_depression: Fraction
    norepinephrine_from_anxiety: Fraction
    cortisol_from_depression: Fraction
    cortisol_from_anxiety: Fraction


class Drive(NamedTuple):
    """What it adds to the two stress states."""

    norepinephrine: Scalar
    cortisol: Scalar


def drive(depressive_severity: Scalar, anxiety: Scalar, p: Parameters) -> Drive:
    """Drive on stress; 0 without depression and anxiety."""
    return Drive(
        p.norepinephrine_from_depression * depressive_severity + p.norepinephrine_from_anxiety * anxiety,
        p.cortisol_from_depression * depressive_severity + p.cortisol_from_anxiety * anxiety,
    )
