"""Function: how much of moving, working and daily living is lost; it also unloads the skeleton.

l' = [S(drive + injury + input) - δ_l - l]/τ_l      1 - l is the share of function that is left
"""

from __future__ import annotations

from typing import NamedTuple

from boneloop.mathematics import relieved, saturating
from boneloop.types import Days, Fraction, Scalar


class State(NamedTuple):
    """Share of function lost, 0 (none) to below 1."""

    loss: Scalar


class Inputs(NamedTuple):
    """Drive from other stations, what a fracture takes, this person's own input, relief by treatment."""

    drive: Scalar
    injury: Scalar = 0
    input: Scalar = 0
    gain: Scalar = 1
    relief: Scalar = 0


class Parameters(NamedTuple):
    """Time constant, ceiling, convexity of the response, and the severity from which a relief is in full."""

    time: Days
    ceiling: Fraction
    convexity: Fraction
    relief_severity: Fraction


def drives(inputs: Inputs) -> State:
    """What drives the state, before it saturates."""
    return State(inputs.gain * inputs.drive + inputs.injury + inputs.input)


def rates(state: State, inputs: Inputs, p: Parameters) -> State:
    """Time derivative, per day."""
    goal = saturating(drives(inputs).loss, p.ceiling, p.convexity)
    return State((relieved(goal, inputs.relief, p.relief_severity) - state.loss) / p.time)
