"""Arrows to fracture: thin bone breaks more, and the population as a whole breaks as often as it does."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from boneloop.cycle.links import bone_to_fracture, function_to_fracture, mood_to_fracture, pain_to_fracture

score = st.floats(min_value=-4, max_value=4)
age = st.floats(min_value=50, max_value=95)
share = st.floats(min_value=0, max_value=1)
POINTS, WEIGHTS = np.polynomial.hermite_e.hermegauss(60)
"""Gauss-Hermite: sums with these weights are averages over a standard normal Z-score."""


@given(age)
def test_over_a_standard_normal_density_the_hazard_factor_averages_to_one(body, years):
    for factor in bone_to_fracture.factors(POINTS, years, body.bone_to_fracture):
        assert (factor * WEIGHTS).sum() / math.sqrt(2 * math.pi) == pytest.approx(1, rel=1e-9)


@given(score, score, age)
def test_thinner_bone_never_breaks_less(body, one, other, years):
    thin, thick = (bone_to_fracture.factors(z, years, body.bone_to_fracture) for z in sorted((one, other)))
    assert all(a >= b > 0 for a, b in zip(thin, thick, strict=True))


def test_one_standard_deviation_at_65_is_the_gradient_of_the_registry_and_for_hip_and_spine_what_cohorts_saw(default):
    low, mean = (bone_to_fracture.factors(z, 65, default.bone_to_fracture) for z in (-1.0, 0.0))
    ratios = [a / b for a, b in zip(low, mean, strict=True)]
    gradients = default.bone_to_fracture
    assert ratios == pytest.approx([gradients.hip, gradients.vertebra, gradients.wrist, gradients.other])
    assert ratios[0] == pytest.approx(2.88) and 1.9 <= ratios[1] <= 2.8


def test_the_hip_s_gradient_is_steeper_in_the_young_old(default):
    def ratio(years):
        low, mean = (bone_to_fracture.factors(z, years, default.bone_to_fracture) for z in (-1.0, 0.0))
        return low.hip / mean.hip

    assert ratio(50) == pytest.approx(3.7, abs=0.1)
    assert ratio(80) == pytest.approx(2.3, abs=0.1)


@given(share, share)
def test_more_pain_depression_or_lost_function_never_means_fewer_falls(body, one, other):
    low, high = sorted((one, other))
    for falls, p in (
        (pain_to_fracture.falls_log, body.pain_to_fracture),
        (mood_to_fracture.falls_log, body.mood_to_fracture),
        (function_to_fracture.falls_log, body.function_to_fracture),
    ):
        assert 0 == falls(0, p) <= falls(low, p) <= falls(high, p)


def test_a_case_of_depression_has_half_of_the_largest_effect_on_falls(body):
    p = body.mood_to_fracture
    assert mood_to_fracture.falls_log(p.caseness, p) == pytest.approx(p.falls / 2)
