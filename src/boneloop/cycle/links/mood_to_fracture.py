"""Mood → fracture: depressed people fall more, most of it by the time depression is a case.

log fall rate + weight · D/(D + caseness)
"""

from __future__ import annotations

from typing import NamedTuple

from boneloop.types import Fraction, Scalar


class Parameters(NamedTuple):
    """Weight, and the depressive severity of half effect (a PHQ-9 of 10)."""

    falls: Fraction
    caseness: Fraction


def falls_log(depressive_severity: Scalar, p: Parameters) -> Scalar:
    """What it adds to the log of the fall rate."""
    return p.falls * depressive_severity / (depressive_severity + p.caseness)
