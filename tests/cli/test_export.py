"""`boneloop export` writes a document that other programs read, and says what it cannot do."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest
from typer.testing import CliRunner, Result

from boneloop.cli import app

CORE = "{http://www.sbml.org/sbml/level3/version1/core}"


def export(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["export", "sbml", *arguments])


def test_the_engine_goes_to_standard_output_with_its_states_units_and_time() -> None:
    shown = export()
    assert shown.exit_code == 0
    model = ElementTree.fromstring(shown.stdout.encode()).find(f"{CORE}model")
    assert model is not None and model.get("timeUnits") == "hour"
    units = {one.get("id"): one.get("units") for one in model.iter(f"{CORE}parameter")}
    assert (units["calcium"], units["pth"], units["reading_pth"]) == ("mmol", "pmol", "pmol_per_L")
    assert len(list(model.iter(f"{CORE}rateRule"))) == 38
    assert "evidence" in model.find(f"{CORE}notes")[0].text


def test_the_two_forms_differ() -> None:
    assert "<piecewise>" in export("--form", "published").stdout
    assert "<piecewise>" not in export("--form", "smooth").stdout


def test_a_protocol_brings_its_doses(tmp_path: Path) -> None:
    file = tmp_path / "doses.xml"
    assert export("--protocol", "published-denosumab", "--out", str(file)).exit_code == 0
    model = ElementTree.parse(file).getroot().find(f"{CORE}model")
    start = {one.get("id"): one.get("value") for one in model.iter(f"{CORE}parameter")}
    assert float(start["denosumab_depot"]) > 0
    assert len(list(model.iter(f"{CORE}event"))) == 5


def test_of_several_patients_one_is_named() -> None:
    refused = export("--protocol", "virtual-patients")
    assert refused.exit_code == 2 and "60 patients" in refused.stderr
    assert export("--protocol", "virtual-patients", "--patient", "woman-2").exit_code == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ["--form", "rough"],
        ["--form", "smooth", "--protocol", "menopause"],
        ["--out", "no-such-folder/engine.xml"],
        ["--protocol", "menopause", "--patient", "nobody"],
    ],
)
def test_wrong_usage_ends_with_status_2(arguments: list[str]) -> None:
    assert export(*arguments).exit_code == 2


def test_a_document_that_is_there_is_not_written_over(tmp_path: Path) -> None:
    file = tmp_path / "engine.xml"
    file.write_text("mine", encoding="utf-8")
    assert export("--out", str(file)).exit_code == 2
    assert file.read_text(encoding="utf-8") == "mine"
    assert export("--out", str(file), "--force").exit_code == 0


def test_a_protocol_that_cannot_be_read_ends_with_status_1() -> None:
    refused = export("--protocol", "no-such-protocol.toml")
    assert refused.exit_code == 1 and "no-such-protocol.toml" in refused.stderr
