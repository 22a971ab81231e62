"""The files beside the page."""

from __future__ import annotations

import csv
import json
import math
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from boneloop.compare.forecast import Band
from boneloop.errors import FileError, RecordError
from boneloop.report.files import (
    PATIENT_COLUMNS,
    write_assessments,
    write_patients_csv,
    write_provenance,
    write_rejects,
)
from boneloop.report.provenance import provenance


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_there_is_a_row_for_each_patient_plan_outcome_and_whole_year(made_up: ModuleType, tmp_path: Path) -> None:
    forecasts = [made_up.case("A").forecast, made_up.case("B").forecast]
    count = write_patients_csv(tmp_path / "patients.csv", forecasts)
    rows = read(tmp_path / "patients.csv")
    assert tuple(rows[0]) == PATIENT_COLUMNS
    outcomes = len(forecasts[0].plans[0].bands)
    assert len(rows) == count == 2 * 4 * outcomes * 11
    assert {row["year"] for row in rows} == {str(year) for year in range(11)}


def test_the_same_forecasts_give_the_same_bytes_at_once_or_in_pieces(made_up: ModuleType, tmp_path: Path) -> None:
    at_once, pieces, again = tmp_path / "a.csv", tmp_path / "b.csv", tmp_path / "c.csv"
    write_patients_csv(at_once, (case.forecast for case in made_up.cohort(4)))
    for case in made_up.cohort(4):
        write_patients_csv(pieces, [case.forecast], append=True)
    write_patients_csv(again, [made_up.case("other").forecast])
    write_patients_csv(again, (case.forecast for case in made_up.cohort(4)))
    assert at_once.read_bytes() == pieces.read_bytes() == again.read_bytes()
    assert b"\r" not in at_once.read_bytes()


def test_what_is_not_defined_is_an_empty_cell_and_zero_has_no_sign(made_up: ModuleType, tmp_path: Path) -> None:
    forecast = made_up.case().forecast
    plan = forecast.plans[0]
    gone = np.where(plan.years > 5, math.nan, -0.0)
    odd = replace(plan, bands={"pain": Band(gone, gone, gone, gone, gone, gone)})
    write_patients_csv(tmp_path / "p.csv", [replace(forecast, plans=(odd,))])
    rows = read(tmp_path / "p.csv")
    assert [row["median"] for row in rows] == ["0"] * 6 + [""] * 5


def test_an_id_with_comma_quote_and_line_break_survives(made_up: ModuleType, tmp_path: Path) -> None:
    name = 'Li, "Mrs"\n<script>'
    write_patients_csv(tmp_path / "p.csv", [made_up.case(name).forecast])
    assert {row["patient"] for row in read(tmp_path / "p.csv")} == {name}


def test_a_refusal_keeps_place_rule_and_value(tmp_path: Path) -> None:
    error = RecordError("a.csv, row 3, column bmd", "BMD in g/cm2 lies between 0.2 and 2.5", 85)
    path = tmp_path / "rejects.ndjson"
    assert write_rejects(path, [error, {"place": "b", "rule": "c", "value": "ü", "patient": "P7"}]) == 2
    write_rejects(path, [error], append=True)
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert rows[0] == rows[2] == {"place": error.place, "rule": error.rule, "value": "85"}
    assert rows[1]["patient"] == "P7"


@pytest.mark.parametrize("suffix", [".csv", ".json", ".ndjson"])
def test_an_assessment_is_written_in_the_form_its_name_asks_for(
    made_up: ModuleType, tmp_path: Path, suffix: str
) -> None:
    path = tmp_path / f"assessment{suffix}"
    assert write_assessments(path, [case.assessment for case in made_up.cohort(3)]) == 3
    text = path.read_text(encoding="utf-8")
    if suffix == ".csv":
        rows = read(path)
        assert {row["patient"] for row in rows} == {"P001", "P002", "P003"}
        assert {row["kind"] for row in rows} == {"flag", "score", "risk", "gap"}
        assert next(row for row in rows if row["patient"] == "P003")["band"] == "safety"
    else:
        people = json.loads(text) if suffix == ".json" else [json.loads(line) for line in text.splitlines()]
        assert [person["patient"] for person in people] == ["P001", "P002", "P003"]
        assert people[0]["scores"][0]["date"] == "2026-03-02"


def test_a_table_of_unknown_form_is_refused_by_name(made_up: ModuleType, tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"\.csv, \.json, \.ndjson"):
        write_assessments(tmp_path / "a.xlsx", [made_up.case().assessment])
    assert not list(tmp_path.iterdir())


def test_provenance_names_input_by_content_and_not_by_where_it_lies(made_up: ModuleType, tmp_path: Path) -> None:
    folder = tmp_path / "secret place"
    folder.mkdir()
    (folder / "a.json").write_text("{}")
    found = provenance(
        made_up.registry(), seed=7, draws=200, inputs=[folder, folder / "a.json"], options={"years": 10}, wall_seconds=1
    )
    empty_object = "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
    assert [item["name"] for item in found["inputs"]] == ["secret place/a.json", "a.json"]
    assert {item["sha256"] for item in found["inputs"]} == {empty_object}
    assert found["evidence_digest"] == "0123456789abcdef" and found["device"] == "cpu"
    assert {"boneloop", "numpy", "scipy", "python"} <= set(found["versions"])
    write_provenance(tmp_path / "provenance.json", found)
    assert json.loads((tmp_path / "provenance.json").read_text()) == found
    assert str(tmp_path) not in (tmp_path / "provenance.json").read_text()
