"""Wellbeing: the utility of a life, and the weight of the years ahead."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boneloop.cycle.body import wellbeing

share = st.floats(min_value=0, max_value=1)
age = st.floats(min_value=18, max_value=110)


@given(age, share, share, share, share)
def test_every_burden_lowers_utility_and_none_brings_it_below_death(quality_weights, years, pain, mood, loss, broken):
    free = wellbeing.utility(years, 1, 1, 1, 1, quality_weights)
    assert 0 <= wellbeing.utility(years, pain, mood, loss, broken, quality_weights) <= free <= 1


@given(age, age)
def test_utility_without_a_burden_falls_with_age(quality_weights, one, other):
    young, old = (wellbeing.utility(years, 1, 1, 1, 1, quality_weights) for years in sorted((one, other)))
    assert old <= young


def test_a_person_of_fifty_without_a_burden(quality_weights):
    assert wellbeing.utility(50, 1, 1, 1, 1, quality_weights) == pytest.approx(0.95)


@given(
    st.floats(min_value=0, max_value=50), st.floats(min_value=0, max_value=50), st.floats(min_value=0, max_value=0.1)
)
def test_later_years_weigh_less(one, other, rate):
    sooner, later = (wellbeing.discount(years, rate) for years in sorted((one, other)))
    assert 0 < later <= sooner <= 1
    assert wellbeing.discount(one, 0.0) == 1
