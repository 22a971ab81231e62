"""The SciPy engine: the same recorded model under solvers that somebody else wrote; slow, and for comparing.

Each patient is followed alone, from stop to stop (events, times to record, the end), by SciPy's Radau or LSODA with
the exact Jacobian of the graph. In double precision only. SciPy can neither be told to refuse a step that falls
through a floor nor counts the steps it refuses: a state is lifted to its floor at every stop, and ``rejected`` is 0.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from scipy.integrate import LSODA, Radau

from boneloop.kernel.derivative import jacobian
from boneloop.kernel.dormand_prince import Tolerance
from boneloop.kernel.graph import Graph
from boneloop.kernel.problem import Prepared, Problem, Solution, Status, Watch, prepare
from boneloop.types import Array, Index

METHODS: dict[str, Callable[..., Any]] = {"Radau": Radau, "LSODA": LSODA}
"""SciPy's solvers for stiff systems: implicit Runge-Kutta of order 5, and ODEPACK's multistep."""


class Stretch(NamedTuple):
    """From one stop of a patient to the next: the rows of the events that act at its begin, and what is recorded."""

    begin: float
    end: float
    events: Index
    due: Index


class Reference:
    """Moves the patients of one model, one after the other; ``method`` is "Radau" or "LSODA"."""

    def __init__(self, model: Graph, method: str = "Radau") -> None:
        if len(model.results) != model.states:
            raise ValueError(f"a model gives one rate per state: {model.states} states, {len(model.results)} rates")
        self.model, self.method = model, METHODS[method]
        self.derivative = jacobian(model)

    def solve(self, problem: Problem, tolerance: Tolerance, watch: Watch | None = None) -> Solution:
        """Every patient from its start to its end; a patient that cannot go on stops alone."""
        given = prepare(problem, tolerance, self.model, np.float64)
        lives = [_Life(self, given, patient) for patient in range(given.patients)]
        recorded = np.empty((len(given.times), len(given.rows), given.patients))
        for patient, life in enumerate(lives):
            life.live()
            given.states[:, patient], recorded[..., patient] = life.y, life.recorded
            if watch:
                watch(patient + 1)
        return Solution(
            states=given.states,
            time=np.array([life.time for life in lives]),
            recorded=recorded,
            status=np.array([life.status for life in lives], dtype=np.int32),
            step=np.array([life.step for life in lives]),
            accepted=np.array([life.accepted for life in lives], dtype=np.int32),
            rejected=np.zeros(given.patients, dtype=np.int32),
        )

    def rates(self, parameters: Array) -> Callable[[float, Array], Array]:
        """The model as SciPy calls it: time and states of one patient."""
        column = parameters[:, None]
        return lambda time, y: self.model(y[:, None], column, time)[:, 0]

    def slopes(self, parameters: Array) -> Callable[[float, Array], Array]:
        """Its Jacobian as SciPy calls it, shape (states, states)."""
        column, count = parameters[:, None], self.model.states
        rows, columns = (np.array(places, dtype=int) for places in zip(*self.derivative.entries, strict=True))

        def matrix(time: float, y: Array) -> Array:
            found = np.zeros((count, count))
            found[rows, columns] = self.derivative.graph(y[:, None], column, time)[count : count + len(rows), 0]
            return found

        return matrix


class _Life:
    """One patient on the way: states, parameters, time, what is recorded, and how it goes."""

    def __init__(self, engine: Reference, given: Prepared, patient: int) -> None:
        self.engine, self.given, self.patient = engine, given, patient
        self.y, self.p = given.states[:, patient].copy(), given.parameters[:, patient].copy()
        self.time, self.step = float(given.start[patient]), float(given.step[patient])
        self.recorded = np.full((len(given.times), len(given.rows)), np.nan)
        self.status, self.accepted = Status.ARRIVED, 0

    def live(self) -> None:
        """From the start to the end, or to where it stops."""
        self.recorded[self.given.times == self.time] = self.y[self.given.rows]
        for stretch in stretches(self.given, self.patient):
            self._meet(stretch.events)
            with warnings.catch_warnings(), np.errstate(all="ignore"):
                warnings.simplefilter("ignore")  # the status says it
                self.status = self._follow(stretch)
            self.y = np.maximum(self.y, self.given.floor)
            if self.status != Status.ARRIVED:
                return

    def _meet(self, rows: Index) -> None:
        events, states = self.given.events, len(self.y)
        for row in rows:
            place = int(events.place[row])
            target, at = (self.y, place) if place < states else (self.p, place - states)
            target[at] = target[at] * events.keep[row] + events.amount[row]
        if len(rows):
            self.step = min(self.step, self.given.restart)

    def _follow(self, stretch: Stretch) -> Status:
        """Through one stretch; LSODA and Radau say in their own ways that they cannot."""
        try:
            solver = self._solver(stretch)
            while solver.status == "running":
                if self.accepted >= self.given.most_steps:
                    return Status.TOO_MANY_STEPS
                before = solver.t
                solver.step()
                if solver.status == "failed" or not np.isfinite(solver.y).all():
                    return Status.NO_STEP_SHORT_ENOUGH
                self._take(solver, stretch, before)
        except (ValueError, np.linalg.LinAlgError):
            return Status.NO_STEP_SHORT_ENOUGH
        return Status.ARRIVED

    def _solver(self, stretch: Stretch) -> Any:
        engine, given = self.engine, self.given
        return engine.method(
            engine.rates(self.p),
            stretch.begin,
            self.y,
            stretch.end,
            first_step=min(self.step, stretch.end - stretch.begin, given.longest),
            max_step=given.longest,
            rtol=given.relative,
            atol=given.absolute,
            jac=engine.slopes(self.p) if engine.derivative.entries else None,
        )

    def _take(self, solver: Any, stretch: Stretch, before: float) -> None:
        taken = solver.t - before
        self.step = max(self.step, taken) if solver.t == stretch.end else taken
        self.accepted += 1
        self.y, self.time = solver.y.copy(), solver.t
        times = self.given.times[stretch.due]
        covered = stretch.due[(times > before) & (times <= solver.t)]
        if len(covered):
            self.recorded[covered] = solver.dense_output()(self.given.times[covered])[self.given.rows].T


def stretches(given: Prepared, patient: int) -> Iterator[Stretch]:
    """The stretches of one patient's time, in order."""
    events, start, end = given.events, float(given.start[patient]), float(given.end[patient])
    own = np.arange(given.first_event[patient], events.end[patient])
    own = own[events.time[own] < end]
    inside = given.times[(given.times > start) & (given.times < end)] if given.stops else np.empty(0)
    stops: Array = np.unique([start, end, *events.time[own], *inside]) if start < end else np.empty(0)
    for begin, stop in pairwise(stops):
        due = np.flatnonzero((given.times > begin) & (given.times <= stop))
        yield Stretch(float(begin), float(stop), own[events.time[own] == begin], due)
