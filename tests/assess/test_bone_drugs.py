"""Denosumab wears off: due after six calendar months, dangerous after seven when two doses or more were given."""

from __future__ import annotations

from datetime import date

import pytest

from boneloop.assess.person import assess
from boneloop.assess.seen import months_between
from boneloop.patient.record import Medication
from boneloop.types import Known


def denosumab(*given, active=Known.YES):
    start = given[0] if given else None
    return Medication("denosumab", "denosumab", start, None, active, "x", given=given)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ((date(2025, 9, 1), date(2026, 3, 2)), ""),
        ((date(2025, 9, 1), date(2026, 3, 1)), "denosumab_due"),
        ((date(2025, 8, 1), date(2026, 2, 1)), "denosumab_due"),
        ((date(2025, 7, 31), date(2026, 1, 31)), "denosumab_overdue"),
        ((date(2026, 1, 31),), "denosumab_due"),
        ((), "denosumab_dates_unknown"),
    ],
)
def test_calendar_months_since_the_last_dose_and_the_count_of_doses_decide(person, given, code):
    said = assess(person(medications=(denosumab(*given),)))
    assert [f.code for f in said.flags if f.code.startswith("denosumab")] == ([code] if code else [])


def test_one_dose_makes_no_rebound_and_that_is_said(person):
    (flag,) = assess(person(medications=(denosumab(date(2025, 12, 1)),))).flags
    assert "the rebound rule needs two" in flag.message


def test_overdue_denosumab_is_a_matter_of_safety(person):
    (flag,) = assess(person(medications=(denosumab(date(2025, 1, 1), date(2025, 7, 1)),))).flags
    assert flag.severity == "safety"
    assert "14.0 months since dose 2" in flag.message


def test_a_bisphosphonate_begun_after_the_last_dose_covers_it(person):
    cover = Medication("zoledronate", "bisphosphonate", date(2026, 1, 1), None, Known.YES, "x", (date(2026, 1, 1),))
    assert not assess(person(medications=(denosumab(date(2025, 1, 1), date(2025, 7, 1)), cover))).flags


def test_stopped_denosumab_without_dates_is_asked_about(person):
    (flag,) = assess(person(medications=(denosumab(active=Known.NO),))).flags
    assert "rebound after stopping" in flag.message


def test_months_are_calendar_months():
    assert months_between(date(2026, 1, 31), date(2026, 8, 31)) == 7
    assert months_between(date(2026, 2, 1), date(2026, 9, 1)) == 7
    assert 7 < months_between(date(2026, 2, 1), date(2026, 9, 2)) < 7.1


def test_one_dose_that_was_stopped_makes_no_dose_due_and_asks_what_followed(person):
    (flag,) = assess(person(medications=(denosumab(date(2025, 12, 1), active=Known.NO),))).flags
    assert flag.code == "denosumab_due" and "recorded as stopped; ask what followed" in flag.message
    assert "next dose is due" not in flag.message


def test_two_doses_that_were_stopped_stay_overdue(person):
    given = denosumab(date(2025, 1, 1), date(2025, 7, 1), active=Known.NO)
    assert [f.code for f in assess(person(medications=(given,))).flags] == ["denosumab_overdue"]
