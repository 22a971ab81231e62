"""Derivatives of a graph: exact where the model is smooth, sparse, and finite where a power meets 0."""

from __future__ import annotations

import numpy as np
import pytest

from boneloop.kernel.derivative import jacobian
from boneloop.kernel.expression import Op
from boneloop.kernel.recorder import record
from boneloop.mathematics import exp, log, maximum, power, sqrt, step, tanh


def slopes(graph, states, parameters, time):
    """Dense derivatives by state and by time, shapes (results, states, lanes) and (results, lanes)."""
    found = jacobian(graph)
    rows = found.graph(states, parameters, time)[len(graph.results) :]
    dense = np.zeros((len(graph.results), graph.states, states.shape[1]))
    for value, (row, column) in zip(rows, found.entries, strict=False):
        dense[row, column] = value
    drift = np.zeros((len(graph.results), states.shape[1]))
    drift[list(found.moving)] = rows[len(found.entries) :]
    return dense, drift


def smooth(y, p, time):
    a, b, c = y
    return (
        power(a, 2.7) / (1 + power(a, 2.7)) * p[0] - sqrt(b) * tanh(c - a),
        exp(-time / 7) * log(1 + b * b) + power(c, p[1]) / (a + 0.1),
        power(b, -1.5) - c * c * c + 2**-c * time + 5,
    )


def test_derivatives_are_those_of_the_complex_step_at_a_thousand_states():
    chance = np.random.default_rng(1)
    graph = record(smooth, 3, 2)
    states, parameters = chance.lognormal(0, 0.5, (3, 1000)), chance.lognormal(0, 0.3, (2, 1000))
    time, tiny = chance.uniform(0, 10, 1000), 1e-100
    dense, drift = slopes(graph, states, parameters, time)
    for column in range(3):
        nudged = states.astype(complex)
        nudged[column] += 1j * tiny
        exact = graph(nudged, parameters, time).imag / tiny
        assert np.abs(dense[:, column] - exact).max() < 1e-12 * np.abs(exact).max()
    exact = graph(states.astype(complex), parameters, time + 1j * tiny).imag / tiny
    assert np.abs(drift - exact).max() < 1e-12 * np.abs(exact).max()


def test_derivatives_with_corners_are_those_of_small_differences(words):
    graph, nudge = words.graph, 1e-6
    states, parameters, time = words.draw(500)
    dense, _ = slopes(graph, states, parameters, time)
    differences = np.empty_like(dense)
    for column in range(4):
        up, down = states.copy(), states.copy()
        up[column] += nudge
        down[column] -= nudge
        differences[:, column] = (graph(up, parameters, time) - graph(down, parameters, time)) / (2 * nudge)
    # lanes within a nudge of a corner or of the jump have no derivative to compare with
    far = (np.abs(states[2] - 1.3) > nudge) & (np.abs(states[3] - 0.4) > nudge) & (np.abs(states[0] - 1) > nudge)
    assert far.sum() > 490
    assert np.abs(dense - differences)[:, :, far].max() < 1e-7 * np.abs(dense).max()


def test_only_entries_that_can_differ_from_zero_are_kept():
    found = jacobian(record(lambda y, p, time: (y[0] * 3, p[0], y[1] * y[2] + time), 3, 1))
    assert found.entries == ((0, 0), (2, 1), (2, 2))
    assert found.moving == (2,)


def test_a_jump_has_no_slope():
    dense, _ = slopes(record(lambda y, p, time: (step(y[0] - 1),), 1), np.array([[0.5, 1.5]]), None, 0.0)
    assert dense[0, 0].tolist() == [0, 0]


def test_a_corner_has_the_slope_of_its_side():
    graph = record(lambda y, p, time: (maximum(y[0], 2 * y[0]),), 1)
    dense, _ = slopes(graph, np.array([[-1.0, 1.0]]), None, 0.0)
    assert dense[0, 0].tolist() == [1, 2]


def test_derivatives_share_what_the_model_computes():
    found = jacobian(record(lambda y, p, time: (exp(-y[0]) * y[1], power(y[1], 2.3)), 2)).graph
    assert found.count()[Op.EXP] == 2 and found.count()[Op.LOG] == 1


@pytest.mark.parametrize("exponent", [0.5, 0.3, 1.7, 3.4])
def test_the_slope_of_a_power_is_finite_at_zero(exponent):
    dense, _ = slopes(record(lambda y, p, time: (power(y[0] + 0, exponent),), 1), np.array([[1e-40]]), None, 0.0)
    assert np.isfinite(dense).all() and (dense >= 0).all()
