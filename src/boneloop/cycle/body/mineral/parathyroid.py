"""Parathyroid: low calcium releases PTH at once, low calcitriol readies the gland in days and makes it grow in months.

    P'   = secretion(c_C) (g/g0) G_c - k P + teriparatide          secretion falls from s_hi to s_lo with calcium
    g'   = (1 - g) w_- - g w_+       w_± = k_gl [0.85 (1 ± tanh(b_gl (c_D - c_D0 (c_C0/c_C)^γ_Sc))) + 0.15]
    G_c' = k_cap (capacity(c_D) - G_c)                             capacity falls from c_hi to c_lo with calcitriol

P PTH, pmol; g gland pool, 0 to 1; G_c gland capacity, 1; c_C calcium; c_D calcitriol.
"""

from __future__ import annotations

from typing import NamedTuple

from boneloop.cycle.body.mineral.dimensions import PerHour, PerPicomolar, PicomolesPerHour
from boneloop.cycle.body.mineral.shapes import ratio, response
from boneloop.cycle.body.mineral.state import Baseline, Inputs, Levels, State
from boneloop.mathematics import power, tanh
from boneloop.types import Fraction, Scalar


class Parameters(NamedTuple):
    """Symbols of the docstring: k, s_hi, s_lo, γ_Ca, k_gl, 0.85, 0.15, b_gl, γ_Sc, k_cap, c_hi, c_lo, γ_ct."""

    elimination: PerHour
    largest_secretion: PicomolesPerHour
    smallest_secretion: PicomolesPerHour
    secretion_calcium_exponent: Fraction
    pool_rate: PerHour
    pool_steered_share: Fraction
    pool_steady_share: Fraction
    pool_calcitriol_slope: PerPicomolar
    pool_calcium_exponent: Fraction
    capacity_turnover: PerHour
    largest_capacity: Fraction
    smallest_capacity: Fraction
    capacity_calcitriol_exponent: Fraction


class Constants(NamedTuple):
    """Ratios that make the baseline a rest of secretion and of capacity; slope of the pool per level of calcitriol."""

    secretion_ratio: Scalar
    capacity_ratio: Scalar
    pool_slope: Scalar


class Rates(NamedTuple):
    """P' (pmol/h), g', G_c'."""

    pth: Scalar
    pool: Scalar
    capacity: Scalar


def constants(p: Parameters, b: Baseline, calcitriol: Scalar) -> Constants:
    """Constants from the baseline; ``calcitriol`` in pM."""
    return Constants(
        secretion_ratio=ratio(p.largest_secretion, p.smallest_secretion, p.elimination * b.pth),
        capacity_ratio=ratio(p.largest_capacity, p.smallest_capacity, b.gland_capacity),
        pool_slope=p.pool_calcitriol_slope * calcitriol,
    )


def rates(
    state: State, level: Levels, inputs: Inputs, injected: Scalar, p: Parameters, c: Constants, b: Baseline
) -> Rates:
    """Per hour; ``injected`` is the teriparatide that reaches the plasma, pmol/h."""
    ready = state.gland_pool / b.gland_pool * state.gland_capacity
    secreted = inputs.pth_secretion * secretion(level, p, c) * ready
    capacity = response(
        level.calcitriol, p.largest_capacity, p.smallest_capacity, c.capacity_ratio, p.capacity_calcitriol_exponent
    )
    return Rates(
        pth=secreted - p.elimination * state.pth + injected,
        pool=_pool_rate(state, level, p, c),
        capacity=p.capacity_turnover * (capacity - state.gland_capacity),
    )


def secretion(level: Levels, p: Parameters, c: Constants) -> Scalar:
    """What a gland at baseline would secrete at this calcium, pmol/h."""
    return response(
        level.calcium, p.largest_secretion, p.smallest_secretion, c.secretion_ratio, p.secretion_calcium_exponent
    )


def _pool_rate(state: State, level: Levels, p: Parameters, c: Constants) -> Scalar:
    set_point = power(level.calcium, -p.pool_calcium_exponent)
    pull = tanh(c.pool_slope * (level.calcitriol - set_point))
    emptied = p.pool_rate * (p.pool_steered_share * (1 + pull) + p.pool_steady_share)
    filled = p.pool_rate * (p.pool_steered_share * (1 - pull) + p.pool_steady_share)
    return (1 - state.gland_pool) * filled - state.gland_pool * emptied
