"""The NumPy engine for chains: cycle by cycle, all persons at once.

The native engine draws the same numbers and makes the same moves; this one is its test oracle, and takes its place
where llvmlite has no build.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from boneloop.kernel import philox
from boneloop.kernel.chain import SLACK, Chain, Cohort, Law, Trace
from boneloop.kernel.chain_check import Offence, Prepared, prepare
from boneloop.kernel.graph import Graph

Rows = NDArray[Any]
Mask = NDArray[np.bool_]


class Steps:
    """Walks one chain; ``kind`` is the precision, np.float64 or np.float32."""

    def __init__(self, model: Chain, kind: type = np.float64) -> None:
        self.model, self.kind = model, kind
        self._moves = {state: model.out_of(state) for state in model.living}
        self._graphs = {state: self._graph(state) for state in model.living}

    def _graph(self, state: int) -> Graph:
        """The chances of the moves out of a state, and last of staying where that was named."""
        graph, staying = self.model.graph, self.model.staying(state)
        places = self._moves[state] + ([] if staying is None else [staying])
        return Graph(graph.sheet, tuple(graph.results[place] for place in places), graph.states, graph.parameters)

    def run(self, cohort: Cohort) -> Trace:
        """Every person, every cycle (``ChainEngine``)."""
        walk = self._walk(cohort)
        if walk.offence is not None:
            raise walk.offence.error(self.model)
        return walk.trace(self.model.states, cohort.follow)

    def offence(self, cohort: Cohort) -> Offence | None:
        """The first chances that are none of the first person who meets any."""
        return self._walk(cohort).offence

    def _walk(self, cohort: Cohort) -> _Walk:
        walk = _Walk(prepare(cohort, self.model), self.kind, len(self.model.states), cohort.cycles)
        key = philox.key_of(cohort.seed, cohort.stream)
        four: tuple[philox.Words, ...] = ()
        for cycle in range(cohort.cycles):
            if cycle % philox.WORDS == 0:
                four = philox.words(key, walk.keys, cycle // philox.WORDS)
            self._step(walk, cycle, philox.fractions(four[cycle % philox.WORDS], self.kind))
            walk.count(cycle + 1)
        return walk

    def _step(self, walk: _Walk, cycle: int, luck: Rows) -> None:
        before = walk.state.copy()
        for state in self.model.living:
            here = np.flatnonzero(before == state)
            if not len(here):
                continue
            chances = self._graphs[state](walk.stay[None, here], walk.inputs[:, here], self.kind(cycle))
            bad = self._broken(state, chances)
            if bad.any():
                walk.note(state, cycle, here[bad], chances[:, bad], self._values)
            limits = self.limits(chances[: len(self._moves[state])])
            goes = np.sum(luck[here] >= limits, axis=0)
            targets = np.array([self.model.moves[place][1] for place in self._moves[state]] + [state])
            walk.state[here] = targets[goes]
        moved = walk.state != before
        walk.stay = np.where(moved, self.kind(0), walk.stay + self.kind(1))
        walk.enter(moved, cycle + 1)

    def limits(self, chances: Rows) -> Rows:
        """Up to which random number each move is made: shape (moves, persons), rising."""
        sums: Rows = np.cumsum(chances, axis=0, dtype=self.kind)
        if self.model.law is Law.PROBABILITIES:
            return sums
        total = sums[-1]
        with np.errstate(all="ignore"):
            per_hazard = np.where(total > 0, -np.expm1(-total) / total, self.kind(1))
            found: Rows = per_hazard * sums
        return found

    def _broken(self, state: int, chances: Rows) -> Mask:
        """Who has chances that are none."""
        moves = len(self._moves[state])
        with np.errstate(all="ignore"):
            good = (chances >= 0).all(axis=0)
            total = np.sum(chances[:moves], axis=0)
            if self.model.law is Law.HAZARDS:
                good &= total < np.inf
            else:
                slack = SLACK[np.dtype(self.kind)]
                good &= total <= 1 + slack
                if len(chances) > moves:
                    good &= np.abs(total + chances[-1] - 1) <= slack
        wrong: Mask = ~good
        return wrong

    def _values(self, state: int, chances: Rows) -> tuple[float, ...]:
        """The chances of one person in the order of the moves of the chain."""
        staying = self.model.staying(state)
        places = self._moves[state] + ([] if staying is None else [staying])
        by_place = sorted(zip(places, chances.tolist(), strict=True))
        return tuple(value for _, value in by_place)


@dataclass
class _Walk:
    """Where everybody is."""

    given: Prepared
    kind: type
    states: int
    cycles: int
    offence: Offence | None = None

    def __post_init__(self) -> None:
        persons, parameters = self.given.persons, self.given.parameters
        rows = [*self.given.columns, *(np.broadcast_to(value, persons) for value in parameters)]
        self.inputs: Rows = np.array(rows, dtype=self.kind).reshape(len(rows), persons)
        self.keys = self.given.everybodys_keys()
        self.state = self.given.start.copy()
        self.stay: Rows = self.given.stay.astype(self.kind)
        self.occupancy = np.zeros((self.cycles + 1, self.states), dtype=np.int64)
        self.entered = np.full((self.states, self.given.persons), -1, dtype=np.int32)
        self.entered[self.state, np.arange(self.given.persons)] = 0
        self.count(0)

    def count(self, cycle: int) -> None:
        self.occupancy[cycle] = np.bincount(self.state, minlength=self.states)

    def enter(self, moved: Mask, cycle: int) -> None:
        who = np.flatnonzero(moved)
        first = self.entered[self.state[who], who] < 0
        self.entered[self.state[who[first]], who[first]] = cycle

    def note(self, state: int, cycle: int, persons: NDArray[np.int64], chances: Rows, values: Any) -> None:
        """Keep the first trouble of the first person who has any."""
        person = int(persons[0])
        if self.offence is None or person < self.offence.person:
            self.offence = Offence(person, state, cycle, values(state, chances[:, 0]))

    def trace(self, states: tuple[str, ...], follow: bool) -> Trace:
        if not follow:
            return Trace(states, self.occupancy)
        return Trace(states, self.occupancy, self.state.astype(np.int32), self.entered)
