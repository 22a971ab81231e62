"""Density: the published links from cells to bone density, for reproduction only; the bone station has its own.

    β' = κ [(OB/OB0)^α - (C_oc/C_oc0)^γ β]      at rest β = (OB/OB0)^α/(C_oc/C_oc0)^γ

One for the spine fitted to the menopause, one for the spine fitted to denosumab, one for the femoral neck.
"""

from __future__ import annotations

from typing import NamedTuple

from boneloop.cycle.body.mineral.dimensions import PerHour
from boneloop.cycle.body.mineral.state import Levels, State
from boneloop.mathematics import power
from boneloop.types import Fraction, Scalar


class Parameters(NamedTuple):
    """κ and γ of the three links; α, which they share."""

    spine_rate: PerHour
    spine_denosumab_rate: PerHour
    neck_rate: PerHour
    osteoblast_exponent: Fraction
    spine_osteoclast_exponent: Fraction
    spine_denosumab_osteoclast_exponent: Fraction
    neck_osteoclast_exponent: Fraction


class Densities(NamedTuple):
    """Of the three links: relative density, or its rate per hour."""

    spine: Scalar
    spine_denosumab: Scalar
    neck: Scalar


def rates(state: State, level: Levels, p: Parameters) -> Densities:
    """Per hour."""
    formed, resorbed = power(level.osteoblast, p.osteoblast_exponent), _resorbed(level, p)
    return Densities(
        spine=p.spine_rate * (formed - resorbed.spine * state.spine_density),
        spine_denosumab=p.spine_denosumab_rate * (formed - resorbed.spine_denosumab * state.spine_density_denosumab),
        neck=p.neck_rate * (formed - resorbed.neck * state.neck_density),
    )


def rest(level: Levels, p: Parameters) -> Densities:
    """Where the links head at these levels."""
    formed = power(level.osteoblast, p.osteoblast_exponent)
    return Densities(*(formed / each for each in _resorbed(level, p)))


def _resorbed(level: Levels, p: Parameters) -> Densities:
    return Densities(
        power(level.osteoclast, p.spine_osteoclast_exponent),
        power(level.osteoclast, p.spine_denosumab_osteoclast_exponent),
        power(level.osteoclast, p.neck_osteoclast_exponent),
    )
