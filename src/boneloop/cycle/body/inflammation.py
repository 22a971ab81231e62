"""Inflammation: one composite of IL-6 and TNF, as what it exceeds the healthy level by.

    i' = [S(drive + input) - i]/τ_i        I = 1 + i

Cortisol's brake on it is left out on purpose: under long stress the brake fails, and the system stays cooperative.
"""

from __future__ import annotations

from typing import NamedTuple

from boneloop.mathematics import saturating
from boneloop.types import Days, Fraction, Scalar


class State(NamedTuple):
    """Excess over the healthy level, 0 = healthy."""

    cytokines: Scalar


class Inputs(NamedTuple):
    """``drive`` of other stations, ``input`` of the person's own (illness, age), ``gain`` and ``factor`` on it."""

    drive: Scalar
    input: Scalar = 0
    gain: Scalar = 1
    factor: Scalar = 1


class Parameters(NamedTuple):
    """Time constant, ceiling, convexity of the response."""

    time: Days
    ceiling: Fraction
    convexity: Fraction


def drives(inputs: Inputs) -> State:
    """What drives the state, before it saturates."""
    return State(inputs.gain * inputs.drive * inputs.factor + inputs.input)


def rates(state: State, inputs: Inputs, p: Parameters) -> State:
    """Time derivative, per day."""
    goal = saturating(drives(inputs).cytokines, p.ceiling, p.convexity)
    return State((goal - state.cytokines) / p.time)
