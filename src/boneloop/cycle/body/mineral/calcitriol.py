"""Calcitriol: the kidney's 1-alpha-hydroxylase makes it, more with PTH, less when phosphate is above its baseline.

    D' = A - k_D D
    A' = v_A (1 + κ)/(1 + κ (c_Π/c_Π0)^γ_Pp (c_P/c_P0)^-γ_A) e_P(c_Π) - k_A A       κ = (K_A/c_P0)^γ_A
    e_P = 1 up to c_Π0, above it a_P - a_P m_P H(c_Π; γ_P, K_P)       m_P makes the two meet

D calcitriol, pmol; A hydroxylase, pmol/h; c_P PTH; c_Π phosphate. Vitamin D that is short is a factor on A in D'.
"""

from __future__ import annotations

from typing import NamedTuple

from boneloop.cycle.body.mineral.dimensions import Millimolar, PerHour, Picomolar, PicomolesPerHourSquared
from boneloop.cycle.body.mineral.form import Form, Smoothing
from boneloop.cycle.body.mineral.shapes import hill
from boneloop.cycle.body.mineral.state import Inputs, Levels, State
from boneloop.mathematics import power
from boneloop.types import Fraction, Scalar


class Parameters(NamedTuple):
    """Symbols of the docstring: k_D, k_A, v_A, K_A, γ_A, γ_Pp, a_P, K_P, γ_P."""

    elimination: PerHour
    hydroxylase_elimination: PerHour
    hydroxylase_production: PicomolesPerHourSquared
    hydroxylase_pth_constant: Picomolar
    hydroxylase_pth_exponent: Fraction
    phosphate_against_pth_exponent: Fraction
    phosphate_effect_top: Fraction
    phosphate_effect_half: Millimolar
    phosphate_effect_exponent: Fraction


class Constants(NamedTuple):
    """κ, (K_P/c_Π0)^γ_P, m_P."""

    pth_ratio: Scalar
    phosphate_ratio: Scalar
    phosphate_weight: Scalar


class Rates(NamedTuple):
    """D' (pmol/h) and A' (pmol/h²)."""

    calcitriol: Scalar
    hydroxylase: Scalar


def constants(p: Parameters, pth: Scalar, phosphate: Scalar) -> Constants:
    """Constants from the baseline: PTH in pM, phosphate in mM."""
    phosphate_ratio = power(p.phosphate_effect_half / phosphate, p.phosphate_effect_exponent)
    top = p.phosphate_effect_top
    return Constants(
        pth_ratio=power(p.hydroxylase_pth_constant / pth, p.hydroxylase_pth_exponent),
        phosphate_ratio=phosphate_ratio,
        phosphate_weight=(top - 1) / top * (1 + phosphate_ratio),
    )


def rates(
    state: State, level: Levels, inputs: Inputs, p: Parameters, c: Constants, form: Form, widths: Smoothing
) -> Rates:
    """Per hour."""
    against = power(level.phosphate, p.phosphate_against_pth_exponent)
    by_pth = (1 + c.pth_ratio) * hill(level.pth, c.pth_ratio * against, p.hydroxylase_pth_exponent)
    made = inputs.hydroxylase * p.hydroxylase_production * by_pth * phosphate_effect(level, p, c, form, widths)
    return Rates(
        calcitriol=inputs.calcitriol * state.hydroxylase - p.elimination * state.calcitriol,
        hydroxylase=made - p.hydroxylase_elimination * state.hydroxylase,
    )


def phosphate_effect(level: Levels, p: Parameters, c: Constants, form: Form, widths: Smoothing) -> Scalar:
    """e_P: 1 at baseline phosphate; the smooth form meets the printed one within a few widths of it."""
    held = 1 - p.phosphate_effect_top * (
        1 - c.phosphate_weight * hill(level.phosphate, c.phosphate_ratio, p.phosphate_effect_exponent)
    )
    effect = 1 - form.above(held, widths.hydroxylase_effect) * held
    return form.never_below(effect, widths.hydroxylase_floor)
