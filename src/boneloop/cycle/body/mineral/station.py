"""Station: how one person's mineral metabolism moves. The only file of the engine that knows all of its parts.

    calcium    C'  = release - accretion - urine + uptake          Γ'   = eaten - uptake
    phosphate  Π'  = 0.464 (release - accretion) - urine + uptake - into cells
               Π_i' = into cells                                   Γ_P' = eaten - uptake

and the hormones, signals and cells as their own modules say. Per hour; ``rates_per_day`` for the circle.
"""

from __future__ import annotations

from typing import NamedTuple

from boneloop.cycle.body.mineral import (
    calcitriol,
    courses,
    density,
    drugs,
    fluid,
    gut,
    kidney,
    osteoblast,
    osteoclast,
    parathyroid,
    rankl,
    skeleton,
    survival,
    tgf_beta,
)
from boneloop.cycle.body.mineral.dimensions import HOURS_PER_DAY
from boneloop.cycle.body.mineral.form import SMOOTH, Form
from boneloop.cycle.body.mineral.parameters import Derived, Parameters
from boneloop.cycle.body.mineral.state import Inputs, Levels, State, levels
from boneloop.types import Scalar


class Fluxes(NamedTuple):
    """Who gives how much to whom, mmol/h; ``into_cells`` is net."""

    calcium_eaten: Scalar
    calcium_uptake: Scalar
    calcium_excretion: Scalar
    calcium_release: Scalar
    calcium_accretion: Scalar
    phosphate_eaten: Scalar
    phosphate_uptake: Scalar
    phosphate_excretion: Scalar
    phosphate_release: Scalar
    phosphate_into_cells: Scalar


class Readings(NamedTuple):
    """What a laboratory or a scan would say.

    calcium, phosphate  mmol/L;  pth, calcitriol  pmol/L;  gfr  mL/min;  denosumab  ng/mL
    osteoclast, osteoblast and the densities relative to the listed baseline, 1
    """

    calcium: Scalar
    phosphate: Scalar
    pth: Scalar
    calcitriol: Scalar
    gfr: Scalar
    denosumab: Scalar
    osteoclast: Scalar
    osteoblast: Scalar
    spine_density: Scalar
    spine_density_denosumab: Scalar
    neck_density: Scalar


def fluxes(state: State, inputs: Inputs, p: Parameters, d: Derived, form: Form = SMOOTH) -> Fluxes:
    """What moves between gut, plasma, cells, bone and urine."""
    return _fluxes(state, levels(state, d.listed), inputs, p, d, form)


def _fluxes(state: State, level: Levels, inputs: Inputs, p: Parameters, d: Derived, form: Form) -> Fluxes:
    filtered = (state, level, inputs, p.kidney, d.concentrations, form, p.smoothing)
    release = inputs.release * skeleton.release(level, p.skeleton, d.skeleton, p.baseline)
    accretion = inputs.accretion * skeleton.accretion(state, level, p.skeleton, d.skeleton)
    return Fluxes(
        calcium_eaten=gut.calcium_eaten(state, inputs, p.gut),
        calcium_uptake=gut.calcium_uptake(state, inputs, p.gut, d.gut, p.baseline),
        calcium_excretion=kidney.calcium_excretion(*filtered),
        calcium_release=release,
        calcium_accretion=accretion,
        phosphate_eaten=gut.phosphate_eaten(p.gut),
        phosphate_uptake=gut.phosphate_uptake(state, p.gut),
        phosphate_excretion=kidney.phosphate_excretion(*filtered),
        phosphate_release=p.skeleton.phosphate_per_calcium * (release - accretion),
        phosphate_into_cells=fluid.phosphate_into_cells(state, p.fluid),
    )


