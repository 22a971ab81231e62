"""What a site has dealt with stays quiet on the command line too, and the plans of the rules can be forecast."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from boneloop.cli import app


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, [*map(str, arguments)])


@pytest.fixture
def clinic(tmp_path: Path) -> Path:
    """Anna, with a hip T-score of -3 and a whole list of drugs; rules speak about her."""
    file = tmp_path / "clinic.csv"
    columns = "id,date,sex,age,country,t_score_total_hip,fractures_recorded,medications_recorded"
    file.write_text(f"{columns}\nanna,2026-02-01,female,74,US,-3.0,yes,yes\n", encoding="utf-8")
    return file


def rules(folder: Path, *arguments: str | Path) -> list[str]:
    out = folder / "out.json"
    done = run("assess", *arguments, "--out", out)
    assert done.exit_code == 0, done.output
    (one,) = json.loads(out.read_text("utf-8"))
    return [rule["id"] for rule in one["guidance"]["rules"]]


def test_a_rule_that_was_answered_is_quiet_and_listed(clinic: Path, tmp_path: Path) -> None:
    answered = tmp_path / "answered.csv"
    answered.write_text("patient,rule,reason,date\nanna,B20,patient-declined,2026-02-01\n", encoding="utf-8")
    assert "B20" in rules(tmp_path, clinic)
    assert "B20" not in rules(tmp_path, clinic, "--answered", answered)
    shown = " ".join(run("assess", clinic, "--answered", answered).output.split())
    assert "Quiet, B20: answered 2026-02-01, the patient declined" in shown


def test_a_file_of_answers_that_is_none_is_wrong_usage(clinic: Path, tmp_path: Path) -> None:
    answered = tmp_path / "answered.csv"
    answered.write_text("patient,rule,reason,date\nanna,B99,other,2026-02-01\n", encoding="utf-8")
    assert run("assess", clinic, "--answered", answered).exit_code == 2
    assert run("assess", clinic, "--answered", tmp_path / "none.csv").exit_code == 2


def test_the_plans_that_rules_lead_to_are_written_and_can_be_forecast(clinic: Path, tmp_path: Path) -> None:
    done = run("assess", clinic, "--proposed", tmp_path / "plans")
    assert done.exit_code == 0, done.output
    plans = sorted((tmp_path / "plans").glob("*.toml"))
    assert [plan.stem for plan in plans] == ["bone", "none", "risedronate", "zoledronate"]
    assert "# " in plans[0].read_text("utf-8") and "(B20: ACP 2023" in plans[0].read_text("utf-8")
    names = ",".join(map(str, plans))
    short = ("--draws", "10", "--years", "1", "--jobs", "1")
    ahead = run("forecast", clinic, "--out", tmp_path / "ahead", "--plans", names, *short)
    assert ahead.exit_code == 0, ahead.output
    assert "risedronate" in (tmp_path / "ahead/patients.csv").read_text("utf-8")


def test_plans_are_of_one_person(clinic: Path, tmp_path: Path) -> None:
    text = clinic.read_text("utf-8")
    clinic.write_text(text + text.splitlines()[1].replace("anna", "bert") + "\n", encoding="utf-8")
    done = run("assess", clinic, "--proposed", tmp_path / "plans")
    assert done.exit_code == 2
    assert run("assess", clinic, "--patient", "bert", "--proposed", tmp_path / "plans").exit_code == 0


@pytest.mark.parametrize("into", ["people.ndjson", "clinic"])
def test_what_goes_out_as_fhir_is_under_the_framework_rules_and_answers_that_were_asked_for(
    clinic: Path, tmp_path: Path, into: str
) -> None:
    answered, fhir = tmp_path / "answered.csv", tmp_path / "people.ndjson"
    answered.write_text("patient,rule,reason,date\nanna,N02,done-elsewhere,2026-02-01\n", encoding="utf-8")
    chosen = ("--framework", "UK", "--confirm", "S02a", "--answered", answered, "--fhir", fhir)
    folder = ("--out", tmp_path / into) if into == "clinic" else ()
    done = run("assess", clinic, *chosen, *folder)
    assert done.exit_code == 0, done.output
    (line,) = fhir.read_text("utf-8").splitlines()
    (plan,) = [e["resource"] for e in json.loads(line)["entry"] if e["resource"]["resourceType"] == "CarePlan"]
    assert plan["description"] == "Framework: nogg_2024"
    notes = [note["text"] for note in plan["note"]]
    assert any(note.startswith("Quiet, N02: answered") for note in notes)
    assert "B20" not in line
