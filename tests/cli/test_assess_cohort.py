"""`boneloop assess PATIENTS --out DIR` leaves table, indicators, worklists and a page, and loses nobody."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import duckdb
import pytest
from typer.testing import CliRunner, Result

from boneloop.cli import app
from boneloop.commands.clinic import WRITTEN
from boneloop.exchange import demo_clinic_path, demo_path


def assess(*arguments: str | Path) -> Result:
    return CliRunner().invoke(app, ["assess", *map(str, arguments)])


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def clinic(tmp_path_factory) -> Path:
    """The made-up clinic, assessed into a folder."""
    out = tmp_path_factory.mktemp("cohort") / "clinic"
    done = assess(demo_clinic_path(), "--as-of", "2026-11-23", "--out", out)
    assert done.exit_code == 3, done.stderr
    return out


def test_everything_is_there_and_nothing_half_written(clinic: Path) -> None:
    assert {file.name for file in clinic.iterdir()} == set(WRITTEN)


def test_everybody_is_used_or_lost_and_counted_with_a_reason(clinic: Path) -> None:
    told = json.loads((clinic / "summary.json").read_text("utf-8"))
    ids = {row["id"] for row in table(demo_clinic_path())}
    assert told["read"] == len(ids) == told["used"] + told["lost"]
    assert {row["patient"] for row in table(clinic / "patients.csv")} == ids - {"olga", "peter"}
    refused = [json.loads(line) for line in (clinic / "rejects.ndjson").read_text("utf-8").splitlines()]
    assert len(refused) == sum(told["refused"].values()) == sum(why["count"] for why in told["why_refused"])
    assert told["incomplete"] <= told["used"] and told["why_incomplete"]
    assert sum(told["sentinel_fracture"].values()) + sum(told["no_sentinel_fracture"].values()) == told["used"]


def test_the_three_tables_say_the_same_and_every_column_is_explained(clinic: Path) -> None:
    rows, objects = table(clinic / "patients.csv"), json.loads((clinic / "patients.json").read_text("utf-8"))
    described = {row["column"]: row for row in table(clinic / "columns.csv")}
    assert list(rows[0]) == list(described) == list(objects[0])
    assert all(row["kind"] and row["words"] for row in described.values())
    read = duckdb.sql(f"SELECT * FROM '{clinic / 'patients.parquet'}'")
    assert read.columns == list(described)
    for row, one, tuple_ in zip(rows, objects, read.fetchall(), strict=True):
        for name, stored in zip(read.columns, tuple_, strict=True):
            told = one[name]
            if isinstance(told, list):
                assert (row[name], stored) == ("; ".join(told), told), name
            elif told is None:
                assert (row[name], stored) == ("", None), name
            else:
                assert row[name] == (f"{told:.6g}" if isinstance(told, float) else str(told)), name
                assert stored == told if isinstance(told, float | int) else str(stored) == told, name


def test_what_is_not_known_is_empty_and_nothing_is_filled_in(clinic: Path) -> None:
    rows = {row["patient"]: row for row in table(clinic / "patients.csv")}
    for name in ("phq9", "gad7", "t_score_total_hip", "on_bone_drug", "egfr", "falls_at_most", "osteoporosis"):
        assert rows["mrs-wu" if name in ("on_bone_drug", "egfr", "falls_at_most") else "edna"][name] == "", name
    assert rows["edna"]["falls_at_least"] == "0"
    assert rows["bea"]["on_bone_drug"] == "no"
    assert rows["fay"]["phq9"] == "", "three answers are no total"
    assert "phq9_item9" in rows["bea"]["flags_safety"].split("; ")
    assert (rows["cora"]["denosumab_doses"], rows["cora"]["denosumab_last"]) == ("3", "2026-02-11")


def test_a_risk_that_is_not_computed_has_its_range(clinic: Path) -> None:
    rows = [row for row in table(clinic / "patients.csv") if row["qfracture_hip_lowest_percent"]]
    assert rows
    for row in rows:
        assert row["qfracture_hip_percent"] == ""
        assert 0 <= float(row["qfracture_hip_lowest_percent"]) < float(row["qfracture_hip_highest_percent"]) <= 100


def test_worklists_are_in_order_and_agree_with_the_table(clinic: Path) -> None:
    listed = table(clinic / "worklists.csv")
    assert list(dict.fromkeys(row["worklist"] for row in listed)) == ["safety", "denosumab", "fracture", "forms"]
    assert [(r["worklist"], r["patient"]) for r in listed][:5] == [
        ("safety", "bea"),
        ("safety", "cora"),
        ("denosumab", "cora"),
        ("denosumab", "dora"),
        ("denosumab", "edna"),
    ]
    rows = table(clinic / "patients.csv")
    assert all(rows[int(row["row"]) - 1]["patient"] == row["patient"] for row in listed)
    told = Counter(name for row in rows for name in row["worklists"].split("; ") if name)
    assert told == Counter(row["worklist"] for row in listed)
    for name in told:
        places = [int(row["place"]) for row in listed if row["worklist"] == name]
        assert places == list(range(1, len(places) + 1))


def test_the_indicators_are_the_same_in_both_files_and_say_what_cannot_be_computed(clinic: Path) -> None:
    rows, objects = table(clinic / "indicators.csv"), json.loads((clinic / "indicators.json").read_text("utf-8"))
    assert len(rows) == len(objects) == 22
    for row in objects:
        assert row["counts"] and row["of"] and row["published"] and row["source"] == "javaid-2020"
        assert row["denominator"] == row["yes"] + row["no"] + row["unknown"]
        assert row["share"] is not None or row["cannot"] or not row["no"]
    dxa = next(row for row in objects if row["name"] == "dxa" and row["group"] == "low energy")
    assert (dxa["yes"], dxa["no"], dxa["unknown"], dxa["not_yet"]) == (4, 2, 1, 1)
    exercise = next(row for row in objects if row["name"] == "exercise")
    assert exercise["cannot"].startswith("cannot be computed from these data because")


def test_a_folder_of_mixed_files_is_one_cohort(tmp_path: Path) -> None:
    records = tmp_path / "records"
    records.mkdir()
    (records / "people.ndjson").write_bytes(demo_path().read_bytes())
    (records / "clinic.csv").write_bytes(demo_clinic_path().read_bytes())
    done = assess(records, "--out", tmp_path / "all")
    assert done.exit_code == 3, done.stderr
    told = json.loads((tmp_path / "all" / "summary.json").read_text("utf-8"))
    assert told["used"] == 10 + 15


def test_an_empty_cohort_still_says_what_was_refused(tmp_path: Path) -> None:
    bad = tmp_path / "cut.json"
    bad.write_text('{"resourceType": "Bundle", "entry": [{"resour', "utf-8")
    assert assess(bad, "--out", tmp_path / "none").exit_code == 1
    assert json.loads((tmp_path / "none" / "patients.json").read_text("utf-8")) == []
    assert duckdb.sql(f"SELECT count(*) FROM '{tmp_path / 'none' / 'patients.parquet'}'").fetchall() == [(0,)]
    page = (tmp_path / "none" / "cohort.html").read_text("utf-8")
    assert "cut.json" in page and str(tmp_path) not in page


def test_one_person_a_framework_and_fhir_can_be_asked_for_with_a_folder(tmp_path: Path) -> None:
    lines = tmp_path / "people.ndjson"
    done = assess(
        demo_path(), "--out", tmp_path / "one", "--patient", "anna", "--framework", "UK", "--fhir", str(lines)
    )
    assert done.exit_code == 0, done.stderr
    (row,) = table(tmp_path / "one" / "patients.csv")
    assert (row["patient"], row["framework"]) == ("anna", "nogg_2024")
    assert len(lines.read_text("utf-8").splitlines()) == 1


def test_the_folder_may_not_lie_where_the_patients_are_read(tmp_path: Path) -> None:
    records = tmp_path / "records"
    records.mkdir()
    (records / "clinic.csv").write_bytes(demo_clinic_path().read_bytes())
    done = assess(records, "--out", records / "assessed")
    assert done.exit_code == 2
    assert "which is read" in " ".join(done.stderr.split())
    assert not (records / "assessed").exists()


def test_no_file_that_is_read_is_written_over(tmp_path: Path) -> None:
    mine = tmp_path / "patients.csv"
    mine.write_bytes(demo_clinic_path().read_bytes())
    assert assess(mine, "--out", tmp_path).exit_code == 2
    assert mine.read_bytes() == demo_clinic_path().read_bytes()
    assert {file.name for file in tmp_path.iterdir()} == {"patients.csv"}
    (tmp_path / "taken").write_text("a file", "utf-8")
    assert assess(mine, "--out", tmp_path / "taken").exit_code == 2


def test_a_run_that_breaks_leaves_no_table(tmp_path: Path, monkeypatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("in the middle")

    monkeypatch.setattr("boneloop.guidance.advice.advise", broken)
    assert assess(demo_path(), "--out", tmp_path / "half").exit_code == 1
    assert not list((tmp_path / "half").iterdir())


def test_a_cohort_loads_no_engine(tmp_path: Path) -> None:
    arguments = ["assess", str(demo_clinic_path()), "--out", str(tmp_path / "clinic")]
    ask = f"import sys\nfrom boneloop.cli import app\ntry:\n    app({arguments!r})\nexcept SystemExit:\n    pass\n"
    answer = subprocess.run(
        [sys.executable, "-c", ask + "print('loaded:', *sys.modules)"], capture_output=True, text=True, check=True
    )
    loaded = answer.stdout.rsplit("loaded:", 1)[1].split()
    engines = ("boneloop.kernel", "boneloop.simulate", "boneloop.cycle", "boneloop.calibrate", "boneloop.compare.run")
    assert not [name for name in loaded if name.startswith((*engines, "llvmlite", "scipy", "jax"))]
    assert (tmp_path / "clinic" / "cohort.html").exists()
