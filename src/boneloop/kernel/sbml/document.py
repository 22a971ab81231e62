"""The document: a recorded model with names, units, start values and events as SBML Level 3 Version 1.

    states          parameters with a rate rule
    parameters      parameters, constant unless an event sets them
    shared formulas parameters with an assignment rule
    outputs         likewise, under their own names
    events          at a time; those of time 0 are taken into the start values

There are no species and no compartments: the model speaks of amounts and cells, not of reactions.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from boneloop.kernel.expression import Op
from boneloop.kernel.graph import Graph
from boneloop.kernel.problem import Event
from boneloop.kernel.sbml import formula, units
from boneloop.kernel.sbml.formula import Formulas

CORE = "http://www.sbml.org/sbml/level3/version1/core"
XHTML = "http://www.w3.org/1999/xhtml"
_RESERVED = frozenset({"time", "avogadro", "dimensionless"})
_EVERY_UNIT = frozenset({"dimensionless", "item", "mole", "litre", "gram", "second"})


class Quantity(NamedTuple):
    """A name as a person knows it, its printed unit, and its value at time 0 (an output has none)."""

    name: str
    unit: str = "1"
    value: float = 0.0


@dataclass(frozen=True)
class Description:
    """What a graph does not say of itself.

    title       of the model; ``about`` says more, in sentences
    states      in the order of the model
    parameters  likewise; those that the model does not use are left out of the document
    outputs     what the results after the rates are
    events      what happens to everybody, as in ``Problem``; times not below 0
    time_unit   in which the model counts time
    """

    title: str
    states: Sequence[Quantity]
    parameters: Sequence[Quantity] = ()
    outputs: Sequence[Quantity] = ()
    events: Sequence[Event] = ()
    time_unit: str = "hour"
    about: str = ""


def write(model: Graph, description: Description, powers: bool = True) -> str:
    """The SBML document of a model, as text.

    model   results: one rate per state, then the outputs
    powers  write x^c as a power, for people; False keeps exp(c·log x) with shared logarithms, for speed

    Raises ValueError where description and model do not fit, or an event lies before time 0.
    """
    _check(model, description)
    return _Document(model, description, powers).text()


def _check(model: Graph, given: Description) -> None:
    for what, count, wanted in (
        ("states", len(given.states), model.states),
        ("parameters", len(given.parameters), model.parameters),
        ("rates and outputs", model.states + len(given.outputs), len(model.results)),
    ):
        if count != wanted:
            raise ValueError(f"{what}: the model has {wanted}, {count} are described")
    if any(event.time < 0 for event in given.events):
        raise ValueError("an event lies before time 0, where a document in SBML begins")


class _Document:
    def __init__(self, model: Graph, given: Description, powers: bool) -> None:
        self.model, self.given, self.ids = model, given, _Ids()
        self.identity = self.ids.of(given.title)
        self.states = [self.ids.of(quantity.name) for quantity in given.states]
        used = {int(model.sheet.values[node]) for node in model.order if model.sheet.ops[node] is Op.PARAMETER}
        used |= {event.place - model.states for event in given.events if event.place >= model.states}
        self.parameters = {index: self.ids.of(given.parameters[index].name) for index in sorted(used)}
        self.outputs = [self.ids.of(quantity.name) for quantity in given.outputs]
        symbols = {(Op.STATE, index): name for index, name in enumerate(self.states)}
        symbols |= {(Op.PARAMETER, index): name for index, name in self.parameters.items()}
        self.formulas = Formulas(model, symbols, powers)
        self.shared = {node: self.ids.of(f"shared_{turn}") for turn, node in enumerate(self.formulas.shared, start=1)}
        self.at_start, self.later = composed(given.events)

    def text(self) -> str:
        root = Element("sbml", xmlns=CORE, level="3", version="1")
        clock = str(units.identifier(self.given.time_unit))
        whole = SubElement(root, "model", id=self.identity, name=self.given.title, timeUnits=clock)
        self._notes(whole)
        self._units(whole)
        self._quantities(SubElement(whole, "listOfParameters"))
        self._rules(SubElement(whole, "listOfRules"))
        if self.later:
            self._events(SubElement(whole, "listOfEvents"))
        ElementTree.indent(root)
        return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"

    def _notes(self, into: Element) -> None:
        if self.given.about:
            SubElement(SubElement(into, "notes"), "p", xmlns=XHTML).text = self.given.about

    def _units(self, into: Element) -> None:
        listed = SubElement(into, "listOfUnitDefinitions")
        quantities = (*self.given.states, *self.given.parameters, *self.given.outputs)
        for unit in sorted({self.given.time_unit, *(quantity.unit for quantity in quantities)}):
            units.define(listed, unit)

    def _quantities(self, into: Element) -> None:
        changing = {event.place for events in self.later.values() for event in events}
        for place, (name, quantity) in enumerate(zip(self.states, self.given.states, strict=True)):
            _parameter(into, name, quantity, self._start(place, quantity), constant=False)
        for index, name in self.parameters.items():
            quantity, place = self.given.parameters[index], self.model.states + index
            _parameter(into, name, quantity, self._start(place, quantity), constant=place not in changing)
        for name, quantity in zip(self.outputs, self.given.outputs, strict=True):
            _parameter(into, name, quantity, None, constant=False)
        for name in self.shared.values():
            SubElement(into, "parameter", id=name, constant="false")

    def _start(self, place: int, quantity: Quantity) -> float:
        """The value at time 0, after what happens then."""
        event = self.at_start.get(place)
        return float(quantity.value * event.keep + event.amount) if event else float(quantity.value)

    def _rules(self, into: Element) -> None:
        for node, name in self.shared.items():
            SubElement(into, "assignmentRule", variable=name).append(self.formulas.math(node, self.shared, True))
        results = iter(self.model.results)
        for name, node in zip(self.states, results, strict=False):
            SubElement(into, "rateRule", variable=name).append(self.formulas.math(node, self.shared))
        for name, node in zip(self.outputs, self.model.results[len(self.states) :], strict=True):
            SubElement(into, "assignmentRule", variable=name).append(self.formulas.math(node, self.shared))

    def _events(self, into: Element) -> None:
        places = dict(enumerate(self.states))
        places |= {self.model.states + index: name for index, name in self.parameters.items()}
        for turn, (moment, events) in enumerate(self.later.items(), start=1):
            event = SubElement(into, "event", id=self.ids.of(f"event_{turn}"), useValuesFromTriggerTime="true")
            trigger = SubElement(event, "trigger", initialValue="false", persistent="true")
            due = formula.applied("geq", formula.time(), formula.number(moment))
            SubElement(trigger, "math", xmlns=formula.MATHML).append(due)
            listed = SubElement(event, "listOfEventAssignments")
            for one in events:
                assignment = SubElement(listed, "eventAssignment", variable=places[one.place])
                SubElement(assignment, "math", xmlns=formula.MATHML).append(_assigned(one, places[one.place]))


class _Ids:
    """Valid ids, each given once: letters, digits and underscores, beginning with a letter or an underscore."""

    def __init__(self) -> None:
        self.given: set[str] = set(_RESERVED | _EVERY_UNIT)

    def of(self, name: str) -> str:
        wanted = "_".join(re.findall(r"[A-Za-z0-9_]+", name)) or "unnamed"
        if wanted[0].isdigit():
            wanted = f"_{wanted}"
        identity, turn = wanted, 1
        while identity in self.given:
            turn += 1
            identity = f"{wanted}_{turn}"
        self.given.add(identity)
        return identity


def _parameter(into: Element, name: str, quantity: Quantity, value: float | None, constant: bool) -> None:
    named = quantity.name if quantity.unit == "1" else f"{quantity.name} [{quantity.unit}]"
    element = SubElement(into, "parameter", id=name, name=named)
    if value is not None:
        element.set("value", repr(value))
    unit = units.identifier(quantity.unit)
    if unit:
        element.set("units", unit)
    element.set("constant", "true" if constant else "false")


def composed(events: Iterable[Event]) -> tuple[Mapping[int, Event], Mapping[float, Sequence[Event]]]:
    """What happens at time 0, by place, and later, by time in order: what meets in one place at one time is one."""
    by_time: defaultdict[float, dict[int, Event]] = defaultdict(dict)
    for event in sorted(events, key=lambda event: event.time):
        before = by_time[event.time].get(event.place, Event(event.time, event.place, 0.0))
        both = Event(event.time, event.place, before.amount * event.keep + event.amount, before.keep * event.keep)
        by_time[event.time][event.place] = both
    at_start = by_time.pop(0.0, {})
    return at_start, {time: tuple(found.values()) for time, found in by_time.items()}


def _assigned(event: Event, name: str) -> Element:
    amount = formula.number(event.amount)
    if event.keep == 0:
        return amount
    kept = formula.symbol(name)
    if event.keep != 1:
        kept = formula.applied("times", formula.number(event.keep), kept)
    return formula.applied("plus", kept, amount)
