"""Schedule: the doses, changes and courses of a protocol as events of the recorded model, for each person.

A dose adds to a state; a change sets an open number, and GFR sets a state. Several doses of one drug at one time are
one event, so that two halves are the whole and the order of the rows does not matter. People with the same events
share them.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from boneloop.cycle.body.mineral import courses, drugs
from boneloop.cycle.body.mineral.parameters import Parameters
from boneloop.cycle.body.mineral.state import State
from boneloop.kernel.problem import Event, Events
from boneloop.simulate.protocol.changes import Change
from boneloop.simulate.protocol.model import STATES, Model
from boneloop.simulate.protocol.numbers import GFR, SUPPLEMENT
from boneloop.simulate.protocol.people import Person
from boneloop.simulate.protocol.reading import Protocol
from boneloop.types import Array

FALL = "inputs.filtration_fall"
Steps = list[tuple[float, float]]
"""A number over time: from each hour on, the value."""


@dataclass(frozen=True)
class Schedule:
    """What happens to one person.

    steps   by place, how the open numbers go on from the person's own
    events  all of it, in order of time, place and kind
    """

    steps: Mapping[str, Steps]
    events: tuple[Event, ...]


def schedule(protocol: Protocol, model: Model, person: Person, own: Mapping[str, float]) -> Schedule:
    """The events of one person; ``own`` are the person's numbers by place."""
    steps = _steps(protocol, person, own)
    p, _ = model.alone.filled({place: own[place] for place in model.alone.opened})
    events = [*_doses(protocol, model, person, p)]
    for place, levels in steps.items():
        index, size = _index(model, place, p)
        events += [Event(time, index, value / size, keep=0.0) for time, value in levels]
    within = [event for event in events if event.time < protocol.duration]
    return Schedule(steps, tuple(sorted(within, key=lambda event: (event.time, event.place, event.keep))))


def table(schedules: Sequence[Schedule]) -> Events:
    """The events of some people, each distinct sequence once."""
    begins: dict[tuple[Event, ...], int] = {}
    rows: list[Event] = []
    for one in schedules:
        if one.events not in begins:
            begins[one.events] = len(rows)
            rows += one.events
    begin = np.array([begins[one.events] for one in schedules], dtype=np.int64)
    end = begin + np.array([len(one.events) for one in schedules], dtype=np.int64)
    columns = np.array(rows, dtype=np.float64).reshape(-1, len(Event._fields)).T
    time, place, amount, keep = (np.ascontiguousarray(column) for column in columns)
    return Events(time, place.astype(np.int64), amount, keep, begin, end)


def over_time(own: float, steps: Steps, times: Array) -> Array:
    """A number at some hours, each just before what happens then, shape (times,)."""
    if not steps:
        return np.full(len(times), own)
    moments, values = np.array(steps).T
    return np.concatenate([[own], values])[np.searchsorted(moments, times, side="left")]


def _for(person: Person, who: frozenset[str] | None) -> bool:
    return who is None or person.id in who


def _steps(protocol: Protocol, person: Person, own: Mapping[str, float]) -> dict[str, Steps]:
    rows: dict[str, list[Change]] = defaultdict(list)
    for change in protocol.changes:
        if _for(person, change.who):
            rows[change.place].append(change)
    found = {place: overlaid(own[place], of_place) for place, of_place in rows.items()}
    spans = [
        (begin, end, one.rate) for one in protocol.supplements if _for(person, one.who) for begin, end in one.spans
    ]
    if spans:
        found[SUPPLEMENT] = _added(own[SUPPLEMENT], found.get(SUPPLEMENT, []), spans)
    if protocol.fall:
        fall = protocol.fall
        share = courses.fall(own[GFR], fall.lost, fall.hours)
        found[FALL] = [(fall.start, share), (fall.start + fall.hours, 0.0)]
    return found


def overlaid(own: float, changes: Iterable[Change]) -> Steps:
    """What a number is over time: of the changes that hold, the one that began last."""
    rows = list(changes)
    steps, last = Steps(), own
    for moment in sorted({change.at for change in rows} | {change.until for change in rows} - {math.inf}):
        holding = [change for change in rows if change.at <= moment < change.until]
        value = max(holding, key=lambda change: change.at).value(own) if holding else own
        if value != last:
            steps.append((moment, value))
            last = value
    return steps


def _added(own: float, steps: Steps, spans: Sequence[tuple[float, float, float]]) -> Steps:
    """The steps with, on top, the rates of the spans that hold."""
    moments = sorted({time for time, _ in steps} | {time for begin, end, _ in spans for time in (begin, end)})
    total, last = Steps(), own
    for moment in moments:
        base = next((value for time, value in reversed(steps) if time <= moment), own)
        value = math.fsum([base, *(rate for begin, end, rate in spans if begin <= moment < end)])
        if value != last:
            total.append((moment, value))
            last = value
    return total


def _doses(protocol: Protocol, model: Model, person: Person, p: Parameters) -> Iterable[Event]:
    given: dict[tuple[float, str], list[float]] = defaultdict(list)
    for dose in protocol.doses:
        if _for(person, dose.who):
            for time in dose.times:
                given[time, dose.what].append(dose.amount)
    for (time, what), amounts in given.items():
        state, amount = _into(what, math.fsum(amounts), p)
        index = STATES.index(state)
        yield Event(time, index, amount / model.alone.scale[index])


def _into(what: str, amount: float, p: Parameters) -> tuple[str, float]:
    """The state that a dose goes into, and by how much that rises, in the state's unit."""
    empty = State(*[0.0] * len(STATES))
    if what == "denosumab":
        return "denosumab_depot", float(drugs.give_denosumab(empty, amount, p.denosumab).denosumab_depot)
    if what == "teriparatide":
        return "teriparatide_depot", float(drugs.give_teriparatide(empty, amount, p.teriparatide).teriparatide_depot)
    return what, amount


def _index(model: Model, place: str, p: Parameters) -> tuple[int, float]:
    """Number of a place among states and parameters, and what a value is divided by there."""
    if place == GFR:
        index = STATES.index("filtration")
        return index, model.alone.scale[index] * p.filtration.milliliters_per_minute
    return len(STATES) + model.opened.index(place), 1.0