def rates(state: State, inputs: Inputs, p: Parameters, d: Derived, form: Form = SMOOTH) -> State:
    """Time derivative, per hour; ``d`` is ``derive(p)``."""
    b, level = p.baseline, levels(state, d.listed)
    flux = _fluxes(state, level, inputs, p, d, form)
    signal = survival.signal(state, p.survival, b, form, p.smoothing)
    injected = drugs.teriparatide_into_plasma(state, p.teriparatide)
    gland = parathyroid.rates(state, level, inputs, injected, p.parathyroid, d.parathyroid, b)
    hormone = calcitriol.rates(state, level, inputs, p.calcitriol, d.calcitriol, form, p.smoothing)
    gained = flux.calcium_accretion - flux.calcium_release
    pools = skeleton.rates(state, level, gained, p.skeleton, d.skeleton)
    blasts = osteoblast.rates(state, level, inputs, signal, p.osteoblast, d.osteoblast, b)
    binding = rankl.rates(state, level, inputs, drugs.rankl_loss(state, p.denosumab), d.pth, p.rankl, b)
    growth = tgf_beta.rates(state, level, d.listed, p.tgf_beta)
    kept = survival.rates(state, level, p.survival, d.survival, b)
    dense = density.rates(state, level, p.density)
    doses = drugs.rates(state, inputs, p.denosumab, p.teriparatide)
    return State(
        pth=gland.pth,
        gland_pool=gland.pool,
        gland_capacity=gland.capacity,
        calcitriol=hormone.calcitriol,
        hydroxylase=hormone.hydroxylase,
        calcium=flux.calcium_uptake - flux.calcium_excretion - gained,
        phosphate=flux.phosphate_uptake - flux.phosphate_excretion + flux.phosphate_release - flux.phosphate_into_cells,
        phosphate_in_cells=flux.phosphate_into_cells,
        gut_calcium=flux.calcium_eaten - flux.calcium_uptake,
        gut_phosphate=flux.phosphate_eaten - flux.phosphate_uptake,
        gut_adaptation=gut.adaptation_rate(state, level, p.gut, d.gut),
        hydroxyapatite=pools.hydroxyapatite,
        bone_exchangeable=pools.exchangeable,
        bone_slow=pools.slow,
        osteoclast=osteoclast.rate(state, level, inputs, p.osteoclast, d.osteoclast, b),
        osteoblast_responding=blasts.responding,
        osteoblast_fast=blasts.fast,
        osteoblast_slow=blasts.slow,
        **binding._asdict(),
        tgf_latent=growth.latent,
        tgf_active=growth.active,
        **kept._asdict(),
        estrogen=courses.rate(state.estrogen, inputs.estrogen, p.estrogen),
        filtration=-inputs.filtration_fall * state.filtration,
        spine_density=dense.spine,
        spine_density_denosumab=dense.spine_denosumab,
        neck_density=dense.neck,
        **doses._asdict(),
    )


def rates_per_day(state: State, inputs: Inputs, p: Parameters, d: Derived, form: Form = SMOOTH) -> State:
    """Time derivative, per day, as the circle counts time."""
    return State(*(HOURS_PER_DAY * rate for rate in rates(state, inputs, p, d, form)))


def own_rankl_drive(state: State, p: Parameters, d: Derived) -> Scalar:
    """RANKL production as the person's own PTH alone would set it, 1 at the listed baseline.

    What an injection of teriparatide adds to the plasma is taken off: PTH follows its sources within minutes.
    """
    injected = drugs.teriparatide_into_plasma(state, p.teriparatide) / p.parathyroid.elimination
    return rankl.production_by_pth((state.pth - injected) / d.listed.pth, p.rankl)


def readings(state: State, inputs: Inputs, p: Parameters, d: Derived) -> Readings:
    """What can be measured of a state."""
    level, volume = levels(state, d.listed), p.fluid.volume
    return Readings(
        calcium=state.calcium / volume,
        phosphate=state.phosphate / volume,
        pth=state.pth / volume,
        calcitriol=state.calcitriol / volume,
        gfr=kidney.filtration(state, inputs) * p.filtration.milliliters_per_minute,
        denosumab=drugs.denosumab_concentration(state, p.denosumab),
        osteoclast=level.osteoclast,
        osteoblast=level.osteoblast,
        spine_density=state.spine_density,
        spine_density_denosumab=state.spine_density_denosumab,
        neck_density=state.neck_density,
    )
