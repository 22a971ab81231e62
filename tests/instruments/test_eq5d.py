"""EQ-5D value sets, against the utilities that their publications give (reference data outside the repository)."""

from __future__ import annotations

import csv
from collections import Counter

import pytest

from boneloop.errors import FileError, InstrumentError
from boneloop.instruments.eq5d import FULL_HEALTH, read_value_sets, utility

SETS = {
    "eq5d5l": "eq5d5l_value_sets.csv",
    "TTO": "eq5d3l_tto_value_sets.csv",
    "VAS": "eq5d3l_vas_value_sets.csv",
    "eq5dcw": "eq5d5l_to_3l_crosswalk_values.csv",
    "eq5drcw": "eq5d3l_to_5l_reverse_crosswalk_values.csv",
}


@pytest.fixture(scope="module")
def value_sets(shared):
    return {kind: read_value_sets(shared / "eq5d" / name) for kind, name in SETS.items()} if shared else {}


@pytest.fixture(scope="module")
def shared(shared):
    return shared / "data"


@pytest.fixture(scope="module")
def expected(shared):
    """(kind, country, profile, utility); the three-level rows carry method and country in swapped columns."""
    with (shared / "eq5d" / "expected_utilities.csv").open() as file:
        rows = []
        for row in csv.DictReader(file):
            kind, country = row["kind"], row["country"]
            if kind == "eq5d3l":
                kind, country = country, row["type"]
            rows.append((kind, country, row["profile_MO_SC_UA_PD_AD"], float(row["utility"])))
        return rows


def test_every_expected_utility_is_reproduced_or_refused(value_sets, expected):
    found = Counter()
    for kind, country, profile, published in expected:
        try:
            computed = utility(profile, value_sets[kind][country])
        except (InstrumentError, KeyError):
            found[kind, "refused"] += 1
            continue
        assert computed == pytest.approx(published, abs=5.001e-4), (kind, country, profile)
        found[kind, "reproduced"] += 1
    assert found["eq5d5l", "reproduced"] == 279
    assert found["TTO", "reproduced"] + found["VAS", "reproduced"] == 211
    assert found["TTO", "refused"] == 5  # Argentina 1, Australia 4
    assert found["eq5dcw", "reproduced"] == 70
    assert found["eq5drcw", "refused"] == 3


def test_full_health_is_the_best_state_of_every_five_level_set(value_sets):
    for values in value_sets["eq5d5l"].values():
        assert utility(FULL_HEALTH, values) >= utility("22222", values) >= utility("55555", values)


@pytest.mark.parametrize("profile", ["1111", "111111", "11116", "01111", "1111a", ""])
def test_a_profile_that_is_not_five_levels_is_refused(value_sets, profile):
    with pytest.raises(InstrumentError, match="five digits from 1 to 5"):
        utility(profile, value_sets["eq5d5l"]["England"])


def test_a_level_4_is_refused_by_a_three_level_set(value_sets):
    with pytest.raises(InstrumentError, match="from 1 to 3"):
        utility("11114", value_sets["TTO"]["UK"])


def test_a_term_that_nobody_explained_is_refused(tmp_path):
    path = tmp_path / "set.csv"
    path.write_text(",Nowhere\nFullHealth,1\nMO2,-0.1\nQ7,-0.2\n")
    with pytest.raises(InstrumentError, match="Nowhere: unknown terms Q7"):
        utility("21111", read_value_sets(path)["Nowhere"])


def test_a_file_that_is_no_value_set_is_refused_with_its_place(tmp_path):
    path = tmp_path / "set.csv"
    path.write_text("")
    with pytest.raises(FileError, match="empty first cell"):
        read_value_sets(path)
    path.write_text(",Nowhere\nFullHealth,1\nMO2,low\n")
    with pytest.raises(FileError, match=r"row 'MO2', column 'Nowhere': expected a number or NA .*'low'"):
        read_value_sets(path)
    with pytest.raises(FileError, match="readable"):
        read_value_sets(tmp_path / "none.csv")
