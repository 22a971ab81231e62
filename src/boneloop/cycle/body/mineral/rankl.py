"""RANKL: osteoblasts offer it under PTH; bound to RANK it makes osteoclasts, bound to OPG it is lost.

    L' = k_L L0 o e c_P/((e - 1) c_P0 o + c_P) - k_L L - bound to OPG - bound to RANK - k_DL d L      o = (OB/OB0)^γ_o
    K' = k_K K0 (T_a/T_a0)^γ_K - k_K K - bound to RANK          bound to RANK = k3 K L - k4 M = M'
    O' = k_O O0 b (c_P + K_Op b)/(2 c_P) - k_O O - bound to OPG          bound to OPG = k1 O L - k2 N = N'

L RANKL, K RANK, O OPG, M and N their complexes; b responding osteoblasts relative to baseline; c_P PTH; T_a TGF-beta;
d denosumab, pM.
"""

from __future__ import annotations

from typing import NamedTuple

from boneloop.cycle.body.mineral.dimensions import PerHour, PerUnitHour, Picomolar
from boneloop.cycle.body.mineral.state import Baseline, Inputs, Levels, State
from boneloop.mathematics import power
from boneloop.types import Fraction, Scalar


class Parameters(NamedTuple):
    """Symbols of the docstring: k_L, γ_o, e, k1, k2, k3, k4, k_K, γ_K, k_O, K_Op."""

    elimination: PerHour
    osteoblast_exponent: Fraction
    largest_pth_effect: Fraction
    opg_binding: PerUnitHour
    opg_unbinding: PerHour
    rank_binding: PerUnitHour
    rank_unbinding: PerHour
    rank_elimination: PerHour
    rank_tgf_exponent: Fraction
    opg_elimination: PerHour
    opg_half_pth: Picomolar


class Rates(NamedTuple):
    """L', K', O', M', N' per hour."""

    rankl: Scalar
    rank: Scalar
    opg: Scalar
    rank_rankl: Scalar
    opg_rankl: Scalar


def bound_at_baseline(p: Parameters, b: Baseline) -> tuple[Scalar, Scalar]:
    """M0 and N0."""
    to_rank = p.rank_binding * b.rank * b.rankl / p.rank_unbinding
    to_opg = p.opg_binding * b.opg * b.rankl / p.opg_unbinding
    return to_rank, to_opg


def rates(
    state: State, level: Levels, inputs: Inputs, denosumab_loss: Scalar, pth: Scalar, p: Parameters, b: Baseline
) -> Rates:
    """Per hour; ``denosumab_loss`` is k_DL d, per hour; ``pth`` the concentration at baseline, pM."""
    to_opg = p.opg_binding * state.opg * state.rankl - p.opg_unbinding * state.opg_rankl
    to_rank = p.rank_binding * state.rank * state.rankl - p.rank_unbinding * state.rank_rankl
    made = inputs.rankl_production * p.elimination * b.rankl * production(level, p)
    rank_made = p.rank_elimination * b.rank * power(level.tgf_active, p.rank_tgf_exponent)
    return Rates(
        rankl=made - (p.elimination + denosumab_loss) * state.rankl - to_opg - to_rank,
        rank=rank_made - p.rank_elimination * state.rank - to_rank,
        opg=_opg_made(level, inputs, pth, p, b) - p.opg_elimination * state.opg - to_opg,
        rank_rankl=to_rank,
        opg_rankl=to_opg,
    )


def production_by_pth(pth: Scalar, p: Parameters) -> Scalar:
    """What PTH alone makes of RANKL production, 1 at baseline; ``pth`` relative to baseline."""
    return p.largest_pth_effect * pth / (p.largest_pth_effect - 1 + pth)


def production(level: Levels, p: Parameters) -> Scalar:
    """RANKL production relative to baseline, 1."""
    offered = power(level.osteoblast, p.osteoblast_exponent)
    by_pth = p.largest_pth_effect * level.pth / ((p.largest_pth_effect - 1) * offered + level.pth)
    return offered * by_pth


def _opg_made(level: Levels, inputs: Inputs, pth: Scalar, p: Parameters, b: Baseline) -> Scalar:
    by_pth = (level.pth + p.opg_half_pth / pth * level.responding) / (2 * level.pth)
    return inputs.opg_production * p.opg_elimination * b.opg * level.responding * by_pth
