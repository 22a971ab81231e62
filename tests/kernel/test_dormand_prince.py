"""The NumPy engine: right answers, errors that follow the tolerance, and lanes that never look at one another."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp
from scipy.linalg import expm

from boneloop.errors import SimulationError
from boneloop.kernel.dormand_prince import Tolerance, integrate

LOOSE = Tolerance(1e9, 1e9)
"""Every step passes, so that the step is the one that was asked for."""


def moved(rates, states, end, tolerance, start=0.0, step=0.0, narrow=None):
    """States at ``end`` of lanes that all start at ``start``; ``end`` and ``start`` one number or one per lane."""
    rows = np.array(states, dtype=np.float64)
    count = rows.shape[1]
    begin, finish, first = (np.broadcast_to(np.float64(value), count).copy() for value in (start, end, step))
    return integrate(rates, rows, begin, finish, first, tolerance, narrow)[0]


def linear(matrix):
    """Rates of y' = A y."""
    return lambda time, rows: matrix @ rows


MATRIX = np.array([[-1.0, 0.4, 0.0], [0.3, -0.5, 0.2], [0.0, 0.1, -0.05]])
BEGIN = np.array([[1.0], [2.0], [0.5]])


@pytest.mark.parametrize("exponent", range(5))
def test_a_polynomial_of_degree_up_to_five_is_followed_exactly_in_one_step(exponent):
    end = moved(lambda time, rows: (exponent + 1) * time[None, :] ** exponent, [[0.0]], 2.0, LOOSE, step=2.0)
    assert end[0, 0] == pytest.approx(2.0 ** (exponent + 1), rel=1e-14)


def test_the_error_of_one_step_falls_by_two_to_the_sixth_when_the_step_is_halved():
    def error(step):
        return np.abs(moved(linear(MATRIX), BEGIN, step, LOOSE, step=step) - expm(MATRIX * step) @ BEGIN).max()

    assert error(0.4) / error(0.2) == pytest.approx(2**6, rel=0.15)


def test_the_error_over_a_stretch_falls_by_two_to_the_fifth_when_the_steps_are_halved():
    turning = np.array([[0.0, 1.0], [-1.0, 0.0]])

    def error(steps):
        rows, size = BEGIN[:2], 8 / steps
        for _ in range(steps):
            rows = moved(linear(turning), rows, size, LOOSE, step=size)
        return np.abs(rows - expm(turning * 8) @ BEGIN[:2]).max()

    assert error(32) / error(64) == pytest.approx(2**5, rel=0.1)


@pytest.mark.parametrize("allowed", [1e-4, 1e-6, 1e-8, 1e-10])
def test_the_error_follows_the_tolerance(allowed):
    end = moved(linear(MATRIX), BEGIN, 20.0, Tolerance(allowed, allowed))
    assert np.abs(end - expm(MATRIX * 20) @ BEGIN).max() < 5 * allowed


def test_a_hundred_thousand_times_smaller_tolerance_costs_ten_times_the_work():
    def work(allowed):
        calls = [0]

        def rates(time, rows):
            calls[0] += 1
            return np.stack([rows[1], -rows[0]])

        moved(rates, [[1.0], [0.0]], 60.0, Tolerance(allowed, allowed))
        return calls[0]

    assert work(1e-10) / work(1e-5) == pytest.approx(10, rel=0.25)


@given(
    st.lists(st.floats(-2, 0.3), min_size=4, max_size=4),
    st.floats(0.1, 10),
    st.lists(st.floats(-3, 3), min_size=2, max_size=2),
)
def test_every_linear_system_meets_its_matrix_exponential(entries, time, begin):
    matrix, rows = np.array(entries).reshape(2, 2), np.array(begin)[:, None]
    exact = expm(matrix * time) @ rows
    size = np.abs(expm(np.abs(matrix) * time)).max() * 3
    assert np.abs(moved(linear(matrix), rows, time, Tolerance(1e-8, 1e-8)) - exact).max() < 1e-6 * size


@pytest.mark.parametrize("method", ["RK45", "DOP853", "LSODA"])
def test_a_nonlinear_system_with_memory_of_time_meets_scipy(method):
    """Predator and prey in a year with seasons."""

    def rates(time, rows):
        return np.stack([rows[0] * (1.1 + 0.3 * np.sin(time) - rows[1]), rows[1] * (rows[0] - 0.4)])

    ours = moved(rates, [[1.0], [0.5]], 30.0, Tolerance(1e-9, 1e-9))[:, 0]
    theirs = solve_ivp(
        lambda t, y: rates(np.array([t]), y[:, None])[:, 0], (0, 30), [1.0, 0.5], method, rtol=1e-10, atol=1e-10
    )
    assert ours == pytest.approx(theirs.y[:, -1], rel=1e-6)


def test_every_lane_starts_and_ends_at_its_own_time():
    start, end = np.array([0.0, 1.0, 5.0]), np.array([3.0, 1.0, 5.5])
    rows = moved(lambda time, rows: -rows, [[1.0, 1.0, 1.0]], end, Tolerance(1e-8, 1e-10), start=start)
    assert rows[0] == pytest.approx(np.exp(-(end - start)), rel=1e-7)
    assert rows[0, 1] == 1


