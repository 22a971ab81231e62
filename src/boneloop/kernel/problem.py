"""What an engine is asked and what it answers: many patients, each with their own times, events and step size.

Patients are independent: nothing that happens to one, not even its failure, reaches another.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import IntEnum
from functools import cached_property
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from boneloop.errors import SimulationError
from boneloop.kernel.dormand_prince import Tolerance
from boneloop.kernel.graph import Graph
from boneloop.types import Array, Index

Rows = NDArray[Any]

MOST_STEPS = 100_000

Watch = Callable[[int], None]
"""Told how many patients are done, for a progress bar; what it raises ends the solution."""


class Status(IntEnum):
    """How it ended for one patient."""

    ARRIVED = 0
    TOO_MANY_STEPS = 1
    NO_STEP_SHORT_ENOUGH = 2
    NOT_STARTED = 3


REASONS: Mapping[Status, str] = {
    Status.TOO_MANY_STEPS: "needed more steps than are allowed",
    Status.NO_STEP_SHORT_ENOUGH: "left the model's range: no step is short enough",
    Status.NOT_STARTED: "was never taken up",
}


class Event(NamedTuple):
    """At ``time``, number ``place`` becomes ``keep`` times itself plus ``amount``.

    place  a state by its number, or a parameter by the number of states plus its own
    keep   1 adds (a dose), 0 sets (a new input)
    """

    time: float
    place: int
    amount: float
    keep: float = 1.0


@dataclass(frozen=True)
class Events:
    """A table of events in order of time and, for every patient, the rows of the table that are theirs.

    begin, end  shape (patients,): patient i has rows begin[i] to end[i]; patients may share rows
    """

    time: Array
    place: Index
    amount: Array
    keep: Array
    begin: Index
    end: Index

    @classmethod
    def none(cls, patients: int) -> Events:
        """Nothing happens to anybody."""
        return cls.shared((), patients)

    @classmethod
    def shared(cls, events: Sequence[Event], patients: int) -> Events:
        """The same events for everybody."""
        zero = np.zeros(patients, dtype=np.int64)
        return cls(*_table(events), zero, zero + len(events))

    @classmethod
    def of(cls, events: Sequence[Sequence[Event]]) -> Events:
        """One sequence of events for each patient."""
        ends = np.cumsum([len(own) for own in events], dtype=np.int64)
        begins = np.concatenate([np.zeros(1, dtype=np.int64), ends[:-1]])
        ordered = [event for own in events for event in sorted(own, key=lambda event: event.time)]
        return cls(*_table(ordered, ordered=True), begins, ends)

    def of_each(self, owner: Index) -> Events:
        """The same table for as many patients as ``owner`` has numbers, each with the rows of its owner."""
        return replace(self, begin=self.begin[owner], end=self.end[owner])


def _table(events: Sequence[Event], ordered: bool = False) -> tuple[Array, Index, Array, Array]:
    rows = events if ordered else sorted(events, key=lambda event: event.time)
    return (
        np.array([row.time for row in rows], dtype=np.float64),
        np.array([row.place for row in rows], dtype=np.int64),
        np.array([row.amount for row in rows], dtype=np.float64),
        np.array([row.keep for row in rows], dtype=np.float64),
    )


@dataclass(frozen=True)
class Problem:
    """Move every patient from ``start`` to ``end``.

    states      shape (states, patients), at the start
    parameters  shape (parameters, patients)
    start, end  shape (patients,), or one number for all
    events      what happens on the way; only those with start <= time < end act
    times       when to record, in order; a patient's value is what it is just before an event of that time, and NaN
                outside the patient's own start to end
    rows        which states to record; None is all
    stops       a step ends at every time to record, so that what is recorded is as good as the steps; without it the
                method's dense output (order 3) reads between the ends of steps: for many times and few long steps
    floor       per state, what it cannot fall below: a step that ends below it by more than the absolute tolerance is
                refused, one that ends below it by less is lifted to it; -inf for none
    first, restart, longest  step sizes: at the start (0: the engine chooses), at most right after an event, and ever
    step        shape (patients,), first step of each patient where above 0: what an earlier stretch handed on
    """

    states: Array
    parameters: Array
    start: Array | float
    end: Array | float
    events: Events | None = None
    times: Array = field(default_factory=lambda: np.empty(0))
    rows: Sequence[int] | None = None
    stops: bool = True
    floor: Array | float = -np.inf
    first: float = 0.0
    restart: float = np.inf
    longest: float = np.inf
    step: Array | None = None
    most_steps: int = MOST_STEPS

    @property
    def patients(self) -> int:
        """How many patients there are."""
        return int(self.states.shape[1])


@dataclass(frozen=True)
class Solution:
    """Where everybody ended.

    states    shape (states, patients), at ``time``
    time      shape (patients,): the end, or where a patient stopped
    recorded  shape (times, rows, patients)
    status    shape (patients,), a ``Status`` each
    step      shape (patients,), the size the next step would have
    accepted, rejected  shape (patients,), how many steps were taken and refused
    """

    states: NDArray[Any]
    time: Array
    recorded: NDArray[Any]
    status: NDArray[np.int32]
    step: Array
    accepted: NDArray[np.int32]
    rejected: NDArray[np.int32]

    def stopped(self) -> dict[int, str]:
        """The patients that did not arrive, each with the reason."""
        return {
            int(patient): f"{REASONS[Status(self.status[patient])]} (at time {self.time[patient]:g})"
            for patient in np.flatnonzero(self.status)
        }

    def checked(self) -> Solution:
        """Itself, if everybody arrived; else SimulationError naming the first patients that did not."""
        stopped = self.stopped()
        if stopped:
            named = "; ".join(f"patient {patient} {reason}" for patient, reason in list(stopped.items())[:3])
            raise SimulationError(f"{len(stopped)} of {len(self.status)} patients did not arrive: {named}")
        return self


class Engine(Protocol):
    """What moves patients through time."""

    def solve(self, problem: Problem, tolerance: Tolerance, watch: Watch | None = None) -> Solution:
        """Every patient from its start to its end; a patient that cannot go on stops alone.

        watch  told now and then, in the thread that called, how many patients are done, and in the end all
        """
        ...


@dataclass(frozen=True)
class Prepared:
    """A problem with everything written out and checked, in the precision of ``states``."""

    states: Rows
    parameters: Rows
    start: Array
    end: Array
    step: Rows
    events: Events
    times: Array
    rows: Index
    stops: bool
    floor: Rows
    absolute: Rows
    relative: float
    restart: float
    longest: float
    most_steps: int

    @property
    def patients(self) -> int:
        """How many patients there are."""
        return int(self.states.shape[1])

    @cached_property
    def first_event(self) -> Index:
        """The first row of each patient's events that is not before the patient's start."""
        events, first = self.events, self.events.begin.copy()
        for patient in np.flatnonzero(first < events.end):
            if events.time[first[patient]] < self.start[patient]:
                own = events.time[first[patient] : events.end[patient]]
                first[patient] += np.searchsorted(own, self.start[patient])
        return first

    @cached_property
    def first_output(self) -> Index:
        """The first time to record that is not before each patient's start."""
        return np.searchsorted(self.times, self.start).astype(np.int64)


