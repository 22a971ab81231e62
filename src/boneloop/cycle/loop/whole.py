"""The whole body of one person: every station moved by all that reaches it."""

from __future__ import annotations

from boneloop.cycle.body import bone, fracture
from boneloop.cycle.body.mineral import parameters as mineral_parameters
from boneloop.cycle.body.mineral import station as mineral_station
from boneloop.cycle.loop.bone_and_mineral import bone_inputs, mineral_inputs
from boneloop.cycle.loop.fast import fast_inputs, fast_rates
from boneloop.cycle.loop.gates import Gates
from boneloop.cycle.loop.parameters import Parameters
from boneloop.cycle.loop.person import Care, Person
from boneloop.cycle.loop.state import State
from boneloop.types import Scalar


def rates(
    state: State,
    person: Person,
    estrogen: Scalar,
    injuries: fracture.Injuries,
    care: Care,
    gates: Gates,
    p: Parameters,
    age: Scalar = 0,
) -> State:
    """Time derivative of everything in one person, per day; estrogen, injuries, care and age (years) are as of now."""
    inputs = fast_inputs(state.fast, person, injuries, state.fracture.microdamage, care, gates, p)
    engine = p.mineral_engine
    derived = mineral_parameters.derive(engine)
    drive = mineral_station.own_rankl_drive(state.mineral, engine, derived)
    to_bone = bone_inputs(state.fast, person, estrogen, drive, care, gates, p, age)
    to_mineral = mineral_inputs(state.fast, state.bone, person, estrogen, care, gates, p)
    relative_density = bone.areal_density(state.bone) / person.density_now
    return State(
        bone.rates(state.bone, to_bone, p.bone),
        fast_rates(state.fast, inputs, p),
        fracture.rates(state.fracture, 1, relative_density, 1, p.fracture),
        mineral_station.rates_per_day(state.mineral, to_mineral, engine, derived),
    )
