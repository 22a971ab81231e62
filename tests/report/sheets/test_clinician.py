"""The clinician's page: safety first, every number with its basis, and what is not known said as not known."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from html import unescape
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from loading import loaded

from boneloop.assess.assessment import Assessment
from boneloop.assess.person import assess
from boneloop.assess.qfracture.equation import DISCLAIMER
from boneloop.evidence.registry import load
from boneloop.exchange.dates import ABOUT_A_YEAR, rough_note
from boneloop.guidance.advice import advise
from boneloop.guidance.answered import Answered
from boneloop.patient.record import Answers, Fracture, Measurement, Record
from boneloop.report.language import language
from boneloop.report.sheets.clinician import MOST, clinician
from boneloop.report.sheets.page import KINDS, clinician_html, file_name, write_sheets
from boneloop.types import Known, Sex

people = loaded(Path(__file__).parents[1] / "fhir_people.py")

TODAY = date(2026, 9, 15)
ANY = settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=60)


def html(one: Assessment, **options) -> str:
    return unescape(clinician_html(one, advise(one, **options), "en"))


def text(page: str) -> str:
    body = page.partition("<body")[2]
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


@pytest.fixture
def rosa(demo: dict[str, Assessment]) -> Assessment:
    return demo["rosa"]


def test_safety_stands_before_everything_else(rosa: Assessment) -> None:
    page = html(rosa)
    assert page.index("A person must look at this today") < page.index("PHQ-9 item 9") < page.index('class="columns"')
    assert "No score of risk is computed." in page


def test_every_flag_stands_on_the_page(crowded: dict[str, Assessment]) -> None:
    for one in crowded.values():
        page = text(html(one))
        for flag in one.flags:
            if flag.severity == "safety":
                assert flag.message.partition(" (")[0] in page
        safety = clinician(one, advise(one), language("en"), ()).safety
        assert len(safety) == sum(flag.severity == "safety" for flag in one.flags)


def test_who_it_is_and_what_it_rests_on_is_said(demo: dict[str, Assessment]) -> None:
    page = text(html(demo["edith"]))
    for said in ("edith", "woman, age 79, United States", "15 Sep 2026", "ACP 2023 (US)", load().digest[:12]):
        assert said in page
    assert "no regulator has cleared it" in page


def test_the_79_year_old_whose_clearance_blocks_two_drugs(demo: dict[str, Assessment]) -> None:
    page = text(html(demo["edith"]))
    assert "Creatinine clearance 32.3 mL/min is below 35" in page
    assert "Rules speak against alendronate (S02a, to be confirmed)" in page and "zoledronate (S01)" in page


def test_a_t_score_stands_with_its_site_and_reference(demo: dict[str, Assessment]) -> None:
    page = text(html(demo["mrs-li"]))
    assert "Femoral neck T −3.1 osteoporosis 0.486 g/cm², reference: Chinese women" in page
    assert "Lumbar spine T −3.0 osteoporosis reference not recorded" in page
    assert "Total hip T −2.9 osteoporosis 0.588 g/cm², computed; reference young white women" in page


def test_the_disclaimer_of_qfracture_stands_word_for_word(demo: dict[str, Assessment]) -> None:
    for one in demo.values():
        assert DISCLAIMER in html(one)


def test_a_trend_shows_both_days_the_change_and_what_counts(demo: dict[str, Assessment]) -> None:
    page = text(html(demo["carol"]))
    assert "13 (2 Sep 2025) → 7 (15 Sep 2026), −6 better smallest that counts 5" in page


def test_a_rule_that_speaks_stands_with_verb_source_strength_and_how_it_was_seen(rosa: Assessment) -> None:
    for rule in clinician(rosa, advise(rosa), language("en"), ()).rules.shown:
        assert len(rule.origin.split(" · ")) == 5
    assert "B20 · ACP 2023 · recommendation 1a · strong, high certainty · verified" in text(html(rosa))


def test_a_recalled_rule_is_listed_as_off_until_the_site_confirms_it(rosa: Assessment) -> None:
    off = text(html(rosa))
    assert "written from memory would also speak and are switched off" in off
    assert "recalled, confirmed by this site" not in off
    on = text(html(rosa, confirmed=("D12",)))
    assert re.search(r"D12 · [^·]+ · [^·]+ · [^·]+ · recalled, confirmed by this site", on)


def test_risks_that_contradict_each_other_are_both_shown_with_a_flag(crowded: dict[str, Assessment]) -> None:
    one = crowded["everything-US"]
    assert any(flag.code == "risks_incoherent" for flag in one.flags)
    page = text(html(one))
    assert "A hip fracture cannot be likelier than any fracture." in page
    assert "any fracture 5 years more than 80 %" in page and "hip fracture 5 years more than 80 %" in page


def test_a_page_without_flags_does_not_say_that_all_is_well(demo: dict[str, Assessment]) -> None:
    page = text(html(demo["anna"]))
    assert "No flag. That is not a statement that nothing is wrong" in page


def test_what_is_left_off_the_paper_is_counted_on_it(crowded: dict[str, Assessment]) -> None:
    one = crowded["everything-GB"]
    view = clinician(one, advise(one), language("en"), ())
    assert len(view.rules.shown) == MOST["rules"] and view.rules.more
    page = html(one)
    assert f"{len(view.rules.more)} more on the screen. {view.rules_left}" in page
    assert view.rules_left.split(" · ") == [line.origin.partition(" ")[0] for line in view.rules.more]
    for rule in view.rules.more:
        assert rule.message in page


def test_what_is_for_today_is_never_left_off_the_paper(crowded: dict[str, Assessment], monkeypatch) -> None:
    monkeypatch.setitem(MOST, "rules", 1)
    one = crowded["everything-GB"]
    advice = advise(one)
    today = [rule.id for rule in advice.fired if rule.today]
    shown = clinician(one, advice, language("en"), ()).rules.shown
    assert len(today) > 1 and [line.origin.partition(" ")[0] for line in shown] == today


def test_the_questionnaires_that_clinics_use_most_stand_on_paper(crowded: dict[str, Assessment]) -> None:
    one = crowded["everything-GB"]
    shown = {title: scores.shown for title, _, scores in clinician(one, advise(one), language("en"), ()).domains}
    assert [line.what for line in shown["Mind"]][:2] == [
        "Patient Health Questionnaire-9",
        "PHQ-9, by its algorithm",
    ]
    assert "Pain, numeric rating scale" in [line.what for line in shown["Pain"]]


def test_what_somebody_dealt_with_is_listed_as_quiet_and_why(rosa: Assessment) -> None:
    answer = Answered("rosa", "B20", "specialist-plan", TODAY)
    one = clinician(rosa, advise(rosa, answers=(answer,), today=TODAY), language("en"), ())
    assert one.answered == ("B20: answered 15 Sep 2026, a specialist has planned otherwise",)
    assert not any("B20 ·" in rule.origin for rule in one.rules.shown)


def test_rules_past_their_date_of_review_are_named(rosa: Assessment) -> None:
    late = advise(rosa, today=date(2099, 1, 1))
    page = text(unescape(clinician_html(rosa, late, "en")))
    assert f"the guideline may have been replaced: {', '.join(late.past_review)}" in page and late.past_review


def test_what_the_algorithm_of_the_phq_9_says_is_not_called_a_diagnosis(rosa: Assessment) -> None:
    assert "major depressive syndrome what the answers say, not a diagnosis" in text(html(rosa))


def test_nothing_known_is_said_as_not_known(crowded: dict[str, Assessment]) -> None:
    page = text(html(crowded["nobody-knows"]))
    assert "No bone density is recorded" in page and "Not measured." in page
    assert "No key item is missing" not in page


@ANY
@given(record=people.records())
def test_any_record_makes_a_page(record: Record) -> None:
    one = assess(record)
    page = clinician_html(one, advise(one), "en")
    assert page.startswith("<!doctype html>") and page.rstrip().endswith("</html>")
    assert "<script" not in page


def test_text_of_a_file_is_text_and_never_markup() -> None:
    evil = "<img src=x onerror=alert(1)>"
    measured = Measurement("t_score_total_hip", -2.6, TODAY, evil, evil, reference=evil)
    record = Record(evil, Sex.FEMALE, 71.0, TODAY, evil, country="US", measurements=(measured,))
    page = clinician_html(assess(record), advise(assess(record)), "en")
    assert "<img" not in page and "&lt;img" in page


@pytest.mark.parametrize("identity", ["../../x", "a/b", "", ".hidden", "x" * 300, "名字", "con:in", "a\\b"])
def test_an_id_never_leads_out_of_the_folder(identity: str, tmp_path: Path) -> None:
    name = file_name(identity)
    assert re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", name) and len(name) < 80
    one = assess(Record(identity, Sex.FEMALE, 71.0, TODAY, "row 1"))
    (path,) = write_sheets(tmp_path, one, advise(one), ("patient",), "en")
    assert path.parent == tmp_path and path.is_file()


def test_two_strange_ids_do_not_share_a_file() -> None:
    assert file_name("a/b") != file_name("a_b") and file_name("a/b") != file_name("a:b")
    assert file_name("Anna").lower() != file_name("anna") and file_name("con") != "con"


def test_the_same_record_gives_the_same_bytes(rosa: Assessment, tmp_path: Path) -> None:
    made = []
    for _ in range(2):
        made.append([path.read_bytes() for path in write_sheets(tmp_path, rosa, advise(rosa), KINDS, "en")])
    assert made[0] == made[1]


def test_a_form_that_cannot_be_scored_is_said_so() -> None:
    odd = Answers("phq9", {1: 7.0}, None, TODAY, "form")
    one = assess(Record("p", Sex.FEMALE, 71.0, TODAY, "row 1", answers=(odd,)))
    assert "Not scored: Patient Health Questionnaire-9, item 1" in text(html(one))


def test_the_advice_of_a_framework_names_it(rosa: Assessment) -> None:
    page = text(html(replace(rosa), framework="UK"))
    assert "NOGG 2024 (UK)" in page


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        pytest.param("2019", "Hip, 2019, low energy", id="a year"),
        pytest.param("2019-05", "Hip, 2019-05, low energy", id="a month"),
        pytest.param("", "Hip, 1 Jul 2019, low energy", id="a day"),
    ],
)
def test_a_fracture_has_no_day_that_nobody_knows(written: str, shown: str) -> None:
    day = date(2019, 7, 1)
    broken = Fracture("hip", day, "row 2", Known.YES)
    notes = (rough_note("row 2", "date", written, day),) if written else ()
    one = assess(Record("p", Sex.FEMALE, 74.0, TODAY, "row", fractures=(broken,), notes=notes))
    assert clinician(one, advise(one), language("en"), ()).fractures.shown == (shown,)


def test_a_fracture_reckoned_from_an_age_is_about_a_year() -> None:
    broken = Fracture("hip", date(2019, 7, 1), f"row 2 {ABOUT_A_YEAR}", Known.YES)
    one = assess(Record("p", Sex.FEMALE, 74.0, TODAY, "row", fractures=(broken,)))
    assert clinician(one, advise(one), language("en"), ()).fractures.shown == ("Hip, about 2019, low energy",)


def test_the_line_of_the_class_has_no_stop_before_its_semicolon() -> None:
    one = assess(Record("p", Sex.FEMALE, 74.0, TODAY, "row"))
    for tongue in ("en", "zh"):
        line = clinician(one, advise(one), language(tongue), ()).bone_class
        assert not re.search(r"[.。]\s*[;；]", line), line
