"""The bundled people: invented, valid FHIR, made by the script beside them, from low risk to severe."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

from boneloop.exchange import demo_path
from boneloop.instruments.scorer import score
from boneloop.types import Known, Sex

SCRIPT = Path(__file__).parents[2] / "scripts/make_demo_patients.py"


@pytest.fixture
def people(read_all):
    found = read_all(demo_path())
    assert not found.refusals
    return {record.id: record for record in found.records}


def test_everybody_can_be_used_and_nothing_needs_a_note(people):
    assert len(people) >= 8
    assert not [note for record in people.values() for note in record.notes]


def test_they_live_in_three_countries_and_two_are_men(people):
    assert {r.country for r in people.values()} == {"US", "GB", "CN"}
    assert sum(r.sex is Sex.MALE for r in people.values()) == 2


def test_mrs_li_has_what_the_story_says(people):
    li = people["mrs-li"]
    assert (li.age, li.country) == (pytest.approx(74, abs=0.5), "CN")
    assert li.latest("t_score_femoral_neck").value == -3.1
    assert li.latest("t_score_femoral_neck").reference == "Chinese women"
    assert li.latest("pain_nrs").value == 6
    assert score("phq9", li.latest_answers("phq9").items).value == 14
    assert score("gad7", li.latest_answers("gad7").items).value == 9


def test_one_of_them_needs_a_person_at_once(people):
    alarmed = [r.id for r in people.values() if r.answers and score("phq9", r.latest_answers("phq9").items).alerts]
    assert alarmed == ["rosa"]
    assert score("phq9", people["rosa"].latest_answers("phq9").items).value == 18


def test_of_one_hardly_anything_is_known(people):
    assert [m.quantity for m in people["ingrid"].measurements] == ["t_score_femoral_neck"]
    assert not people["ingrid"].answers


def test_one_let_her_denosumab_lapse(people):
    (course,) = people["joan"].medications
    assert (course.drug, len(course.given), course.active) == ("denosumab", 4, Known.UNKNOWN)
    assert (people["joan"].as_of - course.given[-1]).days == 243


def test_the_script_makes_exactly_the_file(monkeypatch):
    spec = importlib.util.spec_from_file_location("make_demo_patients", SCRIPT)
    script = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "make_demo_patients", script)
    spec.loader.exec_module(script)
    everyone = ("anna", "beth", "mrs_li", "george", "edith", "rosa", "carol", "ingrid", "joan", "paul")
    made = "".join(f"{getattr(script, name)().as_json()}\n" for name in everyone)
    assert made == demo_path().read_text(encoding="utf-8")


def test_every_bundle_is_valid_fhir_r4():
    bundles = pytest.importorskip("fhir.resources.R4B.bundle")
    for line in demo_path().read_text(encoding="utf-8").splitlines():
        assert bundles.Bundle.model_validate_json(line).entry
