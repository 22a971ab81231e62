"""Function → bone: a skeleton that is not loaded is taken down.

osteoclast death · exp(-ε_l l)      osteoblast production · (1 - δ_l l)
"""

from __future__ import annotations

from typing import NamedTuple

from boneloop.types import Fraction, Scalar


class Parameters(NamedTuple):
    """Effects of total loss of function."""

    osteoclast_survival: Fraction
    osteoblast_production: Fraction


class Effect(NamedTuple):
    """Exponent on osteoclast survival (0 = none), factor on osteoblast production (1 = none)."""

    osteoclast_survival: Scalar
    osteoblast_production: Scalar


def effect(loss: Scalar, p: Parameters) -> Effect:
    """What disuse does to bone cells; ``loss`` is the share of function lost."""
    return Effect(p.osteoclast_survival * loss, 1 - p.osteoblast_production * loss)
