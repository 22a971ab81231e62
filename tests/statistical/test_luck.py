"""Luck is even, and no part of its key leaks into another. Keys are fixed: what passes once passes always.

Each test allows four standard errors, or the 1-in-10,000 point of its chi-square law.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import chi2

from boneloop.simulate.chance import count, key_of, normal, uniform

N = 2**16
PATIENTS = np.array([key_of(f"patient {n}") for n in range(N)], dtype=np.uint64)

ALONG = {
    "patients": lambda event: uniform(1, PATIENTS, event, 0, 0),
    "patients counted up": lambda event: uniform(1, np.arange(N, dtype=np.uint64), event, 0, 0),
    "steps": lambda event: uniform(1, 7, event, np.arange(N), 0),
    "draws": lambda event: uniform(1, 7, event, 0, np.arange(N)),
}
each_way = pytest.mark.parametrize("luck", ALONG.values(), ids=ALONG.keys())


def even(counts):
    """Are the counts those of equally likely cells?"""
    expected = counts.sum() / counts.size
    return ((counts - expected) ** 2 / expected).sum() < chi2.ppf(1 - 1e-4, counts.size - 1)


@each_way
def test_luck_is_even(luck):
    drawn = luck("fall")
    assert abs(drawn.mean() - 0.5) < 4 * np.sqrt(1 / 12 / N)
    assert even(np.histogram(drawn, bins=256, range=(0, 1))[0])


@each_way
def test_the_smallest_luck_is_even_too(luck):
    """The digits behind the first hundredth: fractures are rare, so that they are decided there."""
    drawn = luck("fracture/hip")
    rare = drawn[drawn < 0.01] * 100
    assert even(np.histogram(rare, bins=8, range=(0, 1))[0])


@each_way
def test_neighbors_know_nothing_of_each_other(luck):
    drawn = luck("fall")
    assert abs(np.corrcoef(drawn[:-1], drawn[1:])[0, 1]) < 4 / np.sqrt(N)
    assert even(np.histogram2d(drawn[0::2], drawn[1::2], bins=16, range=((0, 1), (0, 1)))[0])


@each_way
def test_two_events_know_nothing_of_each_other(luck):
    hip, wrist = luck("fracture/hip"), luck("fracture/wrist")
    assert abs(np.corrcoef(hip, wrist)[0, 1]) < 4 / np.sqrt(N)
    assert even(np.histogram2d(hip, wrist, bins=16, range=((0, 1), (0, 1)))[0])


def test_two_seeds_know_nothing_of_each_other():
    first, second = (uniform(seed, PATIENTS, "fall", 0, 0) for seed in (1, 2))
    assert abs(np.corrcoef(first, second)[0, 1]) < 4 / np.sqrt(N)


def test_two_patients_with_like_names_know_nothing_of_each_other():
    first, second = (uniform(1, key_of(name), "fall", np.arange(N), 0) for name in ("patient 1", "patient 2"))
    assert abs(np.corrcoef(first, second)[0, 1]) < 4 / np.sqrt(N)


def test_normal_numbers_have_mean_0_and_variance_1():
    drawn = normal(ALONG["patients"]("start/density"))
    assert abs(drawn.mean()) < 4 / np.sqrt(N)
    assert abs(drawn.var() - 1) < 4 * np.sqrt(2 / N)


@pytest.mark.parametrize("expected", [0.01, 0.3, 1.0, 4.0, 25.0])
def test_falls_have_the_mean_and_the_variance_of_the_poisson_law(expected):
    fell = count(ALONG["steps"]("fall"), np.full(N, expected))
    assert abs(fell.mean() - expected) < 4 * np.sqrt(expected / N)
    # the variance of a sample variance: (fourth central moment - variance squared)/n
    assert abs(fell.var() - expected) < 4 * np.sqrt((expected + 2 * expected**2) / N)
