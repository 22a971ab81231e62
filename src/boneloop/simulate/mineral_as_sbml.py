"""The mineral engine as an SBML document: one patient of a protocol, with what is given to them and what changes.

States, parameters and times have the units and names of the engine. Every number of the engine that the model reads
is a parameter of the document, so that other programs can change it. What the protocol records is there too, as
quantities that follow from the states.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import get_type_hints

from boneloop.cycle.body.mineral import station
from boneloop.cycle.body.mineral.parameters import Parameters, derive
from boneloop.cycle.body.mineral.state import Inputs, State
from boneloop.errors import SimulationError
from boneloop.evidence.registry import declared_units
from boneloop.kernel.graph import Graph
from boneloop.kernel.problem import Event
from boneloop.kernel.recorder import record
from boneloop.kernel.sbml.document import Description, Quantity, write
from boneloop.simulate.mineral_alone import INPUTS
from boneloop.simulate.protocol import start
from boneloop.simulate.protocol.model import FOLLOWS, ONSET, STATES, Model, model_of
from boneloop.simulate.protocol.numbers import AGE, OF_THE_START
from boneloop.simulate.protocol.observables import STATE_UNITS, Observable
from boneloop.simulate.protocol.people import Person
from boneloop.simulate.protocol.reading import Protocol, parse
from boneloop.simulate.protocol.schedule import schedule
from boneloop.types import Scalar

ALONE = """
title = "Mineral engine of boneloop, {form} form"
form = "{form}"
duration = "10 years"
[patient]
[record]
what = ["readings"]
every = "1 year"
"""
"""The protocol of the engine by itself: nobody is given anything and nothing changes."""

_SEARCH = "search"
_INPUT_UNITS = {"filtration_fall": "1/hour", "calcium_supplement": "mg/day"}
_COURSE_UNITS = {FOLLOWS: "1", AGE: "year", ONSET: "year"}


def engine_alone(form: str) -> Protocol:
    """The engine by itself in the form "published" or "smooth", at the start that is usual for it."""
    return parse(ALONE.format(form=form).encode(), form)


def document(protocol: Protocol, person: Person, about: str = "") -> str:
    """The SBML document of one patient of a protocol; ``about`` is added to what the document says of itself.

    Raises SimulationError where the patient comes to no rest to start from.
    """
    model = opened(model_of(protocol))
    own = model.own(protocol, [person])
    states, without = start.states(model, own, protocol.start == "rest")
    if without:
        raise SimulationError(f"patient {person.id}: {without[0]}")
    single = {place: float(values[0]) for place, values in own.items()}
    events = schedule(protocol, model, person, single).events
    seen = [one for one in protocol.record.what if one.kind != "state"]
    described = Description(
        title=protocol.title,
        states=[
            Quantity(name, STATE_UNITS[name], float(value)) for name, value in zip(STATES, states[:, 0], strict=True)
        ],
        parameters=[Quantity(place, unit_of(place), single[place]) for place in model.opened],
        outputs=[Quantity(f"{one.kind}_{one.name}", one.unit) for one in seen],
        events=events,
        about=" ".join(filter(None, [_about(protocol, person, events), about])),
    )
    return write(with_outputs(model, seen), described)


def opened(model: Model) -> Model:
    """The same engine with all its numbers left open and its states as they are."""
    tables = [
        f"{table}.{field}"
        for table, kind in get_type_hints(Parameters).items()
        for field in declared_units(kind)
        if table != _SEARCH
    ]
    inputs = [f"{INPUTS}.{name}" for name in Inputs._fields]
    names = tuple(name for name in (*inputs, *tables) if name not in OF_THE_START)
    return replace(model, alone=replace(model.alone, opened=names, sized=False))


def unit_of(place: str) -> str:
    """The unit of a number of the engine, an input or a number of the course of estrogen."""
    table, field = place.split(".")
    if place in _COURSE_UNITS:
        return _COURSE_UNITS[place]
    return _INPUT_UNITS.get(field, "1") if table == INPUTS else declared_units(get_type_hints(Parameters)[table])[field]


def with_outputs(model: Model, seen: Sequence[Observable]) -> Graph:
    """The recorded engine: rates, then what is to be seen."""

    def rates_and_outputs(states: Sequence[Scalar], numbers: Sequence[Scalar], hour: Scalar) -> list[Scalar]:
        alone, count = model.alone, len(model.alone.opened)
        p, inputs = alone.filled(dict(zip(alone.opened, numbers[:count], strict=True)))
        state, derived = State(*states), derive(p)
        sources = {
            "reading": station.readings(state, inputs, p, derived),
            "flux": station.fluxes(state, inputs, p, derived, alone.form),
        }
        return [
            *model.rates(states, numbers, hour),
            *(one.factor * getattr(sources[one.kind], one.name) for one in seen),
        ]

    return record(rates_and_outputs, len(STATES), len(model.opened))


def _about(protocol: Protocol, person: Person, events: Sequence[Event]) -> str:
    told = f"Patient {person.id} of a protocol that lasts {protocol.duration:g} hours"
    return f"{told}, with {len(events)} events. {protocol.form.capitalize()} form. Time is in hours. For research."
