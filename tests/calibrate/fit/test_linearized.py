"""A normal law whose own draws meet the results on average, also where sums of positive numbers bend."""

from __future__ import annotations

import numpy as np
import pytest

from boneloop.calibrate.fit.least_squares import Prior, minimize
from boneloop.calibrate.fit.linearized import linearized
from boneloop.calibrate.fit.posterior import laplace
from boneloop.errors import EvidenceError

NUMBERS = 6
ENDS = np.full(NUMBERS, -6.0), np.full(NUMBERS, 6.0)
PRIOR = Prior.standard(NUMBERS)


def a_sum_of_positive_numbers(scores):
    """Ways that add up to one published total, each between a half and twice its middle: seen as 1 ± 0.05."""
    return (np.exp(0.7 * scores).sum(axis=0, keepdims=True) / NUMBERS - 1) / 0.05


def at_the_best(residuals):
    return laplace(minimize(residuals, np.zeros((NUMBERS, 1)), ENDS)[0], PRIOR)


def mean_of_draws(residuals, law):
    scores = np.random.default_rng(5).multivariate_normal(law.mean, law.covariance, 20_000).T
    return float(residuals(scores).mean())


def test_draws_meet_the_total_that_draws_of_the_law_at_the_best_scores_miss():
    before = at_the_best(a_sum_of_positive_numbers)
    found = linearized(a_sum_of_positive_numbers, before, PRIOR, ENDS, seed=1)
    assert mean_of_draws(a_sum_of_positive_numbers, before) > 3
    assert abs(mean_of_draws(a_sum_of_positive_numbers, found)) < 0.5
    assert (found.deviation > 0.9 * before.deviation).all()


def test_the_law_of_a_straight_problem_is_its_posterior(linear):
    problem, mean, covariance = linear
    before = laplace(minimize(problem.at, np.zeros((3, 1)), problem.ends())[0], Prior.standard(3))
    found = linearized(problem.at, before, Prior.standard(3), problem.ends(), seed=1)
    assert found.mean == pytest.approx(mean, abs=1e-9)
    assert found.covariance == pytest.approx(covariance, abs=1e-9)


def test_the_same_seed_gives_the_same_law_and_another_seed_a_near_one():
    before = at_the_best(a_sum_of_positive_numbers)
    one, again, other = (linearized(a_sum_of_positive_numbers, before, PRIOR, ENDS, seed) for seed in (1, 1, 2))
    assert np.array_equal(one.mean, again.mean) and np.array_equal(one.covariance, again.covariance)
    assert (np.abs(one.mean - other.mean) < 0.1 * one.deviation).all()


def test_points_that_cannot_be_evaluated_are_left_out_and_too_many_of_them_are_refused():
    def half(scores):
        return np.where(scores[:1] > 2.2, np.nan, a_sum_of_positive_numbers(scores))

    before = at_the_best(a_sum_of_positive_numbers)
    assert np.isfinite(linearized(half, before, PRIOR, ENDS, seed=1).mean).all()
    with pytest.raises(EvidenceError, match="not finite"):
        linearized(lambda scores: np.full((1, scores.shape[1]), np.nan), before, PRIOR, ENDS, seed=1)
