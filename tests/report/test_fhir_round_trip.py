"""A record written as FHIR and read again is the same record; nothing is lost and nothing of ours is read as new."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from loading import loaded

from boneloop.assess.person import assess
from boneloop.exchange import Refusal, demo_path, read
from boneloop.exchange.dates import rough_dates
from boneloop.exchange.fhir.strict import faults
from boneloop.guidance.advice import advise
from boneloop.patient.record import Answers, Medication, Record
from boneloop.report.fhir import Told, bundle, resources_of, write
from boneloop.report.fhir.record import written
from boneloop.types import Known, Sex

people = loaded(Path(__file__).with_name("fhir_people.py"))

NOW = datetime(2026, 9, 15, tzinfo=UTC)
ANY = settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


def again(resources, folder: Path, name: str = "in.ndjson", **options) -> list[Record | Refusal]:
    """What reading makes of resources."""
    (folder / name).write_text(json.dumps(bundle(resources)) + "\n", encoding="utf-8")
    return list(read(folder / name, **options))


def same(one: Record, other: Record) -> bool:
    """All fields but the place where the record itself was read."""
    return replace(one, source="") == replace(other, source="")


def everything_of(record: Record) -> list:
    """All resources of a record with what is concluded of it."""
    told = assess(record)
    return resources_of(Told(told, advise(told), origin=[("version", "0"), ("evidence", "0")]), NOW)


@ANY
@given(record=people.records())
def test_a_record_written_and_read_again_is_the_same(tmp_path, record):
    (found,) = again(written(record).resources, tmp_path)
    assert isinstance(found, Record), str(found)
    different = [f.name for f in fields(record) if getattr(found, f.name) != getattr(record, f.name)]
    assert set(different) <= {"source"}, [(getattr(record, n), getattr(found, n)) for n in different]


@ANY
@given(record=people.records())
def test_conclusions_beside_the_record_do_not_change_what_is_read(tmp_path, record):
    (found,) = again(everything_of(record), tmp_path)
    assert isinstance(found, Record), str(found)
    assert same(found, record)


@ANY
@given(record=people.records())
def test_whatever_is_written_is_fhir_r4(record):
    for resource in everything_of(record):
        assert not list(faults(resource)), resource
    assert not list(faults(bundle(written(record).resources)))


@ANY
@given(record=people.records())
def test_the_same_record_gives_the_same_ids_and_no_two_resources_share_one(record):
    first, second = everything_of(record), everything_of(record)
    assert first == second
    names = [(r["resourceType"], r["id"]) for r in first]
    assert len(set(names)) == len(names)


@ANY
@given(record=people.records())
def test_every_reference_leads_to_a_resource_of_the_same_document(record):
    found = everything_of(record)
    there = {f"{r['resourceType']}/{r['id']}" for r in found}
    assert set(references(found)) <= there


def references(node) -> list[str]:
    """All references in a document."""
    if isinstance(node, list):
        return [to for one in node for to in references(one)]
    if not isinstance(node, dict):
        return []
    own = [node["reference"]] if isinstance(node.get("reference"), str) else []
    return own + [to for one in node.values() for to in references(one)]


@pytest.mark.parametrize("name", ["in.ndjson", "in.ndjson.gz", "in.json", "folder"])
def test_every_form_of_a_file_gives_the_same_records(tmp_path, name):
    records = [r for r in read(demo_path()) if isinstance(r, Record)]
    assert write(tmp_path / name, (written(r).resources for r in records)) == len(records)
    found = {r.id: r for r in read(tmp_path / name) if isinstance(r, Record)}
    assert len(found) == len(records)
    for record in records:
        assert _sorted(found[record.id]) == _sorted(record)


def _sorted(record: Record) -> Record:
    """Facts in an order of their own: in a folder they come type by type."""
    lists = ("measurements", "answers", "fractures", "conditions", "medications")
    return replace(record, source="", **{name: tuple(sorted(getattr(record, name), key=str)) for name in lists})


def test_a_day_known_to_its_month_stays_known_to_its_month(tmp_path, made_record):
    note = "Observation/7: date known as 2024-05 only, taken as 2024-05-15"
    measured = people.Measurement("weight", 61.0, date(2024, 5, 15), "Observation/7", "61 kg")
    record = replace(made_record, measurements=(measured,), notes=(note,))
    resources = written(record).resources
    assert resources[1]["effectiveDateTime"] == "2024-05"
    (found,) = again(resources, tmp_path)
    assert same(found, record)
    assert rough_dates(found.notes) == {("Observation/7", "date"): "2024-05"}


def test_somebody_elses_month_is_noted_when_it_is_read_and_written_as_a_month_again(tmp_path):
    patient = {"resourceType": "Patient", "id": "a", "gender": "female", "birthDate": "1950-06-15"}
    broken = {
        "resourceType": "Condition",
        "id": "c",
        "code": {"coding": [{"system": "http://snomed.info/sct", "code": "359817006"}]},
        "subject": {"reference": "Patient/a"},
        "onsetDateTime": "2019",
    }
    (record,) = again([patient, broken], tmp_path)
    assert "Condition/c: date known as 2019 only, taken as 2019-07-01" in record.notes
    (fracture,) = [r for r in written(record).resources if r["resourceType"] == "Condition"]
    assert fracture["onsetDateTime"] == "2019"


@pytest.fixture
def made_record() -> Record:
    """Somebody of whom nothing is known."""
    return Record(id="a", sex=Sex.FEMALE, age=74.0, as_of=date(2026, 9, 15), source="x")


@pytest.mark.parametrize("status", list(Known))
def test_yes_no_and_unknown_stay_three(tmp_path, made_record, status):
    record = replace(
        made_record,
        conditions=(people.Condition("depression", status, None, "Condition/1"),),
        fractures=(people.Fracture("hip", None, "Condition/2", status),),
        medications=(Medication("denosumab", "denosumab", None, None, status, "x/1"),),
        fractures_recorded=status,
        medications_recorded=status,
    )
    (found,) = again(written(record).resources, tmp_path)
    assert same(found, record)


def test_a_form_with_a_missing_item_keeps_it_missing_and_is_not_called_completed(tmp_path, made_record):
    answered = Answers("phq9", {1: 3.0, 9: 1.0}, None, date(2026, 9, 1), "row 4")
    record = replace(made_record, answers=(answered,))
    (response,) = [r for r in written(record).resources if r["resourceType"] == "QuestionnaireResponse"]
    assert response["status"] == "in-progress"
    assert [item["linkId"] for item in response["item"]] == ["1", "9"]
    (found,) = again([*written(record).resources], tmp_path)
    assert found.answers == (answered,)


def test_an_id_that_fhir_does_not_allow_comes_back(tmp_path, made_record):
    record = replace(made_record, id="Frau Müller / 7")
    resources = written(record).resources
    assert not list(faults(resources[0]))
    (found,) = again(resources, tmp_path)
    assert found.id == record.id


def test_two_files_of_one_person_are_joined_under_the_id_that_came_first(tmp_path, made_record):
    one = replace(made_record, id="p 1", conditions=(people.Condition("depression", Known.YES, None, "a"),))
    two = replace(made_record, id="p 1", conditions=(people.Condition("anxiety", Known.YES, None, "b"),))
    for name, record in (("1.ndjson", one), ("2.ndjson", two)):
        again(written(record).resources, tmp_path, name)
    (found,) = read(tmp_path)
    assert isinstance(found, Record)
    assert {c.name for c in found.conditions} == {"depression", "anxiety"}
