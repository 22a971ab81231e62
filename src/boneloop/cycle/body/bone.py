"""Bone: osteoclasts take it away, osteoblasts lay it down, osteocytes in it tell both through sclerostin.

    g+(x) = x/(1+x), g-(x) = 1/(1+x); e estrogen (1 before menopause); Ψ drug exposures
    p_C' = 1 - w_C p_C              w_C = ω_C g-(e/e_*) g+(s/s_*) (1 - β_r g+(Ψ_den)) (1 + β_p g+(Ψ_pth)) · factor
    C'   = w_C p_C - η_C C          η_C = [1 + ν_C g+(e/e_C) g+(C/r_C)] (η_C0 + η_bp g+(Ψ_bp)) · death factor
    p_B' = production factor - w_B p_B     w_B = ω_B g-(s/s_B)
    B'   = w_B p_B - (η_B + ω_BY) B         η_B = η_B0 (1 - β_B g+(Ψ_pth))
    Y'   = ω_BY B - η_Y Y
    s'   = g-(e/e_s) Y - κ_s s - κ_s Ψ_scl s + δ_s s*       s*' = κ_s Ψ_scl s - (δ_s + κ_s) s*
    b'   = formation - resorption           formation = λ_B g-(s/s_Ω) [1 + ν_Ω g+(C/r_Ω)] B, resorption = λ_C C
    c'   = γ (c_0 + β_b g+(Ψ_den) - c)      areal bone density ∝ b c

Equations: Jörg, Fuertinger et al., eLife 2022;11:e76228, restated; numbers: evidence/numbers/bone.toml. Time in days,
cells in the model's own units. The factors are where stress, disuse, loading and parathyroid hormone act.
"""

from __future__ import annotations

from typing import NamedTuple

from boneloop.mathematics import falling, maximum, power, rising, sqrt
from boneloop.types import Fraction, PerDay, Scalar


class State(NamedTuple):
    """Cells and signals in the model's units; density b and mineral content c relative to the skeleton at age 0."""

    osteoclast_precursor: Scalar
    osteoblast_precursor: Scalar
    osteoclast: Scalar
    osteoblast: Scalar
    osteocyte: Scalar
    sclerostin: Scalar
    sclerostin_bound: Scalar
    density: Scalar
    mineral_content: Scalar


class Inputs(NamedTuple):
    """What reaches bone from outside: estrogen (1 = before menopause), exposures Ψ (0 = none), factors (1 = none)."""

    estrogen: Scalar = 1
    denosumab: Scalar = 0
    teriparatide: Scalar = 0
    bisphosphonate: Scalar = 0
    sclerostin_antibody: Scalar = 0
    osteoclast_death: Scalar = 1
    osteoblast_production: Scalar = 1
    osteoclast_maturation: Scalar = 1


class Parameters(NamedTuple):
    """Symbols of the docstring, spelled out; all from ``evidence/numbers/bone.toml``."""

    osteoclast_maturation: PerDay
    osteoclast_maturation_estrogen: Fraction
    osteoclast_maturation_sclerostin: Fraction
    osteoclast_death: PerDay
    osteoclast_death_estrogen: Fraction
    osteoclast_death_crowding: Fraction
    osteoclast_death_gain: Fraction
    osteoblast_maturation: PerDay
    osteoblast_maturation_sclerostin: Fraction
    osteoblast_death: PerDay
    osteocyte_embedding: PerDay
    osteocyte_death: PerDay
    sclerostin_clearance: PerDay
    sclerostin_estrogen: Fraction
    sclerostin_release: PerDay
    resorption: PerDay
    formation: PerDay
    formation_sclerostin: Fraction
    formation_coupling: Fraction
    formation_coupling_gain: Fraction
    mineralization: PerDay
    mineral_content: Fraction
    denosumab_maturation: Fraction
    denosumab_mineral: Fraction
    teriparatide_osteoblast: Fraction
    teriparatide_osteoclast: Fraction
    bisphosphonate_death: PerDay
    ctx_exponent: Fraction
    p1np_exponent: Fraction
    bsap_exponent: Fraction


def estrogen_after_menopause(years_since: Scalar, half_time: Scalar) -> Scalar:
    """Estrogen relative to before menopause; ``years_since`` 0 or less gives 1."""
    return falling(maximum(years_since, 0) / half_time)


