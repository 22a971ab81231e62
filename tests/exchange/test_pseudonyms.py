"""Under a pseudonym a person is assessed as before, and nothing of the name, the days or the files is left."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from boneloop.assess.person import assess
from boneloop.cli import app
from boneloop.errors import FileError
from boneloop.exchange import demo_path, read
from boneloop.exchange.pseudonyms import pseudonym, pseudonymous, read_key, shift
from boneloop.patient.record import Measurement

EVERYBODY = list(read([demo_path()]))
KEY = b"a key of more than sixteen bytes"
keys = st.binary(min_size=16, max_size=40)


def days_of(record):
    found = [record.as_of]
    for part in (*record.measurements, *record.answers, *record.fractures, *record.conditions):
        found += [part.date] if part.date else []
    for course in record.medications:
        found += [day for day in (course.start, course.stop, *course.given) if day]
    return found


@given(st.sampled_from(EVERYBODY), keys)
def test_all_days_of_a_person_move_by_the_same_and_at_most_a_year(record, key):
    moved = pseudonymous(record, key)
    differences = {before - after for before, after in zip(days_of(record), days_of(moved), strict=True)}
    (difference,) = differences
    assert timedelta(days=1) <= difference <= timedelta(days=365)
    assert difference == shift(key, record.id)


@given(st.sampled_from(EVERYBODY), keys)
def test_nothing_of_the_name_the_files_and_the_notes_is_left(record, key):
    text = repr(pseudonymous(replace(record, notes=("row 1: Jane Doe said so",)), key))
    places = {part.source for part in (*record.measurements, *record.answers, *record.fractures, *record.conditions)}
    assert record.id not in text and "Jane Doe" not in text
    assert not [place for place in places if place in text]


@given(st.sampled_from(EVERYBODY), keys)
def test_scores_and_risks_are_those_of_the_person(record, key):
    before, after = assess(record), assess(pseudonymous(record, key))
    assert [(s.name, s.value, s.band, s.status) for s in before.scores] == [
        (s.name, s.value, s.band, s.status) for s in after.scores
    ]
    assert [(r.engine, r.outcome, r.years, r.probability) for r in before.risks] == [
        (r.engine, r.outcome, r.years, r.probability) for r in after.risks
    ]
    assert before.completeness == after.completeness
    assert {f.code for f in before.flags if f.severity == "safety"} == {
        f.code for f in after.flags if f.severity == "safety"
    }


@given(keys, keys, st.text(min_size=1, max_size=20), st.text(min_size=1, max_size=20))
def test_a_name_follows_from_key_and_id_and_two_have_two(one, other, anna, bert):
    assert pseudonym(one, anna) == pseudonym(one, anna)
    assert (pseudonym(one, anna) == pseudonym(one, bert)) is (anna == bert)
    assert (pseudonym(one, anna) == pseudonym(other, anna)) is (one == other)


def test_two_facts_of_one_place_stay_facts_of_one_place():
    record = EVERYBODY[0]
    moved = pseudonymous(record, KEY)
    pairs = {(a.source, b.source) for a, b in zip(record.measurements, moved.measurements, strict=True)}
    assert len({a for a, _ in pairs}) == len({b for _, b in pairs}) == len(pairs)


def test_a_key_too_short_or_not_there_is_refused(tmp_path):
    file = tmp_path / "key"
    file.write_bytes(b"short\n")
    with pytest.raises(FileError, match="16 bytes or more"):
        read_key(file)
    with pytest.raises(FileError, match="a readable file"):
        read_key(tmp_path / "none")
    file.write_bytes(KEY + b"\n")
    assert read_key(file) == KEY


def test_on_the_command_line_neither_names_nor_days_nor_refusals_are_written(tmp_path):
    key, clinic = tmp_path / "key", tmp_path / "clinic.csv"
    key.write_bytes(KEY)
    rows = ("anna,2026-02-03,female,74,-3.0", "bert,2026-02-04,male,70,60")
    clinic.write_text("id,date,sex,age,t_score_total_hip\n" + "\n".join(rows) + "\n", "utf-8")
    out, fhir = tmp_path / "out.json", tmp_path / "out.ndjson"
    done = CliRunner().invoke(app, ["assess", *map(str, (clinic, "--pseudonyms", key, "--out", out, "--fhir", fhir))])
    assert done.exit_code == 3, done.output
    text = out.read_text("utf-8") + fhir.read_text("utf-8")
    assert pseudonym(KEY, "anna") in text
    for trace in ("anna", "bert", "2026-02-03", "clinic.csv", "row 1", "row 2"):
        assert trace not in text, trace
    assert not list(tmp_path.glob("*.rejects.ndjson"))
    (one,) = json.loads(out.read_text("utf-8"))
    assert date.fromisoformat(one["as_of"]) == date(2026, 2, 3) - shift(KEY, "anna")
    shown = CliRunner().invoke(app, ["assess", *map(str, (clinic, "--pseudonyms", key, "--patient", "anna"))])
    assert pseudonym(KEY, "anna") in shown.output
    assert CliRunner().invoke(app, ["assess", str(clinic), "--pseudonyms", str(tmp_path / "none")]).exit_code == 2
    (tmp_path / "answered.csv").write_text("patient,rule,reason,date\nanna,N02,other,2026-02-03\n", "utf-8")
    both = ["--pseudonyms", str(key), "--answered", str(tmp_path / "answered.csv")]
    assert CliRunner().invoke(app, ["assess", str(clinic), *both]).exit_code == 2


def test_words_of_the_record_for_a_reference_are_not_handed_on():
    scan = Measurement("t_score_total_hip", -2.6, None, "row 1", "-2.6", reference="scanner of Dr. Jane Doe, Bath")
    moved = pseudonymous(replace(EVERYBODY[0], measurements=(scan, replace(scan, reference=""))), KEY)
    assert [one.reference for one in moved.measurements] == ["named in the record", ""]
