"""Bone: osteoclasts take it away, osteoblasts lay it down, osteocytes in it tell both through sclerostin.

    g+(x) = x/(1+x), g-(x) = 1/(1+x); e estrogen (1 before menopause); Ψ drug exposures
    p_C' = 1 - w p_C · factor       w = ω_C g-(e/e_*) g+(s/s_*) (1 - β_r g+(Ψ_den)) (1 + β_p g+(Ψ_pth))
    C'   = w p_C · factor - η_C C   η_C = [1 + ν_C g+(e/e_C) g+(C/r_C)] (η_C0 + η_bp g+(Ψ_bp + z)) (ω/w)^k · factor
    G'   = (C - G)/τ_G              what resorption leaves behind calls osteoblasts weeks later
    p_B' = factor · exp(-α (age - age_0)+) - w_B p_B     w_B = ω_B g-(s/s_B)
    B'   = w_B p_B - (η_B + ω_BY) B         η_B = η_B0 (1 - β_B g+(Ψ_pth))
    Y'   = ω_BY B - η_Y Y
    s'   = g-(e/e_s) (1 - β_s g+(Ψ_pth)) Y - κ_s s - κ_s Ψ_scl s + δ_s s*       s*' = κ_s Ψ_scl s - (δ_s + κ_s) s*
    z'   = μ Ψ_bp - ζ λ_C C z       bisphosphonate buried in bone comes free where bone is resorbed

and at each site (total hip, femoral neck, lumbar spine), with the same cells and signals and its own surface:

    b'   = formation - resorption           formation = λ_B g-(s/s_Ω) [1 + ν_Ω g+(G/r_Ω)] B
         resorption = λ_C C b^m (η_C0 + η_bp g+(Ψ))/(η_C0 + η_bp g+(χ Ψ)), Ψ = Ψ_bp + z
    c'   = γ (c_0 + β_b g+(Ψ_den) - c) - υ formation/b       areal bone density ∝ b c

Equations: Jörg, Fuertinger et al., eLife 2022;11:e76228, restated for one site; added here: G, z, k, α, β_s, m, υ, χ
and the sites (docs/cycle/bone.md says why). With k = α = β_s = m = υ = 0, χ = 1, G = C and no z they are the published.
Numbers: evidence/numbers/bone.toml. Time in days, cells in the model's own units. The factors are where stress,
disuse, loading and parathyroid hormone act.
"""

from __future__ import annotations

from typing import NamedTuple

from boneloop.mathematics import exp, falling, maximum, power, rising, sqrt
from boneloop.types import Days, Fraction, PerDay, PerYear, Scalar, Years

SITES = ("total_hip", "femoral_neck", "lumbar_spine")
"""Where density is followed."""


class State(NamedTuple):
    """Cells and signals in the model's units; density b and mineral content c by site, b relative to youth.

    resorption_memory  osteoclasts as osteoblasts know of them, G; bisphosphonate_buried  in units of exposure
    density, mineral_content  at the total hip
    """

    osteoclast_precursor: Scalar
    osteoblast_precursor: Scalar
    osteoclast: Scalar
    osteoblast: Scalar
    osteocyte: Scalar
    sclerostin: Scalar
    sclerostin_bound: Scalar
    resorption_memory: Scalar
    bisphosphonate_buried: Scalar
    density: Scalar
    mineral_content: Scalar
    density_neck: Scalar
    mineral_content_neck: Scalar
    density_spine: Scalar
    mineral_content_spine: Scalar


class Inputs(NamedTuple):
    """What reaches bone: estrogen (1 = before menopause), exposures Ψ (0 = none), factors (1 = none), and age."""

    estrogen: Scalar = 1
    denosumab: Scalar = 0
    teriparatide: Scalar = 0
    bisphosphonate: Scalar = 0
    sclerostin_antibody: Scalar = 0
    osteoclast_death: Scalar = 1
    osteoblast_production: Scalar = 1
    osteoclast_maturation: Scalar = 1
    age: Years = 0