def rates(state: State, inputs: Inputs, p: Parameters) -> State:
    """Time derivative of one person's bone, per day."""
    maturing_osteoclasts = osteoclast_maturation(state, inputs, p) * state.osteoclast_precursor
    maturing_osteoblasts = _osteoblast_maturation(state.sclerostin, p) * state.osteoblast_precursor
    leaving = p.osteoblast_death * (1 - p.teriparatide_osteoblast * rising(inputs.teriparatide)) + p.osteocyte_embedding
    binding = p.sclerostin_clearance * inputs.sclerostin_antibody * state.sclerostin
    made = falling(inputs.estrogen / p.sclerostin_estrogen) * state.osteocyte
    mineral_goal = p.mineral_content + p.denosumab_mineral * rising(inputs.denosumab)
    return State(
        osteoclast_precursor=1 - maturing_osteoclasts,
        osteoblast_precursor=inputs.osteoblast_production - maturing_osteoblasts,
        osteoclast=maturing_osteoclasts - osteoclast_death(state.osteoclast, inputs, p) * state.osteoclast,
        osteoblast=maturing_osteoblasts - leaving * state.osteoblast,
        osteocyte=p.osteocyte_embedding * state.osteoblast - p.osteocyte_death * state.osteocyte,
        sclerostin=made
        - p.sclerostin_clearance * state.sclerostin
        - binding
        + p.sclerostin_release * state.sclerostin_bound,
        sclerostin_bound=binding - (p.sclerostin_release + p.sclerostin_clearance) * state.sclerostin_bound,
        density=formation(state, p) - resorption(state, p),
        mineral_content=p.mineralization * (mineral_goal - state.mineral_content),
    )


def osteoclast_maturation(state: State, inputs: Inputs, p: Parameters) -> Scalar:
    """w_C, per day: held back by estrogen and denosumab, driven by sclerostin and by PTH analogues."""
    return (
        p.osteoclast_maturation
        * falling(inputs.estrogen / p.osteoclast_maturation_estrogen)
        * rising(state.sclerostin / p.osteoclast_maturation_sclerostin)
        * (1 - p.denosumab_maturation * rising(inputs.denosumab))
        * (1 + p.teriparatide_osteoclast * rising(inputs.teriparatide))
        * inputs.osteoclast_maturation
    )


def osteoclast_death(osteoclast: Scalar, inputs: Inputs, p: Parameters) -> Scalar:
    """η_C, per day: raised by estrogen, by crowding, by bisphosphonate, and by the factor that comes from outside."""
    crowding = (
        p.osteoclast_death_gain
        * rising(inputs.estrogen / p.osteoclast_death_estrogen)
        * rising(osteoclast / p.osteoclast_death_crowding)
    )
    base = p.osteoclast_death + p.bisphosphonate_death * rising(inputs.bisphosphonate)
    return (1 + crowding) * base * inputs.osteoclast_death


def _osteoblast_maturation(sclerostin: Scalar, p: Parameters) -> Scalar:
    return p.osteoblast_maturation * falling(sclerostin / p.osteoblast_maturation_sclerostin)


def formation(state: State, p: Parameters) -> Scalar:
    """Bone laid down, per day."""
    coupling = 1 + p.formation_coupling_gain * rising(state.osteoclast / p.formation_coupling)
    return p.formation * falling(state.sclerostin / p.formation_sclerostin) * coupling * state.osteoblast


def resorption(state: State, p: Parameters) -> Scalar:
    """Bone taken away, per day."""
    return p.resorption * state.osteoclast


def areal_density(state: State) -> Scalar:
    """Areal bone density in the model's unit; only its ratios have a meaning."""
    return state.density * state.mineral_content


def ctx(state: State, p: Parameters) -> Scalar:
    """Resorption marker CTX in the model's unit: take the ratio to a baseline."""
    return power(resorption(state, p), p.ctx_exponent)


def p1np(state: State, p: Parameters) -> Scalar:
    """Formation marker P1NP in the model's unit: take the ratio to a baseline."""
    return power(formation(state, p), p.p1np_exponent)


def bsap(state: State, p: Parameters) -> Scalar:
    """Formation marker bone alkaline phosphatase in the model's unit: take the ratio to a baseline."""
    return power(formation(state, p), p.bsap_exponent)


def rest(p: Parameters, inputs: Inputs | None = None) -> State:
    """The cells at rest without any drug, with density 1: the skeleton at age 0.

    Density itself has no rest: it falls or rises by ``formation - resorption`` for ever.
    """
    given = inputs or Inputs()
    osteoblast = given.osteoblast_production / (p.osteoblast_death + p.osteocyte_embedding)
    osteocyte = p.osteocyte_embedding * osteoblast / p.osteocyte_death
    sclerostin = falling(given.estrogen / p.sclerostin_estrogen) * osteocyte / p.sclerostin_clearance
    state = State(
        osteoclast_precursor=1,
        osteoblast_precursor=given.osteoblast_production / _osteoblast_maturation(sclerostin, p),
        osteoclast=_resting_osteoclast(given, p),
        osteoblast=osteoblast,
        osteocyte=osteocyte,
        sclerostin=sclerostin,
        sclerostin_bound=0 * sclerostin,
        density=1 + 0 * sclerostin,
        mineral_content=p.mineral_content + 0 * sclerostin,
    )
    return state._replace(osteoclast_precursor=1 / osteoclast_maturation(state, given, p))


def _resting_osteoclast(inputs: Inputs, p: Parameters) -> Scalar:
    """The positive root of η_C(C)·C = 1, a quadratic because crowding saturates."""
    death = p.osteoclast_death * inputs.osteoclast_death
    gain = p.osteoclast_death_gain * rising(inputs.estrogen / p.osteoclast_death_estrogen)
    crowd = p.osteoclast_death_crowding
    a, b, c = death * (1 + gain), death * crowd - 1, -crowd
    return (sqrt(b * b - 2 * 2 * a * c) - b) / (2 * a)
