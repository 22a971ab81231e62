"""The table of a simulation: units in the names, one row for a patient and a time, whole or not there at all."""

from __future__ import annotations

import csv

import duckdb
import numpy as np
import pytest

from boneloop.errors import FileError
from boneloop.simulate.protocol import tables
from boneloop.simulate.protocol.reading import parse
from boneloop.simulate.protocol.running import run

TEXT = """duration = "5 days"
[[people]]
id = 'anna, "the first"'
[[people]]
id = "no-rest"
vitamin_d = 0
[[people]]
id = "bert"
gfr = "45 mL/min"
denosumab.clearance = "66 mL/day"
[[give]]
drug = "denosumab"
amount = "60 mg"
[record]
what = ["calcium", "osteoclast", "state.pth", "calcium_excretion", "hydroxylase", "denosumab"]
every = "1 day"
clock = "week"
"""
COLUMNS = [
    "patient",
    "time_weeks",
    "calcium_mmol_per_l",
    "osteoclast_percent",
    "state_pth_pmol",
    "calcium_excretion_mmol_per_day",
    "hydroxylase_pmol_per_hour",
    "denosumab_ng_per_ml",
]


@pytest.fixture(scope="module")
def protocol():
    return parse(TEXT.encode(), "x")


@pytest.fixture(scope="module")
def pieces(protocol):
    return list(run(protocol))


def written(path, protocol, pieces):
    with tables.writing(path, protocol) as take:
        for piece in pieces:
            take(piece)
    return path


def rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def test_a_row_is_a_patient_at_a_time_and_columns_name_their_units(tmp_path, protocol, pieces):
    header, *body = rows(written(tmp_path / "t.csv", protocol, pieces))
    assert header == COLUMNS
    assert [row[0] for row in body] == ['anna, "the first"'] * 6 + ["bert"] * 6
    assert [float(row[1]) for row in body[:6]] == pytest.approx([day / 7 for day in range(6)], rel=1e-9)
    values = np.array([row[2:] for row in body], dtype=float)
    assert values[:6] == pytest.approx(pieces[0].values[:, :, 0].T, rel=1e-9)


def test_parquet_holds_the_numbers_themselves(tmp_path, protocol, pieces):
    path = written(tmp_path / "it's.parquet", protocol, pieces)
    with duckdb.connect() as database:
        found = database.execute("SELECT * FROM read_parquet(?)", [str(path)])
        assert [column[0] for column in found.description] == COLUMNS
        body = found.fetchall()
    assert [row[0] for row in body] == ['anna, "the first"'] * 6 + ["bert"] * 6
    np.testing.assert_array_equal(np.array([row[2:] for row in body])[6:], pieces[0].values[:, :, 2].T)


def test_the_same_results_are_the_same_bytes(tmp_path, protocol, pieces):
    one = written(tmp_path / "one.csv", protocol, pieces).read_bytes()
    assert one == written(tmp_path / "two.csv", protocol, list(run(protocol, threads=1))).read_bytes()


def test_a_table_that_is_not_finished_is_not_there(tmp_path, protocol, pieces):
    (tmp_path / "t.csv").write_text("old", encoding="utf-8")
    for name in ("t.csv", "t.parquet"):
        with pytest.raises(KeyboardInterrupt), tables.writing(tmp_path / name, protocol) as take:
            take(pieces[0])
            raise KeyboardInterrupt
    assert [file.name for file in tmp_path.iterdir()] == ["t.csv"]
    assert (tmp_path / "t.csv").read_text("utf-8") == "old"


def test_another_kind_of_table_is_refused(tmp_path, protocol):
    with pytest.raises(FileError, match=r"\.csv or \.parquet"), tables.writing(tmp_path / "t.xlsx", protocol):
        pass


def test_the_people_stand_beside_the_table_with_what_they_were_told_by(tmp_path, protocol):
    tables.write_people(tmp_path / "t.people.csv", protocol)
    assert rows(tmp_path / "t.people.csv") == [
        ["patient", "gfr_ml_per_min", "vitamin_d", "denosumab.clearance_ml_per_hour"],
        ['anna, "the first"', "", "", ""],
        ["no-rest", "", "0", ""],
        ["bert", "45", "", "2.75"],
    ]


def test_who_stopped_stands_beside_the_table(tmp_path, pieces):
    stopped = [one for piece in pieces for one in piece.stopped]
    tables.write_stopped(tmp_path / "t.stopped.csv", stopped)
    assert rows(tmp_path / "t.stopped.csv") == [
        ["patient", "time_h", "reason"],
        ["no-rest", "0", "comes to no rest with these numbers"],
    ]
