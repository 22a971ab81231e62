"""Mood: depressive severity and anxiety, each feeding the other.

    D' = [S(drive + g_DA A + input) - δ_D - D]/τ_D      PHQ-9 / 27
    A' = [S(drive + g_AD D + input) - δ_A - A]/τ_A      GAD-7 / 21

"Depression" is a diagnosis; the state is a severity. A treatment's relief δ is
in full at the severity of its trials' patients and above, in proportion below, and never pushes the goal below 0.
"""

from __future__ import annotations

from typing import NamedTuple

from boneloop.mathematics import relieved, saturating
from boneloop.types import Days, Fraction, Scalar


class State(NamedTuple):
    """Both from 0 (none) to below 1."""

    depressive_severity: Scalar
    anxiety: Scalar


class Inputs(NamedTuple):
    """Drives from other stations, gains on them, this person's own inputs, relief by treatment."""

    depression_drive: Scalar
    anxiety_drive: Scalar
    depression_input: Scalar = 0
    anxiety_input: Scalar = 0
    depression_gain: Scalar = 1
    anxiety_gain: Scalar = 1
    depression_relief: Scalar = 0
    anxiety_relief: Scalar = 0


class Parameters(NamedTuple):
    """Time constants, ceiling, convexity, the two inner arrows, and the severity from which a relief is in full."""

    depression_time: Days
    anxiety_time: Days
    ceiling: Fraction
    convexity: Fraction
    depression_from_anxiety: Fraction
    anxiety_from_depression: Fraction
    relief_severity: Fraction


def drives(state: State, inputs: Inputs, p: Parameters) -> State:
    """What drives each state, before it saturates."""
    depression = inputs.depression_drive + p.depression_from_anxiety * state.anxiety
    anxiety = inputs.anxiety_drive + p.anxiety_from_depression * state.depressive_severity
    return State(
        inputs.depression_gain * depression + inputs.depression_input,
        inputs.anxiety_gain * anxiety + inputs.anxiety_input,
    )


def rates(state: State, inputs: Inputs, p: Parameters) -> State:
    """Time derivative, per day."""
    u = drives(state, inputs, p)
    depression_goal = saturating(u.depressive_severity, p.ceiling, p.convexity)
    anxiety_goal = saturating(u.anxiety, p.ceiling, p.convexity)
    return State(
        (relieved(depression_goal, inputs.depression_relief, p.relief_severity) - state.depressive_severity)
        / p.depression_time,
        (relieved(anxiety_goal, inputs.anxiety_relief, p.relief_severity) - state.anxiety) / p.anxiety_time,
    )
