"""Inflammation → pain: cytokines sharpen felt pain and sensitize the nervous system."""

from __future__ import annotations

from typing import NamedTuple

from boneloop.types import Fraction, Scalar


class Parameters(NamedTuple):
    """Drive per unit of excess cytokines."""

    felt: Fraction
    sensitization: Fraction


class Drive(NamedTuple):
    """What it adds to the two pain states."""

    felt: Scalar
    sensitization: Scalar


def drive(cytokines: Scalar, p: Parameters) -> Drive:
    """Drive on pain; ``cytokines`` is the excess over the healthy level."""
    return Drive(p.felt * cytokines, p.sensitization * cytokines)
