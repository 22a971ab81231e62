"""Pain: what is felt, and the nervous system's sensitization that keeps it going.

    x_P' = [S(drive + g_PC x_C + nociception + input) - δ_P - x_P]/τ_P     felt pain, numeric rating scale / 10
    x_C' = [S(drive + g_CP x_P + input) - δ_C - x_C]/τ_C                   central sensitization, not seen

A treatment's relief δ is in full at the severity of its trials' patients and above, and in proportion below: who has
little pain has little to lose. It never pushes the goal below 0.
"""

from __future__ import annotations

from typing import NamedTuple

from boneloop.mathematics import relieved, saturating
from boneloop.types import Days, Fraction, Scalar


class State(NamedTuple):
    """Both from 0 (none) to below 1."""

    felt: Scalar
    sensitization: Scalar


class Inputs(NamedTuple):
    """Drives from other stations, gains on them, this person's own inputs, what treatment adds or takes."""

    felt_drive: Scalar
    sensitization_drive: Scalar
    nociception: Scalar = 0
    felt_input: Scalar = 0
    sensitization_input: Scalar = 0
    felt_gain: Scalar = 1
    sensitization_gain: Scalar = 1
    sensitization_from_felt_factor: Scalar = 1
    felt_relief: Scalar = 0
    sensitization_relief: Scalar = 0


class Parameters(NamedTuple):
    """Time constants, ceiling, convexity, the two inner arrows, and the severity from which a relief is in full."""

    felt_time: Days
    sensitization_time: Days
    ceiling: Fraction
    felt_convexity: Fraction
    sensitization_convexity: Fraction
    felt_from_sensitization: Fraction
    sensitization_from_felt: Fraction
    relief_severity: Fraction


def drives(state: State, inputs: Inputs, p: Parameters) -> State:
    """What drives each state, before it saturates."""
    felt = inputs.felt_drive + p.felt_from_sensitization * state.sensitization
    wound_up = p.sensitization_from_felt * inputs.sensitization_from_felt_factor * state.felt
    return State(
        inputs.felt_gain * felt + inputs.nociception + inputs.felt_input,
        inputs.sensitization_gain * (inputs.sensitization_drive + wound_up) + inputs.sensitization_input,
    )


def rates(state: State, inputs: Inputs, p: Parameters) -> State:
    """Time derivative, per day."""
    u = drives(state, inputs, p)
    felt_goal = saturating(u.felt, p.ceiling, p.felt_convexity)
    wound_goal = saturating(u.sensitization, p.ceiling, p.sensitization_convexity)
    return State(
        (relieved(felt_goal, inputs.felt_relief, p.relief_severity) - state.felt) / p.felt_time,
        (relieved(wound_goal, inputs.sensitization_relief, p.relief_severity) - state.sensitization)
        / p.sensitization_time,
    )
