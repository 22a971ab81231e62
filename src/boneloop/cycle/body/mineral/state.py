"""State: all that changes in one person's mineral metabolism, what reaches it from outside, and its baseline.

Amounts are as printed: pmol for hormones, mmol for minerals, the model's own units for cells and their signals.
Most equations speak of levels relative to baseline (1 = healthy young adult): ``levels``.
"""

from __future__ import annotations

from typing import NamedTuple

from boneloop.cycle.body.mineral.dimensions import (
    MillilitersPerMinute,
    Millimoles,
    ModelUnits,
    Picomoles,
    PicomolesPerHour,
)
from boneloop.types import Fraction, Scalar


class State(NamedTuple):
    """Symbols of docs/cycle/mineral_engine.md, spelled out.

    pth, calcitriol                        pmol in the extracellular fluid
    gland_pool, gland_capacity             parathyroid glands: what is ready, and how much tissue, 1
    hydroxylase                            1-alpha-hydroxylase, pmol/h of calcitriol
    calcium, phosphate                     mmol in the extracellular fluid
    phosphate_in_cells, gut_calcium, gut_phosphate, bone_exchangeable, bone_slow   mmol (the last two: calcium)
    gut_adaptation, hydroxyapatite         slow signals, 1
    osteoclast ... opg_rankl               cells and the RANK-RANKL-OPG system, units of the model
    tgf_latent, tgf_active                 TGF-beta in bone
    runx2, creb, bcl2                      what an osteoblast makes of PTH pulses
    estrogen                               1 = before menopause
    filtration                             GFR, L/h
    spine_density ... neck_density         published links to density, 1 = baseline; for reproduction only
    denosumab_*                            ng;  teriparatide_*  pmol
    """

    pth: Scalar
    gland_pool: Scalar
    gland_capacity: Scalar
    calcitriol: Scalar
    hydroxylase: Scalar
    calcium: Scalar
    phosphate: Scalar
    phosphate_in_cells: Scalar
    gut_calcium: Scalar
    gut_phosphate: Scalar
    gut_adaptation: Scalar
    hydroxyapatite: Scalar
    bone_exchangeable: Scalar
    bone_slow: Scalar
    osteoclast: Scalar
    osteoblast_responding: Scalar
    osteoblast_fast: Scalar
    osteoblast_slow: Scalar
    rankl: Scalar
    rank: Scalar
    opg: Scalar
    rank_rankl: Scalar
    opg_rankl: Scalar
    tgf_latent: Scalar
    tgf_active: Scalar
    runx2: Scalar
    creb: Scalar
    bcl2: Scalar
    estrogen: Scalar
    filtration: Scalar
    spine_density: Scalar
    spine_density_denosumab: Scalar
    neck_density: Scalar
    denosumab_depot: Scalar
    denosumab_central: Scalar
    denosumab_peripheral: Scalar
    teriparatide_depot: Scalar
    teriparatide_side: Scalar


class Inputs(NamedTuple):
    """What reaches the station from outside; 1 on a factor is no change.

    estrogen            where estrogen heads, 1 = before menopause
    filtration          factor on the GFR of the state
    filtration_fall     share of the GFR lost per hour
    calcium_supplement  mg per day
    calcium_absorption  factor on the largest absorbed share of the calcium eaten
    gut_uptake          factor on the passage from gut to plasma; at rest it changes nothing
    renal_reabsorption  factor on the calcium that the kidney takes back
    hydroxylase         factor on making 1-alpha-hydroxylase
    calcitriol          factor on making calcitriol: below 1 without enough vitamin D
    osteoblast_influx      factor on the arrival of responding osteoblasts
    osteoblast_maturation  share of those leaving that become osteoblasts
    osteoblast_apoptosis   factor on the death of osteoblasts, fast and slow
    pth_secretion, rankl_production, opg_production, osteoclast_death   factors
    release, accretion  factors on the calcium that bone gives and takes
    teriparatide        pmol/h into the depot: daily injections taken as an even flow
    """

    estrogen: Scalar = 1
    filtration: Scalar = 1
    filtration_fall: Scalar = 0
    calcium_supplement: Scalar = 0
    calcium_absorption: Scalar = 1
    gut_uptake: Scalar = 1
    renal_reabsorption: Scalar = 1
    hydroxylase: Scalar = 1
    calcitriol: Scalar = 1
    pth_secretion: Scalar = 1
    rankl_production: Scalar = 1
    opg_production: Scalar = 1
    osteoblast_influx: Scalar = 1
    osteoblast_maturation: Scalar = 1
    osteoblast_apoptosis: Scalar = 1
    osteoclast_death: Scalar = 1
    release: Scalar = 1
    accretion: Scalar = 1
    teriparatide: Scalar = 0


class Baseline(NamedTuple):
    """The listed baseline, a healthy young adult; the rest of the state follows from it."""

    pth: Picomoles
    gland_pool: Fraction
    gland_capacity: Fraction
    calcitriol: Picomoles
    hydroxylase: PicomolesPerHour
    calcium: Millimoles
    phosphate: Millimoles
    phosphate_in_cells: Millimoles
    gut_calcium: Millimoles
    gut_phosphate: Millimoles
    gut_adaptation: Fraction
    hydroxyapatite: Fraction
    bone_exchangeable: Millimoles
    bone_slow: Millimoles
    osteoclast: ModelUnits
    osteoblast_responding: ModelUnits
    osteoblast: ModelUnits
    rankl: ModelUnits
    rank: ModelUnits
    opg: ModelUnits
    tgf_active: ModelUnits
    runx2: ModelUnits
    creb: ModelUnits
    estrogen: Fraction
    filtration: MillilitersPerMinute


class Levels(NamedTuple):
    """Relative to the listed baseline, 1; ``complex`` is RANK bound to RANKL, ``osteoblast`` fast and slow together."""

    pth: Scalar
    calcitriol: Scalar
    calcium: Scalar
    phosphate: Scalar
    osteoblast: Scalar
    responding: Scalar
    osteoclast: Scalar
    complex: Scalar
    tgf_latent: Scalar
    tgf_active: Scalar


def levels(state: State, listed: State) -> Levels:
    """Levels of ``state`` relative to the ``listed`` baseline."""
    return Levels(
        pth=state.pth / listed.pth,
        calcitriol=state.calcitriol / listed.calcitriol,
        calcium=state.calcium / listed.calcium,
        phosphate=state.phosphate / listed.phosphate,
        osteoblast=(state.osteoblast_fast + state.osteoblast_slow) / (listed.osteoblast_fast + listed.osteoblast_slow),
        responding=state.osteoblast_responding / listed.osteoblast_responding,
        osteoclast=state.osteoclast / listed.osteoclast,
        complex=state.rank_rankl / listed.rank_rankl,
        tgf_latent=state.tgf_latent / listed.tgf_latent,
        tgf_active=state.tgf_active / listed.tgf_active,
    )
