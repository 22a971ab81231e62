"""Gut: food and supplements bring calcium and phosphate in; calcitriol, over days, opens the way for calcium.

    eaten     I_Ca F_max H(R; γ_F, K_g)                                    Γ'   = eaten - uptake
    uptake    v_g Γ²/(Γ + K_Γ) · (R/R0)/(Γ + K_g) + p_g Γ                  Γ_P' = I_P F_P - k_pg Γ_P
    R'        r_up (1 - R) - r_down R      r_up = r0 + (r1 - r0) H(c_D; γ_R, K_R), r_down = r1 - (r1 - r0) H

Γ, Γ_P calcium and phosphate in the gut, mmol; R adaptation, 0 to 1; c_D calcitriol.
"""

from __future__ import annotations

from typing import NamedTuple

from boneloop.cycle.body.mineral.dimensions import (
    HOURS_PER_DAY,
    GramsPerMole,
    Millimoles,
    MillimolesPerHour,
    PerHour,
    Picomolar,
)
from boneloop.cycle.body.mineral.shapes import hill
from boneloop.cycle.body.mineral.state import Baseline, Inputs, Levels, State
from boneloop.mathematics import power
from boneloop.types import Fraction, Scalar


class Parameters(NamedTuple):
    """Symbols of the docstring, in this order: v_g, input of K_Γ, K_g, p_g, I_Ca, F_max, γ_F, r0, r1, K_R, γ_R ..."""

    active_uptake: PerHour
    baseline_uptake: PerHour
    half_uptake: Millimoles
    passive_uptake: PerHour
    calcium_intake: MillimolesPerHour
    largest_absorbed_share: Fraction
    absorbed_share_exponent: Fraction
    slowest_adaptation: PerHour
    fastest_adaptation: PerHour
    adaptation_half_calcitriol: Picomolar
    adaptation_exponent: Fraction
    phosphate_uptake: PerHour
    phosphate_intake: MillimolesPerHour
    phosphate_bioavailability: Fraction
    calcium_molar_mass: GramsPerMole


class Constants(NamedTuple):
    """K_Γ, mmol, which makes the baseline a rest of gut calcium; (K_R/c_D0)^γ_R."""

    pool_half_uptake: Scalar
    adaptation_ratio: Scalar


def constants(p: Parameters, b: Baseline, calcitriol: Scalar) -> Constants:
    """Constants from the baseline; ``calcitriol`` in pM."""
    return Constants(
        pool_half_uptake=(p.active_uptake - p.baseline_uptake) * b.gut_calcium / p.baseline_uptake,
        adaptation_ratio=power(p.adaptation_half_calcitriol / calcitriol, p.adaptation_exponent),
    )


def calcium_of_food(p: Parameters) -> Scalar:
    """Calcium of the food of the listed baseline, mg per day."""
    return p.calcium_intake * p.calcium_molar_mass * HOURS_PER_DAY


def calcium_eaten(state: State, inputs: Inputs, p: Parameters) -> Scalar:
    """Calcium of food and supplement that the gut will absorb, mmol/h."""
    intake = p.calcium_intake + inputs.calcium_supplement / (p.calcium_molar_mass * HOURS_PER_DAY)
    share = hill(state.gut_adaptation / p.half_uptake, 1, p.absorbed_share_exponent)
    return intake * inputs.calcium_absorption * p.largest_absorbed_share * share


def calcium_uptake(state: State, inputs: Inputs, p: Parameters, c: Constants, b: Baseline) -> Scalar:
    """Calcium from gut to plasma, mmol/h."""
    pool, opened = state.gut_calcium, state.gut_adaptation / b.gut_adaptation
    active = p.active_uptake * pool * pool / (pool + c.pool_half_uptake) * opened / (pool + p.half_uptake)
    return inputs.gut_uptake * (active + p.passive_uptake * pool)


def phosphate_eaten(p: Parameters) -> Scalar:
    """Phosphate of the food that the gut will absorb, mmol/h."""
    return p.phosphate_intake * p.phosphate_bioavailability


def phosphate_uptake(state: State, p: Parameters) -> Scalar:
    """Phosphate from gut to plasma, mmol/h."""
    return p.phosphate_uptake * state.gut_phosphate


def adaptation_rate(state: State, level: Levels, p: Parameters, c: Constants) -> Scalar:
    """R', per hour."""
    opening = (p.fastest_adaptation - p.slowest_adaptation) * hill(
        level.calcitriol, c.adaptation_ratio, p.adaptation_exponent
    )
    rising, falling = p.slowest_adaptation + opening, p.fastest_adaptation - opening
    return rising * (1 - state.gut_adaptation) - falling * state.gut_adaptation
