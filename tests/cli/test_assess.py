"""`boneloop assess` scores who can be scored and refuses the rest with place, rule and value."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
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


def test_explain_shows_inputs_with_dates_and_places_rule_and_result_of_each_number_and_rule(table) -> None:
    plain, explained = assess(table()), assess(table(), "--explain")
    assert len(explained.output) > len(plain.output)
    shown = " ".join(explained.output.split())
    about_anna = shown[shown.index("Why ") : shown.index("bert female") if "bert female" in shown else None]
    for part in (
        "from Bone mineral density",
        "(row 2, column",
        "rule the lowest site: normal from -1 up",
        "rule D02",
        "condition any of",
    ):
        assert part in about_anna
    assert "NICE NG225 2022" in about_anna and "to be read again by" in about_anna


def test_one_person_can_be_asked_for(table) -> None:
    done = assess(table(), "--explain", "--patient", "bert")
    assert done.exit_code == 0, done.stderr
    assert "bert" in done.output and "anna" not in done.output
    assert assess(table(), "--patient", "nobody").exit_code == 1


@pytest.mark.parametrize(("framework", "named"), [("UK", "NOGG 2024"), ("US", "ACP 2023"), ("China", "China 2022")])
def test_the_user_picks_the_framework(table, framework: str, named: str) -> None:
    done = assess(table(), "--framework", framework)
    assert done.exit_code == 0, done.stderr
    assert f"Guidance, {named}" in " ".join(done.output.split())


def test_a_framework_or_a_rule_that_does_not_exist_is_wrong_usage(table) -> None:
    assert assess(table(), "--framework", "Mars").exit_code == 2
    assert assess(table(), "--confirm", "N99").exit_code == 2


def test_rules_written_from_memory_are_named_as_switched_off_and_can_be_turned_on(table) -> None:
    low = {"vitamin_d_25oh_nmol_per_l": "30"}
    off = " ".join(assess(table(**low), "--patient", "bert").output.split())
    assert "to be confirmed; they would speak:" in off and "N04" in off
    assert "vitamin D 800 to 1000 IU" not in off
    on = " ".join(assess(table(**low), "--patient", "bert", "--confirm", "N04").output.split())
    assert "vitamin D 800 to 1000 IU" in on


def test_the_disclaimer_of_a_score_stands_in_every_output(table, tmp_path: Path) -> None:
    shown = " ".join(assess(table()).output.split())
    assert "lead to wrong patients being given the wrong treatment" in shown
    for suffix in ("csv", "json", "ndjson"):
        out = tmp_path / f"scores.{suffix}"
        assert assess(table(), "--out", out).exit_code == 0
        assert "lead to wrong patients being given the wrong treatment" in out.read_text("utf-8")


def test_assessing_a_person_loads_no_engine(tmp_path: Path) -> None:
    run = f"from boneloop.cli import app; app(['assess', {str(demo_path())!r}, '--out', {str(tmp_path / 'a.json')!r}])"
    ask = f"import sys\ntry:\n    {run}\nexcept SystemExit:\n    pass\nprint('loaded:', *sys.modules)"
    answer = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True)
    loaded = answer.stdout.rsplit("loaded:", 1)[1].split()
    engines = ("boneloop.kernel", "boneloop.simulate", "boneloop.cycle", "boneloop.calibrate", "boneloop.compare.run")
    assert not [name for name in loaded if name.startswith((*engines, "llvmlite", "scipy", "jax"))]
    assert (tmp_path / "a.json").exists()


def test_guidance_is_in_every_file(table, tmp_path: Path) -> None:
    assert assess(table(), "--framework", "UK", "--out", tmp_path / "a.json").exit_code == 0
    guidance = json.loads((tmp_path / "a.json").read_text("utf-8"))[0]["guidance"]
    assert guidance["framework"] == "nogg_2024"
    assert {"rules", "to_be_confirmed", "not_to_be_offered", "open_questions", "plans"} <= set(guidance)
    assert assess(table(), "--out", tmp_path / "a.csv").exit_code == 0
    with (tmp_path / "a.csv").open(encoding="utf-8", newline="") as file:
        assert {"rule", "question"} <= {row["kind"] for row in csv.DictReader(file)}


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


@pytest.mark.parametrize("option", ["--out", "--fhir"])
def test_what_is_read_is_never_overwritten(tmp_path: Path, option: str) -> None:
    """By name, or by its folder; a new name in that folder is free."""
    mine = tmp_path / "people.ndjson"
    mine.write_bytes(demo_path().read_bytes())
    for read in (mine, tmp_path):
        done = assess(read, option, mine)
        assert done.exit_code == 2 and "overwritten" in done.stderr and option in done.stderr
    assert mine.read_bytes() == demo_path().read_bytes()
    assert assess(tmp_path, option, tmp_path / "new.json").exit_code == 0


def test_the_file_of_answers_is_not_overwritten_either(table, tmp_path: Path) -> None:
    mine = tmp_path / "answers.csv"
    mine.write_text("patient,rule,reason,date\n", encoding="utf-8")
    assert assess(table(), "--answered", mine, "--out", mine).exit_code == 2
    assert mine.read_text("utf-8") == "patient,rule,reason,date\n"


def test_a_place_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    run = [sys.executable, "-m", "boneloop", "assess", demo_path(), "--out", tmp_path / "file" / "below"]
    done = subprocess.run(run, capture_output=True, text=True)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr and "a place that can be read and written" in done.stderr
