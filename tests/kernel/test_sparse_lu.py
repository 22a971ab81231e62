"""Sparse elimination: the factors solve what a dense solver solves, and the order keeps fill low."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from boneloop.kernel.derivative import jacobian
from boneloop.kernel.recorder import record
from boneloop.kernel.sparse_lu import elimination_order, factorization
from boneloop.mathematics import tanh


def coupled(places, states):
    """A model whose rate ``row`` depends on state ``column`` for each place."""

    def model(y, p, time):
        rates = [-0.5 * value for value in y]
        for weight, (row, column) in enumerate(places, start=1):
            rates[row] = rates[row] + tanh(y[column] * (0.3 + 0.07 * weight))
        return tuple(rates)

    return record(model, states)


def solved(graph, states, parameters, time, rate, right):
    """The solution by the factors, and by a dense solver, both (states, lanes)."""
    factored, count = factorization(jacobian(graph)), graph.states
    moving = len(factored.moving)
    found = factored.graph(states, parameters, time, rate)
    ours = factored.solve(np.concatenate([right, found[count + moving :]]))
    slopes = jacobian(graph)
    values = slopes.graph(states, parameters, time)[count:]
    dense = np.zeros((states.shape[1], count, count))
    for value, (row, column) in zip(values, slopes.entries, strict=False):
        dense[:, row, column] = -value
    dense += np.eye(count) * np.broadcast_to(rate, states.shape[1])[:, None, None]
    return ours, np.linalg.solve(dense, right.T[..., None])[..., 0].T


@given(st.sets(st.tuples(st.integers(0, 6), st.integers(0, 6)), max_size=20), st.floats(3, 100), st.integers(0, 99))
def test_any_pattern_is_solved_as_a_dense_solver_does(places, rate, seed):
    chance = np.random.default_rng(seed)
    states, right = chance.normal(size=(7, 5)), chance.normal(size=(7, 5))
    ours, theirs = solved(coupled(sorted(places), 7), states, None, 0.0, rate, right)
    assert ours == pytest.approx(theirs, rel=1e-9, abs=1e-12)


def test_a_model_with_every_word_is_solved_as_a_dense_solver_does_at_a_thousand_states(words):
    states, parameters, time = words.draw(1000)
    right = np.random.default_rng(2).normal(size=states.shape)
    ours, theirs = solved(words.graph, states, parameters, time, 40.0, right)
    assert np.abs(ours - theirs).max() < 1e-12 * np.abs(theirs).max()


def test_the_rates_and_their_drift_come_with_the_factors(words):
    states, parameters, time = words.draw(20)
    factored = factorization(jacobian(words.graph))
    found = factored.graph(states, parameters, time, 3.0)
    assert np.array_equal(found[:4], words.graph(states, parameters, time))
    nudge = 1e-6
    ahead, behind = (words.graph(states, parameters, time + move) for move in (nudge, -nudge))
    drift = (ahead - behind)[list(factored.moving)] / (2 * nudge)
    assert found[4 : 4 + len(factored.moving)] == pytest.approx(drift, rel=1e-6, abs=1e-9)


def test_an_arrow_is_eliminated_from_its_tips_and_fills_nothing():
    """One state coupled to all others: eliminated first it would fill the whole matrix."""
    places = [(0, k) for k in range(1, 8)] + [(k, 0) for k in range(1, 8)]
    assert elimination_order(8, places).index(0) >= 6
    factored = factorization(jacobian(coupled(places, 8)))
    assert len(factored.factors) == 8 + len(places)


def test_the_order_holds_every_state_once_and_is_the_same_every_time():
    places = [(k, (3 * k + 1) % 9) for k in range(9)]
    order = elimination_order(9, places)
    assert sorted(order) == list(range(9))
    assert order == elimination_order(9, reversed(places))
