"""Survival: what osteoblasts make of PTH. Pulses raise Bcl-2 and keep them alive; steady PTH does not.

    X' = k_X X0 - [x_0 + x_1 c_P/(c_P + K_X)] X         K_X makes the bracket k_X at baseline
    Y' = k_Cr Y0 [c_0 + c_1 c_P/(c_P + K_Cr)] - k_Cr Y  K_Cr makes the bracket 1 at baseline
    Z' = k_B (X Y - Z)                                  X* = Z - 90 if Z > 105, else X0

X Runx2, Y CREB, Z Bcl-2; X* the signal that slows osteoblast death; c_P PTH. As printed X* jumps from 10 to 15.
"""

from __future__ import annotations

from typing import NamedTuple

from boneloop.cycle.body.mineral.dimensions import ModelUnits, PerHour
from boneloop.cycle.body.mineral.form import Form, Smoothing
from boneloop.cycle.body.mineral.shapes import half_saturation
from boneloop.cycle.body.mineral.state import Baseline, Levels, State
from boneloop.types import Fraction, Scalar


class Parameters(NamedTuple):
    """Symbols of the docstring: k_X, x_0, x_1, k_Cr, c_0, c_1, k_B, 105, 90."""

    runx2_elimination: PerHour
    runx2_elimination_floor: PerHour
    runx2_elimination_pth: PerHour
    creb_elimination: PerHour
    creb_production_floor: Fraction
    creb_production_pth: Fraction
    bcl2_rate: PerHour
    bcl2_threshold: ModelUnits
    bcl2_offset: ModelUnits


class Constants(NamedTuple):
    """K_X/c_P0 and K_Cr/c_P0."""

    runx2_half: Scalar
    creb_half: Scalar


class Rates(NamedTuple):
    """X', Y', Z' per hour."""

    runx2: Scalar
    creb: Scalar
    bcl2: Scalar


def constants(p: Parameters) -> Constants:
    """Constants that make the baseline a rest."""
    rest_of_runx2 = p.runx2_elimination - p.runx2_elimination_floor
    return Constants(
        runx2_half=p.runx2_elimination_pth / rest_of_runx2 - 1,
        creb_half=p.creb_production_pth / (1 - p.creb_production_floor) - 1,
    )


def rates(state: State, level: Levels, p: Parameters, c: Constants, b: Baseline) -> Rates:
    """Per hour."""
    lost = p.runx2_elimination_floor + p.runx2_elimination_pth * half_saturation(level.pth, c.runx2_half)
    made = p.creb_production_floor + p.creb_production_pth * half_saturation(level.pth, c.creb_half)
    return Rates(
        runx2=p.runx2_elimination * b.runx2 - lost * state.runx2,
        creb=p.creb_elimination * (b.creb * made - state.creb),
        bcl2=p.bcl2_rate * (state.runx2 * state.creb - state.bcl2),
    )


def signal(state: State, p: Parameters, b: Baseline, form: Form, widths: Smoothing) -> Scalar:
    """X*, in the units of Runx2."""
    raised = state.bcl2 - p.bcl2_offset - b.runx2
    return b.runx2 + form.above(state.bcl2 - p.bcl2_threshold, widths.bcl2_threshold) * raised
