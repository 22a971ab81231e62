"""Item 9 is a message: it sounds on every form that holds it, and it never becomes a number."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boneloop.assess.person import assess
from boneloop.patient.record import Answers, Record
from boneloop.types import Known, Sex


def codes(said):
    return [flag.code for flag in said.flags]


def test_item_9_is_the_first_flag_and_a_matter_of_safety(person):
    said = assess(person({"calcium": 1.9, "albumin": 40}, {"phq9": [0, 0, 0, 0, 0, 0, 0, 0, 1]}))
    assert (said.flags[0].code, said.flags[0].severity) == ("phq9_item9", "safety")
    assert said.score("phq9").band == "minimal"


def test_item_9_sounds_on_a_form_too_unfinished_to_score(person):
    said = assess(person(forms={"phq9": {9: 2}}))
    assert said.score("phq9").value is None
    assert "phq9_item9" in codes(said)


def test_item_9_sounds_on_a_form_whose_other_answers_are_refused(person):
    said = assess(person(forms={"phq9": {3: 5, 9: 1}}))
    assert "phq9_item9" in codes(said) and "answers_refused" in codes(said)


def test_a_later_form_without_the_item_does_not_take_the_message_back(person):
    record = person(
        answers=(
            Answers("phq9", {9: 3}, None, date(2026, 3, 1), "first"),
            Answers("phq9", {1: 0, 2: 0}, None, date(2026, 8, 1), "second"),
        )
    )
    assert "phq9_item9" in codes(assess(record))


def test_a_later_answer_to_the_item_holds(person):
    record = person(
        answers=(
            Answers("phq9", {9: 3}, None, date(2026, 3, 1), "first"),
            Answers("phq9", dict.fromkeys(range(1, 10), 0), None, date(2026, 8, 1), "second"),
        )
    )
    assert not codes(assess(record))


def test_a_total_without_the_item_asks_for_it(person):
    assert "phq9_item9_unknown" in codes(assess(person(forms={"phq9": 7})))
    assert "phq9_item9_unknown" not in codes(assess(person(forms={"phq9": 0})))


def test_a_total_of_zero_on_an_unfinished_form_does_not_answer_the_item(person):
    form = Answers("phq9", {1: 0, 2: 0}, 0, date(2026, 8, 1), "form")
    assert "phq9_item9_unknown" in codes(assess(person(answers=(form,))))


def test_no_form_is_a_gap_and_not_a_no(person):
    said = assess(person())
    assert "PHQ-9 item 9" in [gap.item for gap in said.gaps]
    assert not codes(said)


def test_recorded_suicidal_thoughts_are_a_matter_of_safety(person):
    said = assess(person(conditions={"suicidal_thoughts": Known.YES}))
    assert said.flags[0].severity == "safety"


@given(st.dictionaries(st.integers(1, 9), st.integers(0, 3)), st.one_of(st.none(), st.integers(0, 27)))
def test_item_9_sounds_if_and_only_if_it_was_answered_above_zero(items, total):
    form = Answers("phq9", items, total, date(2026, 8, 1), "form")
    record = Record("p", Sex.FEMALE, 70.0, date(2026, 9, 1), "x", answers=(form,))
    sounded = "phq9_item9" in codes(assess(record))
    assert sounded == (items.get(9, 0) >= 1)


def test_no_output_is_a_number_for_the_risk_of_suicide(person):
    said = assess(person(forms={"phq9": [3] * 9}))
    assert not [r for r in said.risks if "suicid" in f"{r.engine}{r.outcome}".lower()]
    assert not [s for s in said.scores if "suicid" in s.name]


@pytest.mark.parametrize(
    ("form", "shown", "status"),
    [
        ([2, 2, 2, 2, 2, 0, 0, 0, 0], "major depressive syndrome", "complete"),
        ([2, 0, 2, 0, 0, 0, 0, 0, 0], "other depressive syndrome", "complete"),
        ([1] * 9, "neither", "complete"),
        (
            [2, 2, 2, 2, None, 0, 0, 0, 0],
            "not decided: other depressive syndrome or major depressive syndrome",
            "incomplete",
        ),
    ],
)
def test_the_algorithm_of_phq9_stands_beside_its_total_and_is_no_diagnosis(person, form, shown, status):
    found = assess(person(forms={"phq9": form})).score("phq9_algorithm")
    assert (found.shown, found.status) == (shown, status)
    assert "not a diagnosis" in found.rule


def test_a_total_alone_has_no_algorithm(person):
    assert assess(person(forms={"phq9": 14.0})).score("phq9_algorithm") is None
