"""Bands: quantiles over the draws that are alive, and the Monte-Carlo error of the median."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from boneloop.compare.bands import band, bands, spread
from boneloop.compare.forecast import OUTCOMES

numbers = st.floats(-1e6, 1e6)
tables = arrays(np.float64, st.tuples(st.integers(1, 4), st.integers(5, 40)), elements=numbers)


@given(values=tables)
def test_median_5th_and_95th_percentile_are_those_of_numpy(values):
    found = band(values)
    low, middle, high = np.quantile(values, (0.05, 0.5, 0.95), axis=1)
    for mine, theirs in (
        (found.p05, low),
        (found.median, middle),
        (found.p95, high),
        (found.mean, values.mean(axis=1)),
    ):
        assert mine == pytest.approx(theirs, rel=1e-9, abs=1e-6)


@given(values=tables, seed=st.integers(0, 1000))
def test_the_dead_are_left_out(values, seed):
    alive = np.random.default_rng(seed).random(values.shape) < 0.7
    found = band(values, alive)
    for row, here, median, low, mean in zip(values, alive, found.median, found.p05, found.mean, strict=True):
        if here.sum() >= 5:
            assert median == pytest.approx(np.median(row[here]), rel=1e-9, abs=1e-6)
            assert low == pytest.approx(np.quantile(row[here], 0.05), rel=1e-9, abs=1e-6)
            assert mean == pytest.approx(row[here].mean(), rel=1e-9, abs=1e-6)
        else:
            assert np.isnan(median) and np.isnan(low) and np.isnan(mean)


@pytest.mark.parametrize(("living", "known"), [(0, False), (1, False), (4, False), (5, True), (8, True)])
def test_with_fewer_than_five_alive_there_is_no_band(living, known):
    alive = np.arange(8)[None, :] < living
    found = band(np.linspace(0, 1, 8)[None, :], alive)
    for row in (found.median, found.p05, found.p95, found.mcse, found.mean):
        assert np.isfinite(row[0]) == known


@given(values=tables)
def test_a_band_holds_its_median_and_the_order_of_draws_does_not_matter(values):
    found, turned = band(values), band(values[:, ::-1])
    assert (found.p05 <= found.median).all() and (found.median <= found.p95).all()
    assert (found.mcse >= 0).all()
    for name in ("median", "p05", "p95", "mcse"):
        assert np.array_equal(getattr(found, name), getattr(turned, name))


@given(value=numbers, draws=st.integers(5, 30))
def test_draws_that_agree_have_no_monte_carlo_error(value, draws):
    found = band(np.full((1, draws), value))
    assert found.mcse[0] == 0
    assert found.median[0] == found.p05[0] == found.p95[0] == value


def test_probabilities_and_totals_count_the_dead_and_values_do_not():
    values = {name: np.tile(np.arange(10.0), (2, 1)) for name in OUTCOMES}
    alive = np.stack([np.ones(10, dtype=bool), np.arange(10) >= 5])
    found = bands(values, alive)
    assert found.keys() == OUTCOMES.keys()
    for name, outcome in OUTCOMES.items():
        assert found[name].median.tolist() == ([4.5, 7.0] if outcome.kind in ("value", "share") else [4.5, 4.5]), name


@given(values=tables)
def test_a_chance_is_shown_as_the_mean_of_the_draws_with_its_own_error(values):
    found = band(values, expected=True)
    assert np.array_equal(found.point, found.mean)
    error = values.std(axis=1, ddof=1) / np.sqrt(values.shape[1])
    assert found.mean_error == pytest.approx(error, rel=1e-6, abs=1e-6)
    assert np.array_equal(band(values).point, band(values).median)


def test_the_error_of_a_chance_leaves_out_the_dead():
    values, alive = np.arange(10.0)[None, :], np.arange(10)[None, :] >= 4
    found = band(values, alive, expected=True)
    assert found.mean_error[0] == pytest.approx(np.arange(4.0, 10).std(ddof=1) / np.sqrt(6))


def test_chances_and_shares_are_means_and_the_rest_medians():
    values = {name: np.arange(10.0)[None, :] for name in OUTCOMES}
    found = bands(values, np.ones((1, 10), dtype=bool))
    for name, outcome in OUTCOMES.items():
        assert found[name].expected == (outcome.kind in ("probability", "share")), name


def test_one_number_has_its_median_first():
    assert spread(np.arange(101.0)) == (50.0, 5.0, 95.0)
