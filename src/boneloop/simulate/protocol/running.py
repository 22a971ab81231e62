"""Running: a protocol lived by its people, some at a time, on the native engine; who stops, stops alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from boneloop.cycle.body.mineral.dimensions import HOURS_PER_DAY
from boneloop.kernel.dormand_prince import Tolerance
from boneloop.kernel.engines import engine_for
from boneloop.kernel.problem import MOST_STEPS, Engine, Problem, Solution
from boneloop.simulate.mineral_alone import FLOOR
from boneloop.simulate.protocol import schedule as scheduling
from boneloop.simulate.protocol import start
from boneloop.simulate.protocol.model import Model, Observer, model_of
from boneloop.simulate.protocol.people import Person
from boneloop.simulate.protocol.reading import Protocol
from boneloop.simulate.protocol.schedule import Schedule
from boneloop.types import Array, Mask

KINDS = {"double": np.float64, "single": np.float32}
ABSOLUTE = 1e-3
"""Absolute error allowed, of a state of about 1, as a share of the relative one."""
STEPS_A_STOP = 2000
"""Steps allowed for each dose, change and time of a row, over those that every model is allowed."""
NUMBERS_AT_ONCE, PEOPLE_AT_ONCE = 4_000_000, 256

Progress = Callable[[int, int], None]
"""Told how many people are done, of how many."""


@dataclass(frozen=True)
class Stopped:
    """Somebody whose model could not go on.

    hour  up to which there are rows
    """

    id: str
    hour: float
    reason: str


@dataclass(frozen=True)
class Piece:
    """The results of some of the people.

    values   shape (columns, times, people), NaN after somebody stopped
    kept     shape (times, people): which rows there are
    """

    people: Sequence[Person]
    values: Array
    kept: Mask
    stopped: tuple[Stopped, ...]


def run(protocol: Protocol, threads: int | None = None, progress: Progress | None = None) -> Iterator[Piece]:
    """The results, some people at a time, in the order of the people.

    threads  how many; None is one per core. Nothing of the result depends on it
    """
    model = model_of(protocol)
    engine = engine_for(model.graph, KINDS[protocol.precision], threads)
    observer = model.observer(protocol.record.what)
    count = len(protocol.people)
    some = min(PEOPLE_AT_ONCE, max(1, NUMBERS_AT_ONCE // _size(protocol, observer)))
    for begin in range(0, count, some):
        piece = _lived(protocol, model, engine, observer, protocol.people[begin : begin + some])
        yield piece
        if progress:
            progress(min(begin + some, count), count)


def _size(protocol: Protocol, observer: Observer) -> int:
    """Numbers kept for one person."""
    columns = len(observer.states) + len(observer.parameters) + len(protocol.record.what)
    return max(1, columns * len(protocol.record.times))


def _lived(protocol: Protocol, model: Model, engine: Engine, observer: Observer, persons: Sequence[Person]) -> Piece:
    own = model.own(protocol, persons)
    single = ({place: float(values[index]) for place, values in own.items()} for index in range(len(persons)))
    schedules = [
        scheduling.schedule(protocol, model, person, numbers) for person, numbers in zip(persons, single, strict=True)
    ]
    states, without = start.states(model, own, protocol.start == "rest")
    ends = np.array([0.0 if index in without else protocol.duration for index in range(len(persons))])
    problem = Problem(
        states=states,
        parameters=np.array([own[place] for place in model.opened]),
        start=0.0,
        end=ends,
        events=scheduling.table(schedules),
        times=protocol.record.times,
        rows=observer.states or (0,),
        stops=_few(protocol),
        floor=np.array(FLOOR),
        most_steps=MOST_STEPS + STEPS_A_STOP * (_stops(schedules) + len(protocol.record.times)),
    )
    solution = engine.solve(problem, Tolerance(protocol.tolerance, ABSOLUTE * protocol.tolerance))
    values = _observed(protocol, model, observer, solution, own, schedules)
    return _piece(
        protocol, persons, values, {**_stopped(solution), **{index: (0.0, why) for index, why in without.items()}}
    )


def _piece(
    protocol: Protocol, persons: Sequence[Person], values: Array, stopped: Mapping[int, tuple[float, str]]
) -> Piece:
    """Whose rows end where somebody stopped; who arrived, but with rows that hold no number, is named too."""
    known: Mask = np.array(np.isfinite(values).all(axis=0))
    ends = dict(stopped)
    for index in np.flatnonzero(~known.all(axis=0)).tolist():
        hour = float(protocol.record.times[np.flatnonzero(~known[:, index])[0]])
        ends.setdefault(index, (hour, "what is recorded is no finite number"))
    for index, (hour, _) in stopped.items():
        known[:, index] &= (protocol.record.times <= hour) & (hour > 0)
    return Piece(persons, values, known, tuple(Stopped(persons[index].id, *ends[index]) for index in sorted(ends)))


def _stops(schedules: Sequence[Schedule]) -> int:
    """The most that happens to one person."""
    return max(len(one.events) for one in schedules)


def _few(protocol: Protocol) -> bool:
    """Whether a step may end at every time of a row: not where they stand closer than a day on average."""
    return len(protocol.record.times) * HOURS_PER_DAY <= protocol.duration + HOURS_PER_DAY


def _stopped(solution: Solution) -> dict[int, tuple[float, str]]:
    reasons = solution.stopped()
    return {index: (float(solution.time[index]), said.rpartition(" (at time")[0]) for index, said in reasons.items()}


def _observed(
    protocol: Protocol,
    model: Model,
    observer: Observer,
    solution: Solution,
    own: dict[str, Array],
    schedules: Sequence[Schedule],
) -> Array:
    """What is written down, shape (columns, times, people)."""
    times = protocol.record.times
    read = [model.opened[number] for number in observer.parameters]
    parameters = np.empty((len(read), len(times), len(schedules)))
    for row, place in zip(parameters, read, strict=True):
        for index, one in enumerate(schedules):
            row[:, index] = scheduling.over_time(float(own[place][index]), one.steps.get(place, []), times)
    recorded = np.asarray(solution.recorded, dtype=np.float64).transpose(1, 0, 2)
    return observer.graph(recorded[: len(observer.states) or 1], parameters, times[:, None])
