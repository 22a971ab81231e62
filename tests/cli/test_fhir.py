"""FHIR out of the command line: what is asked for is there, is R4, and can be read again."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from boneloop.cli import app
from boneloop.exchange import demo_path
from boneloop.exchange.fhir.strict import faults


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, list(map(str, arguments)))


def lines(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


@pytest.mark.parametrize("name", ["people.ndjson", "people.ndjson.gz", "people.json", "people"])
def test_an_assessment_written_as_fhir_can_be_assessed_again_with_the_same_scores(tmp_path: Path, name: str) -> None:
    done = run("assess", demo_path(), "--fhir", tmp_path / name)
    assert done.exit_code == 0, done.stderr
    assert "10 patients as FHIR R4" in done.stdout + done.stderr
    tables = []
    for source in (demo_path(), tmp_path / name):
        again = run("assess", source, "--strict", "--out", tmp_path / "scores.ndjson")
        assert again.exit_code == 0, again.stderr
        tables.append({row["patient"]: row["scores"] for row in lines(tmp_path / "scores.ndjson")})
    first, second = ({who: sorted(_plain(s) for s in told) for who, told in table.items()} for table in tables)
    assert first == second


def _plain(score: dict) -> str:
    return json.dumps({key: score[key] for key in ("name", "value", "shown", "band", "status", "date")})


def test_a_name_that_is_no_fhir_is_refused_before_any_work(tmp_path: Path) -> None:
    done = run("assess", demo_path(), "--fhir", tmp_path / "people.xml")
    assert done.exit_code == 2
    assert ".ndjson" in done.stderr


def test_strict_reading_ends_with_status_3_and_names_what_was_refused(tmp_path: Path) -> None:
    bundle = json.loads(demo_path().read_text("utf-8").splitlines()[0])
    bundle["entry"][1]["resource"]["status"] = "bogus"
    (tmp_path / "in.json").write_text(json.dumps(bundle), encoding="utf-8")
    assert run("assess", tmp_path / "in.json").exit_code == 0
    done = run("assess", tmp_path / "in.json", "--strict", "--out", tmp_path / "scores.csv")
    assert done.exit_code == 3
    (refused,) = lines(tmp_path / "scores.rejects.ndjson")
    assert refused["place"].endswith("Observation.status")
    assert refused["value"] == "bogus"


def test_a_forecast_is_written_as_fhir_beside_its_report(tmp_path: Path) -> None:
    asked = ("--draws", "10", "--years", "1", "--limit", "1", "--plans", "none,integrated", "--jobs", "1")
    done = run("forecast", demo_path(), "--out", tmp_path, *asked, "--fhir")
    assert done.exit_code == 0, done.stderr
    (bundle,) = lines(tmp_path / "forecast.ndjson")
    assert not list(faults(bundle))
    options = [e["resource"] for e in bundle["entry"] if e["resource"].get("intent") == "option"]
    assert len(options) == 2


def test_a_forecast_under_both_beliefs_writes_both_for_each_plan(tmp_path: Path) -> None:
    asked = ("--draws", "10", "--years", "1", "--limit", "1", "--plans", "none", "--jobs", "1", "--belief", "both")
    done = run("forecast", demo_path(), "--out", tmp_path, *asked, "--fhir")
    assert done.exit_code == 0, done.stderr
    (bundle,) = lines(tmp_path / "forecast.ndjson")
    assert not list(faults(bundle))
    texts = [json.dumps(e["resource"]) for e in bundle["entry"] if "extension:scenario" in json.dumps(e["resource"])]
    assert len(texts) == 2
    assert sum('"valueString": "hypothesis"' in text for text in texts) == 1


def test_the_questionnaires_that_may_be_shipped_can_be_exported(tmp_path: Path) -> None:
    assert run("export", "questionnaires", "--out", tmp_path / "forms.json").exit_code == 0
    bundle = json.loads((tmp_path / "forms.json").read_text("utf-8"))
    assert not list(faults(bundle))
    assert {e["resource"]["resourceType"] for e in bundle["entry"]} == {"Questionnaire"}
    assert run("export", "questionnaires", "--protocol", "denosumab-60mg").exit_code == 2


def test_assessing_and_writing_fhir_loads_no_engine(tmp_path: Path) -> None:
    asked = ["assess", str(demo_path()), "--fhir", str(tmp_path / "x.ndjson")]
    code = (
        "import sys; from typer.testing import CliRunner; from boneloop.cli import app; "
        f"CliRunner().invoke(app, {asked!r}); "
        "print([m for m in sys.modules if m.startswith(('boneloop.kernel', 'boneloop.simulate', 'llvmlite', 'scipy'))])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
    assert (tmp_path / "x.ndjson").exists()
