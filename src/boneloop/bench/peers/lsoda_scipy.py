"""SciPy's odeint: LSODA, which calls the rates through Python; numba compiles them where it is there."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import scipy
from scipy.integrate import odeint

from boneloop.bench.case import ABSOLUTE, Case, Found, Solve
from boneloop.bench.itinerary import Path, act, paths
from boneloop.bench.peers.scalar_code import ScalarCode, compiled
from boneloop.kernel.problem import Problem
from boneloop.types import Array

MOST_STEPS = 1_000_000


def version() -> str:
    """Of SciPy, and what compiles the rates."""
    try:
        from importlib.metadata import version as of

        return f"{scipy.__version__} (numba {of('numba')})"
    except ModuleNotFoundError:
        return f"{scipy.__version__} (rates in Python)"


def ready(case: Case, variant: str, threads: int) -> Solve:
    """Compile the rates."""
    code = compiled(case.graph)

    def solve(problem: Problem, relative: float) -> Found:
        recorded = np.full((len(problem.times), len(problem.states), problem.patients), np.nan)
        for path in paths(problem):
            recorded[..., path.patient] = _live(code, path, relative, recorded.shape[:2])
        return Found(recorded)

    return solve


def _live(code: ScalarCode, path: Path, relative: float, shape: tuple[int, ...]) -> Array:
    found, y, p = np.full(shape, np.nan), path.states.copy(), path.parameters.copy()
    s, way = np.empty(code.shared), path.itinerary
    code.share(p, s)

    def rates(t: float, y: Array) -> Array:
        out = np.empty(code.states)
        code.rates(t, y, p, s, out)
        return out

    for stretch in range(len(way)):
        if act(way, stretch, y, p):
            code.share(p, s)
        points = slice(way.first[stretch], way.first[stretch + 1])
        passed, ended = _stretch(rates, y, way.grid[points], relative)
        if not ended:
            break
        output = way.output[points]
        found[output[output >= 0]] = passed[output >= 0]
        y = passed[-1].copy()
    return found


def _stretch(rates: Any, y: Array, grid: Array, relative: float) -> tuple[Array, bool]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        passed, told = odeint(
            rates, y, grid, rtol=relative, atol=relative * ABSOLUTE, tfirst=True, mxstep=MOST_STEPS, full_output=True
        )
    return passed, told["message"] == "Integration successful."
