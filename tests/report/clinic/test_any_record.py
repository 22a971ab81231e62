"""Whatever reading could have left of a person becomes a row that says only what is known."""

from __future__ import annotations

import csv
import json
import math
import tempfile
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from loading import loaded

from boneloop.assess.person import assess
from boneloop.assess.seen import Seen
from boneloop.guidance.advice import advise
from boneloop.guidance.indicators import Answer
from boneloop.guidance.liaison import answers, sentinel
from boneloop.guidance.tally import Tally
from boneloop.guidance.worklists import entries
from boneloop.patient.record import Fracture, Record
from boneloop.report.clinic.columns import KINDS, columns
from boneloop.report.clinic.gathering import Clinic
from boneloop.report.clinic.page import page
from boneloop.report.clinic.person import Person
from boneloop.types import Known

people = loaded(Path(__file__).parents[1] / "fhir_people.py")

OF_KIND = {"text": str, "number": (float, int), "count": int, "date": date, "yes_no": str, "list": (list, tuple)}


def person_of(record: Record) -> Person:
    told, seen = assess(record), Seen(record)
    since, said = Tally().add(seen)
    return Person(told, seen, advise(told), since, said, entries(told, seen))


@given(people.records())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_every_cell_is_of_the_kind_of_its_column_or_not_known(record: Record) -> None:
    person = person_of(record)
    for column in columns():
        cell = column.of(person)
        assert cell is None or isinstance(cell, OF_KIND[column.kind]), (column.name, cell)
        assert column.kind != "yes_no" or cell in (None, "yes", "no"), (column.name, cell)
        assert not isinstance(cell, float) or math.isfinite(cell), (column.name, cell)
        assert column.kind != "text" or cell != "", column.name
    assert set(OF_KIND) == set(KINDS)


@given(people.records())
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_an_empty_list_of_drugs_that_nobody_called_whole_never_makes_a_no_of_treatment(record: Record) -> None:
    broken = Fracture("hip", record.as_of - timedelta(days=400), "row 1", Known.YES)
    fields = {"fractures": (broken,), "medications": (), "medications_recorded": Known.UNKNOWN, "age": 80.0}
    seen = Seen(replace(record, **fields))
    said = answers(seen, sentinel(seen))
    assert {said[name] for name in ("started", "persisted", "recommended")} == {Answer.UNKNOWN}
    assert "not known: ask" in next(e.reason for e in entries(assess(seen.record), seen) if e.worklist == "fracture")


@given(people.records())
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_folder_of_anybody_can_be_read_again(record: Record) -> None:
    told = assess(record)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with Clinic(folder) as clinic:
            clinic.add(told, advise(told))
        with (folder / "patients.csv").open(encoding="utf-8", newline="") as file:
            (row,) = csv.DictReader(file)
        (one,) = json.loads((folder / "patients.json").read_text("utf-8"))
        assert row["patient"] == one["patient"] == record.id
        assert list(row) == list(one) == [column.name for column in columns()]
        assert page(clinic, {}).count('<tr id="row-') == bool(one["worklists"])
