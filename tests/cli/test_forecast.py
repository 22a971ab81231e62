"""`boneloop forecast` leaves a folder that says everything, refuses bad plans, and writes the same bytes again."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from boneloop.cli import app

QUICK = ("--years", "1", "--draws", "10", "--jobs", "1")
FILES = {"report.html", "patients.csv", "chances.csv", "rejects.ndjson", "provenance.json", "numbers.csv"}


def forecast(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, ["forecast", *map(str, arguments), *QUICK])


def rejects(folder: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in (folder / "rejects.ndjson").read_text("utf-8").splitlines()]


def rows(folder: Path) -> list[dict[str, str]]:
    with (folder / "patients.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def negative_dose(tmp_path: Path) -> Path:
    file = tmp_path / "negative.toml"
    file.write_text('[plan]\nname = "minus"\ntitle = "Minus"\n\n[[course]]\nkind = "zoledronate"\ndose = -5\n', "utf-8")
    return file


def test_a_forecast_leaves_a_report_the_table_the_refusals_and_where_it_comes_from(table, tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = forecast(table(), "--out", out, "--plans", "none,bone")
    assert done.exit_code == 0, done.stderr
    assert {file.name for file in out.iterdir()} == FILES
    found = rows(out)
    assert list(found[0]) == ["patient", "plan", "outcome", "unit", "year", "median", "p05", "p95", "mcse"]
    assert {(row["patient"], row["plan"]) for row in found} == {
        (patient, plan) for patient in ("anna", "bert") for plan in ("none", "bone")
    }
    origin = json.loads((out / "provenance.json").read_text("utf-8"))
    assert origin["belief"] == "evidence"
    assert origin["seed"] == 1
    assert origin["evidence_digest"]


def test_the_same_input_and_seed_give_the_same_bytes_and_another_seed_does_not(table, tmp_path: Path) -> None:
    file = table()
    for name, seed in (("one", 1), ("two", 1), ("three", 2)):
        forecast(file, "--out", tmp_path / name, "--plans", "none", "--seed", str(seed))
    one, two, three = ((tmp_path / name / "patients.csv").read_bytes() for name in ("one", "two", "three"))
    assert one == two
    assert one != three


def test_a_plan_with_a_negative_dose_is_refused_and_the_others_run(table, tmp_path: Path, negative_dose: Path) -> None:
    out = tmp_path / "out"
    done = forecast(table(), "--out", out, "--plans", f"none,{negative_dose}")
    assert done.exit_code == 3, done.stderr
    (refused,) = rejects(out)
    assert "negative.toml" in refused["file"]
    assert refused["rule"]
    assert "-5" in refused["value"]
    assert {row["plan"] for row in rows(out)} == {"none"}


def test_an_unknown_plan_name_is_refused_with_the_names_that_are_known(table, tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = forecast(table(), "--out", out, "--plans", "none,miracle")
    assert done.exit_code == 3, done.stderr
    (refused,) = rejects(out)
    assert "miracle" in refused["value"]
    assert "integrated" in refused["rule"]


def test_without_any_usable_plan_the_status_is_1(table, tmp_path: Path) -> None:
    done = forecast(table(), "--out", tmp_path / "out", "--plans", "miracle")
    assert done.exit_code == 1
    assert "no usable care plan" in done.stderr


def test_without_any_usable_patient_the_status_is_1_and_the_refusals_are_written(tmp_path: Path) -> None:
    empty = tmp_path / "empty.csv"
    empty.write_bytes(b"")
    done = forecast(empty, "--out", tmp_path / "out")
    assert done.exit_code == 1
    assert rejects(tmp_path / "out")


def test_who_can_be_assessed_but_not_forecast_is_refused_with_the_reason(table, tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = forecast(table(country="FR"), "--out", out, "--plans", "none")
    assert done.exit_code == 3, done.stderr
    (refused,) = rejects(out)
    assert refused["patient"] == "bert"
    assert refused["level"] == "patient"
    assert {row["patient"] for row in rows(out)} == {"anna"}


def test_the_belief_is_named_in_what_is_written(table, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert forecast(table(), "--out", out, "--plans", "none", "--belief", "hypothesis").exit_code == 0
    assert json.loads((out / "provenance.json").read_text("utf-8"))["belief"] == "hypothesis"
    assert "hypothesis" in (out / "report.html").read_text("utf-8")


@pytest.mark.slow
def test_the_demo_forecasts_every_bundled_patient_under_every_plan(tmp_path: Path) -> None:
    done = CliRunner().invoke(app, ["demo", "--out", str(tmp_path / "demo"), *QUICK])
    assert done.exit_code == 0, done.stderr
    found = rows(tmp_path / "demo")
    assert {row["plan"] for row in found} == {"none", "bone", "mind", "integrated"}
    assert len({row["patient"] for row in found}) >= 6
    assert "report.html" in done.output
