"""Inflammation → bone: cytokines keep osteoclasts alive longer and slow the making of osteoblasts.

osteoclast death · exp(-ε_I ln I)      osteoblast production · I^-δ_I      I = 1 + excess
"""

from __future__ import annotations

from typing import NamedTuple

from boneloop.mathematics import exp, log
from boneloop.types import Fraction, Scalar


class Parameters(NamedTuple):
    """Exponents."""

    osteoclast_survival: Fraction
    osteoblast_production: Fraction


class Effect(NamedTuple):
    """Exponent on osteoclast survival (0 = none), factor on osteoblast production (1 = none)."""

    osteoclast_survival: Scalar
    osteoblast_production: Scalar


def effect(cytokines: Scalar, p: Parameters) -> Effect:
    """What inflammation does to bone cells; ``cytokines`` is the excess over the healthy level."""
    level = log(1 + cytokines)
    return Effect(p.osteoclast_survival * level, exp(-p.osteoblast_production * level))
