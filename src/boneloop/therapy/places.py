"""The places where a treatment can act, and how several treatments meet there.

A place is a rate of a station or an arrow, by name. At an "add" place amounts are added and none is 0; at a "factor"
place factors are multiplied and none is 1. A treatment knows only these names; ``cycle/loop`` looks them up.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from boneloop.types import Scalar

ADD, FACTOR = "add", "factor"

PLACES: dict[str, str] = {
    # exposures Ψ of the bone model, relative estrogen added, and the exponent on osteoclast survival
    "bone.denosumab": ADD,
    "bone.teriparatide": ADD,
    "bone.bisphosphonate": ADD,
    "bone.sclerostin_antibody": ADD,
    "bone.estrogen": ADD,
    "bone.osteoclast_survival": ADD,
    "bone.osteoclast_death": FACTOR,
    "bone.osteoblast_precursor": FACTOR,
    # occupancy of receptors at bone (0 to 1), input to and factors on the drive of the stress axes
    "stress.beta1_blockade": ADD,
    "stress.receptor_blockade": ADD,
    "stress.norepinephrine_input": ADD,
    "stress.norepinephrine": FACTOR,
    "stress.cortisol": FACTOR,
    "inflammation.cytokines": FACTOR,
    # relief δ, in units of the state (0-1)
    "mood.depression_relief": ADD,
    "mood.anxiety_relief": ADD,
    "pain.pain_relief": ADD,
    "pain.sensitization_relief": ADD,
    "function.loss_relief": ADD,
    # arrows and the pain signal
    "pain_to_mood.depression": FACTOR,
    "pain_to_mood.anxiety": FACTOR,
    "function_to_mood.depression": FACTOR,
    "mood_to_pain.pain": FACTOR,
    "pain.sensitization_from_pain": FACTOR,
    "pain.nociception": FACTOR,
    # ln of the factor on falls, and on the hazard of a site beyond what density explains
    "fracture.falls_log": ADD,
    "fracture.hip_log": ADD,
    "fracture.vertebra_log": ADD,
    "fracture.wrist_log": ADD,
    "fracture.other_log": ADD,
    # calcium, mg per day, the share of it that is absorbed; vitamin D, 1 = the usual supplement; PTH analog, µg/day
    "mineral.calcium_supplement": ADD,
    "mineral.calcium_absorption": FACTOR,
    "mineral.vitamin_d": ADD,
    "mineral.teriparatide": ADD,
}

Effects = Mapping[str, Scalar]
"""What a treatment does: amounts or factors by place; a place that is not named is not acted on."""


def neutral(place: str) -> float:
    """What nobody's treatment leaves at a place: 0 where amounts are added, 1 where factors are multiplied."""
    return 0.0 if _kind(place) == ADD else 1.0


def combine(effects: Iterable[Effects], named_only: bool = False) -> dict[str, Scalar]:
    """All treatments together; ValueError for a place that does not exist.

    named_only  only the places that some treatment names, else every place
    """
    effects = list(effects)
    places = dict.fromkeys(place for effect in effects for place in effect) if named_only else PLACES
    total: dict[str, Scalar] = {place: neutral(place) for place in places}
    for effect in effects:
        for place, amount in effect.items():
            total[place] = total[place] + amount if _kind(place) == ADD else total[place] * amount
    return total


def _kind(place: str) -> str:
    if place not in PLACES:
        raise ValueError(f"no place {place!r} to act on; places are listed in boneloop.therapy.places")
    return PLACES[place]
