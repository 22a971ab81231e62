"""Osteoblast: responding cells mature into fast and slow ones; TGF-beta, estrogen and Bcl-2 set how many come and stay.

    B_r' = D_r π_R(T_a) E^-ε_R - q        q = D_b B_r/π_B(T_a) mature
    B_f' = q φ k_f/k' - k_f B_f           k_f = [k_b OB0 - ξ k' (1 - φ) OB0]/(φ OB0)
    B_s' = q (1 - φ) ξ - ξ k' B_s
    k'   = ρ k_b π_k(T_a)/T_a0 E^-ε_k - ρ ρ_m k_b H(X*; γ_X, k)       death, per hour

D_r = k_b OB0/T_a0 and D_b = k_b OB0 T_a0/B_r0 make the baseline a rest; T_a TGF-beta; E estrogen; X* survival signal.
"""

from __future__ import annotations

from typing import NamedTuple

from boneloop.cycle.body.mineral.dimensions import ModelUnits, PerHour
from boneloop.cycle.body.mineral.shapes import hill, ratio, response
from boneloop.cycle.body.mineral.state import Baseline, Inputs, Levels, State
from boneloop.mathematics import power
from boneloop.types import Fraction, Scalar


class Parameters(NamedTuple):
    """φ, k_b, ξ; π_R, π_B, π_k each from a floor or top (times T_a0) with an exponent; ρ, ρ_m, γ_X; ε_R, ε_k."""

    fast_share: Fraction
    death: PerHour
    slow_death_ratio: Fraction
    influx_tgf_floor: Fraction
    influx_tgf_effect: ModelUnits
    influx_tgf_exponent: Fraction
    maturation_tgf_floor: Fraction
    maturation_tgf_effect: ModelUnits
    maturation_tgf_exponent: Fraction
    death_tgf_top: Fraction
    death_tgf_bottom: Fraction
    death_tgf_exponent: Fraction
    death_factor: Fraction
    largest_protection: Fraction
    protection_exponent: Fraction
    influx_estrogen_exponent: Fraction
    death_estrogen_exponent: Fraction


class Constants(NamedTuple):
    """Effects of TGF-beta relative to T_a0, and the ratios that make the baseline a rest."""

    influx_effect: Scalar
    influx_ratio: Scalar
    maturation_effect: Scalar
    maturation_ratio: Scalar
    death_ratio: Scalar
    protection_ratio: Scalar
    turnover: Scalar


class Rates(NamedTuple):
    """B_r', B_f', B_s' per hour."""

    responding: Scalar
    fast: Scalar
    slow: Scalar


def constants(p: Parameters, b: Baseline) -> Constants:
    """Constants from the baseline."""
    influx, maturation = p.influx_tgf_effect / b.tgf_active, p.maturation_tgf_effect / b.tgf_active
    return Constants(
        influx_effect=influx,
        influx_ratio=ratio(p.influx_tgf_floor, p.influx_tgf_floor + influx, 1),
        maturation_effect=maturation,
        maturation_ratio=ratio(p.maturation_tgf_floor, p.maturation_tgf_floor + maturation, 1),
        death_ratio=ratio(p.death_tgf_top, p.death_tgf_bottom, 1),
        protection_ratio=ratio(0, p.death_factor * p.largest_protection, p.death_factor - 1),
        turnover=p.death * b.osteoblast,
    )


def rates(
    state: State, level: Levels, inputs: Inputs, survival: Scalar, p: Parameters, c: Constants, b: Baseline
) -> Rates:
    """Per hour; ``survival`` is X*."""
    influx = _by_tgf(level, p.influx_tgf_floor, c.influx_effect, c.influx_ratio, p.influx_tgf_exponent)
    held = _by_tgf(level, p.maturation_tgf_floor, c.maturation_effect, c.maturation_ratio, p.maturation_tgf_exponent)
    arriving = c.turnover * influx * power(state.estrogen, -p.influx_estrogen_exponent) * inputs.osteoblast_influx
    leaving = c.turnover * level.responding / held
    maturing = leaving * inputs.osteoblast_maturation
    fast0, slow0 = p.fast_share * b.osteoblast, (1 - p.fast_share) * b.osteoblast
    death = apoptosis(state, level, survival, p, c, b)
    slow_death = p.slow_death_ratio * death
    fast_death = (c.turnover - slow_death * slow0) / fast0
    dying = inputs.osteoblast_apoptosis
    return Rates(
        responding=arriving - leaving,
        fast=maturing * p.fast_share * fast_death / death - dying * fast_death * state.osteoblast_fast,
        slow=maturing * (1 - p.fast_share) * p.slow_death_ratio - dying * slow_death * state.osteoblast_slow,
    )


def apoptosis(state: State, level: Levels, survival: Scalar, p: Parameters, c: Constants, b: Baseline) -> Scalar:
    """k', per hour, before what reaches it from outside."""
    by_tgf = response(level.tgf_active, p.death_tgf_top, p.death_tgf_bottom, c.death_ratio, p.death_tgf_exponent)
    protected = p.largest_protection * hill(survival / b.runx2, c.protection_ratio, p.protection_exponent)
    by_estrogen = power(state.estrogen, -p.death_estrogen_exponent)
    return p.death_factor * p.death * (by_tgf * by_estrogen - protected)


def _by_tgf(level: Levels, floor: Scalar, effect: Scalar, ratio_: Scalar, exponent: Scalar) -> Scalar:
    return response(level.tgf_active, floor, floor + effect, ratio_, exponent)
