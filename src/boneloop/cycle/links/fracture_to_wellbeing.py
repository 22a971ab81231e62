"""Fracture → wellbeing: a fracture takes quality of life beyond what pain and lost function explain."""

from __future__ import annotations

from typing import NamedTuple

from boneloop.types import Fraction, Scalar


class Parameters(NamedTuple):
    """Disutility that fades and disutility that stays, by site."""

    hip_acute: Fraction
    hip_lasting: Fraction
    vertebra_acute: Fraction
    vertebra_lasting: Fraction
    wrist_acute: Fraction


def factor(remaining_utility: Scalar) -> Scalar:
    """Factor on utility: the share that the fractures themselves leave."""
    return remaining_utility
