"""Osteoclast: RANK bound to RANKL makes it and keeps it alive; TGF-beta ends it.

    C_oc' = d_a T_a0 [μ(M) C_oc0 - π_C(T_a)/T_a0 σ(M) C_oc]

C_oc active osteoclasts; M RANK bound to RANKL, μ rises and σ falls with it; T_a TGF-beta, π_C rises with it.
"""

from __future__ import annotations

from typing import NamedTuple

from boneloop.cycle.body.mineral.dimensions import ModelUnits, PerHour
from boneloop.cycle.body.mineral.shapes import ratio, response
from boneloop.cycle.body.mineral.state import Baseline, Inputs, Levels, State
from boneloop.types import Fraction, Scalar


class Parameters(NamedTuple):
    """d_a; μ: floor, effect, exponent; π_C: floor (times T_a0), effect, exponent; σ: top, bottom, exponent."""

    rate: PerHour
    formation_floor: Fraction
    formation_effect: Fraction
    formation_exponent: Fraction
    death_tgf_floor: Fraction
    death_tgf_effect: ModelUnits
    death_tgf_exponent: Fraction
    survival_top: Fraction
    survival_bottom: Fraction
    survival_exponent: Fraction


class Constants(NamedTuple):
    """Ratios that make the baseline a rest; effect of TGF-beta relative to T_a0; turnover d_a T_a0 per hour."""

    formation_ratio: Scalar
    death_effect: Scalar
    death_ratio: Scalar
    survival_ratio: Scalar
    turnover: Scalar


def constants(p: Parameters, b: Baseline) -> Constants:
    """Constants from the baseline."""
    effect = p.death_tgf_effect / b.tgf_active
    return Constants(
        formation_ratio=ratio(p.formation_floor, p.formation_floor + p.formation_effect, 1),
        death_effect=effect,
        death_ratio=ratio(p.death_tgf_floor, p.death_tgf_floor + effect, 1),
        survival_ratio=ratio(p.survival_top, p.survival_bottom, 1),
        turnover=p.rate * b.tgf_active,
    )


def rate(state: State, level: Levels, inputs: Inputs, p: Parameters, c: Constants, b: Baseline) -> Scalar:
    """C_oc', per hour."""
    formed = response(
        level.complex,
        p.formation_floor,
        p.formation_floor + p.formation_effect,
        c.formation_ratio,
        p.formation_exponent,
    )
    return c.turnover * (formed * b.osteoclast - death(level, inputs, p, c) * state.osteoclast)


def death(level: Levels, inputs: Inputs, p: Parameters, c: Constants) -> Scalar:
    """Death rate relative to baseline, 1."""
    by_tgf = response(
        level.tgf_active, p.death_tgf_floor, p.death_tgf_floor + c.death_effect, c.death_ratio, p.death_tgf_exponent
    )
    by_rankl = response(level.complex, p.survival_top, p.survival_bottom, c.survival_ratio, p.survival_exponent)
    return inputs.osteoclast_death * by_tgf * by_rankl