class Parameters(NamedTuple):
    """Symbols of the docstring, spelled out; all from ``evidence/numbers/bone.toml``."""

    osteoclast_maturation: PerDay
    osteoclast_maturation_estrogen: Fraction
    osteoclast_maturation_sclerostin: Fraction
    osteoclast_death: PerDay
    osteoclast_death_estrogen: Fraction
    osteoclast_death_crowding: Fraction
    osteoclast_death_gain: Fraction
    osteoclast_survival_drive: Fraction
    osteoclast_usual_maturation: PerDay
    osteoblast_maturation: PerDay
    osteoblast_maturation_sclerostin: Fraction
    osteoblast_death: PerDay
    osteoblast_ageing: PerYear
    osteoblast_ageing_start: Years
    osteocyte_embedding: PerDay
    osteocyte_death: PerDay
    sclerostin_clearance: PerDay
    sclerostin_estrogen: Fraction
    sclerostin_release: PerDay
    resorption: PerDay
    resorption_density: Fraction
    formation: PerDay
    formation_sclerostin: Fraction
    formation_coupling: Fraction
    formation_coupling_gain: Fraction
    formation_delay: Days
    formation_delayed: Fraction
    mineralization: PerDay
    mineral_content: Fraction
    young_bone_deficit: Fraction
    denosumab_maturation: Fraction
    denosumab_mineral: Fraction
    teriparatide_osteoblast: Fraction
    teriparatide_osteoclast: Fraction
    teriparatide_sclerostin: Fraction
    bisphosphonate_death: PerDay
    bisphosphonate_uptake: PerDay
    bisphosphonate_release: Fraction
    neck_resorption: Fraction
    neck_formation: Fraction
    neck_formation_sclerostin: Fraction
    spine_resorption: Fraction
    spine_formation: Fraction
    spine_formation_sclerostin: Fraction
    spine_bisphosphonate: Fraction
    ctx_exponent: Fraction
    p1np_exponent: Fraction
    bsap_exponent: Fraction


def estrogen_after_menopause(years_since: Scalar, half_time: Scalar) -> Scalar:
    """Estrogen relative to before menopause; ``years_since`` 0 or less gives 1."""
    return falling(maximum(years_since, 0) / half_time)


class Surface(NamedTuple):
    """What is special to a site: bone taken and laid down by the same cells, and what reaches them of two signals."""

    resorption: PerDay
    formation: PerDay
    formation_sclerostin: Scalar
    bisphosphonate: Scalar = 1


def surface(site: str, p: Parameters) -> Surface:
    """The surface of one of ``SITES``."""
    return _SURFACES[site](p)


def _hip_surface(p: Parameters) -> Surface:
    return Surface(p.resorption, p.formation, p.formation_sclerostin)


def _neck_surface(p: Parameters) -> Surface:
    return Surface(
        p.resorption * p.neck_resorption,
        p.formation * p.neck_formation,
        p.formation_sclerostin * p.neck_formation_sclerostin,
    )


def _spine_surface(p: Parameters) -> Surface:
    return Surface(
        p.resorption * p.spine_resorption,
        p.formation * p.spine_formation,
        p.formation_sclerostin * p.spine_formation_sclerostin,
        p.spine_bisphosphonate,
    )


_SURFACES = dict(zip(SITES, (_hip_surface, _neck_surface, _spine_surface), strict=True))


