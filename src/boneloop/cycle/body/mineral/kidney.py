"""Kidney: filters calcium and phosphate, takes most calcium back under PTH, and lets the excess go.

    calcium    (2 - b_D c_D/(c_D + K_D)) [0.3 F c_C - S] if positive
    S          tm(E) (0.3 F c_C0 - u0) (K + c_C0)/c_C0 · c_C/(K + c_C) · a c_P/(c_P + (a - 1) c_P0)
    tm         1 - m + m E      m = (1 - m_E)/0.9: without estrogen the kidney takes less back
    phosphate  0.88 F (c_Π - θ) if positive

F GFR, L/h; c_C, c_P, c_D, c_Π calcium, PTH, calcitriol, phosphate; u0 calcium in the urine at baseline.
"""

from __future__ import annotations

from typing import NamedTuple

from boneloop.cycle.body.mineral.dimensions import Millimolar, MillimolesPerHour, Picomolar
from boneloop.cycle.body.mineral.form import Form, Smoothing
from boneloop.cycle.body.mineral.shapes import half_saturation
from boneloop.cycle.body.mineral.state import Inputs, Levels, State
from boneloop.types import Fraction, Scalar


class Parameters(NamedTuple):
    """Symbols of the docstring: 0.3, u0, K, a, b_D, K_D, m_E, its reference fall of estrogen 0.9, 0.88, θ."""

    calcium_filtered_share: Fraction
    baseline_excretion: MillimolesPerHour
    reabsorption_half_calcium: Millimolar
    largest_reabsorption_pth: Fraction
    excretion_calcitriol: Fraction
    excretion_half_calcitriol: Picomolar
    reabsorption_at_low_estrogen: Fraction
    low_estrogen_fall: Fraction
    phosphate_filtered_share: Fraction
    phosphate_threshold: Millimolar


class Concentrations(NamedTuple):
    """Of the listed baseline: calcium and phosphate in mM, calcitriol in pM."""

    calcium: Scalar
    phosphate: Scalar
    calcitriol: Scalar


def filtration(state: State, inputs: Inputs) -> Scalar:
    """F, L/h."""
    return state.filtration * inputs.filtration


def calcium_excretion(
    state: State,
    level: Levels,
    inputs: Inputs,
    p: Parameters,
    baseline: Concentrations,
    form: Form,
    widths: Smoothing,
) -> Scalar:
    """Calcium lost in the urine, mmol/h."""
    load = p.calcium_filtered_share * filtration(state, inputs) * baseline.calcium
    left = load * level.calcium - _reabsorption(load, state, level, inputs, p, baseline)
    held = half_saturation(level.calcitriol, p.excretion_half_calcitriol / baseline.calcitriol)
    return form.positive((2 - p.excretion_calcitriol * held) * left, widths.urine_calcium)


def _reabsorption(
    load: Scalar, state: State, level: Levels, inputs: Inputs, p: Parameters, baseline: Concentrations
) -> Scalar:
    """S, mmol/h; ``load`` is what would be filtered at baseline calcium."""
    loss = (1 - p.reabsorption_at_low_estrogen) / p.low_estrogen_fall
    tubular_maximum = 1 - loss + loss * state.estrogen
    half = p.reabsorption_half_calcium / baseline.calcium
    by_calcium = (half + 1) * half_saturation(level.calcium, half)
    by_pth = p.largest_reabsorption_pth * half_saturation(level.pth, p.largest_reabsorption_pth - 1)
    return inputs.renal_reabsorption * tubular_maximum * (load - p.baseline_excretion) * by_calcium * by_pth


def phosphate_excretion(
    state: State,
    level: Levels,
    inputs: Inputs,
    p: Parameters,
    baseline: Concentrations,
    form: Form,
    widths: Smoothing,
) -> Scalar:
    """Phosphate lost in the urine, mmol/h."""
    above = level.phosphate * baseline.phosphate - p.phosphate_threshold
    return form.positive(p.phosphate_filtered_share * filtration(state, inputs) * above, widths.urine_phosphate)
