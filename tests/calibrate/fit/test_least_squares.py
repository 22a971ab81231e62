"""A fit ends where the sum of squares is lowest, inside its ends, and says why it stopped."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from boneloop.calibrate.fit.least_squares import Prior, Settings, minimize
from boneloop.errors import EvidenceError

CLOSE = Settings(iterations=200, gain=1e-12, step=1e-9, slope=1e-8)
WIDE = np.full(2, -6.0), np.full(2, 6.0)
FLAT = Prior(np.zeros(2), 1e-6 * np.eye(2))


def valley(scores):
    """Rosenbrock's valley, whose bottom is at (1, 1)."""
    return np.array([1 - scores[0], 10 * (scores[1] - scores[0] ** 2)])


def test_a_linear_problem_is_solved_in_few_steps(linear):
    problem, mean, _ = linear
    found = minimize(problem.at, np.zeros((3, 1)), problem.ends(), settings=CLOSE)[0]
    assert found.scores == pytest.approx(mean, abs=1e-6)
    assert found.iterations <= 4


def test_the_bottom_of_a_bent_valley_is_found_from_any_start():
    starts = np.array([[-1.2, 1.0], [5.0, -5.0], [0.0, 4.0]]).T
    for found in minimize(valley, starts, WIDE, prior=FLAT, settings=CLOSE):
        assert found.scores == pytest.approx([1, 1], abs=1e-4)


def test_a_step_along_the_bend_finds_the_bottom_of_a_long_valley_from_any_start_in_fewer_batches():
    """A valley a thousand times longer than wide, with a weak prior: straight steps creep along it."""

    def valley_of(scores):
        return np.array([(scores[0] - 1) / 3, 300 * (scores[1] - scores[0] ** 2 / 4)])

    starts = np.array([[-4.0, 3.0], [5.0, -5.0], [0.0, 4.0]]).T
    batches = {}
    for bends in (False, True):
        asked = []

        def counted(scores, asked=asked):
            asked.append(scores.shape[1])
            return valley_of(scores)

        settings = Settings(iterations=400, difference=1e-4, bends=bends, gain=1e-9, step=1e-12, slope=1e-9)
        ends = [s.scores for s in minimize(counted, starts, WIDE, prior=FLAT, settings=settings)]
        batches[bends] = len(asked)
        if bends:
            assert ends == [pytest.approx([1, 0.25], abs=1e-3)] * 3
    assert batches[True] < batches[False]


def test_a_climb_along_bends_stops_only_near_the_bottom(linear):
    """Within the root of twice what it may leave, in posterior standard deviations."""
    problem, mean, covariance = linear
    found = minimize(
        problem.at, np.full((3, 1), 3.0), problem.ends(), settings=Settings(bends=True, gain=1e-6, slope=0)
    )[0]
    off = found.scores - mean
    assert off @ np.linalg.solve(covariance, off) < 2 * 2e-6
    assert found.reason == "the best step promises next to nothing"


def test_slopes_that_are_mended_and_not_renewed_lead_close_to_the_same_bottom(linear):
    """Within a tenth of a posterior standard deviation: it is for checks of many fits, not for a fit to be kept."""
    problem, mean, covariance = linear

    def bent(scores):
        return problem.at(scores) + 0.02 * problem.at(scores) ** 2

    ends = []
    for renewed in (True, False):
        settings = Settings(iterations=200, gain=1e-12, step=1e-9, slope=1e-8, renewed=renewed)
        ends.append(minimize(bent, np.zeros((3, 1)), problem.ends(), settings=settings)[0].scores)
    assert (np.abs(ends[0] - ends[1]) < 0.1 * np.sqrt(np.diag(covariance))).all()
    assert np.abs(ends[0] - mean).max() > 1e-3


def test_a_point_that_is_asked_for_twice_is_worked_out_once():
    asked = []

    def counted(scores):
        asked.append(scores.shape[1])
        return valley(scores)

    minimize(counted, np.array([[0.0, 0.0], [0.0, 0.0]]).T, WIDE, prior=FLAT, settings=Settings(iterations=1))
    assert asked[0] == 5


