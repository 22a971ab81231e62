"""Itinerary: what a solver that knows neither doses nor events has to do, stretch by stretch, for one patient.

A stretch runs from one event to the next; a solver starts anew at its begin, after the events there have acted, and is
asked for the states at every time of ``grid``. Flat arrays, so that compiled loops can walk them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from boneloop.kernel.problem import Events, Problem
from boneloop.types import Array, Index


@dataclass(frozen=True)
class Itinerary:
    """The stretches of one patient.

    grid     times, stretch after stretch; each begins with its begin and ends with its end
    output   for each of them, the number of the time to record, or -1
    first    where each stretch begins in ``grid``; one more, its length
    event    where the events of each stretch begin in the next three; one more, their length
    place, amount, keep  the events, as in ``Event``
    """

    grid: Array
    output: Index
    first: Index
    event: Index
    place: Index
    amount: Array
    keep: Array

    def __len__(self) -> int:
        return len(self.first) - 1


@dataclass(frozen=True)
class Path:
    """One patient with all that is theirs: states at the start (states,), parameters (parameters,), itinerary."""

    patient: int
    states: Array
    parameters: Array
    itinerary: Itinerary


def paths(problem: Problem) -> Iterator[Path]:
    """Every patient's; patients that share their events share the itinerary. Everybody starts and ends together."""
    events = problem.events or Events.none(problem.patients)
    known: dict[tuple[int, int], Itinerary] = {}
    for patient in range(problem.patients):
        rows = (int(events.begin[patient]), int(events.end[patient]))
        if rows not in known:
            known[rows] = _itinerary(problem, events, slice(*rows))
        states, parameters = (np.ascontiguousarray(each[:, patient]) for each in (problem.states, problem.parameters))
        yield Path(patient, states, parameters, known[rows])


def _itinerary(problem: Problem, events: Events, rows: slice) -> Itinerary:
    start, end = float(np.max(problem.start)), float(np.max(problem.end))
    acting = (events.time[rows] >= start) & (events.time[rows] < end)
    time = events.time[rows][acting]
    begins = np.unique(np.concatenate([[start], time]))
    grids, outputs = [], []
    for begin, stop in zip(begins, [*begins[1:], end], strict=True):
        due = np.flatnonzero((problem.times > begin) & (problem.times <= stop))
        closes = len(due) > 0 and problem.times[due[-1]] == stop
        grids.append(np.concatenate([[begin], problem.times[due], [] if closes else [stop]]))
        outputs.append(np.concatenate([[-1], due, [] if closes else [-1]]).astype(np.int64))
    return Itinerary(
        grid=np.concatenate(grids),
        output=np.concatenate(outputs),
        first=np.cumsum([0, *(len(grid) for grid in grids)], dtype=np.int64),
        event=np.append(np.searchsorted(time, begins), len(time)).astype(np.int64),
        place=events.place[rows][acting],
        amount=events.amount[rows][acting],
        keep=events.keep[rows][acting],
    )


def act(itinerary: Itinerary, stretch: int, states: Array, parameters: Array) -> bool:
    """Let the events at the begin of a stretch act, in place; says whether a parameter changed."""
    changed = False
    for row in range(itinerary.event[stretch], itinerary.event[stretch + 1]):
        place = int(itinerary.place[row])
        target, index = (states, place) if place < len(states) else (parameters, place - len(states))
        target[index] = itinerary.keep[row] * target[index] + itinerary.amount[row]
        changed = changed or target is parameters
    return changed
