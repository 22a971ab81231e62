"""diffrax: Kvaerno's implicit method of order 5 in float64, compiled by JAX for a whole batch of patients."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from importlib.metadata import version as of
from typing import Any

import numpy as np

from boneloop.bench.case import ABSOLUTE, Case, Found, Solve
from boneloop.bench.itinerary import Itinerary, paths
from boneloop.bench.source import JAX, source
from boneloop.errors import SimulationError
from boneloop.kernel.problem import Problem

MOST_STEPS = 1_000_000


def version() -> str:
    """Of diffrax and JAX."""
    return f"{of('diffrax')} (jax {of('jax')})"


def ready(case: Case, variant: str, threads: int) -> Solve:
    """Compile for this batch of patients; the tolerance stays open."""
    jax = import_module("jax")
    jax.config.update("jax_enable_x64", True)
    jnp = import_module("jax.numpy")
    space: dict[str, Any] = {"jnp": jnp}
    exec(compile(source(case.graph, JAX).text, "<recorded model>", "exec"), space)
    batch = jax.jit(jax.vmap(_patient(jax, jnp, space), in_axes=(0, 0, None, None, None, None)))

    def solve(problem: Problem, relative: float) -> Found:
        way = next(paths(problem)).itinerary
        grids, gains, doses = _table(way, len(problem.states), problem)
        passed = batch(problem.states.T, problem.parameters.T, grids, gains, doses, relative)
        return Found(_recorded(np.asarray(passed), way, problem))

    return solve


def _patient(jax: Any, jnp: Any, space: dict[str, Any]) -> Callable[..., Any]:
    diffrax = import_module("diffrax")

    def rates(t: Any, y: Any, given: Any) -> Any:
        return jnp.stack([jnp.asarray(rate, y.dtype) for rate in space["rates"](t, y, *given)])

    term = diffrax.ODETerm(rates)

    def patient(y0: Any, p: Any, grids: Any, gains: Any, doses: Any, relative: Any) -> Any:
        given = p, space["share"](p)
        control = diffrax.PIDController(rtol=relative, atol=relative * ABSOLUTE)

        def stretch(y: Any, part: Any) -> Any:
            grid, gain, dose = part
            solved = diffrax.diffeqsolve(
                term, diffrax.Kvaerno5(), grid[0], grid[-1], None, gain * y + dose, given,
                saveat=diffrax.SaveAt(ts=grid), stepsize_controller=control, max_steps=MOST_STEPS, throw=False,
            )  # fmt: skip
            passed = jnp.where(solved.result == diffrax.RESULTS.successful, solved.ys, jnp.nan)
            return passed[-1], passed

        return jax.lax.scan(stretch, y0, (grids, gains, doses))[1]

    return patient


def _table(way: Itinerary, states: int, problem: Problem) -> tuple[Any, Any, Any]:
    """Times, factors and additions, one row per stretch; events on states that everybody shares."""
    grids = [way.grid[begin:end] for begin, end in zip(way.first, way.first[1:], strict=False)]
    if len({len(grid) for grid in grids}) > 1:
        raise SimulationError("stretches with different numbers of times to record do not fit one compiled loop")
    if (way.place >= states).any() or len(set(map(id, (path.itinerary for path in paths(problem))))) > 1:
        raise SimulationError("events that change inputs or differ between patients do not fit one compiled loop")
    gains, doses = np.ones((len(way), states)), np.zeros((len(way), states))
    for stretch in range(len(way)):
        for row in range(way.event[stretch], way.event[stretch + 1]):
            gains[stretch, way.place[row]] *= way.keep[row]
            doses[stretch, way.place[row]] = way.keep[row] * doses[stretch, way.place[row]] + way.amount[row]
    return np.array(grids), gains, doses


def _recorded(passed: Any, way: Itinerary, problem: Problem) -> Any:
    """From (patients, stretches, points, states) to (times, states, patients)."""
    flat = passed.reshape(problem.patients, -1, len(problem.states))
    recorded = np.full((len(problem.times), len(problem.states), problem.patients), np.nan)
    recorded[way.output[way.output >= 0]] = flat[:, way.output >= 0].transpose(1, 2, 0)
    return recorded
