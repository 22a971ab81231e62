"""FRAX and GLOW as yardsticks: people are put in much the same order, and nothing here was tuned to them."""

from __future__ import annotations

import numpy as np
import pytest

from boneloop.compare import yardstick
from boneloop.errors import FileError

PEOPLE = 90


@pytest.fixture(scope="module")
def compared(shared):
    """Ninety people of the survey, one life each."""
    people, outputs = yardstick.frax_people(shared / "data/nhanes/nhanes_bone_mood.parquet", PEOPLE)
    assert len(people) == len(outputs) == PEOPLE
    return yardstick.beside_frax(people, outputs, draws=2)


def test_all_1564_people_with_frax_outputs_are_found(shared):
    people, outputs = yardstick.frax_people(shared / "data/nhanes/nhanes_bone_mood.parquet")
    assert len(people) == 1564
    assert ((outputs > 0) | (outputs == 0)).all() and (outputs[:, 0] <= outputs[:, 1]).all()


def test_people_stand_in_much_the_same_order_as_by_frax(compared):
    """0.90 and 0.67 over all 1564 people in eight lives each; fewer people and lives leave more chance."""
    assert yardstick.rank_correlation(compared.hip, compared.frax_hip) > 0.6
    assert yardstick.rank_correlation(compared.major, compared.frax_major) > 0.3


def test_the_level_is_of_the_order_of_frax(compared):
    """Known to be higher: see docs/validation/fracture.md."""
    assert 0.8 < compared.hip.mean() / compared.frax_hip.mean() < 4
    assert 0.8 < compared.major.mean() / compared.frax_major.mean() < 3


def test_risks_are_probabilities_and_major_holds_the_hip(compared):
    assert ((compared.hip >= 0) & (compared.major < 1)).all()
    assert (compared.major > compared.hip).all()


def test_tenths_rise_with_the_other_tool():
    theirs = np.linspace(0.01, 0.4, 200)
    points = yardstick.deciles(theirs**2, theirs)
    assert points.shape == (10, 2)
    assert (np.diff(points, axis=0) > 0).all()


def test_mean_ratios_are_taken_by_sex_and_age(compared):
    ratios = yardstick.mean_ratios(compared)
    assert sum(r.people for r in ratios) == PEOPLE
    assert {r.sex for r in ratios} == {"women", "men"}


def test_discrimination_is_1_for_the_perfect_order_and_a_half_for_none():
    happened = np.array([True, False, True, False])
    assert yardstick.discrimination(np.array([4.0, 1, 3, 2]), happened) == 1
    assert yardstick.discrimination(np.zeros(4), happened) == 0.5


def test_a_missing_glow_extract_is_named(tmp_path):
    with pytest.raises(FileError, match="no such file"):
        yardstick.glow_women(tmp_path / "glow.csv")


def test_the_women_of_glow_are_read_with_what_is_known_of_them(shared):
    women, happened = yardstick.glow_women(shared / "data/glow/glow500.csv")
    assert len(women) == 500 and happened.sum() == 125
    assert all(w.bone is None for w in women)
    assert {len(w.fractures) for w in women} == {0, 1}
