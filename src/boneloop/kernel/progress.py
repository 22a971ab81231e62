"""Where every patient is on the way: the next stop, what happens there, and what is written down."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from boneloop.kernel.problem import Prepared, Solution, Status
from boneloop.types import Array, Index, Mask

Rows = NDArray[Any]


class Progress:
    """The moving part of a solution: states ``y``, parameters ``p``, ``time``, next ``step``, next ``stop``."""

    def __init__(self, given: Prepared, step: Rows) -> None:
        count = given.patients
        self.given = given
        self.y, self.p = given.states.copy(), given.parameters.copy()
        self.time, self.step = given.start.copy(), step.copy()
        self.refused = np.zeros(count, dtype=np.bool_)
        self.accepted, self.rejected, self.status = (np.zeros(count, dtype=np.int32) for _ in range(3))
        shape = (len(given.times), len(given.rows), count)
        self.recorded = np.full(shape, np.nan, dtype=given.states.dtype)
        self._due = given.first_output
        self._event = given.first_event.copy()
        self._record_start()
        self.stop = given.end.copy()
        self.meet_events(np.arange(count))

    def _record_start(self) -> None:
        after = np.searchsorted(self.given.times, self.given.start, side="right")
        for patient in np.flatnonzero(after > self._due):
            self.recorded[self._due[patient] : after[patient], :, patient] = self.y[self.given.rows, patient]
        self._due = after

    def moving(self, some: Index) -> Index:
        """Those of ``some`` who have not arrived and have not failed."""
        going = (self.time[some] < self.given.end[some]) & (self.status[some] == Status.ARRIVED)
        still: Index = some[going]
        return still

    def meet_events(self, some: Index) -> None:
        """What happens to these patients now, which may shorten their next step; then look for their next stop."""
        events = self.given.events
        for patient in some:
            now, end = self.time[patient], self.given.end[patient]
            while self._event[patient] < events.end[patient]:
                at = self._event[patient]
                if events.time[at] > now or now >= end:
                    break
                self._happen(patient, int(events.place[at]), events.keep[at], events.amount[at])
                self._event[patient] += 1
            left = self._event[patient] < events.end[patient]
            stop = min(events.time[self._event[patient]], end) if left else end
            self.stop[patient] = min(stop, self._next_record(patient))

    def _next_record(self, patient: int) -> float:
        """The next time at which a step has to end because something is to be recorded."""
        times, due = self.given.times, self._due[patient]
        return float(times[due]) if self.given.stops and due < len(times) else np.inf

    def _happen(self, patient: int, place: int, keep: float, amount: float) -> None:
        kind, states = self.y.dtype.type, len(self.y)
        rows, row = (self.y, place) if place < states else (self.p, place - states)
        rows[row, patient] = rows[row, patient] * kind(keep) + kind(amount)
        self.step[patient] = min(self.step[patient], kind(self.given.restart))
        self.refused[patient] = False

    def note(self, some: Index, accepted: Mask, moves: Mask) -> None:
        """Count a step of each, and give up those for whom no step is short enough."""
        self.accepted[some] += accepted
        self.rejected[some] += ~accepted
        self.refused[some] = ~accepted
        self.status[some[~moves]] = Status.NO_STEP_SHORT_ENOUGH

    def tire(self, some: Index) -> None:
        """Give up those who have used all their steps and still have some way to go."""
        tired = self.accepted[some] + self.rejected[some] >= self.given.most_steps
        left = self.time[some] < self.given.end[some]
        self.status[some[tired & left & (self.status[some] == Status.ARRIVED)]] = Status.TOO_MANY_STEPS

    def take(self, some: Index, later: Array, step: Rows, after: Rows, dense: Rows) -> None:
        """Move these patients to ``later``, writing down what was asked for on the way.

        step   size of the step taken; after  states at its end
        dense  shape (2, states, patients), the two curves of the dense output
        """
        times, rows = self.given.times, self.given.rows
        ends = np.searchsorted(times, later, side="right")
        for lane in np.flatnonzero(ends > self._due[some]):
            patient = some[lane]
            span = slice(self._due[patient], ends[lane])
            share = ((times[span] - self.time[patient]) / step[lane]).astype(self.y.dtype)
            share[times[span] >= later[lane]] = 1
            parts = (self.y[rows, patient], after[rows, lane], *dense[:, rows, lane])
            self.recorded[span, :, patient] = between(share[:, None], *parts)
            self._due[patient] = ends[lane]
        self.y[:, some], self.time[some] = after, later

    def solution(self) -> Solution:
        """What the engine answers."""
        return Solution(
            self.y, self.time, self.recorded, self.status, self.step.astype(np.float64), self.accepted, self.rejected
        )


def between(share: Rows, before: Rows, after: Rows, d: Rows, e: Rows) -> Rows:
    """The states at a share of the step, 0 before and 1 after, by the method's dense output."""
    rest = 1 - share
    value: Rows = rest * before + share * (after + rest * (d + share * e))
    return value
