"""The patient's two pages: plain words, no bare number, no promise, and the one date that must not be missed."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from html import unescape
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from loading import loaded

from boneloop.assess.assessment import Assessment, Risk
from boneloop.assess.bone_drugs import BONE_CLASSES
from boneloop.assess.gaps import KEY_ITEMS
from boneloop.assess.seen import ANTIDEPRESSANTS, months_between
from boneloop.patient.drugs import drugs
from boneloop.patient.record import Answers, Measurement, Medication, Record
from boneloop.report.language import language
from boneloop.report.sheets.injection import months_later
from boneloop.report.sheets.page import patient_html, templates
from boneloop.report.sheets.patient import BRING, patient
from boneloop.report.sheets.pictograph import pictograph
from boneloop.types import Known, Sex

people = loaded(Path(__file__).parents[1] / "fhir_people.py")

TODAY = date(2026, 9, 15)
ANY = settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=60)
GRADE_AT_MOST = 5.0
"""Flesch-Kincaid grade of the sheets as a whole; a child of 12 is in grade 6."""
WORST_SENTENCE = 24
EN = language("en")


def words_of(page: str) -> str:
    """The sentences of a page; every element ends one."""
    body = page.partition("<main>")[2]
    body = re.sub(r'<p class="verbatim".*?</p>', " ", body, flags=re.S)
    blocks = re.sub(r"</(p|li|h\d|dd|dt)>", " . ", body)
    return unescape(re.sub(r"<[^>]+>", " ", blocks))


def syllables(word: str) -> int:
    """Groups of vowels, a silent e at the end left out; at least one."""
    bare = word.lower()
    silent = bare.endswith("e") and not bare.endswith(("le", "ee"))
    return max(1, len(re.findall(r"[aeiouy]+", bare)) - silent)


def sentences(text: str) -> list[list[str]]:
    found = (re.findall(r"[A-Za-z']+", one) for one in re.split(r"[.!?:]", text))
    return [one for one in found if one]


def grade(text: str) -> float:
    """Flesch-Kincaid grade level: 0.39 words per sentence + 11.8 syllables per word - 15.59."""
    found = sentences(text)
    every = [word for sentence in found for word in sentence]
    return 0.39 * len(every) / len(found) + 11.8 * sum(map(syllables, every)) / len(every) - 15.59


def test_the_measure_of_reading_knows_hard_text_from_easy() -> None:
    assert grade("The cat sat on the mat. The dog ran to it.") < 2
    hard = "Pharmacological antiresorptive intervention necessitates comprehensive multidisciplinary consideration."
    assert grade(hard) > 15


def test_the_sheets_read_easily(demo: dict[str, Assessment], crowded: dict[str, Assessment]) -> None:
    for one in (*demo.values(), *crowded.values()):
        text = words_of(patient_html(one.record, "en"))
        assert grade(text) <= GRADE_AT_MOST, one.record.id
        longest = max(sentences(text), key=len)
        assert len(longest) <= WORST_SENTENCE, longest


@pytest.mark.parametrize(
    "jargon",
    ["BMD", "bisphosphonate", "QFracture-2012, copyright", "MCID", "GAD-7", "PEG", "TUG", "eGFR", "WHO",
     "antiresorptive", "comorbid", "SSRI", "framework", "cohort"],
)  # fmt: skip
def test_no_word_of_the_trade_is_left(demo: dict[str, Assessment], jargon: str) -> None:
    for one in demo.values():
        assert not re.search(rf"\b{re.escape(jargon)}\b", words_of(patient_html(one.record, "en")))


def test_the_t_score_is_explained_where_it_stands(demo: dict[str, Assessment]) -> None:
    text = words_of(patient_html(demo["rosa"].record, "en"))
    assert "Your lowest T-score is −3.2. A T-score compares your bones with those of a young adult" in text


def test_no_antidepressant_and_no_medicine_by_name_is_proposed(demo, crowded) -> None:
    named = {name for name, drug in drugs().items() if drug.drug_class in (*BONE_CLASSES, *ANTIDEPRESSANTS)}
    for one in (*demo.values(), *crowded.values()):
        text = words_of(patient_html(one.record, "en")).lower()
        assert not {name for name in named - {"denosumab"} if name.replace("_", " ") in text}
        assert "antidepressant" not in text


def test_change_is_said_in_the_words_of_the_smallest_change_that_counts(demo: dict[str, Assessment]) -> None:
    cards = {card.icon: card for card in patient(demo["carol"].record, EN, ()).cards}
    assert cards["mood"].change == "Better than last time"
    assert cards["pain"].change == ""


def test_everything_asked_for_in_plain_words_is_an_item_of_the_assessment() -> None:
    assert set(BRING) <= {key.item for key in KEY_ITEMS}
    left_out = {key.item for key in KEY_ITEMS} - set(BRING)
    assert left_out == {"smoking", "PHQ-9, all nine items", "PHQ-9 item 9", "a function score (SPPB, RAND-36, ADL)"}


@given(day=st.dates(date(2000, 1, 1), date(2100, 1, 1)), months=st.integers(0, 40))
def test_months_later_is_that_many_calendar_months(day: date, months: int) -> None:
    later = months_later(day, months)
    assert months - 0.11 < months_between(day, later) <= months
    assert later.day == day.day or (later + timedelta(days=1)).day == 1


def injected(last: date, stopped: bool = False, **fields) -> Record:
    course = Medication("denosumab", "denosumab", last, None, Known.NO if stopped else Known.YES, "row", (last,))
    return Record("p", Sex.FEMALE, 74.0, TODAY, "row 1", country="GB", medications=(course,), **fields)


def test_the_next_injection_stands_large(demo: dict[str, Assessment]) -> None:
    page = patient_html(injected(date(2026, 8, 31)), "en")
    assert '<p class="big">28 Feb 2027</p>' in page and "Do not miss it" in page


def test_a_date_that_has_passed_says_call_today() -> None:
    assert "This date has passed. Call us today." in patient_html(injected(date(2026, 1, 15)), "en")


def test_who_stopped_after_one_dose_reads_of_no_next_one() -> None:
    assert "injection" not in words_of(patient_html(injected(date(2026, 1, 15), stopped=True), "en"))


def test_nobody_without_it_reads_of_an_injection(demo: dict[str, Assessment]) -> None:
    assert "injection" not in words_of(patient_html(demo["anna"].record, "en"))


def risk(engine: str, probability: float | None, outcome: str = "any fracture", shown: str = "") -> Risk:
    return Risk(engine, engine, outcome, 10.0, probability, shown or f"{probability} %", ())


@given(probability=st.floats(0.0, 1.0))
def test_the_picture_fills_as_many_people_as_it_says(probability: float) -> None:
    drawn = pictograph([risk("garvan", probability, shown="x %")], EN)
    assert drawn is not None and drawn.filled == round(100 * probability)
    assert drawn.says.startswith((f"About {drawn.filled} of 100", "Fewer than 1 of 100"))
    assert drawn.others == f"{100 - drawn.filled} will not."


def test_a_calculator_that_stops_at_80_is_not_made_exact() -> None:
    drawn = pictograph([risk("garvan", 0.999, shown="more than 80 %")], EN)
    assert (
        drawn is not None and drawn.filled == 80 and drawn.says.startswith("More than 80 of 100") and not drawn.others
    )


def test_numbers_that_contradict_each_other_are_not_drawn() -> None:
    both = [risk("garvan", 0.2), risk("garvan", 0.4, outcome="hip fracture")]
    assert pictograph(both, EN) is None


def test_a_hip_risk_alone_is_not_drawn() -> None:
    assert pictograph([risk("frax", 0.1, outcome="hip fracture")], EN) is None


def test_what_the_clinic_typed_in_goes_before_a_calculator() -> None:
    drawn = pictograph([risk("garvan", 0.3), risk("frax", 0.2, outcome="major osteoporotic fracture")], EN)
    assert drawn is not None and drawn.source == "FRAX" and "Another calculator says 30 of 100." in drawn.range


@pytest.mark.parametrize("day", [date(2024, 1, 1), None])
def test_a_typed_in_number_that_is_old_is_not_drawn(day: date | None) -> None:
    typed = tuple(
        Measurement(name, value, day, "x", f"{value:g}") for name, value in (("frax_mof", 20.0), ("frax_hip", 8.0))
    )
    old = Record("p", Sex.FEMALE, 74.0, TODAY, "x", country="GB", measurements=typed)
    assert 'class="people"' not in patient_html(old, "en")
    fresh = replace(old, measurements=tuple(replace(one, date=TODAY) for one in typed))
    assert 'class="people"' in patient_html(fresh, "en")


def test_an_old_reading_stands_with_its_day() -> None:
    pain = Measurement("pain_nrs", 7.0, date(2023, 5, 4), "x", "7")
    record = Record("p", Sex.FEMALE, 74.0, TODAY, "x", measurements=(pain,))
    assert patient(record, EN, ()).cards[1].measured == "Measured on 4 May 2023"
    undated = replace(record, measurements=(replace(pain, date=None),))
    assert patient(undated, EN, ()).cards[1].measured == "We do not know when this was measured."
    today = replace(record, measurements=(replace(pain, date=TODAY),))
    assert patient(today, EN, ()).cards[1].measured == ""


def test_the_picture_of_a_page_has_a_hundred_people(demo: dict[str, Assessment]) -> None:
    page = patient_html(demo["mrs-li"].record, "en")
    people_shown = re.search(r'<div class="people".*?</div>', page, re.S)
    assert people_shown is not None
    assert people_shown[0].count("<span") == 100 and people_shown[0].count('class="filled"') == 53


def test_a_number_that_cannot_be_worked_out_is_not_shown(demo: dict[str, Assessment]) -> None:
    assert "We cannot work out this number yet. Some facts are missing." in patient_html(demo["rosa"].record, "en")


def test_who_is_too_young_for_every_calculator_is_not_told_that_facts_are_missing() -> None:
    page = patient_html(Record("p", Sex.FEMALE, 25.0, TODAY, "x"), "en")
    assert "The calculators do not fit you" in page and "Some facts are missing" not in page


@pytest.mark.parametrize(("country", "number"), [("GB", "116 123"), ("CN", "12356"), ("US", "988"), ("SE", "1177")])
def test_the_help_line_is_that_of_the_country(country: str, number: str) -> None:
    assert f"<strong>{number}</strong>" in patient_html(Record("p", Sex.MALE, 70.0, TODAY, "x", country=country), "en")


def test_where_the_country_is_not_known_no_number_is_guessed() -> None:
    page = patient_html(Record("p", Sex.MALE, 70.0, TODAY, "x"), "en")
    assert "Call the emergency number of your country." in page
    assert not re.search(r"<strong>[\d ]+</strong>", page)


def test_the_clinic_stands_where_it_was_given_and_else_a_line() -> None:
    record = Record("p", Sex.MALE, 70.0, TODAY, "x")
    assert "<strong>Clinic &lt;5&gt;</strong>" in patient_html(record, "en", "Clinic <5>")
    assert '<span class="blank">' in patient_html(record, "en")


@ANY
@given(record=people.records())
def test_any_record_makes_a_sheet(record: Record) -> None:
    page = patient_html(record, "en")
    assert page.count('class="sheet"') == 2 and "If you feel you cannot go on" in page and "<script" not in page


def test_unknown_is_said_as_unknown() -> None:
    cards = patient(Record("p", Sex.MALE, 70.0, TODAY, "x"), EN, ()).cards
    assert [(card.word, card.step) for card in cards] == [("Not measured yet", 0)] * 4


def test_a_thin_scan_before_the_menopause_is_not_called_osteoporosis() -> None:
    scan = Measurement("t_score_lumbar_spine", -2.7, TODAY, "row", "-2.7")
    young = Record("p", Sex.FEMALE, 41.0, TODAY, "x", measurements=(scan,))
    bones = patient(young, EN, ()).cards[0]
    assert bones.word == "Not measured yet" or bones.word == "Not clear yet"
    assert patient(replace(young, age=70.0), EN, ()).cards[0].word == "Osteoporosis"


def test_the_templates_ask_nothing_of_the_network() -> None:
    for _, text in templates():
        assert not re.search(r"https?://|<script|<link(?![^>]*data:)|@import|url\(", text)


def reading(quantity: str, value: float, day: date = TODAY) -> Measurement:
    return Measurement(quantity, value, day, f"row, {quantity}", f"{value}")


def cards_of(record: Record) -> dict[str, object]:
    return {card.icon: card for card in patient(record, EN, ()).cards}


def test_who_was_scanned_but_gets_no_class_is_not_told_that_nobody_measured() -> None:
    man = Record("p", Sex.MALE, 45.0, TODAY, "row", measurements=(reading("t_score_femoral_neck", -2.7),))
    card = cards_of(man)["bone"]
    assert card.word == "Not clear yet" and card.step == 0
    assert "bone scan would tell" not in " ".join(card.says)


def test_a_t_score_just_above_the_limit_is_not_rounded_onto_it() -> None:
    woman = Record("p", Sex.FEMALE, 70.0, TODAY, "row", measurements=(reading("t_score_femoral_neck", -2.46),))
    said = patient(woman, EN, ())
    assert said.cards[0].word == "A little thin" and "is −2.46." in said.t_score


def test_the_newest_form_on_mood_counts_whichever_it_is() -> None:
    old = Answers("phq9", {}, 2.0, TODAY - timedelta(days=400), "row 1")
    new = Answers("gds15", {}, 13.0, TODAY, "row 2")
    card = cards_of(Record("p", Sex.FEMALE, 74.0, TODAY, "row", answers=(old, new)))["mood"]
    assert card.step > 1 and card.measured == ""
    swapped = (replace(old, date=TODAY), replace(new, date=old.date))
    assert cards_of(Record("p", Sex.FEMALE, 74.0, TODAY, "row", answers=swapped))["mood"].step == 1


def test_the_peg_is_not_called_a_rating_of_pain_alone() -> None:
    peg = Answers("peg", {1: 6.0, 2: 7.0, 3: 8.0}, None, TODAY, "row")
    card = cards_of(Record("p", Sex.FEMALE, 74.0, TODAY, "row", answers=(peg,)))["pain"]
    assert card.says == ("Pain and what it stops you from doing: 7 out of 10. 10 is the worst.",)
