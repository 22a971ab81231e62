"""Mood → wellbeing: depression and anxiety take quality of life.

factor = (1 - w_D D)(1 - w_A A)
"""

from __future__ import annotations

from typing import NamedTuple

from boneloop.types import Fraction, Scalar


class Parameters(NamedTuple):
    """Weights of the worst depression and the worst anxiety."""

    depression: Fraction
    anxiety: Fraction


def factor(depressive_severity: Scalar, anxiety: Scalar, p: Parameters) -> Scalar:
    """Factor on utility, 1 without depression and anxiety."""
    return (1 - p.depression * depressive_severity) * (1 - p.anxiety * anxiety)
