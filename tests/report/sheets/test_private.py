"""Item 9 is for a person, never for the patient's paper: no answer to it changes a byte of that sheet."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from loading import loaded

from boneloop.assess.assessment import Assessment
from boneloop.instruments.table import instrument, names
from boneloop.patient.conditions import titles
from boneloop.patient.record import Answers, Condition, Record
from boneloop.report.sheets import private
from boneloop.report.sheets.page import patient_html
from boneloop.types import Known, Sex

people = loaded(Path(__file__).parents[1] / "fhir_people.py")
ANY = settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=40)
TODAY = date(2026, 9, 15)
ITEM_9 = 9
FINDINGS = ("suicidal_thoughts", "self_harm_concern")


def form(items: dict[int, float], day: date | None = TODAY, total: float | None = None) -> Answers:
    return Answers("phq9", items, total, day, "form")


def with_item_9(record: Record, answer: float | None, total: float | None, thoughts: Known | None) -> Record:
    """The same person, who answered item 9 of every PHQ-9 in another way, or not at all."""
    answers = []
    for one in record.answers:
        if one.instrument == "phq9" and one.items:
            items = {n: value for n, value in one.items.items() if n != ITEM_9}
            one = replace(one, items=items if answer is None else {**items, ITEM_9: answer}, total=total)
        answers.append(one)
    stated = [one for one in record.conditions if one.name not in FINDINGS]
    if thoughts is not None:
        stated += [Condition(name, thoughts, record.as_of, "note") for name in FINDINGS]
    return replace(record, answers=tuple(answers), conditions=tuple(stated))


eight = st.fixed_dictionaries({n: st.integers(0, 3).map(float) for n in range(1, 9)})


@ANY
@given(
    items=eight,
    earlier=eight,
    answer=st.sampled_from([None, 0.0, 1.0, 2.0, 3.0, 4.0]),
    total=st.none() | st.integers(0, 27).map(float),
    thoughts=st.sampled_from([None, Known.YES, Known.NO, Known.UNKNOWN]),
    notes=st.lists(st.text(max_size=8), max_size=2),
    language=st.sampled_from(["en", "zh"]),
)
@example({n: 1.0 for n in range(1, 9)} | {8: 2.0}, {n: 1.0 for n in range(1, 9)}, 1.0, 10.0, None, [], "en")
def test_no_answer_to_item_9_changes_the_patients_sheet(
    items, earlier, answer, total, thoughts, notes, language
) -> None:
    """The example has 9 points without item 9 and 10 with it: its PHQ-9 changes from mild to moderate."""
    forms = (form(earlier | {ITEM_9: 0.0}, date(2026, 1, 5)), form(items | {ITEM_9: 0.0}))
    calm = Record("p", Sex.FEMALE, 71.0, TODAY, "row 1", country="GB", answers=forms)
    other = replace(with_item_9(calm, answer, total, thoughts), notes=tuple(notes))
    assert patient_html(other, language) == patient_html(calm, language)


@ANY
@given(
    record=people.records(),
    answer=st.sampled_from([None, 1.0, 2.0, 3.0]),
    thoughts=st.sampled_from([None, Known.YES]),
)
def test_no_answer_to_item_9_changes_the_sheet_of_anybody(record: Record, answer: float | None, thoughts) -> None:
    assert patient_html(with_item_9(record, answer, None, thoughts), "en") == patient_html(
        with_item_9(record, 0.0, None, None), "en"
    )


def test_a_form_with_item_9_alone_says_nothing() -> None:
    alone = Record("p", Sex.MALE, 71.0, TODAY, "row 1", answers=(form({ITEM_9: 3.0}),))
    assert patient_html(alone, "en") == patient_html(replace(alone, answers=()), "en")


@pytest.mark.parametrize("word", ["item 9", "PHQ", "suicid", "self-harm", "self harm", "death"])
def test_the_patients_sheet_has_no_word_of_it_in_text_or_markup(demo: dict[str, Assessment], word: str) -> None:
    for one in demo.values():
        assert word.lower() not in patient_html(one.record, "en").lower()


@pytest.mark.parametrize("word", ["自杀", "自伤", "轻生", "死亡", "第9"])
def test_the_chinese_sheet_has_no_word_of_it_either(demo: dict[str, Assessment], word: str) -> None:
    for one in demo.values():
        assert word not in patient_html(one.record, "zh")


def test_everybody_is_told_whom_to_call(demo: dict[str, Assessment]) -> None:
    for one in demo.values():
        assert "If you feel you cannot go on" in patient_html(one.record, "en")


def test_mood_is_read_from_the_first_eight_items() -> None:
    record = Record("p", Sex.FEMALE, 71.0, TODAY, "row 1", answers=(form({n: 1.0 for n in range(1, 10)}),))
    (mood,) = private.moods(private.without_the_private(record))
    assert (mood.points, mood.band) == (8, "mild")


def test_of_a_total_alone_only_its_band_is_known() -> None:
    record = Record("p", Sex.FEMALE, 71.0, TODAY, "row 1", answers=(form({}, total=14.0),))
    (mood,) = private.moods(private.without_the_private(record))
    assert mood.band == "moderate" and not mood.of_items
    assert patient_html(record, "en") == patient_html(replace(record, answers=(form({}, total=11.0),)), "en")


def test_an_unfinished_form_gives_no_mood() -> None:
    record = Record("p", Sex.FEMALE, 71.0, TODAY, "row 1", answers=(form({1: 3.0, 2: 3.0}),))
    assert private.moods(private.without_the_private(record)) == ()


@ANY
@given(record=people.records())
def test_what_is_private_is_taken_out_of_any_record(record: Record) -> None:
    left = private.without_the_private(record)
    alerting = {name: instrument(name).alert for name in names()}
    assert not any(set(one.items) & set(alerting[one.instrument]) for one in left.answers)
    assert not any(one.name in private.NEVER_PRINTED for one in left.conditions)
    assert left.notes == ()
    assert left.measurements == record.measurements and left.medications == record.medications


def test_every_finding_that_points_to_self_harm_is_private() -> None:
    pointing = {name for name, title in titles().items() if re.search("suicid|self.?harm", f"{name} {title}", re.I)}
    assert pointing == set(private.NEVER_PRINTED)