def test_a_coordinate_that_wants_out_stands_at_its_end_and_the_others_make_the_best_of_it():
    ends = np.array([-6.0, -6.0]), np.array([0.5, 6.0])
    found = minimize(valley, np.array([[-1.0, 1.0]]).T, ends, prior=FLAT, settings=CLOSE)[0]
    assert found.scores == pytest.approx([0.5, 0.25], abs=1e-4)
    assert found.at_end.tolist() == [True, False]


def test_of_several_valleys_the_deepest_comes_first():
    def two(scores):
        """Bottoms near −2 and 2, the second a little deeper."""
        return np.array([(scores[0] ** 2 - 4), 0.1 * (scores[0] - 2)])

    prior = Prior(np.zeros(1), 1e-3 * np.eye(1))
    found = minimize(two, np.array([[-3.0, 3.0]]), (np.array([-6.0]), np.array([6.0])), prior=prior, settings=CLOSE)
    assert [round(float(s.scores[0]), 2) for s in found] == [2.0, -2.0]
    assert found[0].cost < found[1].cost


def test_what_cannot_be_evaluated_is_avoided():
    def walled(scores):
        with np.errstate(invalid="ignore"):
            return np.array([np.sqrt(scores[0]) - 0.1])

    ends = np.array([-6.0]), np.array([6.0])
    found = minimize(walled, np.array([[4.0]]), ends, prior=Prior(np.zeros(1), 1e-6 * np.eye(1)), settings=CLOSE)[0]
    assert found.scores[0] == pytest.approx(0.01, rel=0.05)


def test_starts_that_can_none_be_evaluated_are_refused():
    with pytest.raises(EvidenceError, match="no start of the fit can be evaluated"):
        minimize(lambda u: np.full((1, u.shape[1]), np.nan), np.zeros((2, 3)), WIDE)


def test_a_start_that_cannot_be_evaluated_leaves_the_others_alone():
    def walled(scores):
        return np.where(scores[0] > 5, np.nan, valley(scores))

    found = minimize(walled, np.array([[5.5, 0.0], [-1.0, 0.5]]).T, WIDE, prior=FLAT, settings=CLOSE)
    assert len(found) == 1
    assert found[0].scores == pytest.approx([1, 1], abs=1e-4)


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        (Settings(iterations=1, gain=0, step=0, slope=0), "out of iterations"),
        (Settings(slope=1e9), "the slope is flat"),
        (Settings(gain=1e9), "the last step gained next to nothing"),
        (Settings(step=1e9, gain=0, slope=0), "the last step was next to nothing"),
    ],
)
def test_a_climb_says_why_it_stopped(settings, reason):
    assert minimize(valley, np.array([[-1.2, 1.0]]).T, WIDE, prior=FLAT, settings=settings)[0].reason == reason


@given(st.integers(1, 5), st.integers(0, 2**32 - 1))
def test_starts_that_climb_together_end_where_each_ends_alone(count, seed):
    starts = np.random.default_rng(seed).normal(size=(2, count))
    together = sorted(tuple(s.scores) for s in minimize(valley, starts, WIDE, prior=FLAT))
    alone = sorted(tuple(minimize(valley, start[:, None], WIDE, prior=FLAT)[0].scores) for start in starts.T)
    assert np.array(together) == pytest.approx(np.array(alone), abs=1e-9)


def test_the_prior_draws_the_solution_to_its_mean():
    def seen(scores):
        return scores - 2.0

    for weight in (0.1, 1.0, 10.0):
        prior = Prior(np.array([-1.0]), np.array([[weight]]))
        found = minimize(seen, np.zeros((1, 1)), (np.array([-6.0]), np.array([6.0])), prior=prior, settings=CLOSE)[0]
        assert found.scores[0] == pytest.approx((2 - weight**2) / (1 + weight**2), abs=1e-6)
