"""The JAX engine does what the NumPy engine does, step for step, and its gradients are those of the solution."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np
import pytest

from boneloop import mathematics
from boneloop.kernel.dormand_prince import Tolerance
from boneloop.kernel.problem import Event, Events, Problem, Status
from boneloop.kernel.recorder import record
from boneloop.kernel.rodas4 import Rodas4

jax = pytest.importorskip("jax", reason="the extra jax is not installed")

from boneloop.kernel.xla.engine import Xla  # noqa: E402

USUAL, FINE = Tolerance(1e-6, 1e-9), Tolerance(1e-9, 1e-12)
CALENDAR = [Event(10.0, 3, 1.0), Event(25.0, 5, 0.9, keep=0.0), Event(25.0, 3, 0.5), Event(70.0, 0, 2.0, keep=0.5)]
TIMES = np.array([0.0, 5.0, 25.0, 25.0, 60.0, 100.0])
LANES = 13


def problem(system, lanes=LANES, **more):
    """Own times, own calendars; those who start at their end among them."""
    states, parameters, _ = system.draw(lanes, 1, 0.3)
    start = np.linspace(0, 10, lanes)
    end = np.where(np.arange(lanes) % 7 == 3, start, 100.0)
    events = Events.of([CALENDAR[: lane % 5] for lane in range(lanes)])
    return Problem(states, parameters, start, end, events, TIMES, restart=0.1, **more)


class Shifted(NamedTuple):
    """Everybody with each place a little larger, then with each a little smaller; sizes are (places, lanes)."""

    problem: Problem
    size: np.ndarray


def shifted(given, places):
    rows = np.concatenate([given.states, given.parameters])
    size = 1e-4 * rows[places]
    copies = [rows + sign * move * (np.arange(7) == place)[:, None]
              for sign in (1, -1) for place, move in zip(places, size, strict=True)]  # fmt: skip
    every, turns = np.concatenate(copies, axis=1), 2 * len(places)
    events = replace(given.events, begin=np.tile(given.events.begin, turns), end=np.tile(given.events.end, turns))
    start, end = np.tile(given.start, turns), np.tile(given.end, turns)
    return Shifted(replace(given, states=every[:4], parameters=every[4:], events=events, start=start, end=end), size)


@pytest.fixture(scope="module")
def engine(reactions):
    """One chunk shape for all tests here, so that XLA compiles once."""
    return Xla(reactions.graph, chunk=8)


@pytest.mark.parametrize("stops", [True, False])
def test_it_takes_the_steps_of_the_numpy_engine_and_arrives_where_that_arrives(reactions, engine, stops):
    given = problem(reactions, stops=stops)
    ours, theirs = engine.solve(given, USUAL).checked(), Rodas4(reactions.graph).solve(given, USUAL)
    assert np.array_equal(ours.accepted, theirs.accepted) and np.array_equal(ours.rejected, theirs.rejected)
    assert np.array_equal(np.isnan(ours.recorded), np.isnan(theirs.recorded))
    assert ours.recorded == pytest.approx(theirs.recorded, rel=1e-7, abs=1e-12, nan_ok=True)
    assert ours.states == pytest.approx(theirs.states, rel=1e-7, abs=1e-12)
    assert np.array_equal(ours.time, theirs.time)


def test_a_patient_is_the_same_in_any_company(reactions, engine):
    crowd, lane = problem(reactions), 12
    own = Problem(
        crowd.states[:, [lane]].repeat(8, axis=1), crowd.parameters[:, [lane]].repeat(8, axis=1), crowd.start[lane],
        crowd.end[lane], Events.shared(CALENDAR[: lane % 5], 8), TIMES, restart=0.1,
    )  # fmt: skip
    assert np.array_equal(engine.solve(own, USUAL).states[:, 5], engine.solve(crowd, USUAL).states[:, lane])


def test_a_patient_without_numbers_stops_at_once_and_the_rest_finish(reactions, engine):
    given = problem(reactions)
    given.states[1, 4] = np.nan
    status = engine.solve(given, USUAL).status
    assert status[4] == Status.NO_STEP_SHORT_ENOUGH and status.sum() == status[4]


def test_the_number_of_steps_is_limited_for_each_patient(reactions, engine):
    found = engine.solve(problem(reactions, most_steps=25), USUAL)
    assert set(found.status) == {Status.ARRIVED, Status.TOO_MANY_STEPS}
    assert (found.accepted + found.rejected)[found.status > 0].tolist() == [25] * (LANES - 2)


def test_the_floor_is_that_of_the_numpy_engine(reactions, engine):
    given = replace(problem(reactions), floor=np.array([0.0, 1.0, 0.0, 0.0]), most_steps=200)
    ours, theirs = engine.solve(given, USUAL), Rodas4(reactions.graph).solve(given, USUAL)
    assert np.array_equal(ours.status, theirs.status) and ours.status.any()
    assert ours.time == pytest.approx(theirs.time, rel=1e-6)


def test_nobody_at_all_is_no_trouble(reactions, engine):
    none = Problem(np.empty((4, 0)), np.empty((3, 0)), 0.0, 1.0, times=TIMES)
    assert engine.solve(none, USUAL).recorded.shape == (6, 4, 0)


def test_the_gradient_is_that_of_central_differences_at_tight_tolerance(reactions, engine):
    """By a start state, by the depot that doses fill, and by every parameter, one of which an event sets anew."""
    given, places, lanes = problem(reactions, 8), [2, 3, 4, 5, 6], 8
    found = engine.gradient(given, FINE, places)
    assert found.solution.states == pytest.approx(engine.solve(given, FINE).states, rel=1e-7)
    shifts, exact = shifted(given, places), Rodas4(reactions.graph)
    ends = exact.solve(shifts.problem, FINE)
    for ours, all_of_them in ((found.states, ends.states), (found.recorded, ends.recorded)):
        up, down = np.split(all_of_them.reshape(*all_of_them.shape[:-1], -1, lanes), 2, axis=-2)
        wanted = (up - down) / (2 * shifts.size)
        size = np.nanmax(np.abs(wanted), axis=-1, keepdims=True)
        assert np.all(np.isnan(wanted) | (np.abs(ours - wanted) <= 1e-5 * size + 1e-8))


def test_places_that_do_not_exist_cannot_be_differentiated_by(reactions, engine):
    with pytest.raises(ValueError, match="expected some of 0 to 6"):
        engine.gradient(problem(reactions), USUAL, [7])


def test_model_functions_run_on_jax_values_and_can_be_differentiated(words):
    """The words are taught: no recorder between the function and JAX."""
    states, parameters, time = words.draw(1)
    with jax.enable_x64(True):
        y, p = [jax.numpy.asarray(row[0]) for row in states], [jax.numpy.asarray(row[0]) for row in parameters]
        rates = jax.numpy.stack(words.model(y, p, time[0]))
        slope = jax.grad(lambda a: mathematics.power(a, 2.5) * mathematics.exp(mathematics.minimum(a, 1)))(2.0)
    assert np.asarray(rates) == pytest.approx(words.graph(states, parameters, time)[:, 0], rel=1e-12)
    assert slope == pytest.approx(2.5 * 2**1.5 * np.e)


def test_double_precision_is_switched_on_here_alone(reactions, engine):
    engine.solve(problem(reactions), USUAL)
    assert jax.numpy.ones(1).dtype == np.float32


def test_single_precision_follows_double_precision():
    """A decay that a dose renews."""
    graph = record(lambda y, p, time: (-p[0] * y[0],), 1, 1)
    given = Problem(np.ones((1, 4)), np.full((1, 4), 0.3), 0.0, 10.0, Events.shared([Event(5.0, 0, 1.0)], 4))
    single = Xla(graph, np.float32).solve(given, Tolerance(1e-4, 1e-7)).checked()
    assert single.states.dtype == np.float32
    assert single.states == pytest.approx((np.exp(-1.5) + 1) * np.exp(-1.5), rel=1e-4)


def test_a_model_without_a_rate_for_each_state_is_refused():
    with pytest.raises(ValueError, match="one rate per state"):
        Xla(record(lambda y, p, time: (y[0],), 2))
