"""The stored numbers of the population are those that the public tables give."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import boneloop.evidence
from boneloop.calibrate.population import derive, main
from boneloop.calibrate.population_entry import Derived, file_text
from boneloop.calibrate.population_falls import FallArrows

NUMBERS = Path(boneloop.evidence.__file__).parent / "numbers"
TABLES = ("bmd_reference", "population", "mortality")


def stored(table: str) -> dict[str, dict[str, Any]]:
    return tomllib.loads((NUMBERS / f"{table}.toml").read_text("utf-8"))[table]


@pytest.fixture(scope="module")
def derived(shared: Path) -> dict[str, dict[str, dict[str, Any]]]:
    found = derive(shared / "data", FallArrows.registered())
    return {table: tomllib.loads(file_text(table, "", entries))[table] for table, entries in found.items()}


@pytest.mark.parametrize("table", TABLES)
def test_the_stored_numbers_are_those_derived_again(table: str, derived: dict[str, Any]) -> None:
    assert list(derived[table]) == list(stored(table))
    for name, again in derived[table].items():
        kept = stored(table)[name]
        for number in ("value", "interval"):
            if isinstance(again[number], str):
                assert kept[number] == again[number], name
            else:  # the last stored digit may differ between machines
                np.testing.assert_allclose(kept[number], again[number], rtol=2e-3, err_msg=f"{name} {number}")
        words = ("unit", "over", "spread", "source", "status", "checked", "where", "population", "note")
        assert {w: kept.get(w) for w in words} == {w: again.get(w) for w in words}


@pytest.mark.parametrize("table", TABLES)
def test_only_knots_come_over_from_the_tables(table: str) -> None:
    assert all(len(np.atleast_1d(entry["value"])) <= 14 for entry in stored(table).values())


def test_an_entry_is_written_as_the_registry_reads_it() -> None:
    entry = Derived(
        "share", [0.123456, 2], "1", "people", "table 1", over=[45, 55], interval=(0.1, 0.2), note="as told"
    )
    read = tomllib.loads(file_text("population", "About.", [entry]))["population"]["share"]
    assert read["value"] == [0.1235, 2] and read["over"] == [45, 55] and read["interval"] == [0.1, 0.2]
    assert (read["status"], read["checked"], read["note"]) == ("fitted", "not needed", "as told")


def test_a_folder_without_the_tables_is_refused_by_name(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main([str(tmp_path), "--out", str(tmp_path)])
    assert "nhanes_bone_mood.parquet" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())
