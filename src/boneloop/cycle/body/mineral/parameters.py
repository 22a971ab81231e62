"""Parameters: every number of the engine, by idea, and what follows from them once and for all.

``read`` takes them from the registry, ``derive`` works out the constants that make the listed baseline a rest.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, get_type_hints

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
from boneloop.cycle.body.mineral.dimensions import Hours
from boneloop.cycle.body.mineral.form import Smoothing
from boneloop.cycle.body.mineral.state import Baseline, State
from boneloop.evidence.registry import Registry
from boneloop.types import Array, Fraction, Scalar


class Search(NamedTuple):
    """How a rest is looked for; changes are of the logarithms of the states.

    first_step, long_step    hours: of the first implicit step, and from which on a step counts as endless
    step_growth              by how much the next step may be longer or shorter
    wanted_change, farthest_change, still    aimed at in one step; the most that one step may do; counts as none
    imaginary_step           of the complex-step derivative
    """

    first_step: Hours
    long_step: Hours
    step_growth: Fraction
    wanted_change: Fraction
    farthest_change: Fraction
    still: Fraction
    imaginary_step: Fraction
    most_steps: Fraction


class Parameters(NamedTuple):
    """Each field is a table of ``evidence/numbers/mineral.toml``."""

    baseline: Baseline
    fluid: fluid.Parameters
    gut: gut.Parameters
    kidney: kidney.Parameters
    skeleton: skeleton.Parameters
    parathyroid: parathyroid.Parameters
    calcitriol: calcitriol.Parameters
    rankl: rankl.Parameters
    tgf_beta: tgf_beta.Parameters
    survival: survival.Parameters
    osteoblast: osteoblast.Parameters
    osteoclast: osteoclast.Parameters
    density: density.Parameters
    estrogen: courses.Estrogen
    filtration: courses.Filtration
    denosumab: drugs.Denosumab
    teriparatide: drugs.Teriparatide
    smoothing: Smoothing
    search: Search


class Derived(NamedTuple):
    """Constants that follow from the parameters: the listed baseline in full, and what makes it a rest."""

    listed: State
    concentrations: kidney.Concentrations
    pth: Scalar
    gut: gut.Constants
    skeleton: skeleton.Constants
    parathyroid: parathyroid.Constants
    calcitriol: calcitriol.Constants
    survival: survival.Constants
    osteoblast: osteoblast.Constants
    osteoclast: osteoclast.Constants


def read(registry: Registry, draws: Mapping[str, Array] | None = None) -> Parameters:
    """The engine's numbers from the registry; ``draws`` by id take the place of single ones."""
    hints = get_type_hints(Parameters)
    return Parameters(**{table: registry.parameters(kind, table, draws) for table, kind in hints.items()})


def derive(p: Parameters) -> Derived:
    """The constants of one person (or of every lane)."""
    b = p.baseline
    at = kidney.Concentrations(*(amount / p.fluid.volume for amount in (b.calcium, b.phosphate, b.calcitriol)))
    pth = b.pth / p.fluid.volume
    return Derived(
        listed=listed(p),
        concentrations=at,
        pth=pth,
        gut=gut.constants(p.gut, b, at.calcitriol),
        skeleton=skeleton.constants(p.skeleton, b),
        parathyroid=parathyroid.constants(p.parathyroid, b, at.calcitriol),
        calcitriol=calcitriol.constants(p.calcitriol, pth, at.phosphate),
        survival=survival.constants(p.survival),
        osteoblast=osteoblast.constants(p.osteoblast, b),
        osteoclast=osteoclast.constants(p.osteoclast, b),
    )


def listed(p: Parameters) -> State:
    """The listed baseline in full: no drug, density links at 1. Nearly a rest: see ``rest``."""
    b = p.baseline
    to_rank, to_opg = rankl.bound_at_baseline(p.rankl, b)
    none = 0 * b.pth
    return State(
        pth=b.pth,
        gland_pool=b.gland_pool,
        gland_capacity=b.gland_capacity,
        calcitriol=b.calcitriol,
        hydroxylase=b.hydroxylase,
        calcium=b.calcium,
        phosphate=b.phosphate,
        phosphate_in_cells=b.phosphate_in_cells,
        gut_calcium=b.gut_calcium,
        gut_phosphate=b.gut_phosphate,
        gut_adaptation=b.gut_adaptation,
        hydroxyapatite=b.hydroxyapatite,
        bone_exchangeable=b.bone_exchangeable,
        bone_slow=b.bone_slow,
        osteoclast=b.osteoclast,
        osteoblast_responding=b.osteoblast_responding,
        osteoblast_fast=p.osteoblast.fast_share * b.osteoblast,
        osteoblast_slow=(1 - p.osteoblast.fast_share) * b.osteoblast,
        rankl=b.rankl,
        rank=b.rank,
        opg=b.opg,
        rank_rankl=to_rank,
        opg_rankl=to_opg,
        tgf_latent=p.tgf_beta.latent_per_active * b.tgf_active,
        tgf_active=b.tgf_active,
        runx2=b.runx2,
        creb=b.creb,
        bcl2=b.runx2 * b.creb,
        estrogen=b.estrogen,
        filtration=b.filtration / p.filtration.milliliters_per_minute,
        spine_density=none + 1,
        spine_density_denosumab=none + 1,
        neck_density=none + 1,
        denosumab_depot=none,
        denosumab_central=none,
        denosumab_peripheral=none,
        teriparatide_depot=none,
        teriparatide_side=none,
    )
