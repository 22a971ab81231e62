"""The NumPy engine for stiff models: its order, its tolerance, its calendar, and patients that stand alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from boneloop.errors import SimulationError
from boneloop.kernel.dormand_prince import Tolerance
from boneloop.kernel.problem import Event, Events, Problem, Status
from boneloop.kernel.recorder import record
from boneloop.kernel.rodas4 import Rodas4
from boneloop.mathematics import exp, power, sqrt, tanh

FINE = Tolerance(1e-9, 1e-12)
NOBODY = np.empty((0, 1))


def problem(system, lanes=3, end=100.0, seed=1, spread=0.3, **more):
    states, parameters, _ = system.draw(lanes, seed, spread)
    return Problem(states, parameters, 0.0, end, **more)


def swing(y, p, time):
    """Not stiff, not linear, moved by time."""
    return (y[1] * exp(-time / 3) - y[0] * y[0], -y[1] * y[0] + time / (1 + time * time))


def by_scipy(graph, states, parameters, start, end, method="Radau"):
    def rates(time, y):
        return graph(y[:, None], parameters[:, None], time)[:, 0]

    return solve_ivp(rates, (start, end), states, method, rtol=1e-11, atol=1e-13).y[:, -1]


def test_the_result_of_a_step_is_of_order_four_and_its_error_estimate_of_order_three():
    graph = record(swing, 2)
    engine, begin = Rodas4(graph), np.array([[0.7], [0.3]])
    errors, estimates = [], []
    for step in (0.2, 0.1):
        tried = engine.attempt(begin, NOBODY, np.zeros(1), np.array([step]))
        exact = by_scipy(graph, begin[:, 0], np.empty(0), 0, step, "DOP853")
        errors.append(np.abs(tried.after[:, 0] - exact).max())
        estimates.append(np.abs(tried.after[:, 0] - tried.error[:, 0] - exact).max())
    assert np.log2(errors[0] / errors[1]) == pytest.approx(5, abs=0.4)
    assert np.log2(estimates[0] / estimates[1]) == pytest.approx(4, abs=0.3)


def test_very_long_steps_of_a_fast_decay_go_to_rest_at_once():
    """L-stable: a step of ten thousand time constants leaves nothing of it."""
    engine = Rodas4(record(lambda y, p, time: (-1e4 * y[0],), 1))
    assert abs(engine.attempt(np.ones((1, 1)), NOBODY, np.zeros(1), np.ones(1)).after[0, 0]) < 1e-3


def test_a_stiff_model_is_followed_as_scipy_follows_it(reactions):
    given = problem(reactions, 2)
    ends = Rodas4(reactions.graph).solve(given, FINE).checked()
    for lane in range(2):
        exact = by_scipy(reactions.graph, given.states[:, lane], given.parameters[:, lane], 0, 100)
        assert ends.states[:, lane] == pytest.approx(exact, rel=2e-9, abs=1e-11)


def test_the_error_follows_the_tolerance(reactions):
    exact = Rodas4(reactions.graph).solve(problem(reactions), Tolerance(1e-9, 1e-12)).states
    for allowed in (1e-3, 1e-5, 1e-7):
        found = Rodas4(reactions.graph).solve(problem(reactions), Tolerance(allowed, allowed / 1000)).states
        assert np.abs((found - exact) / (np.abs(exact) + 1e-3)).max() < 10 * allowed


def test_stiffness_costs_no_steps(reactions):
    given = problem(reactions, spread=0.0)
    slow = Rodas4(reactions.graph).solve(given, Tolerance(1e-5, 1e-8))
    faster = replace(given, parameters=given.parameters * np.array([[1000.0], [1.0], [1.0]]))
    fast = Rodas4(reactions.graph).solve(faster, Tolerance(1e-5, 1e-8))
    assert (fast.accepted < 1.5 * slow.accepted).all()


def test_a_dose_reaches_the_state_and_an_input_changes_at_their_times():
    graph = record(lambda y, p, time: (-p[0] * y[0],), 1, 1)
    events = Events.of([[Event(4.0, 1, 0.5, keep=0.0), Event(2.0, 0, 3.0)], []])
    times = np.array([0.0, 2.0, 4.0, 5.0])
    given = Problem(np.ones((1, 2)), np.full((1, 2), 0.25), 0.0, 5.0, events, times)
    seen = Rodas4(graph).solve(given, FINE).checked().recorded[:, 0]
    after_dose = (np.exp(-0.5) + 3) * np.exp(-0.5)
    assert seen[:, 0] == pytest.approx([1, np.exp(-0.5), after_dose, after_dose * np.exp(-0.5)], rel=1e-8)
    assert seen[:, 1] == pytest.approx(np.exp(-0.25 * times), rel=1e-8)


def test_events_of_the_start_act_and_events_of_the_end_are_left_to_what_follows():
    graph = record(lambda y, p, time: (0 * y[0],), 1)
    events = Events.shared([Event(t, 0, 10.0**k) for k, t in enumerate((-1.0, 0.0, 2.0, 3.0, 4.0))], 1)
    ends = Rodas4(graph).solve(Problem(np.zeros((1, 1)), NOBODY, 0.0, 3.0, events), FINE)
    assert ends.states[0, 0] == 110


def test_two_stretches_are_as_one(reactions):
    events = Events.shared([Event(10.0, 3, 1.0), Event(60.0, 3, 1.0)], 2)
    whole = problem(reactions, 2, events=events)
    engine, tolerance = Rodas4(reactions.graph), Tolerance(1e-7, 1e-10)
    once, first = engine.solve(whole, tolerance), engine.solve(replace(whole, end=60.0), tolerance)
    rest = replace(whole, states=first.states, start=60.0, step=first.step)
    assert engine.solve(rest, tolerance).states == pytest.approx(once.states, rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("stops", [True, False])
def test_what_is_recorded_on_the_way_is_where_the_patient_was(reactions, stops):
    times = np.array([0.0, 0.5, 7.0, 7.0, 33.0, 100.0])
    given = problem(reactions, times=times, rows=[3, 1], stops=stops)
    engine, tolerance = Rodas4(reactions.graph), Tolerance(1e-6, 1e-9)
    seen = engine.solve(given, tolerance).recorded
    for place, end in enumerate(times):
        exact = engine.solve(replace(given, end=end, times=np.empty(0)), tolerance).states
        assert seen[place] == pytest.approx(exact[[3, 1]], rel=1e-4, abs=1e-7)


def test_dense_output_costs_no_steps(reactions):
    times = np.linspace(0, 100, 500)
    engine, tolerance = Rodas4(reactions.graph), Tolerance(1e-5, 1e-8)
    plain = engine.solve(problem(reactions), tolerance)
    dense = engine.solve(problem(reactions, times=times, stops=False), tolerance)
    stopping = engine.solve(problem(reactions, times=times), tolerance)
    assert np.array_equal(dense.accepted, plain.accepted)
    assert (stopping.accepted >= 499).all()


def test_nothing_is_recorded_outside_a_patients_own_time(reactions):
    given = replace(problem(reactions, times=np.array([0.0, 10.0, 20.0, 30.0])), start=np.array([0.0, 5.0, 20.0]))
    seen = Rodas4(reactions.graph).solve(replace(given, end=20.0), FINE).recorded[:, 0]
    assert np.isfinite(seen).tolist() == [[True, False, False], [True, True, False], [True, True, True], [False] * 3]


def test_a_patient_is_the_same_alone_and_in_a_crowd(reactions):
    crowd = problem(reactions, 7, times=np.array([50.0]))
    engine, tolerance = Rodas4(reactions.graph), Tolerance(1e-6, 1e-9)
    together = engine.solve(crowd, tolerance)
    for lane in range(7):
        own = replace(crowd, states=crowd.states[:, [lane]], parameters=crowd.parameters[:, [lane]])
        alone = engine.solve(own, tolerance)
        assert np.array_equal(alone.states[:, 0], together.states[:, lane])
        assert np.array_equal(alone.recorded[..., 0], together.recorded[..., lane])


def falling(y, p, time):
    """Reaches 0 at time 2·sqrt(y); below it the model has no value."""
    return (-sqrt(y[0]) * p[0],)


def test_a_patient_who_leaves_the_model_stops_alone_and_is_named():
    speeds = np.array([[0.0, 1.0, 0.1]])
    found = Rodas4(record(falling, 1, 1)).solve(Problem(np.ones((1, 3)), speeds, 0.0, 5.0), Tolerance(1e-6, 1e-9))
    assert found.status.tolist() == [Status.ARRIVED, Status.NO_STEP_SHORT_ENOUGH, Status.ARRIVED]
    assert found.time[1] == pytest.approx(2, abs=0.01)
    assert found.states[0, 2] == pytest.approx((1 - 0.25) ** 2, rel=1e-5)
    assert list(found.stopped()) == [1]
    with pytest.raises(SimulationError, match="1 of 3 patients did not arrive: patient 1 left the model's range"):
        found.checked()


def test_a_patient_without_numbers_stops_at_once():
    found = Rodas4(record(falling, 1, 1)).solve(Problem(np.array([[np.nan, 1.0]]), np.ones((1, 2)), 0.0, 1.0), FINE)
    assert found.status.tolist() == [Status.NO_STEP_SHORT_ENOUGH, Status.ARRIVED]
    assert found.time.tolist() == [0, 1]


def test_a_patient_who_needs_too_many_steps_stops_where_they_are(reactions):
    found = Rodas4(reactions.graph).solve(problem(reactions, most_steps=20), FINE)
    assert (found.status == Status.TOO_MANY_STEPS).all()
    assert (found.accepted + found.rejected == 20).all() and (found.time < 100).all()


def test_the_floor_holds_a_state_that_dips_below_it_by_less_than_its_tolerance():
    graph = record(lambda y, p, time: (-tanh(300 * y[0]),), 1)

    def ends(floor):
        engine = Rodas4(graph)
        stretch = [Problem(np.ones((1, 1)), NOBODY, 0.0, end, floor=floor) for end in np.linspace(0.2, 4, 60)]
        return min(engine.solve(given, Tolerance(1e-2, 1e-2)).states[0, 0] for given in stretch)

    assert -1e-2 < ends(-np.inf) < 0 <= ends(0.0)


def test_the_floor_refuses_a_step_that_ends_far_below_it():
    """A saturated elimination has a pole a little below 0; beyond it the amount would fall for ever."""
    graph = record(lambda y, p, time: (-y[0] / (0.001 + y[0]),), 1)
    ends = np.linspace(1.1, 4, 30)
    given = Problem(np.ones((1, 30)), np.empty((0, 30)), 0.0, ends)
    engine, tolerance = Rodas4(graph), Tolerance(1e-2, 1e-4)
    assert engine.solve(given, tolerance).states.min() < -0.1
    held = engine.solve(replace(given, floor=0.0), tolerance).checked()
    assert held.states.min() >= 0 and held.states.max() < 1e-3


def test_a_model_that_would_fall_through_the_floor_stops_there():
    given = Problem(np.ones((1, 1)), NOBODY, 0.0, 5.0, floor=0.0, most_steps=300)
    found = Rodas4(record(lambda y, p, time: (-1.0 + 0 * y[0],), 1)).solve(given, Tolerance(1e-3, 1e-6))
    assert found.status[0] != Status.ARRIVED
    assert found.time[0] == pytest.approx(1, abs=1e-3)


def test_single_precision_is_as_good_as_it_can_be(reactions):
    tolerance = Tolerance(1e-4, 1e-7)
    double = Rodas4(reactions.graph).solve(problem(reactions), tolerance)
    single = Rodas4(reactions.graph, np.float32).solve(problem(reactions), tolerance)
    assert single.states.dtype == np.float32
    assert single.states == pytest.approx(double.states, rel=2e-4, abs=1e-7)


def test_the_longest_step_is_never_exceeded(reactions):
    found = Rodas4(reactions.graph).solve(problem(reactions, longest=0.5), Tolerance(1e-3, 1e-3))
    assert (found.accepted >= 199).all()


def test_after_an_event_the_steps_begin_short_again():
    graph = record(lambda y, p, time: (-0.01 * power(y[0], 1.1),), 1)
    given = Problem(np.ones((1, 1)), NOBODY, 0.0, 100.0, Events.shared([Event(50.0, 0, 1e-9)], 1))
    engine, tolerance = Rodas4(graph), Tolerance(1e-4, 1e-7)
    gentle = engine.solve(given, tolerance)
    short = engine.solve(replace(given, restart=0.001), tolerance)
    assert short.accepted[0] >= gentle.accepted[0] + 4


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"states": np.ones((2, 3))}, "states: expected 4 rows"),
        ({"parameters": np.ones((3, 2))}, r"parameters: expected the shape \(3, 3\)"),
        ({"times": np.array([2.0, 1.0])}, "in order"),
        ({"rows": [4]}, "rows to record: expected 0 to 3"),
        ({"rows": [], "times": np.ones(1)}, "at least one"),
        ({"events": Events.none(2)}, "events: expected rows for 3 patients"),
        ({"events": Events.shared([Event(1.0, 7, 1.0)], 3)}, "places 0 to 6"),
    ],
)
def test_a_problem_that_does_not_fit_the_model_is_refused(reactions, change, message):
    with pytest.raises(ValueError, match=message):
        Rodas4(reactions.graph).solve(replace(problem(reactions), **change), FINE)


def test_a_model_without_a_rate_for_each_state_is_refused():
    with pytest.raises(ValueError, match="one rate per state"):
        Rodas4(record(lambda y, p, time: (y[0],), 2))
