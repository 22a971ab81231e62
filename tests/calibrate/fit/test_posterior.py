"""The posterior of a fit is the one that is known: the normal law where residuals are straight, a sample where not."""

from __future__ import annotations

import numpy as np
import pytest

from boneloop.calibrate.fit.inside import inside
from boneloop.calibrate.fit.least_squares import Prior, Settings, minimize
from boneloop.calibrate.fit.posterior import Posterior, directions, informed_count, laplace
from boneloop.calibrate.fit.sampling import ensemble, importance, log_density
from boneloop.calibrate.fit.solving import Method, best, starts
from boneloop.errors import EvidenceError

CLOSE = Settings(gain=1e-12, step=1e-9, slope=1e-8)


def normal_law(problem):
    prior = Prior.standard(len(problem.free))
    found = minimize(problem.at, np.zeros((len(problem.free), 1)), problem.ends(), settings=CLOSE)[0]
    return laplace(found, prior), log_density(problem.at, prior, problem.ends())


def test_the_normal_law_of_a_straight_problem_is_its_posterior(linear):
    problem, mean, covariance = linear
    law, _ = normal_law(problem)
    assert law.mean == pytest.approx(mean, abs=1e-6)
    assert law.covariance == pytest.approx(covariance, abs=1e-6)


def test_a_posterior_taken_as_prior_pulls_by_its_own_spread(linear):
    law, _ = normal_law(linear[0])
    prior = law.as_prior()
    assert prior.root.T @ prior.root @ law.covariance == pytest.approx(np.eye(3), abs=1e-9)
    assert prior.pulls(law.mean[:, None]) == pytest.approx(np.zeros((3, 1)), abs=1e-12)


@pytest.mark.parametrize("how", ["importance", "ensemble"])
@pytest.mark.parametrize("kind", ["linear", "bent"])
def test_a_sample_has_the_mean_and_the_spread_of_the_posterior(kind, how, request):
    problem, mean, covariance = request.getfixturevalue(kind)
    law, density = normal_law(problem)
    sampled = importance(density, law, 4000, seed=3) if how == "importance" else ensemble(density, law, 32, 2000, 3)
    spread = np.sqrt(np.diag(covariance))
    error = spread / np.sqrt(sampled.effective)  # of a mean over so many independent draws
    assert (np.abs(sampled.mean - mean) < 4 * error).all()
    assert sampled.deviation == pytest.approx(spread, rel=4 / np.sqrt(sampled.effective))
    assert sampled.effective > 300


def test_a_sample_mends_what_the_normal_law_gets_wrong(bent):
    problem, mean, _ = bent
    law, density = normal_law(problem)
    sampled = importance(density, law, 4000, seed=3)
    assert np.abs(law.mean - mean).max() > 0.1
    assert np.abs(sampled.mean - mean).max() < np.abs(law.mean - mean).max() / 2


def test_the_law_inside_a_straight_posterior_is_the_posterior(linear):
    problem, mean, covariance = linear
    law, _ = normal_law(problem)
    found = inside(problem.at, law, Prior.standard(3), problem.ends(), 0.01, seed=3)
    assert found.mean == pytest.approx(mean, abs=1e-6)
    assert found.covariance == pytest.approx(covariance, abs=1e-6)


def test_draws_of_the_law_inside_a_bent_valley_stay_in_it_where_those_around_its_best_place_leave_it():
    """Twice the mean loss of draws is as many as there are numbers where the law is the posterior."""

    def valley(scores):
        return np.array([5 * (scores[1] - scores[0] ** 2)])

    ends, prior = (np.full(2, -6.0), np.full(2, 6.0)), Prior.standard(2)
    law = laplace(minimize(valley, np.ones((2, 1)), ends, settings=CLOSE)[0], prior)
    density = log_density(valley, prior, ends)
    found = inside(valley, law, prior, ends, 0.01, seed=3)
    lost = []
    for drawn in (law, found):
        scores = np.random.default_rng(2).multivariate_normal(drawn.mean, drawn.covariance, 4000).T
        lost.append(-2 * (density(scores).mean() - density(law.mean[:, None])[0]))
    assert lost[1] < 3 < 10 < lost[0]
    assert found.deviation[0] < law.deviation[0]  # along the valley


