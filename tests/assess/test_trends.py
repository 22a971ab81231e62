"""Trends: two readings differ when they differ by more than error or chance, and not before."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boneloop.assess.person import assess
from boneloop.assess.trends import limits
from boneloop.patient.record import Answers, Measurement

FIRST, SECOND, THIRD = date(2024, 8, 1), date(2025, 8, 1), date(2026, 8, 1)


def series(person, name, *readings):
    found = tuple(Measurement(name, value, day, "row 1", f"{value:g}") for day, value in readings)
    return assess(person(measurements=found)).trends


def forms(person, name, *given_forms):
    found = tuple(Answers(name, items, None, day, "row 1") for day, items in given_forms)
    return assess(person(answers=found)).trends


def test_a_density_below_the_least_significant_change_is_neither_better_nor_worse(person):
    (trend,) = series(person, "bmd_total_hip", (SECOND, 0.700), (THIRD, 0.660))
    assert trend.least == pytest.approx(2.77 * 0.015)
    assert trend.verdict == "no real change"
    assert series(person, "bmd_total_hip", (SECOND, 0.700), (THIRD, 0.655))[0].verdict == "worse"
    assert series(person, "bmd_total_hip", (SECOND, 0.700), (THIRD, 0.745))[0].verdict == "better"


def test_many_small_steps_are_seen_against_the_first(person):
    trends = series(person, "bmd_femoral_neck", (FIRST, 0.700), (SECOND, 0.670), (THIRD, 0.640))
    assert {t.name: t.verdict for t in trends} == {
        "bmd_femoral_neck": "no real change",
        "bmd_femoral_neck_since_first": "worse",
    }


@pytest.mark.parametrize(
    ("name", "before", "after", "verdict"),
    [
        ("gait_speed", 0.9, 0.8, "worse"),
        ("gait_speed", 0.9, 0.85, "no real change"),
        ("tug", 15, 11, "better"),
        ("pain_nrs", 6, 4, "better"),
        ("pain_nrs", 6, 5, "no real change"),
        ("sppb", 9, 8, "worse"),
        ("grip_strength", 20, 27, "better"),
        ("chair_stand_5", 20, 12, "not judged: no smallest change that matters is published here"),
    ],
)
def test_tests_and_pain_change_from_the_smallest_change_that_matters(person, name, before, after, verdict):
    (trend,) = series(person, name, (SECOND, before), (THIRD, after))
    assert trend.verdict == verdict


def test_phq9_changes_from_five_points_on_between_complete_forms(person):
    whole = {n: 2 for n in range(1, 10)}
    (trend,) = forms(person, "phq9", (SECOND, whole), (THIRD, {**whole, 1: 0, 2: 0, 3: 1}))
    assert (trend.before, trend.after, trend.verdict) == (18, 13, "better")
    (trend,) = forms(person, "phq9", (SECOND, whole), (THIRD, {**whole, 1: 0, 2: 0}))
    assert trend.verdict == "no real change"


def test_an_unfinished_form_is_not_judged(person):
    whole = {n: 2 for n in range(1, 10)}
    (trend,) = forms(person, "phq9", (SECOND, whole), (THIRD, {n: 0 for n in range(2, 10)}))
    assert trend.verdict == "not judged: one of the two forms is not complete"
    assert forms(person, "phq9", (SECOND, whole), (THIRD, {1: 0})) == ()


def test_readings_without_a_date_or_of_one_day_are_not_compared(person):
    assert series(person, "bmd_total_hip", (None, 0.7), (THIRD, 0.6)) == ()
    assert series(person, "bmd_total_hip", (THIRD, 0.7), (THIRD, 0.6)) == ()


def test_scales_are_compared_one_by_one(person):
    low, high = {n: 1 for n in range(3, 13)}, {n: 3 for n in range(3, 13)}
    trends = forms(person, "rand36", (SECOND, low), (THIRD, high))
    assert [t.name for t in trends] == ["rand36_physical_functioning"]


@given(st.sampled_from(sorted(n for n in limits() if limits()[n].least)), st.floats(0.5, 0.9), st.floats(-0.4, 0.4))
def test_a_change_is_judged_exactly_from_its_limit_on_and_turns_with_its_sign(person, name, start, step):
    limit = limits()[name]
    scale = limit.least / 0.2
    (trend,) = series(person, name, (SECOND, start * scale), (THIRD, (start + step) * scale))
    (back,) = series(person, name, (SECOND, (start + step) * scale), (THIRD, start * scale))
    assert trend.least == limit.least
    judged = {"better": "worse", "worse": "better"}
    assert back.verdict == judged.get(trend.verdict, trend.verdict)
    if abs(abs(step) - 0.2) > 1e-6:
        assert (trend.verdict == "no real change") == (abs(step) < 0.2)