def rates(state: State, inputs: Inputs, p: Parameters) -> State:
    """Time derivative of one person's bone, per day."""
    drive = osteoclast_drive(state, inputs, p)
    maturing_osteoclasts = drive * inputs.osteoclast_maturation * state.osteoclast_precursor
    maturing_osteoblasts = _osteoblast_maturation(state.sclerostin, p) * state.osteoblast_precursor
    leaving = p.osteoblast_death * (1 - p.teriparatide_osteoblast * rising(inputs.teriparatide)) + p.osteocyte_embedding
    binding = p.sclerostin_clearance * inputs.sclerostin_antibody * state.sclerostin
    silenced = 1 - p.teriparatide_sclerostin * rising(inputs.teriparatide)
    made = falling(inputs.estrogen / p.sclerostin_estrogen) * silenced * state.osteocyte
    dying = osteoclast_death(state.osteoclast, drive, inputs, p, state.bisphosphonate_buried)
    hip, neck, spine = (_site_rates(*part, state, inputs, p) for part in _sites(state, p))
    return State(
        osteoclast_precursor=1 - maturing_osteoclasts,
        osteoblast_precursor=osteoblast_production(inputs, p) - maturing_osteoblasts,
        osteoclast=maturing_osteoclasts - dying * state.osteoclast,
        osteoblast=maturing_osteoblasts - leaving * state.osteoblast,
        osteocyte=p.osteocyte_embedding * state.osteoblast - p.osteocyte_death * state.osteocyte,
        sclerostin=made
        - p.sclerostin_clearance * state.sclerostin
        - binding
        + p.sclerostin_release * state.sclerostin_bound,
        sclerostin_bound=binding - (p.sclerostin_release + p.sclerostin_clearance) * state.sclerostin_bound,
        resorption_memory=(state.osteoclast - state.resorption_memory) / p.formation_delay,
        bisphosphonate_buried=p.bisphosphonate_uptake * inputs.bisphosphonate
        - p.bisphosphonate_release * p.resorption * state.osteoclast * state.bisphosphonate_buried,
        density=hip[0],
        mineral_content=hip[1],
        density_neck=neck[0],
        mineral_content_neck=neck[1],
        density_spine=spine[0],
        mineral_content_spine=spine[1],
    )


def _sites(state: State, p: Parameters) -> tuple[tuple[Surface, Scalar, Scalar], ...]:
    """Surface, density and mineral content of each of ``SITES``."""
    return tuple((surface(site, p), *(getattr(state, part) for part in _CONTENTS[site])) for site in SITES)


def _site_rates(
    site: Surface, density: Scalar, mineral: Scalar, state: State, inputs: Inputs, p: Parameters
) -> tuple[Scalar, Scalar]:
    """Rates of density and of mineral content: bone just laid down holds less mineral until it has aged."""
    formed = _formed(state, site, p)
    exposure = inputs.bisphosphonate + state.bisphosphonate_buried
    spared = _killing(exposure, p) / _killing(site.bisphosphonate * exposure, p)
    goal = p.mineral_content + p.denosumab_mineral * rising(inputs.denosumab)
    return (
        formed - _resorbed(state.osteoclast, density, site, p) * spared,
        p.mineralization * (goal - mineral) - p.young_bone_deficit * formed / density,
    )


def osteoclast_maturation(state: State, inputs: Inputs, p: Parameters) -> Scalar:
    """w_C, per day: what drives it in bone, times the factor from outside."""
    return osteoclast_drive(state, inputs, p) * inputs.osteoclast_maturation


def osteoclast_drive(state: State, inputs: Inputs, p: Parameters) -> Scalar:
    """w, per day: held back by estrogen and denosumab, driven by sclerostin and by PTH analogues."""
    return (
        p.osteoclast_maturation
        * falling(inputs.estrogen / p.osteoclast_maturation_estrogen)
        * rising(state.sclerostin / p.osteoclast_maturation_sclerostin)
        * (1 - p.denosumab_maturation * rising(inputs.denosumab))
        * (1 + p.teriparatide_osteoclast * rising(inputs.teriparatide))
    )


def osteoclast_death(osteoclast: Scalar, drive: Scalar, inputs: Inputs, p: Parameters, buried: Scalar = 0) -> Scalar:
    """η_C, per day: raised by estrogen, crowding and bisphosphonate; what makes osteoclasts mature keeps them alive.

    drive  of their maturing, per day; buried  bisphosphonate in bone, in units of exposure
    """
    crowding = (
        p.osteoclast_death_gain
        * rising(inputs.estrogen / p.osteoclast_death_estrogen)
        * rising(osteoclast / p.osteoclast_death_crowding)
    )
    return (1 + crowding) * _killing(inputs.bisphosphonate + buried, p) * _orphaned(drive, p) * inputs.osteoclast_death


def _killing(exposure: Scalar, p: Parameters) -> Scalar:
    """Death of osteoclasts by age and by bisphosphonate, per day."""
    return p.osteoclast_death + p.bisphosphonate_death * rising(exposure)


def _orphaned(drive: Scalar, p: Parameters) -> Scalar:
    """How much sooner osteoclasts die when the signal that matures them is weaker than usual: a factor."""
    return power(p.osteoclast_usual_maturation / drive, p.osteoclast_survival_drive)


