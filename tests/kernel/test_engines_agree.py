"""The models that matter say the same on every engine: rates, derivatives, factors, and the course with its doses.

The compiled rates are in native/test_mineral_code.py; whole courses of the JAX engine are in the verification.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import pytest

from boneloop.bench.cases import Circle, Mineral
from boneloop.cycle.body.mineral.form import PUBLISHED, SMOOTH
from boneloop.kernel.derivative import jacobian
from boneloop.kernel.dormand_prince import Tolerance
from boneloop.kernel.engines import engine_named, has_native
from boneloop.kernel.graph import Graph
from boneloop.kernel.problem import Event, Events, Problem
from boneloop.kernel.sparse_lu import factorization
from boneloop.kernel.vector import leaves

MANY = 1000
USUAL = Tolerance(1e-6, 1e-9)


class Model(NamedTuple):
    """A model as a function of scalars, as it is recorded, and who lives it; states are about 1."""

    rates: Any
    graph: Graph
    problem: Problem

    def draw(self, lanes, seed=4):
        """Random states, parameters and times."""
        chance, given = np.random.default_rng(seed), self.problem
        states = np.maximum(given.states[:, :1], 0.1) * chance.lognormal(0, 0.3, (self.graph.states, lanes))
        parameters = given.parameters[:, :1] * chance.lognormal(0, 0.1, (self.graph.parameters, lanes))
        return states, parameters, chance.uniform(0, given.times[-1], lanes)


@cache
def model(name):
    """The mineral engine in one of its forms, or the circle."""
    if name == "circle":
        circle = Circle()
        return Model(circle._rates, circle.graph(), circle.patients(2))
    engine = Mineral(PUBLISHED if name == "published" else SMOOTH)
    return Model(engine.model.rates, engine.graph(), engine.ten_years(engine.denosumab(), 2))


every_model = pytest.mark.parametrize("name", ["published", "smooth", "circle"])


def row_by_row(ours, theirs, allowed=1e-12):
    """Equal, relative to the largest value of each row."""
    size = np.abs(theirs).max(axis=1, keepdims=True)
    return np.all(np.abs(ours - theirs) <= allowed * size)


@every_model
def test_recorded_rates_are_those_of_the_functions_on_arrays_and_on_floats(name):
    rates, graph, _ = model(name)
    states, parameters, time = model(name).draw(MANY)
    recorded = graph(states, parameters, time)
    arrays = np.array([np.broadcast_to(row, MANY) for row in leaves(tuple(rates(states, parameters, time)))])
    floats = np.array(
        [
            list(leaves(tuple(rates(states[:, lane].tolist(), parameters[:, lane].tolist(), float(time[lane])))))
            for lane in range(MANY)
        ]
    ).T
    assert row_by_row(recorded, arrays) and row_by_row(floats, arrays)


@every_model
def test_rates_in_jax_are_those_of_the_functions_whether_recorded_or_not(name):
    jax = pytest.importorskip("jax", reason="the extra jax is not installed")
    from boneloop.kernel.xla.words import evaluate

    rates, graph, _ = model(name)
    states, parameters, time = model(name).draw(MANY)
    exact = graph(states, parameters, time)
    with jax.enable_x64(True):
        y, p, now = ([jax.numpy.asarray(row) for row in rows] for rows in (states, parameters, [time]))
        recorded = np.array(jax.numpy.stack(evaluate(graph, y, p, now[0])))
        direct = [np.broadcast_to(np.asarray(row), MANY) for row in leaves(tuple(rates(y, p, now[0])))]
    assert row_by_row(recorded, exact) and row_by_row(np.array(direct), exact)


def derivatives(graph, states, parameters, time):
    """The Jacobian by complex step, shape (states, states, lanes)."""
    count, lanes = states.shape
    shifted = np.tile(states.astype(np.complex128), count)
    for column in range(count):
        shifted[column, column * lanes : (column + 1) * lanes] += 1e-30j
    found = graph(shifted, np.tile(parameters, count), np.tile(time, count)).imag / 1e-30
    return found.reshape(count, count, lanes)


@every_model
def test_the_jacobian_is_that_of_the_complex_step(name):
    graph = model(name).graph
    draw = model(name).draw(30)
    derivative = jacobian(graph)
    found = np.zeros((graph.states, graph.states, 30))
    values = derivative.graph(*draw)[graph.states :]
    for (row, column), value in zip(derivative.entries, values, strict=False):
        found[row, column] = value
    exact = derivatives(graph, *draw)
    assert np.all(np.abs(found - exact) <= 1e-11 * np.abs(exact).max(axis=(1, 2), keepdims=True))


@every_model
@pytest.mark.parametrize("hours", [0.01, 10.0, 1e4])
def test_the_sparse_factors_solve_what_a_dense_solver_solves(name, hours):
    graph = model(name).graph
    states, parameters, time = model(name).draw(20)
    factored = factorization(jacobian(graph))
    shift = 1 / hours
    factors = factored.graph(states, parameters, time, shift)[graph.states + len(factored.moving) :]
    right = np.random.default_rng(1).standard_normal((graph.states, 20))
    found = factored.solve(np.concatenate([right, factors]))
    exact = derivatives(graph, states, parameters, time).transpose(2, 0, 1)
    matrix = shift * np.eye(graph.states) - exact
    dense = np.linalg.solve(matrix, right.T[..., None])[..., 0].T
    assert np.all(np.abs(found - dense).max(axis=0) <= 1e-9 * np.abs(dense).max(axis=0))


@every_model
def test_numpy_scipy_and_native_find_the_same_course_through_a_dose(name):
    """A person is followed for two months at a tolerance of 1e-6; what is recorded agrees to 1e-4 of its size."""
    graph, whole = model(name).graph, model(name).problem
    end = whole.times[-1] / 60
    dose = [] if whole.events is None else [Event(end / 3, int(whole.events.place[0]), whole.events.amount[0])]
    given = replace(
        whole, states=whole.states[:, :1], parameters=whole.parameters[:, :1], end=end, events=Events.shared(dose, 1),
        times=np.linspace(end / 3, end, 3), stops=True,
    )  # fmt: skip
    exact = engine_named("numpy", graph).solve(given, USUAL).checked().recorded
    for engine in ("scipy", *(["native"] if has_native() else [])):
        found = engine_named(engine, graph).solve(given, USUAL).checked().recorded
        assert np.all(np.abs(found - exact) <= 1e-4 * np.maximum(np.abs(exact), 1e-2)), engine
