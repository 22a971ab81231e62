"""Mineral: how much calcium comes in, and how well the gut takes it up."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boneloop.cycle.body import mineral

milligrams = st.floats(min_value=1, max_value=3000)
factor = st.floats(min_value=0.2, max_value=2)


@given(milligrams, milligrams)
def test_a_supplement_adds_to_the_calcium_of_the_food(body, one, other):
    low, high = sorted((one, other))
    assert mineral.intake(0, body.mineral) == body.mineral.dietary_calcium
    assert mineral.intake(low, body.mineral) <= mineral.intake(high, body.mineral)


@given(factor, factor)
def test_a_calm_person_without_care_is_the_unit_of_absorption(stress, care):
    assert mineral.relative_absorption(1, 1) == 1
    assert mineral.relative_absorption(stress, 1) == stress
    assert mineral.relative_absorption(1, care) == care


level, supplemented = st.floats(min_value=0.05, max_value=3), st.floats(min_value=0, max_value=1)


def test_with_enough_vitamin_d_calcitriol_is_made_as_listed(body):
    assert mineral.calcitriol_factor(1, 0, body.mineral) == 1


@given(level, level, supplemented)
def test_less_vitamin_d_never_makes_more_calcitriol(body, one, other, given_):
    low, high = (mineral.calcitriol_factor(d, given_, body.mineral) for d in sorted((one, other)))
    assert 0 < low <= high * (1 + 1e-12)


@given(level, supplemented, supplemented)
def test_a_supplement_lifts_those_who_lack_vitamin_d_and_nobody_else(body, d, one, other):
    p = body.mineral
    some, more = (mineral.calcitriol_factor(d, given_, p) for given_ in sorted((one, other)))
    assert some <= more * (1 + 1e-12)
    kept_up = p.vitamin_d_of_supplement / p.sufficient_vitamin_d
    assert mineral.calcitriol_factor(d, 1, p) == pytest.approx(max(d, kept_up) ** p.vitamin_d_exponent)
