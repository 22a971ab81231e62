"""Public data sets go through the command line: everybody in them is used, or refused with a reason."""

from __future__ import annotations

import csv
import gzip
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from boneloop.cli import app

QUICK = ("--years", "1", "--draws", "10", "--plans", "none,integrated")
FHIR_SETS = [
    "ahrq_pain_brenda_jackson_r4.json",
    "ecqm_tests_AntidepressantMedicationManagementFHIR.ndjson.gz",
    "ecqm_tests_AppropriateDXAScansForWomenUnder65FHIR.ndjson.gz",
    "ecqm_tests_DepressionRemissionatTwelveMonthsFHIR.ndjson.gz",
    "ecqm_tests_FallsScreeningForFutureFallRiskFHIR.ndjson.gz",
    "ecqm_tests_FunctionalStatusAssessmentforTotalHipReplacementFHIR.ndjson.gz",
    "synthea_r4_bone.ndjson.gz",
    "us_core_examples.ndjson.gz",
]


def patients_in(file: Path) -> set[str]:
    """The ids of the Patient resources of a FHIR file, read without any of boneloop's own readers."""
    packed = file.read_bytes()
    text = (gzip.decompress(packed) if file.suffix == ".gz" else packed).decode("utf-8")
    try:
        documents = [json.loads(text)]
    except json.JSONDecodeError:
        documents = [json.loads(line) for line in text.splitlines() if line.strip()]
    entries = [e.get("resource", {}) for d in documents for e in d.get("entry", [])] + documents
    return {resource["id"] for resource in entries if resource.get("resourceType") == "Patient"}


def refused_in(file: Path) -> set[str]:
    """The ids of those who were refused as a whole."""
    rows = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    assert all(row["place"] and row["rule"] for row in rows)
    return {row["patient"] for row in rows if row["level"] in ("patient", "row")}


@pytest.mark.parametrize("name", FHIR_SETS)
def test_everybody_in_a_fhir_set_is_assessed_or_refused(shared: Path, tmp_path: Path, name: str) -> None:
    source = shared / "data/fhir" / name
    done = CliRunner().invoke(app, ["assess", str(source), "--out", str(tmp_path / "all.ndjson")])
    assert done.exit_code in (0, 1, 3), done.output
    used = {json.loads(line)["patient"] for line in (tmp_path / "all.ndjson").read_text("utf-8").splitlines()}
    refused = refused_in(tmp_path / "all.rejects.ndjson")
    assert patients_in(source) <= used | refused
    assert not used & refused


@pytest.mark.slow
@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(["fhir/synthea_r4_bone.ndjson.gz"], id="FHIR"),
        pytest.param(
            ["nhanes/nhanes_bone_mood.parquet", "--format", "nhanes", "--where", "RIDAGEYR >= 65", "--limit", "20"],
            id="NHANES",
        ),
    ],
)
def test_every_usable_patient_of_a_public_set_is_forecast(shared: Path, tmp_path: Path, arguments: list[str]) -> None:
    source = [str(shared / "data" / arguments[0]), *arguments[1:]]
    done = CliRunner().invoke(app, ["forecast", *source, "--out", str(tmp_path), *QUICK])
    assert done.exit_code in (0, 3), done.output
    with (tmp_path / "patients.csv").open(encoding="utf-8", newline="") as file:
        plans = {(row["patient"], row["plan"]) for row in csv.DictReader(file)}
    people = {patient for patient, _ in plans}
    assert len(people) >= 20
    assert plans == {(patient, plan) for patient in people for plan in ("none", "integrated")}
    assert not people & refused_in(tmp_path / "rejects.ndjson")
    assert (tmp_path / "report.html").stat().st_size > 0
