"""Stress → inflammation: sympathetic tone raises inflammatory cytokines."""

from __future__ import annotations

from typing import NamedTuple

from boneloop.types import Fraction, Scalar


class Parameters(NamedTuple):
    """Drive per unit of excess norepinephrine."""

    cytokines: Fraction


def drive(norepinephrine: Scalar, p: Parameters) -> Scalar:
    """Drive on cytokines; ``norepinephrine`` is the excess over the healthy level."""
    return p.cytokines * norepinephrine
