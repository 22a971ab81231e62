"""Worklists: the grave first, and nobody is left off a list because something is not known."""

from __future__ import annotations

from datetime import date

import pytest

from boneloop.assess.person import assess
from boneloop.assess.seen import Seen
from boneloop.exchange.dates import ABOUT_A_YEAR
from boneloop.guidance.worklists import FRACTURES, Entry, entries, worklists
from boneloop.patient.conditions import SITES
from boneloop.patient.record import Fracture, Medication
from boneloop.types import Known

BROKEN = Fracture("hip", date(2026, 2, 1), "row 1", Known.YES)


@pytest.fixture
def lists(person):
    """The lists on which a person stands, by name."""

    def found(*arguments: object, **fields: object) -> dict[str, Entry]:
        record = person(*arguments, **fields)
        return {entry.worklist: entry for entry in entries(assess(record), Seen(record))}

    return found


def denosumab(*given: date) -> Medication:
    return Medication("denosumab", "denosumab", None, None, Known.YES, "row 2", given)


def test_the_lists_come_in_the_order_in_which_they_are_looked_at() -> None:
    assert [one.name for one in worklists()] == ["safety", "denosumab", "fracture", "forms"]


def test_every_site_has_its_words() -> None:
    assert set(FRACTURES) == set(SITES)


def test_thoughts_of_self_harm_stand_before_denosumab_overdue_and_that_before_other_safety_flags(lists) -> None:
    doses = denosumab(date(2025, 6, 1), date(2025, 12, 1))
    harm = lists(forms={"phq9": [0] * 8 + [1]}, medications=(doses,))
    overdue = lists(medications=(doses,))
    assert (harm["safety"].group, overdue["safety"].group) == (0, 1)
    assert "self-harm" in harm["safety"].reason and "overdue" in harm["safety"].reason
    assert harm["denosumab"].since == date(2025, 12, 1)


def test_denosumab_overdue_stands_before_due_and_due_before_no_day_of_a_dose(lists) -> None:
    overdue = lists(medications=(denosumab(date(2025, 6, 1), date(2025, 12, 1)),))
    due = lists(medications=(denosumab(date(2025, 9, 1), date(2026, 2, 25)),))
    nobody_knows = lists(medications=(denosumab(),))
    assert [found["denosumab"].group for found in (overdue, due, nobody_knows)] == [0, 1, 2]
    assert "denosumab" not in lists(medications=(denosumab(date(2026, 1, 10), date(2026, 7, 10)),))


def test_a_fracture_of_which_the_treatment_is_not_known_stays_on_the_list_and_is_asked_about(lists) -> None:
    untreated = lists(fractures=(BROKEN,), medications_recorded=Known.YES)["fracture"]
    asked = lists(fractures=(BROKEN,))["fracture"]
    assert (untreated.group, asked.group) == (0, 1)
    assert "no bone drug is taken" in untreated.reason and "not known: ask" in asked.reason
    treated = Medication("alendronate", "bisphosphonate", None, None, Known.YES, "row 2")
    assert "fracture" not in lists(fractures=(BROKEN,), medications=(treated,))


def test_old_fractures_those_without_a_day_and_those_of_high_energy_are_not_on_the_list(lists) -> None:
    for day, energy in ((date(2024, 2, 1), Known.YES), (None, Known.YES), (date(2026, 2, 1), Known.NO)):
        assert "fracture" not in lists(fractures=(Fracture("hip", day, "row 1", energy),))


def test_a_fracture_of_no_recorded_energy_counts_from_50_on_and_one_of_low_energy_at_any_age(lists) -> None:
    unclear = Fracture("wrist", date(2026, 2, 1), "row 1", Known.UNKNOWN)
    assert "energy not recorded" in lists(fractures=(unclear,), age=51.0)["fracture"].reason
    assert "fracture" not in lists(fractures=(unclear,), age=49.0)
    assert "fracture" in lists(fractures=(BROKEN,), age=49.0)


def test_a_fracture_whose_day_is_not_known_is_not_told_to_the_tenth_of_a_month(lists) -> None:
    rough = Fracture("wrist", date(2026, 2, 1), f"OSD030 {ABOUT_A_YEAR}", Known.YES)
    assert "about 7 months ago (day not known)" in lists(fractures=(rough,))["fracture"].reason


def test_unfinished_forms_stand_before_old_ones_and_those_before_forms_never_filled_in(lists) -> None:
    whole = {"phq9": [1] * 8 + [0], "gad7": [1] * 7}
    assert "forms" not in lists({"pain_nrs": 3}, whole)
    unfinished = lists({"pain_nrs": 3}, whole | {"phq9": [1, 1, 1]})["forms"]
    old = lists({"pain_nrs": 3}, whole, when=date(2025, 8, 1))["forms"]
    never = lists()["forms"]
    assert [found.group for found in (unfinished, old, never)] == [0, 1, 2]
    assert "unfinished" in unfinished.reason and "item 9 was not seen" in unfinished.reason
    assert old.since == date(2025, 8, 1)
    assert never.reason == "Depressive symptoms: never; anxiety: never; pain: never."


def test_a_form_that_cannot_be_scored_is_due(lists) -> None:
    assert "cannot be scored" in lists({"pain_nrs": 3}, {"phq9": [9] * 9, "gad7": [1] * 7})["forms"].reason