def _osteoblast_maturation(sclerostin: Scalar, p: Parameters) -> Scalar:
    return p.osteoblast_maturation * falling(sclerostin / p.osteoblast_maturation_sclerostin)


def osteoblast_production(inputs: Inputs, p: Parameters) -> Scalar:
    """Osteoblast precursors made, in the model's unit per day: fewer with age."""
    return inputs.osteoblast_production * exp(-p.osteoblast_ageing * maximum(inputs.age - p.osteoblast_ageing_start, 0))


def formation(state: State, p: Parameters, site: str = "total_hip") -> Scalar:
    """Bone laid down, per day."""
    return _formed(state, surface(site, p), p)


def _formed(state: State, site: Surface, p: Parameters) -> Scalar:
    known = state.osteoclast + p.formation_delayed * (state.resorption_memory - state.osteoclast)
    coupling = 1 + p.formation_coupling_gain * rising(known / p.formation_coupling)
    return site.formation * falling(state.sclerostin / site.formation_sclerostin) * coupling * state.osteoblast


def resorption(state: State, p: Parameters) -> Scalar:
    """Bone taken away at the total hip, per day."""
    return _resorbed(state.osteoclast, state.density, surface("total_hip", p), p)


def _resorbed(osteoclast: Scalar, density: Scalar, site: Surface, p: Parameters) -> Scalar:
    return site.resorption * osteoclast * power(density, p.resorption_density)


def areal_density(state: State, site: str = "total_hip") -> Scalar:
    """Areal bone density in the model's unit; only its ratios have a meaning."""
    density, mineral = _CONTENTS[site]
    return getattr(state, density) * getattr(state, mineral)


_CONTENTS = {
    "total_hip": ("density", "mineral_content"),
    "femoral_neck": ("density_neck", "mineral_content_neck"),
    "lumbar_spine": ("density_spine", "mineral_content_spine"),
}
"""The states of each of ``SITES``."""


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
    """The cells at rest without any drug, with density 1 at every site: the skeleton of youth.

    Density is not at rest: it moves by ``formation - resorption`` from there.
    """
    given = inputs or Inputs()
    production = osteoblast_production(given, p)
    osteoblast = production / (p.osteoblast_death + p.osteocyte_embedding)
    osteocyte = p.osteocyte_embedding * osteoblast / p.osteocyte_death
    sclerostin = falling(given.estrogen / p.sclerostin_estrogen) * osteocyte / p.sclerostin_clearance
    none = 0 * sclerostin
    cells = State(
        osteoclast_precursor=1,
        osteoblast_precursor=production / _osteoblast_maturation(sclerostin, p),
        osteoclast=1,
        osteoblast=osteoblast,
        osteocyte=osteocyte,
        sclerostin=sclerostin,
        sclerostin_bound=none,
        resorption_memory=1,
        bisphosphonate_buried=none,
        density=1 + none,
        mineral_content=1,
        density_neck=1 + none,
        mineral_content_neck=1,
        density_spine=1 + none,
        mineral_content_spine=1,
    )
    drive = osteoclast_drive(cells, given, p)
    osteoclast = _resting_osteoclast(drive, given, p)
    cells = cells._replace(
        osteoclast_precursor=1 / (drive * given.osteoclast_maturation),
        osteoclast=osteoclast,
        resorption_memory=osteoclast,
    )
    mineral = [
        p.mineral_content - p.young_bone_deficit * formation(cells, p, site) / p.mineralization for site in SITES
    ]
    return cells._replace(mineral_content=mineral[0], mineral_content_neck=mineral[1], mineral_content_spine=mineral[2])


def _resting_osteoclast(drive: Scalar, inputs: Inputs, p: Parameters) -> Scalar:
    """The positive root of η_C(C)·C = 1, a quadratic because crowding saturates."""
    death = p.osteoclast_death * _orphaned(drive, p) * inputs.osteoclast_death
    gain = p.osteoclast_death_gain * rising(inputs.estrogen / p.osteoclast_death_estrogen)
    crowd = p.osteoclast_death_crowding
    a, b, c = death * (1 + gain), death * crowd - 1, -crowd
    return (sqrt(b * b - 2 * 2 * a * c) - b) / (2 * a)
