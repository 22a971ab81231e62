"""Nothing is sent anywhere, and what is about mood can be told apart."""

from __future__ import annotations

import ast
import json
import socket
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from boneloop.assess.person import assess
from boneloop.cli import app
from boneloop.exchange import demo_path
from boneloop.exchange.fhir import ours
from boneloop.guidance.advice import advise
from boneloop.patient.record import Answers, Condition, Measurement, Medication, Record
from boneloop.report.fhir.document import Told, resources_of
from boneloop.types import Known, Sex

PACKAGE = Path(__file__).parents[2] / "src/boneloop"
OF_THE_NETWORK = {
    "socket", "ssl", "urllib", "http", "ftplib", "smtplib", "telnetlib", "xmlrpc", "requests", "httpx", "aiohttp",
    "websockets", "paramiko", "boto3", "webbrowser",
}  # fmt: skip
ALLOWED = {"urllib.parse"}
SENSITIVE = {"R", "PSY"}


def imported(tree: ast.AST) -> set[str]:
    """The modules that a module imports, wherever in it."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


def test_no_module_opens_a_connection() -> None:
    for file in sorted(PACKAGE.rglob("*.py")):
        found = {name for name in imported(ast.parse(file.read_text("utf-8"))) - ALLOWED}
        bad = {name for name in found if name.partition(".")[0] in OF_THE_NETWORK}
        assert not bad, f"{file.relative_to(PACKAGE)} imports {bad}"


def test_the_search_for_connections_finds_them() -> None:
    assert imported(ast.parse("def f():\n    import urllib.request\n    from http import client")) == {
        "urllib.request",
        "http",
    }


def test_people_are_assessed_and_written_on_a_machine_without_a_network(monkeypatch, tmp_path: Path) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("something asked for the network")

    for name in ("socket", "create_connection", "getaddrinfo"):
        monkeypatch.setattr(socket, name, refuse)
    with pytest.raises(AssertionError, match="asked for the network"):
        socket.create_connection(("localhost", 1))
    out, fhir = tmp_path / "all.json", tmp_path / "all.ndjson"
    done = CliRunner().invoke(app, ["assess", str(demo_path()), "--out", str(out), "--fhir", str(fhir)])
    assert done.exit_code == 0, done.output
    assert json.loads(out.read_text("utf-8")) and fhir.read_text("utf-8")


def labels(resource: dict) -> set[str]:
    return {one["code"] for one in resource.get("meta", {}).get("security", ())}


def codes(resource: dict, system: str) -> set[str]:
    return {one.get("code", "") for one in resource.get("code", {}).get("coding", ()) if one["system"] == system}


@pytest.fixture(scope="module")
def told() -> list[dict]:
    """All resources of a woman with low mood, an answer about self-harm, an SSRI, a thin hip and pain."""
    day = date(2026, 8, 1)
    record = Record(
        "p", Sex.FEMALE, 74.0, date(2026, 9, 1), "row 1",
        measurements=(
            Measurement("t_score_total_hip", -2.9, day, "row 1, t", "-2.9"),
            Measurement("pain_nrs", 6.0, day, "row 1, pain", "6"),
            Measurement("anxious_days", 12.0, day, "row 1, days", "12"),
        ),
        answers=(
            Answers("phq9", dict.fromkeys(range(1, 10), 2), None, day, "row 1, phq9"),
            Answers("peg", {1: 5, 2: 5, 3: 6}, None, day, "row 1, peg"),
        ),
        conditions=(
            Condition("depression", Known.YES, day, "row 1, a"),
            Condition("osteoarthritis", Known.YES, day, "row 1, b"),
        ),
        medications=(
            Medication("ssri", "ssri", day, None, Known.YES, "row 1, c"),
            Medication("alendronate", "bisphosphonate", day, None, Known.YES, "row 1, d"),
        ),
    )  # fmt: skip
    said = assess(record)
    return resources_of(Told(said, advise(said, "UK", ["X01-taken", "X02", "P02"])))


def test_what_is_about_mood_goes_out_labeled_as_sensitive(told) -> None:
    kept_apart = [one for one in told if labels(one) == SENSITIVE]
    assert not [one for one in told if labels(one) not in (set(), SENSITIVE)]
    forms = {
        one["questionnaire"].rpartition(":")[2] for one in kept_apart if one["resourceType"] == "QuestionnaireResponse"
    }
    assert forms == {"phq9"}
    expected = {
        ours.SCORE: {"phq9"}, ours.QUANTITY: {"anxious_days"}, ours.CONDITION: {"depression"}, ours.DRUG: set(),
        ours.FLAG: {"phq9_item9"}, ours.TASK: {"same-day-assessment"},
    }  # fmt: skip
    for system, names in expected.items():
        assert set().union(*(codes(one, system) for one in kept_apart)) >= names, system
    drugs = {
        one["medicationCodeableConcept"]["text"] for one in kept_apart if one["resourceType"] == "MedicationStatement"
    }
    assert drugs == {"ssri"}
    assert "CarePlan" in {one["resourceType"] for one in kept_apart}, "it holds the referral of today"


def test_a_rule_that_looks_at_mood_or_its_drugs_is_labeled_and_one_about_bone_is_not() -> None:
    from boneloop.report.fhir.sensitive import labeled

    def one(rule: str) -> dict:
        return {"resourceType": "Task", "id": rule, "reasonCode": {"coding": [{"system": ours.RULE, "code": rule}]}}

    about_mood = ("D02", "D05", "D10-mild", "X02", "X03", "X04", "X05", "X14", "X15", "D11", "D12")
    about_bone = ("B07", "B20", "S01", "S09", "M02", "M05", "M06", "N02", "N04", "P01")
    found = labeled([one(rule) for rule in (*about_mood, *about_bone)])
    assert [labels(task) == SENSITIVE for task in found] == [True] * len(about_mood) + [False] * len(about_bone)


def test_what_is_not_about_mood_goes_out_without_the_labels(told) -> None:
    free = [one for one in told if not labels(one)]
    forms = {one["questionnaire"].rpartition(":")[2] for one in free if one["resourceType"] == "QuestionnaireResponse"}
    assert forms == {"peg"}
    assert {"t_score_total_hip", "pain_nrs"} <= set().union(*(codes(one, ours.QUANTITY) for one in free))
    assert "osteoarthritis" in set().union(*(codes(one, ours.CONDITION) for one in free))
    assert "Patient" in {one["resourceType"] for one in free}
    for one in free:
        if one["resourceType"] in ("Observation", "Goal", "Flag", "Condition", "QuestionnaireResponse"):
            assert "phq" not in json.dumps(one).lower()
