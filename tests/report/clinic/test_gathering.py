"""However many people there are, the page keeps the most urgent of each list and the files hold everybody."""

from __future__ import annotations

import csv
import html
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from boneloop.assess.assessment import Assessment
from boneloop.assess.person import assess
from boneloop.exchange import Refusal
from boneloop.guidance.advice import Advice, advise
from boneloop.patient.record import Answers, Fracture, Record
from boneloop.report.clinic import gathering
from boneloop.report.clinic.gathering import Clinic
from boneloop.report.clinic.page import page
from boneloop.types import Known, Sex


def person(number: int, **fields: object) -> Assessment:
    broken = Fracture("hip", date(2026, 1, 1 + number % 28), "row 1", Known.YES)
    record = Record(f"p{number}", Sex.FEMALE, 70.0, date(2026, 6, 1), "made up, row 1", fractures=(broken,))
    return assess(replace(record, **fields))


def filled(folder: Path, people: Iterator[Assessment], refusals: int = 0) -> Clinic:
    advice: Advice | None = None
    with Clinic(folder) as clinic:
        for one in people:
            advice = advice or advise(one)
            clinic.add(one, advice)
        for number in range(refusals):
            clinic.refuse(Refusal("a/b.csv", f"row {number}", "", "a rule", "<b>", "row"))
    return clinic


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> int:
    """Lists of five."""
    monkeypatch.setattr(gathering, "LISTED", 5)
    return 5


def test_a_list_of_the_page_is_the_head_of_the_list_in_the_file(tmp_path: Path, short: int) -> None:
    clinic = filled(tmp_path, map(person, range(40)))
    with (tmp_path / "worklists.csv").open(encoding="utf-8", newline="") as file:
        whole = [row for row in csv.DictReader(file) if row["worklist"] == "fracture"]
    listed = clinic.listed("fracture")
    assert len(whole) == clinic.listed_count["fracture"] == 40
    assert [one.person.id for one in listed] == [row["patient"] for row in whole[:short]]
    assert [one.entry.since for one in listed] == sorted((one.entry.since for one in listed), reverse=True)


def test_what_the_page_holds_does_not_grow_with_the_people(tmp_path: Path, short: int) -> None:
    (tmp_path / "few").mkdir()
    (tmp_path / "many").mkdir()
    few, many = (filled(tmp_path / name, map(person, range(n))) for name, n in (("few", 10), ("many", 60)))
    assert len(few.people()) <= 4 * short and len(many.people()) <= 4 * short
    shown = page(many, {})
    assert "The 5 most urgent of 60 are shown" in shown and "worklists.csv" in shown
    assert shown.count('<tr id="row-') == len(many.people())


def test_every_person_of_a_list_has_a_row_on_the_page_that_leads_back(tmp_path: Path, short: int) -> None:
    clinic = filled(tmp_path, map(person, range(12)))
    shown = page(clinic, {})
    for name in ("fracture", "forms"):
        for listed in clinic.listed(name):
            assert f'href="#row-{listed.person.row}"' in shown
            assert f'<tr id="row-{listed.person.row}"' in shown
        assert f'href="#list-{name}"' in shown and f'id="list-{name}"' in shown


def test_the_same_thing_refused_often_is_one_reason_and_the_first_are_shown(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(gathering, "REFUSALS_SHOWN", 3)
    clinic = filled(tmp_path, iter(()), refusals=8)
    assert clinic.why_refused == {("row", "a rule"): 8}
    assert len(clinic.refusals) == 3 and clinic.lost == clinic.read == 8
    assert len((tmp_path / "rejects.ndjson").read_text("utf-8").splitlines()) == 8


def test_reasons_that_are_all_different_are_counted_together_in_the_end(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(gathering, "RULES_KEPT", 2)
    with Clinic(tmp_path) as clinic:
        for number in range(5):
            clinic.refuse(Refusal("a.csv", "row 1", "x", f"rule {number}", "", "value"))
    assert clinic.why_refused == {("value", "rule 0"): 1, ("value", "rule 1"): 1, ("value", gathering.OTHER): 3}
    assert clinic.lost == 0


def test_somebody_with_one_bad_row_is_used_and_not_lost(tmp_path: Path) -> None:
    one = person(1)
    with Clinic(tmp_path) as clinic:
        clinic.refuse(Refusal("a.csv", "row 2", "p1", "a rule", "", "row"))
        clinic.add(one, advise(one))
    assert (clinic.read, clinic.used, clinic.lost) == (1, 1, 0)


def test_text_of_a_file_cannot_run_and_the_page_asks_nothing_of_the_network(tmp_path: Path) -> None:
    evil = "<script>alert(1)</script>"
    clinic = filled(tmp_path, iter([person(1, id=evil)]), refusals=1)
    shown = page(clinic, {"options": {"as_of": evil}})
    assert evil not in shown and "&lt;script&gt;alert(1)" in shown
    assert "default-src 'none'; script-src 'sha256-" in html.unescape(shown)
    assert 'src="http' not in shown and 'href="http' not in shown and '<link rel="stylesheet"' not in shown
    assert "a/b.csv" not in shown and "b.csv, row 0" in shown


def test_the_disclaimer_of_a_risk_stands_where_its_number_stands(tmp_path: Path) -> None:
    said = "lead to wrong patients being given the wrong treatment"
    sized = Record("q", Sex.FEMALE, 70.0, date(2026, 6, 1), "made up, row 1")
    measured = assess(sized)
    assert said not in page(filled(tmp_path, iter([measured])), {})
    from boneloop.patient.record import Measurement

    day = date(2026, 5, 1)
    size = (Measurement("weight", 62.0, day, "row 1", "62 kg"), Measurement("height", 160.0, day, "row 1", "160 cm"))
    shown = page(filled(tmp_path, iter([assess(replace(sized, measurements=size))])), {})
    assert "(QFracture)" in shown and said in shown
    assert said in (tmp_path / "patients.csv").read_text("utf-8")
    assert said in (tmp_path / "patients.json").read_text("utf-8")


def test_ids_with_commas_quotes_and_line_breaks_come_back_from_every_table(tmp_path: Path) -> None:
    import json

    import duckdb

    odd = 'a "b", c;\nd'
    filled(tmp_path, iter([person(1, id=odd, answers=(Answers("phq9", {9: 1.0}, None, None, "row 1"),))]))
    with (tmp_path / "patients.csv").open(encoding="utf-8", newline="") as file:
        assert [row["patient"] for row in csv.DictReader(file)] == [odd]
    with (tmp_path / "worklists.csv").open(encoding="utf-8", newline="") as file:
        assert {row["patient"] for row in csv.DictReader(file)} == {odd}
    assert json.loads((tmp_path / "patients.json").read_text("utf-8"))[0]["patient"] == odd
    assert duckdb.sql(f"SELECT patient FROM '{tmp_path / 'patients.parquet'}'").fetchall() == [(odd,)]
