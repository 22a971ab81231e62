"""Places: where treatments act, and how they meet."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boneloop.therapy.places import ADD, FACTOR, PLACES, combine, neutral

amount = st.floats(min_value=0.1, max_value=10)
effect = st.dictionaries(st.sampled_from(sorted(PLACES)), amount)


def test_nobodys_treatment_leaves_every_place_neutral():
    assert combine([]) == {place: neutral(place) for place in PLACES}
    assert combine([{}, {}]) == combine([])


def test_none_is_0_where_amounts_are_added_and_1_where_factors_are_multiplied():
    assert {neutral(place) for place, kind in PLACES.items() if kind == ADD} == {0.0}
    assert {neutral(place) for place, kind in PLACES.items() if kind == FACTOR} == {1.0}


def test_amounts_are_added_and_factors_multiplied():
    both = combine(
        [{"fracture.falls_log": 0.3, "stress.cortisol": 0.5}, {"fracture.falls_log": 0.2, "stress.cortisol": 0.4}]
    )
    assert both["fracture.falls_log"] == pytest.approx(0.5)
    assert both["stress.cortisol"] == pytest.approx(0.2)


@given(effect, effect)
def test_the_order_of_treatments_does_not_matter(one, other):
    assert combine([one, other]) == pytest.approx(combine([other, one]))


@pytest.mark.parametrize("ask", [lambda: neutral("bone.magic"), lambda: combine([{"bone.magic": 1.0}])])
def test_a_place_that_does_not_exist_is_refused(ask):
    with pytest.raises(ValueError, match=r"bone\.magic"):
        ask()
