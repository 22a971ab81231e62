"""What was seen of one person: one index for an assessment and its rules, and never that of somebody else."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boneloop.assess.person import assess
from boneloop.assess.seen import Seen, seen_of
from boneloop.guidance.advice import advise
from boneloop.patient.drugs import drugs
from boneloop.patient.record import Medication
from boneloop.types import Known

NAMES = sorted(drugs())
courses = st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(Known)), max_size=6)


def test_a_record_is_indexed_once_while_it_is_asked_about(person):
    record = person({"weight": 61.0})
    assert seen_of(record) is seen_of(record)
    assert seen_of(replace(record, age=71.0)) is not seen_of(record)


def test_the_rules_of_one_person_never_see_another(person):
    fragile = assess(person({"t_score_total_hip": -3.1, "menopause_age": 50.0}))
    other = assess(person({"t_score_total_hip": 0.4, "menopause_age": 50.0}, {"phq9": 20.0}))
    alone = advise(fragile)
    assess(other.record)
    advise(other)
    assert advise(fragile) == alone != advise(other)


@given(taken=courses, whole=st.sampled_from(Known))
def test_a_drug_is_taken_if_any_course_of_it_is(person, taken, whole):
    medications = tuple(
        Medication(name, drugs()[name].drug_class, date(2020, 1, 1), None, active, "row 1") for name, active in taken
    )
    seen = Seen(person(medications=medications, medications_recorded=whole))
    for name in {name for name, _ in taken}:
        states = {active for drug, active in taken if drug == name}
        expected = next(state for state in (Known.YES, Known.UNKNOWN, Known.NO) if state in states)
        assert seen.taking_drug(name) is expected


@pytest.mark.parametrize("whole", Known)
def test_a_drug_on_no_list_is_not_taken_only_if_the_list_is_whole(person, whole):
    expected = Known.NO if whole is Known.YES else Known.UNKNOWN
    assert Seen(person(medications_recorded=whole)).taking_drug("alendronate") is expected


def test_yes_and_no_are_found_by_their_text():
    assert {Known.YES: 1}["yes"] == {"yes": 1}[Known.YES] == 1
