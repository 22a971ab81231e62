"""Inflammation → mood: cytokines feed depression."""

from __future__ import annotations

from typing import NamedTuple

from boneloop.types import Fraction, Scalar


class Parameters(NamedTuple):
    """Drive per unit of excess cytokines."""

    depression: Fraction


def drive(cytokines: Scalar, p: Parameters) -> Scalar:
    """Drive on depressive severity; ``cytokines`` is the excess over the healthy level."""
    return p.depression * cytokines