def test_the_states_that_were_handed_in_are_not_changed():
    rows = BEGIN.copy()
    moved(linear(MATRIX), rows, 3.0, Tolerance(1e-6, 1e-6))
    assert np.array_equal(rows, BEGIN)


SPEEDS = np.array([0.01, 30.0, 1.0, 0.2, 8.0, 3.0, 0.05, 1.7])
ENDS = np.array([9.0, 1.0, 0.0, 7.5, 2.0, 1.0, 20.0, 2.0])


def crowd(lanes):
    """Oscillating decays of very different speed, written with the functions of the model."""
    speed = SPEEDS[lanes]

    def rates(time, rows):
        drive = np.exp(-0.1 * time) * np.tanh(rows[1]) + np.log1p(rows[0] ** 2)
        return np.stack([speed * (rows[1] - rows[0]), drive - speed * rows[1] * np.power(np.abs(rows[1]) + 0.1, 0.3)])

    return rates


def crowd_end(lanes, narrowing):
    """Where some lanes of the crowd end; with narrowing, lanes that have arrived are no longer computed."""
    rows = np.stack([np.linspace(0.5, 2, 8), np.linspace(2, 1, 8)])[:, lanes]
    narrow = (lambda rest: crowd(lanes[rest])) if narrowing else None
    return moved(crowd(lanes), rows, ENDS[lanes], Tolerance(1e-6, 1e-8), narrow=narrow)


@pytest.mark.parametrize("narrowing", [False, True])
@settings(max_examples=20)
@given(st.lists(st.integers(min_value=0, max_value=7), min_size=1, max_size=8, unique=True))
def test_a_lane_ends_the_same_to_the_last_bit_whoever_runs_beside_it(narrowing, picked):
    some = np.array(picked)
    assert np.array_equal(crowd_end(some, narrowing), crowd_end(np.arange(8), False)[:, some])


def test_the_tolerance_may_differ_from_state_to_state_and_from_lane_to_lane():
    per_lane = np.repeat(np.array([[1e-6], [1e-3]]), 8, axis=1) * SPEEDS
    everyone = np.arange(8)

    def end(lanes, narrowing):
        rows = np.stack([np.linspace(0.5, 2, 8), np.linspace(2, 1, 8)])[:, lanes]
        narrow = (lambda rest: crowd(lanes[rest])) if narrowing else None
        return moved(crowd(lanes), rows, ENDS[lanes], Tolerance(1e-6, per_lane[:, lanes]), narrow=narrow)

    for lane in everyone:
        alone = end(np.array([lane]), True)
        assert np.array_equal(alone[:, 0], end(everyone, True)[:, lane])
        assert np.array_equal(alone[:, 0], end(everyone, False)[:, lane])


def test_a_step_that_only_the_end_cut_short_does_not_slow_the_next_stretch():
    rows, start, end = np.array([[1.0]]), np.zeros(1), np.full(1, 10.0)
    _, step = integrate(lambda time, rows: -0.1 * rows, rows, start, end, np.zeros(1), Tolerance(1e-6, 1e-6))
    _, later = integrate(lambda time, rows: -0.1 * rows, rows, end, end + 1e-6, step, Tolerance(1e-6, 1e-6))
    assert later[0] >= step[0]


def test_a_decay_never_turns_negative_by_more_than_its_absolute_tolerance():
    rows = np.ones((1, 3))
    for end in range(1, 40):
        now = moved(lambda time, rows: -np.array([1.0, 3.0, 9.0]) * rows, rows, float(end), Tolerance(1e-4, 1e-6))
        assert now.min() > -1e-6


@pytest.mark.parametrize(
    ("why", "rates"),
    [
        ("the rates are not numbers", lambda time, rows: rows * np.nan),
        ("the model ends before the time is reached", lambda time, rows: np.where(time < 1, 1.0, np.nan) + 0 * rows),
        ("the state runs off to infinity in finite time", lambda time, rows: rows * rows),
    ],
)
def test_the_engine_says_so_when_it_cannot_go_on(why, rates):
    with pytest.raises(SimulationError, match="lanes"):
        moved(rates, [[1.0, 1.0]], 5.0, Tolerance(1e-6, 1e-6))


def test_the_message_counts_the_lanes_that_cannot_go_on():
    def rates(time, rows):
        return np.where((np.arange(3) == 1) & (time > 1), np.nan, 1.0) + 0 * rows

    with pytest.raises(SimulationError, match="1 of 3 lanes left the model's range"):
        moved(rates, [[1.0, 1.0, 1.0]], 5.0, Tolerance(1e-6, 1e-6))


def test_a_stage_outside_the_range_of_the_model_is_tried_again_with_a_shorter_step():
    """sqrt(y) has no value below 0: y' = -sqrt(y) reaches almost 0 at time 2 and long trial steps overshoot."""
    end = moved(lambda time, rows: -np.sqrt(rows), [[1.0]], 1.9, Tolerance(1e-6, 1e-9), step=5.0)
    assert end[0, 0] == pytest.approx((1 - 1.9 / 2) ** 2, rel=1e-3)
