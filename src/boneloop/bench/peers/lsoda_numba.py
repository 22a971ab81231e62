"""numbalsoda: LSODA in C++, the rates compiled by numba from our recorded model, no Python in the loop."""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import version as of
from typing import Any

import numpy as np

from boneloop.bench.case import ABSOLUTE, Case, Found, Solve
from boneloop.bench.itinerary import paths
from boneloop.bench.peers.scalar_code import compiled
from boneloop.kernel.problem import Problem

MOST_STEPS = 1_000_000


def version() -> str:
    """Of numbalsoda and numba."""
    return f"{of('numbalsoda')} (numba {of('numba')})"


def ready(case: Case, variant: str, threads: int) -> Solve:
    """Compile the rates and a loop over one patient's stretches."""
    code = compiled(case.graph)
    advance = _advance(import_module("numba"), import_module("numbalsoda"), code)

    def solve(problem: Problem, relative: float) -> Found:
        recorded = np.full((len(problem.times), len(problem.states), problem.patients), np.nan)
        for path in paths(problem):
            way = path.itinerary
            found = np.full(recorded.shape[:2], np.nan)
            flat = way.grid, way.output, way.first, way.event, way.place, way.amount, way.keep
            advance(path.states.copy(), path.parameters.copy(), *flat, found, relative, relative * ABSOLUTE)
            recorded[..., path.patient] = found
        return Found(recorded)

    return solve


def _advance(numba: Any, soda: Any, code: Any) -> Any:
    lsoda, share, rates = soda.lsoda, code.share, code.rates
    states, parameters, shared = code.states, code.parameters, code.shared
    most = MOST_STEPS

    @numba.cfunc(soda.lsoda_sig)  # type: ignore[untyped-decorator]
    def right_hand_side(t: Any, u: Any, du: Any, data: Any) -> None:
        given = numba.carray(data, (parameters + shared,))
        rates(t, numba.carray(u, (states,)), given[:parameters], given[parameters:], numba.carray(du, (states,)))

    address = right_hand_side.address

    @numba.njit  # type: ignore[untyped-decorator]
    def advance(
        y: Any, p: Any, grid: Any, output: Any, first: Any, event: Any, place: Any, amount: Any, keep: Any, found: Any,
        relative: Any, absolute: Any,
    ) -> None:  # fmt: skip
        data = np.empty(parameters + shared)
        data[:parameters] = p
        share(data[:parameters], data[parameters:])
        for stretch in range(len(first) - 1):
            for row in range(event[stretch], event[stretch + 1]):
                if place[row] < states:
                    y[place[row]] = keep[row] * y[place[row]] + amount[row]
                else:
                    data[place[row] - states] = keep[row] * data[place[row] - states] + amount[row]
                    share(data[:parameters], data[parameters:])
            begin, end = first[stretch], first[stretch + 1]
            passed, success = lsoda(address, y, grid[begin:end], data, relative, absolute, most)
            if not success:
                return
            for point in range(begin, end):
                if output[point] >= 0:
                    found[output[point]] = passed[point - begin]
            y[:] = passed[end - begin - 1]

    advance.kept = right_hand_side
    return advance
