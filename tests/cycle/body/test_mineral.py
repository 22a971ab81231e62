"""Mineral: how much calcium comes in, and how well the gut takes it up."""

from __future__ import annotations

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
