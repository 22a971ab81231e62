"""What the kernel costs on this machine: start, and patient-decades per processor second, engine by engine.

    python benchmarks/kernel_smoke.py [--patients 512] [--years 10] [--rtol 1e-6]

Two models of the package: bone alone, and the whole circle of one person, with estrogen falling over the years. Every
engine follows the same patients; errors are against the same method at a tolerance a thousand times finer, relative to
the largest value of each state. Processor time, so that other work on the machine matters little; ratios within one
run are what to quote. Nothing is asserted.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from boneloop.cycle import loop
from boneloop.cycle.body import bone, fracture
from boneloop.evidence.registry import load
from boneloop.kernel.dormand_prince import Tolerance, integrate
from boneloop.kernel.engines import has_native
from boneloop.kernel.graph import Graph
from boneloop.kernel.problem import Problem
from boneloop.kernel.recorder import record
from boneloop.kernel.rodas4 import Rodas4
from boneloop.kernel.vector import leaves
from boneloop.simulate.lanes import body_parameters
from boneloop.types import Array
from boneloop.units import DAYS_PER_YEAR

ESTROGEN_HALF_TIME = 1200.0
FINER = 1e-3
BODY = body_parameters(load(), {})


@dataclass(frozen=True)
class Case:
    """A model, and a typical patient of it, shape (states, 1); ``gain`` varies between patients."""

    name: str
    model: Callable[[Any, Any, Any], Any]
    typical: Array

    @property
    def graph(self) -> Graph:
        """Recorded anew."""
        return record(self.model, len(self.typical), 1)


def bone_model(y: Any, p: Any, now: Any) -> Any:
    """Bone alone; the parameter is how fast estrogen falls."""
    return bone.rates(bone.State(*y), bone.Inputs(estrogen=1 / (1 + p[0] * now / ESTROGEN_HALF_TIME)), BODY.bone)


def circle_model(y: Any, p: Any, now: Any) -> Any:
    """The whole circle of one person; the parameter scales it."""
    whole = fracture.Injuries(*(0.0 for _ in fracture.Injuries._fields))
    estrogen = 1 / (1 + now / ESTROGEN_HALF_TIME)
    person = loop.Person(gain=p[0], felt_input=0.1, depression_input=0.05)
    return loop.rates(loop.state_of(y), person, estrogen, whole, {}, loop.OPEN, BODY)


def cases() -> list[Case]:
    """Bone alone, and the whole circle."""
    cells = np.array([[float(value)] for value in leaves(bone.rest(BODY.bone))])
    rest = np.full((len(loop.STATE_NAMES) - len(cells), 1), 0.1)
    return [Case("bone", bone_model, cells), Case("circle", circle_model, np.concatenate([cells, rest]))]


def patients(case: Case, count: int, years: float) -> Problem:
    """Patients that differ in their states and in the parameter; the end is all that is asked for."""
    chance = np.random.default_rng(1)
    states = case.typical * chance.lognormal(0, 0.1, (len(case.typical), count))
    return Problem(states, chance.lognormal(0, 0.2, (1, count)), 0.0, years * DAYS_PER_YEAR)


def explicit(case: Case, problem: Problem, tolerance: Tolerance) -> Array:
    """The engine of before: Dormand-Prince on the model's own functions."""

    def rates(now: Array, y: Array) -> Array:
        return np.array([np.broadcast_to(rate, now.shape) for rate in leaves(case.model(y, problem.parameters, now))])

    zero = np.zeros(problem.patients)
    absolute = np.asarray(tolerance.absolute)
    return integrate(rates, problem.states, zero, zero + problem.end, zero, Tolerance(tolerance.relative, absolute))[0]


def measured(run: Callable[[], Any], turns: int = 3) -> tuple[Any, float]:
    """The result, and the processor seconds of the fastest of some runs."""
    seconds, result = np.inf, None
    for _ in range(turns):
        begun = time.process_time()
        result = run()
        seconds = min(seconds, time.process_time() - begun)
    return result, seconds


def report(case: Case, count: int, years: float, tolerance: Tolerance) -> None:
    """One table."""
    problem = patients(case, count, years)
    few = replace(problem, states=problem.states[:, : count // 8], parameters=problem.parameters[:, : count // 8])
    graph = case.graph
    print(f"\n{case.name}: {graph.states} states, {len(graph.order)} expressions, relative tolerance "
          f"{tolerance.relative:g}")  # fmt: skip
    fine = Tolerance(tolerance.relative * FINER, np.asarray(tolerance.absolute) * FINER)
    exact = Rodas4(graph).solve(few, fine).states
    line("Dormand-Prince, NumPy", years, problem, exact, *measured(lambda: explicit(case, problem, tolerance), 1))
    plain = Rodas4(graph)
    line("Rodas4, NumPy", years, problem, exact, *measured(lambda: plain.solve(problem, tolerance).states, 1))
    if not has_native():
        print("native: llvmlite has no build here")
        return
    from boneloop.kernel.native.engine import Native

    for kind in (np.float64, np.float32):
        begun = time.perf_counter()
        native = Native(case.graph, kind, threads=1)
        start = time.perf_counter() - begun
        solution, seconds = measured(lambda native=native: native.solve(problem, tolerance).checked())
        line(f"native, {np.dtype(kind).name}", years, problem, exact, solution.states, seconds)
        steps = (solution.accepted + solution.rejected).mean()
        each = seconds / problem.patients / steps
        print(f"{'':24} ready in {start:.3f} s, {steps:.0f} steps a patient, {each * 1e9:.0f} ns a step")


def line(name: str, years: float, problem: Problem, exact: Array, found: Array, seconds: float) -> None:
    """One row: speed and error."""
    rate = problem.patients * years / 10 / seconds
    size = np.maximum(np.abs(exact).max(axis=1, keepdims=True), FINER)
    error = np.abs(found[:, : exact.shape[1]] - exact) / size
    print(f"{name:24} {rate:12,.0f} patient-decades/s of processor time   worst error {error.max():.1e}")


def main() -> None:
    """Read the options and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--patients", type=int, default=512)
    parser.add_argument("--years", type=float, default=10.0)
    parser.add_argument("--rtol", type=float, default=1e-6)
    given = parser.parse_args()
    for case in cases():
        absolute = given.rtol * FINER * np.maximum(np.abs(case.typical), FINER)
        report(case, given.patients, given.years, Tolerance(given.rtol, absolute))


if __name__ == "__main__":
    main()
