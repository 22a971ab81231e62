"""`boneloop assess` scores who can be scored and refuses the rest with place, rule and value."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from boneloop.cli import app
from boneloop.exchange import demo_path


def assess(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, ["assess", *map(str, arguments)])


def rejects(folder: Path) -> list[dict[str, str]]:
    (file,) = folder.glob("*.rejects.ndjson")
    return [json.loads(line) for line in file.read_text("utf-8").splitlines()]


def test_good_rows_end_with_status_0(table, tmp_path: Path) -> None:
    done = assess(table(), "--out", tmp_path / "scores.csv")
    assert done.exit_code == 0, done.stderr
    with (tmp_path / "scores.csv").open(encoding="utf-8", newline="") as file:
        assert {row["patient"] for row in csv.DictReader(file)} == {"anna", "bert"}


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        pytest.param({"phq9_1": "5"}, "5", id="an answer of 5 to a PHQ-9 item"),
        pytest.param({"bmd_total_hip": "85"}, "85", id="a bone density of 85"),
        pytest.param({"creatinine": "1.1"}, "creatinine", id="creatinine without a unit"),
        pytest.param({"age": "140"}, "140", id="an age of 140"),
        pytest.param({"id": "anna", "sex": "male"}, "anna", id="two rows of one id that disagree on sex"),
    ],
)
def test_a_bad_row_is_refused_and_named_and_good_rows_still_run(
    table, tmp_path: Path, changed: dict[str, str], named: str
) -> None:
    done = assess(table(**changed), "--out", tmp_path / "scores.ndjson")
    disagree = changed.get("id") == "anna"
    assert done.exit_code == (1 if disagree else 3), done.stderr
    refused = rejects(tmp_path)
    assert refused
    assert all(row["place"] and row["rule"] for row in refused)
    assert any(named in json.dumps(row) for row in refused)
    people = {json.loads(line)["patient"] for line in (tmp_path / "scores.ndjson").read_text("utf-8").splitlines()}
    assert ("anna" in people) is not disagree


@pytest.mark.parametrize(
    ("name", "content", "named"),
    [
        pytest.param("cut.json", b'{"resourceType": "Bundle", "entry": [{"resour', "JSON", id="truncated JSON"),
        pytest.param("latin.csv", b"id,date,sex,age\nJos\xe9,2026-02-01,male,70\n", "UTF-8", id="not UTF-8"),
        pytest.param("empty.csv", b"", "empty", id="an empty file"),
        pytest.param("notes.txt", b"dear colleague", "columns", id="something else"),
    ],
)
def test_a_file_that_cannot_be_read_is_named_and_the_others_still_run(
    table, tmp_path: Path, name: str, content: bytes, named: str
) -> None:
    bad = tmp_path / name
    bad.write_bytes(content)
    alone = assess(bad)
    assert alone.exit_code == 1
    assert name in alone.stderr
    assert named in alone.stderr
    assert "Traceback" not in alone.stderr
    assert assess(bad, table()).exit_code == 3


def test_a_file_that_does_not_exist_is_named() -> None:
    done = assess("nowhere.csv")
    assert done.exit_code == 1
    assert "nowhere.csv" in done.stderr


def test_an_answer_about_self_harm_is_shown_first_whatever_the_total(table) -> None:
    items = {f"phq9_{n}": "0" for n in range(1, 9)} | {"phq9_9": "1"}
    done = assess(table(**items))
    assert done.exit_code == 0, done.stderr
    shown = " ".join(done.output.split())
    about_bert = shown[shown.index("bert") :]
    assert about_bert.index("thoughts of death or self-harm") < about_bert.index("Patient Health Questionnaire-9")


def test_explain_shows_what_a_score_rests_on(table) -> None:
    plain, explained = assess(table()), assess(table(), "--explain")
    assert len(explained.output) > len(plain.output)
    assert "Basis" in explained.output


def test_the_bundled_patients_are_all_assessed(tmp_path: Path) -> None:
    done = assess(demo_path(), "--out", tmp_path / "all.json")
    assert done.exit_code == 0, done.stderr
    people = json.loads((tmp_path / "all.json").read_text("utf-8"))
    assert len(people) >= 6
    assert {"male", "female"} == {person["sex"] for person in people}


def test_many_people_are_a_table_with_safety_messages_above_it() -> None:
    done = assess(demo_path())
    assert done.exit_code == 0, done.stderr
    assert "patients. Everything of each" in done.output
