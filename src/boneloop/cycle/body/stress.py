"""Stress: sympathetic tone and cortisol, as what they exceed the healthy level by.

    n' = [S(n drive + n input) - n]/τ_n          norepinephrine N = 1 + n
    h' = [S(h drive + g_hn n + h input) - h]/τ_h  cortisol      H = 1 + h, averaged over weeks

The daily rhythm is not modeled; a glucocorticoid taken as a drug adds to the cortisol input.
"""

from __future__ import annotations

from typing import NamedTuple

from boneloop.mathematics import saturating
from boneloop.types import Days, Fraction, Scalar


class State(NamedTuple):
    """Excess over the healthy level, 0 = healthy."""

    norepinephrine: Scalar
    cortisol: Scalar


class Inputs(NamedTuple):
    """What drives each state: ``drive`` from other stations, ``input`` of this person's own, ``gain`` on the drive."""

    norepinephrine_drive: Scalar
    cortisol_drive: Scalar
    norepinephrine_input: Scalar = 0
    cortisol_input: Scalar = 0
    gain: Scalar = 1
    norepinephrine_factor: Scalar = 1
    cortisol_factor: Scalar = 1


class Parameters(NamedTuple):
    """Time constants, ceilings, the inner arrow, and the convexity of the response."""

    norepinephrine_time: Days
    cortisol_time: Days
    norepinephrine_ceiling: Fraction
    cortisol_ceiling: Fraction
    convexity: Fraction
    cortisol_from_norepinephrine: Fraction


def drives(state: State, inputs: Inputs, p: Parameters) -> State:
    """What drives each state, before it saturates."""
    inner = p.cortisol_from_norepinephrine * state.norepinephrine
    n = inputs.gain * inputs.norepinephrine_drive * inputs.norepinephrine_factor
    h = inputs.gain * (inputs.cortisol_drive + inner) * inputs.cortisol_factor
    return State(n + inputs.norepinephrine_input, h + inputs.cortisol_input)


def rates(state: State, inputs: Inputs, p: Parameters) -> State:
    """Time derivative, per day."""
    u = drives(state, inputs, p)
    n_goal = saturating(u.norepinephrine, p.norepinephrine_ceiling, p.convexity)
    h_goal = saturating(u.cortisol, p.cortisol_ceiling, p.convexity)
    return State(
        (n_goal - state.norepinephrine) / p.norepinephrine_time,
        (h_goal - state.cortisol) / p.cortisol_time,
    )


def glucocorticoid_input(prednisolone_mg_per_day: Scalar, input_per_mg: Scalar) -> Scalar:
    """Cortisol input of a glucocorticoid taken as a drug."""
    return input_per_mg * prednisolone_mg_per_day
