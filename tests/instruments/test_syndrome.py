"""The algorithm of the PHQ-9: five and two items, an anchor, and what missing answers leave open."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boneloop.errors import InstrumentError
from boneloop.instruments.syndrome import possible

NEITHER, OTHER, MAJOR = "neither", "other depressive syndrome", "major depressive syndrome"
answers = st.dictionaries(st.integers(1, 9), st.integers(0, 3))


def numbered(*given_answers):
    return {n: a for n, a in enumerate(given_answers, start=1) if a is not None}


@pytest.mark.parametrize(
    ("form", "outcome"),
    [
        (numbered(2, 0, 2, 2, 2, 2, 0, 0, 0), MAJOR),
        (numbered(2, 0, 2, 2, 2, 1, 0, 0, 1), MAJOR),
        (numbered(2, 0, 2, 2, 1, 1, 1, 1, 0), OTHER),
        (numbered(2, 0, 2, 0, 0, 0, 0, 0, 0), OTHER),
        (numbered(0, 2, 0, 0, 0, 0, 0, 0, 0), NEITHER),
        (numbered(1, 1, 3, 3, 3, 3, 3, 3, 3), NEITHER),
        (numbered(*[1] * 9), NEITHER),
        (numbered(*[3] * 9), MAJOR),
    ],
)
def test_five_items_make_it_major_and_two_other_with_interest_or_mood_among_them(form, outcome):
    assert possible("phq9", form) == (outcome,)


def test_item_9_counts_on_several_days():
    without, with_it = numbered(2, 2, 2, 2, 0, 0, 0, 0, 0), numbered(2, 2, 2, 2, 0, 0, 0, 0, 1)
    assert (possible("phq9", without), possible("phq9", with_it)) == ((OTHER,), (MAJOR,))


def test_a_missing_answer_is_left_open_only_where_it_could_change_the_outcome():
    assert possible("phq9", numbered(2, 2, 2, 2, None, 0, 0, 0, 0)) == (OTHER, MAJOR)
    assert possible("phq9", numbered(2, 2, 2, 2, 2, None, 0, 0, 0)) == (MAJOR,)
    assert possible("phq9", numbered(0, 0, None, None, 3, 3, 3, 3, 3)) == (NEITHER,)
    assert possible("phq9", {}) == (NEITHER, OTHER, MAJOR)


@given(answers, st.integers(1, 9), st.integers(0, 3))
def test_one_more_answer_only_narrows_what_is_possible(form, item, answer):
    if item not in form:
        assert set(possible("phq9", {**form, item: answer})) <= set(possible("phq9", form))


@given(answers)
def test_a_whole_form_has_one_outcome(form):
    whole = {n: form.get(n, 0) for n in range(1, 10)}
    assert len(possible("phq9", whole)) == 1


def test_the_difficulty_item_is_not_counted():
    form = numbered(2, 0, 2, 2, 2, 0, 0, 0, 0)
    assert possible("phq9", {**form, 10: 3}) == possible("phq9", form) == (OTHER,)


def test_an_instrument_without_an_algorithm_is_refused():
    with pytest.raises(InstrumentError, match="no algorithm"):
        possible("gad7", {1: 2})
