"""What the circle does to a life: falls, the hazard that density makes, and what is left of wellbeing."""

from __future__ import annotations

from typing import NamedTuple

from boneloop.cycle.body import fracture
from boneloop.cycle.links import (
    bone_to_fracture,
    fracture_to_wellbeing,
    function_to_fracture,
    function_to_wellbeing,
    mood_to_fracture,
    mood_to_wellbeing,
    pain_to_fracture,
    pain_to_wellbeing,
)
from boneloop.cycle.loop.gates import Gates, through
from boneloop.cycle.loop.parameters import Parameters
from boneloop.cycle.loop.person import Care
from boneloop.cycle.loop.state import Fast
from boneloop.types import Scalar


def falls_log(x: Fast, care: Care, gates: Gates, p: Parameters) -> Scalar:
    """Log of the fall rate against a person without pain, depression or lost function."""
    return (
        gates.function_to_fracture * function_to_fracture.falls_log(x.function.loss, p.function_to_fracture)
        + gates.mood_to_fracture * mood_to_fracture.falls_log(x.mood.depressive_severity, p.mood_to_fracture)
        + gates.pain_to_fracture * pain_to_fracture.falls_log(x.pain.felt, p.pain_to_fracture)
        + care.get("fracture.falls_log", 0)
    )


class Quality(NamedTuple):
    """The four factors of wellbeing, each 0 to 1."""

    pain: Scalar
    mood: Scalar
    function: Scalar
    fractures: Scalar


def quality(x: Fast, injuries: fracture.Injuries, gates: Gates, p: Parameters) -> Quality:
    """What the arrows to wellbeing leave of it."""
    by_mood = mood_to_wellbeing.factor(x.mood.depressive_severity, x.mood.anxiety, p.mood_to_wellbeing)
    left = fracture_to_wellbeing.factor(fracture.remaining_utility(injuries))
    return Quality(
        through(gates.pain_to_wellbeing, pain_to_wellbeing.factor(x.pain.felt, p.pain_to_wellbeing)),
        through(gates.mood_to_wellbeing, by_mood),
        through(gates.function_to_wellbeing, function_to_wellbeing.factor(x.function.loss, p.function_to_wellbeing)),
        through(gates.fracture_to_wellbeing, left),
    )


def density_factors(z: Scalar, age: Scalar, gates: Gates, p: Parameters) -> bone_to_fracture.Factors:
    """Hazard factors by site of a person with density Z-score ``z``; all 1 with the arrow cut."""
    open_factors = bone_to_fracture.factors(z, age, p.bone_to_fracture)
    return bone_to_fracture.Factors(*(through(gates.bone_to_fracture, factor) for factor in open_factors))
