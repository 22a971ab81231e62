"""The physical battery is put together from its parts only where all were measured, and SARC-F takes the calf in."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boneloop.assess.person import assess
from boneloop.assess.physical_battery import chair_points, gait_points
from boneloop.patient.record import Measurement
from boneloop.types import Sex

PARTS = {"sppb_balance": 3, "gait_speed": 0.55, "chair_stand_5": 15.0}


@pytest.mark.parametrize(
    ("seconds", "points"), [(4.81, 4), (4.82, 3), (6.20, 3), (6.21, 2), (8.70, 2), (8.71, 1), (60, 1)]
)
def test_the_walk_gives_the_published_points(seconds, points):
    assert gait_points(seconds) == points


@pytest.mark.parametrize(
    ("seconds", "points"),
    [(11.19, 4), (11.20, 3), (13.69, 3), (13.70, 2), (16.69, 2), (16.70, 1), (60, 1), (60.1, 0)],
)
def test_the_chair_stands_give_the_published_points(seconds, points):
    assert chair_points(seconds) == points


@given(st.floats(1, 90), st.floats(1, 90))
def test_slower_never_gives_more_points(one, other):
    fast, slow = sorted((one, other))
    assert gait_points(fast) >= gait_points(slow) >= 1
    assert chair_points(fast) >= chair_points(slow) >= 0


def test_three_parts_of_one_day_make_the_battery(person):
    found = assess(person(PARTS)).score("sppb")
    assert (found.value, found.band, found.shown) == (7, "low", "7 of 12")
    assert "balance 3, walk 2, chair stands 2" in found.basis


@pytest.mark.parametrize("left_out", PARTS)
def test_with_a_part_missing_there_is_no_battery(person, left_out):
    assert assess(person({k: v for k, v in PARTS.items() if k != left_out})).score("sppb") is None


def test_parts_of_different_days_are_not_put_together(person):
    old = Measurement("sppb_balance", 4, date(2025, 1, 1), "row 0", "4")
    rest = [Measurement(k, v, date(2026, 8, 1), "row 1", "") for k, v in PARTS.items() if k != "sppb_balance"]
    assert assess(person(measurements=(old, *rest))).score("sppb") is None


def test_a_battery_given_whole_stands_as_it_is(person):
    assert assess(person({**PARTS, "sppb": 11})).score("sppb").value == 11


@pytest.mark.parametrize(
    ("sex", "calf", "total", "band"),
    [
        (Sex.FEMALE, 32.9, 13, "positive"),
        (Sex.FEMALE, 33.0, 3, "negative"),
        (Sex.MALE, 33.9, 13, "positive"),
        (Sex.MALE, 34, 3, "negative"),
    ],
)
def test_a_thin_calf_adds_to_sarc_f(person, sex, calf, total, band):
    found = assess(person({"calf_circumference": calf}, {"sarc_f": [1, 1, 1, 0, 0]}, sex=sex)).score("sarc_calf")
    assert (found.value, found.band) == (total, band)


def test_without_all_five_answers_there_is_no_sarc_calf(person):
    said = assess(person({"calf_circumference": 30}, {"sarc_f": [1, 1, 1, 0, None]}))
    assert said.score("sarc_calf") is None