def test_a_law_inside_is_never_wider_than_its_posterior(bent):
    problem, mean, covariance = bent
    law, _ = normal_law(problem)
    found = inside(problem.at, law, Prior.standard(2), problem.ends(), 0.01, seed=3)
    spread = np.sqrt(np.diag(covariance))
    assert (np.abs(found.mean - mean) < spread).all()
    assert (found.deviation < 1.1 * spread).all()


def test_a_law_inside_is_the_same_from_the_same_seed_and_close_from_another(bent):
    problem, *_ = bent
    law, _ = normal_law(problem)
    ends = problem.ends()
    one, again, other = (inside(problem.at, law, Prior.standard(2), ends, 0.01, seed) for seed in (1, 1, 2))
    assert np.array_equal(one.mean, again.mean) and np.array_equal(one.covariance, again.covariance)
    assert (np.abs(one.mean - other.mean) < 0.3 * one.deviation).all()
    assert one.deviation == pytest.approx(other.deviation, rel=0.2)


def test_the_probability_below_a_score_is_the_same_by_sample_and_by_law(linear):
    law, density = normal_law(linear[0])
    sampled = importance(density, law, 4000, seed=3)
    for scores in (law.mean, law.mean + law.deviation, law.mean - 2 * law.deviation):
        assert sampled.below(scores) == pytest.approx(law.below(scores), abs=4 * 0.5 / np.sqrt(sampled.effective))


def test_outside_its_ends_the_posterior_is_zero():
    ends = np.array([-1.0]), np.array([1.0])
    density = log_density(lambda u: u, Prior.standard(1), ends)
    assert density(np.array([[-2.0, 0.0, 2.0]])).tolist() == [-np.inf, 0.0, -np.inf]


def test_a_sample_is_the_same_for_the_same_seed_only(bent):
    problem = bent[0]
    law, density = normal_law(problem)
    means = [importance(density, law, 300, seed).mean.tolist() for seed in (1, 1, 2)]
    assert means[0] == means[1] != means[2]


def test_an_ensemble_too_small_for_its_numbers_is_refused(linear):
    law, density = normal_law(linear[0])
    with pytest.raises(EvidenceError, match="an even number of walkers, 6 or more"):
        ensemble(density, law, 4, 10, 1)


def test_a_number_that_no_result_depends_on_keeps_its_prior(linear):
    problem, _, covariance = linear

    def at(scores):
        return problem.at(scores[:3])

    ends = np.full(4, -6.0), np.full(4, 6.0)
    _, law = best(at, ends, 4, seed=1, method=Method(starts=2, settings=CLOSE))
    assert law.deviation[3] == pytest.approx(1)
    assert law.mean[3] == pytest.approx(0, abs=1e-6)
    assert informed_count(law) == pytest.approx(3 - np.trace(covariance))
    worst = directions(law, ("a", "b", "c", "idle"))[-1]
    assert (worst.loadings[0][0], worst.deviation) == ("idle", pytest.approx(1))


def test_of_two_numbers_seen_only_as_a_sum_the_sum_is_known_and_the_difference_is_not():
    law = Posterior(np.zeros(2), np.linalg.inv(np.array([[1, 1], [1, 1]]) * 10_000 + np.eye(2)))
    known, unknown = directions(law, ("first", "second"))
    assert known.deviation == pytest.approx(0.00707, rel=1e-2)
    assert dict(known.loadings) == pytest.approx({"first": 0.7071, "second": 0.7071}, rel=1e-3)
    assert unknown.deviation == pytest.approx(1)
    assert sorted(v for _, v in unknown.loadings) == pytest.approx([-0.7071, 0.7071], rel=1e-3)


def test_climbs_begin_at_the_middle_of_the_prior_and_at_draws_of_it():
    prior = Prior(np.array([1.0, -2.0]), np.diag([2.0, 4.0]))
    found = starts(prior, 4001, seed=1)
    assert found[:, 0].tolist() == [1.0, -2.0]
    assert found[:, 1:].std(axis=1) == pytest.approx([0.5, 0.25], rel=4 / np.sqrt(2 * 4000))


def test_an_unknown_way_of_sampling_is_refused():
    with pytest.raises(EvidenceError, match="not 'guessing'"):
        Method(sampling="guessing")
