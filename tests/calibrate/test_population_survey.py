"""Weighted means and their intervals behave as survey statistics do."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from boneloop.calibrate.population_survey import Survey, concentration, interval, mean
from boneloop.types import Sex


def survey(people: int, clusters: int = 40) -> Survey:
    """People of one stratum, dealt in turn to its clusters."""
    ones = np.ones(people)
    return Survey(
        columns={"HSQ493": np.array([0.0, 30, 77, 99, np.nan] * (people // 5))},
        cycle=np.full(people, "2007-2008"),
        age=np.linspace(40, 89, people),
        sex=np.tile([1.0, 2.0], people // 2),
        exam_weight=ones,
        home_weight=ones,
        stratum=ones,
        cluster=np.arange(people) % clusters + 0.0,
    )


def test_refused_and_do_not_know_are_missing_and_not_no() -> None:
    days = survey(10).answered("HSQ493", 0, 30)
    assert list(np.isnan(days)) == [False, False, True, True, True] * 2


def test_people_are_chosen_by_sex_and_completed_years() -> None:
    surveyed = survey(100)
    old_women = surveyed.people(Sex.FEMALE, 60, 70)
    assert np.all(surveyed.sex[old_women] == 2)
    assert np.all((surveyed.age[old_women] >= 60) & (surveyed.age[old_women] < 70))


def test_the_missing_do_not_weigh() -> None:
    assert mean(np.array([1.0, 3.0, np.nan]), np.array([3.0, 1.0, 100.0])) == pytest.approx(1.5)


@given(alpha=st.floats(0.1, 20), beta=st.floats(0.1, 20))
def test_the_moments_of_a_beta_law_give_it_back(alpha: float, beta: float) -> None:
    total = alpha + beta
    average, square = alpha / total, alpha * (alpha + 1) / (total * (total + 1))
    assert concentration(average, square) == pytest.approx(total, rel=1e-6)


def test_the_jackknife_of_a_plain_mean_is_the_textbook_interval() -> None:
    surveyed = survey(4000, clusters=4000)
    values = np.random.default_rng(1).normal(size=4000)
    low, high = interval(lambda weights: mean(values, weights), surveyed.exam_weight, surveyed)
    assert high - low == pytest.approx(2 * 1.96 * values.std(ddof=1) / np.sqrt(4000), rel=1e-6)
    assert (low + high) / 2 == pytest.approx(values.mean())


def test_people_of_one_cluster_who_are_alike_widen_the_interval() -> None:
    surveyed = survey(4000, clusters=40)
    alike = np.random.default_rng(1).normal(size=40)[surveyed.cluster.astype(int)]
    low, high = interval(lambda weights: mean(alike, weights), surveyed.exam_weight, surveyed)
    assert high - low == pytest.approx(2 * 1.96 * alike[:40].std(ddof=1) / np.sqrt(40), rel=1e-6)