def prepare(problem: Problem, tolerance: Tolerance, model: Graph, kind: type) -> Prepared:
    """Check the shapes and write everything out, first steps included.

    Raises ValueError when a shape, a place or an order is not what the model needs.
    """
    count, states = problem.patients, model.states
    events = Events.none(count) if problem.events is None else problem.events
    times = np.ascontiguousarray(problem.times, dtype=np.float64)
    rows = np.arange(states) if problem.rows is None else np.asarray(problem.rows, dtype=np.int64)
    _check(problem, events, times, rows, model)
    absolute = np.ravel(np.asarray(tolerance.absolute, dtype=np.float64))
    given = Prepared(
        states=np.array(problem.states, dtype=kind),
        parameters=np.array(problem.parameters, dtype=kind),
        start=_each(problem.start, count),
        end=_each(problem.end, count),
        step=_each(0.0 if problem.step is None else problem.step, count).astype(kind),
        events=events,
        times=times,
        rows=rows,
        stops=problem.stops,
        floor=_each(problem.floor, states).astype(kind),
        absolute=_each(absolute if len(absolute) > 1 else absolute[0], states).astype(kind),
        relative=tolerance.relative,
        restart=problem.restart,
        longest=problem.longest,
        most_steps=problem.most_steps,
    )
    unasked = ~(given.step > 0)
    if unasked.any():
        given.step[unasked] = _first_step(problem, given, model, np.flatnonzero(unasked))
    return given


def _each(value: Array | float, count: int) -> Array:
    return np.array(np.broadcast_to(value, count), dtype=np.float64)


def _check(problem: Problem, events: Events, times: Array, rows: Index, model: Graph) -> None:
    count, places = problem.patients, model.states + model.parameters
    _require(len(problem.states) == model.states, f"states: expected {model.states} rows")
    expected = (model.parameters, count)
    _require(problem.parameters.shape == expected, f"parameters: expected the shape {expected}")
    _require(bool(np.all(np.diff(times) >= 0)), "times to record: expected in order")
    _require(len(rows) > 0 or not len(times), "rows to record: expected at least one")
    _require(bool(np.all((rows >= 0) & (rows < model.states))), f"rows to record: expected 0 to {model.states - 1}")
    _require(events.begin.shape == events.end.shape == (count,), f"events: expected rows for {count} patients")
    _require(bool(np.all((events.place >= 0) & (events.place < places))), f"events: expected places 0 to {places - 1}")


def _require(holds: bool, message: str) -> None:
    if not holds:
        raise ValueError(message)


def _first_step(problem: Problem, given: Prepared, model: Graph, some: Index) -> Rows:
    """Of some patients: as asked; else one in which no state moves by more than its allowed error."""
    kind = given.states.dtype.type
    span = (given.end - given.start)[some].astype(kind)
    if problem.first > 0:
        asked: Rows = np.minimum(kind(problem.first), span)
        return asked
    states, parameters = given.states[:, some], given.parameters[:, some]
    slope = model(states, parameters, given.start[some].astype(kind))
    size = given.absolute[:, None] + kind(given.relative) * np.abs(states)
    with np.errstate(all="ignore"):
        speed = np.max(np.abs(slope) / size, axis=0, initial=0)
        step: Rows = np.where(np.isfinite(speed) & (speed > 0), np.minimum(1 / speed, span), span)
    return step
