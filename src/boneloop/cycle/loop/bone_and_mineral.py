"""Bone, calcium and phosphate: what stress, inflammation, disuse, drugs and food do to them, and they to each other."""

from __future__ import annotations

from boneloop.cycle.body import bone, mineral
from boneloop.cycle.body.mineral import drugs as mineral_drugs
from boneloop.cycle.body.mineral import gut
from boneloop.cycle.body.mineral import state as mineral_state
from boneloop.cycle.links import (
    bone_to_mineral,
    function_to_bone,
    inflammation_to_bone,
    mineral_to_bone,
    stress_to_bone,
    stress_to_mineral,
)
from boneloop.cycle.loop.gates import Gates, through
from boneloop.cycle.loop.parameters import Parameters
from boneloop.cycle.loop.person import Care, Person
from boneloop.cycle.loop.state import Fast
from boneloop.mathematics import exp, minimum
from boneloop.types import Scalar


def bone_inputs(
    x: Fast,
    person: Person,
    estrogen: Scalar,
    rankl_drive: Scalar,
    care: Care,
    gates: Gates,
    p: Parameters,
    age: Scalar = 0,
) -> bone.Inputs:
    """What reaches bone: estrogen, drugs, stress, inflammation, disuse, loading by exercise, parathyroid hormone.

    rankl_drive  the making of RANKL that the person's own PTH drives, relative to the listed baseline; age in years
    """
    by_stress = stress_to_bone.effect(*_tone(x, care), p.stress_to_bone)
    by_inflammation = inflammation_to_bone.effect(x.inflammation.cytokines, p.inflammation_to_bone)
    by_disuse = function_to_bone.effect(x.function.loss, p.function_to_bone)
    survival = (
        gates.stress_to_bone * by_stress.osteoclast_survival
        + gates.inflammation_to_bone * by_inflammation.osteoclast_survival
        + gates.function_to_bone * by_disuse.osteoclast_survival
        + person.osteoclast_survival
        - person.usual_survival
        + care.get("bone.osteoclast_survival", 0)
    )
    return bone.Inputs(
        estrogen=_estrogen(estrogen, care),
        denosumab=care.get("bone.denosumab", 0),
        teriparatide=care.get("bone.teriparatide", 0),
        bisphosphonate=care.get("bone.bisphosphonate", 0),
        sclerostin_antibody=care.get("bone.sclerostin_antibody", 0),
        osteoclast_death=care.get("bone.osteoclast_death", 1) * exp(-survival),
        osteoblast_production=care.get("bone.osteoblast_precursor", 1)
        * through(gates.stress_to_bone, by_stress.osteoblast_production)
        * through(gates.inflammation_to_bone, by_inflammation.osteoblast_production)
        * through(gates.function_to_bone, by_disuse.osteoblast_production)
        / person.usual_production,
        osteoclast_maturation=through(
            gates.mineral_to_bone,
            mineral_to_bone.maturation(rankl_drive, person.usual_rankl_drive, p.mineral_to_bone),
        ),
        age=age,
    )


def _tone(x: Fast, care: Care) -> tuple[Scalar, Scalar, Scalar, Scalar]:
    """Norepinephrine and cortisol, and what blocks the first at bone."""
    blocked = care.get("stress.beta1_blockade", 0), care.get("stress.receptor_blockade", 0)
    return x.stress.norepinephrine, x.stress.cortisol, *blocked


def _estrogen(estrogen: Scalar, care: Care) -> Scalar:
    """What is left of it and what is taken, at most as before menopause."""
    return minimum(estrogen + care.get("bone.estrogen", 0), 1)


def mineral_inputs(
    x: Fast, cells: bone.State, person: Person, estrogen: Scalar, care: Care, gates: Gates, p: Parameters
) -> mineral_state.Inputs:
    """What reaches the mineral engine: estrogen, kidney, food and supplements, stress, bone, teriparatide."""
    norepinephrine, cortisol, beta1, receptors = _tone(x, care)
    tone = stress_to_bone.tone_at_bone(norepinephrine, beta1, receptors, p.stress_to_bone)
    stressed = stress_to_mineral.effect(tone, cortisol, p.stress_to_mineral)
    gate, engine = gates.stress_to_mineral, p.mineral_engine
    release = bone_to_mineral.flow(bone.resorption(cells, p.bone), person.usual_resorption, p.bone_to_mineral)
    accretion = bone_to_mineral.flow(bone.formation(cells, p.bone), person.usual_formation, p.bone_to_mineral)
    supplemented = care.get("mineral.vitamin_d", 0)
    return mineral_state.Inputs(
        estrogen=_estrogen(estrogen, care),
        filtration=person.filtration,
        calcium_supplement=calcium_intake(care, p) - gut.calcium_of_food(engine.gut),
        calcium_absorption=calcium_absorption(x, care, gates, p),
        renal_reabsorption=through(gate, stressed.reabsorption),
        calcitriol=mineral.calcitriol_factor(person.vitamin_d, supplemented, p.mineral),
        rankl_production=through(gate, stressed.rankl),
        osteoblast_influx=through(gate, stressed.influx),
        osteoblast_apoptosis=through(gate, stressed.apoptosis),
        release=through(gates.bone_to_mineral, release),
        accretion=through(gates.bone_to_mineral, accretion),
        teriparatide=mineral_drugs.teriparatide_flow(care.get("mineral.teriparatide", 0), engine.teriparatide),
    )


def calcium_absorption(x: Fast, care: Care, gates: Gates, p: Parameters) -> Scalar:
    """Calcium absorption relative to a calm person without care, 1."""
    stressed = stress_to_mineral.effect(1, x.stress.cortisol, p.stress_to_mineral).absorption
    care_factor = care.get("mineral.calcium_absorption", 1)
    return mineral.relative_absorption(through(gates.stress_to_mineral, stressed), care_factor)


def calcium_intake(care: Care, p: Parameters) -> Scalar:
    """Calcium eaten and supplemented, mg per day."""
    return mineral.intake(care.get("mineral.calcium_supplement", 0), p.mineral)
