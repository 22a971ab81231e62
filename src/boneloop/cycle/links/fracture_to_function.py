"""Fracture → function: a fracture takes function at once, gives most of it back, and keeps a residue."""

from __future__ import annotations

from typing import NamedTuple

from boneloop.types import Fraction, Scalar


class Parameters(NamedTuple):
    """Loss at the fracture, and the residue that stays, by site."""

    hip_loss: Fraction
    vertebra_loss: Fraction
    wrist_loss: Fraction
    other_loss: Fraction
    hip_residue: Fraction
    vertebra_residue: Fraction
    wrist_residue: Fraction
    other_residue: Fraction


def input(acute: Scalar, lasting: Scalar) -> Scalar:
    """Input to lost function from all fractures so far."""
    return acute + lasting
