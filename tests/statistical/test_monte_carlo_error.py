"""The Monte-Carlo error that stands beside a median is how far the median strays from one run to the next."""

from __future__ import annotations

import numpy as np
import pytest

from boneloop.compare.bands import band

RUNS, DRAWS = 1500, 100
CHANCE = np.random.default_rng(20)
LAWS = {
    "normal": CHANCE.normal(5, 2, (RUNS, DRAWS)),
    "lognormal": CHANCE.lognormal(0, 1, (RUNS, DRAWS)),
    "uniform": CHANCE.random((RUNS, DRAWS)),
    "beta with most near 0": CHANCE.beta(0.5, 4, (RUNS, DRAWS)),
}
each_law = pytest.mark.parametrize("runs", LAWS.values(), ids=LAWS.keys())


@each_law
def test_the_error_is_the_spread_of_the_median_over_runs(runs):
    found = band(runs)
    assert np.mean(found.mcse) == pytest.approx(found.median.std(), rel=0.2)


@each_law
def test_the_error_agrees_with_the_bootstrap(runs):
    few = runs[:40]
    places = np.random.default_rng(1).integers(0, DRAWS, (len(few), 400, DRAWS))
    bootstrap = np.median(np.take_along_axis(few[:, None, :], places, axis=2), axis=2).std(axis=1)
    assert np.mean(band(few).mcse) == pytest.approx(bootstrap.mean(), rel=0.25)


@each_law
def test_two_errors_either_side_hold_the_true_median_in_nineteen_runs_of_twenty(runs):
    found = band(runs)
    held = np.abs(found.median - np.median(runs)) < 2 * found.mcse
    assert 0.90 < held.mean() <= 1


@pytest.mark.parametrize("fewer", [25, 400])
def test_four_times_the_draws_halve_the_error(fewer):
    few, many = (band(np.random.default_rng(3).normal(size=(400, n))).mcse.mean() for n in (fewer, 4 * fewer))
    assert many == pytest.approx(few / 2, rel=0.15)
