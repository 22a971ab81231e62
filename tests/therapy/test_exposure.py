"""Exposure: closed form against numerical integration, and limits."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

from boneloop.evidence.registry import load
from boneloop.therapy import exposure
from boneloop.therapy.actions import usual_exposures
from boneloop.therapy.care_plan import CarePlan
from boneloop.therapy.course import course
from boneloop.therapy.kinds import KINDS
from boneloop.therapy.schedule import schedule
from boneloop.units import DAYS_PER_MONTH, DAYS_PER_YEAR

REGISTRY = load()
CHANNELS = exposure.kinetics(REGISTRY)
rate = st.floats(min_value=1e-3, max_value=20)
level = st.floats(min_value=0, max_value=100)
days = st.floats(min_value=0, max_value=400)


def lived(plan, months, staying=None):
    """Activities at the end of every month, and just after the doses at its start."""
    calendar = schedule(plan, months)
    staying = staying or [1.0] * len(calendar.lines)
    now: dict[str, float] = {}
    starts, ends = [], []
    for month in range(months):
        drive = exposure.month_drive(calendar, month, staying, CHANNELS)
        start = {channel: now.get(channel, 0.0) + drive.pulse[channel] for channel in calendar.channels}
        now = exposure.activities(start, drive.plateau, drive.rate, DAYS_PER_MONTH)
        starts.append(start)
        ends.append(now)
    return starts, ends


def plan_of(*courses):
    return CarePlan("test", "test", courses)


@given(level, level, st.floats(min_value=1e-3, max_value=1), st.floats(min_value=0, max_value=40))
def test_the_closed_form_is_the_solution_of_its_equation(start, plateau, speed, time):
    closed = exposure.activities({"x": start}, {"x": plateau}, {"x": speed}, time)["x"]
    solved = solve_ivp(lambda _, x: speed * (plateau - x), (0, time), [start], rtol=1e-9, atol=1e-10).y[0, -1]
    assert closed == pytest.approx(solved, rel=1e-6, abs=1e-6)


@given(level, level, rate, days)
def test_an_activity_stays_between_where_it_was_and_where_it_heads(start, plateau, speed, time):
    x = exposure.activities({"x": start}, {"x": plateau}, {"x": speed}, time)["x"]
    slack = 1e-9 * (1 + max(start, plateau))
    assert min(start, plateau) - slack <= x <= max(start, plateau) + slack


@given(level, level, rate, days, days)
def test_two_stretches_of_time_are_one(start, plateau, speed, first, second):
    goal, k = {"x": plateau}, {"x": speed}
    half_way = exposure.activities({"x": start}, goal, k, first)
    assert exposure.activities(half_way, goal, k, second)["x"] == pytest.approx(
        exposure.activities({"x": start}, goal, k, first + second)["x"], rel=1e-9, abs=1e-9
    )


def test_a_float_and_a_lane_of_an_array_give_the_same_activity():
    lanes = exposure.activities({"x": np.array([0.0, 2.0])}, {"x": 1.0}, {"x": 0.1}, 5.0)["x"]
    assert lanes[1] == exposure.activities({"x": 2.0}, {"x": 1.0}, {"x": 0.1}, 5.0)["x"]


def test_the_exposure_to_injections_is_the_sum_over_doses_halved_every_half_life():
    _, ends = lived(plan_of(course("denosumab")), 13)
    gain, half_life = (
        REGISTRY.number(f"exposure.denosumab_{part}", unit) for part, unit in (("gain", "1/mg"), ("half_life", "day"))
    )
    since = [(13 - month) * DAYS_PER_MONTH for month in (0, 6, 12)]
    assert ends[-1]["denosumab"] == pytest.approx(sum(gain * 60 * 2 ** (-days / half_life) for days in since))


def test_a_daily_dose_settles_at_gain_times_dose_over_its_rate_of_loss():
    _, ends = lived(plan_of(course("alendronate")), 60)
    gain = REGISTRY.number("exposure.oral_bisphosphonate_gain", "1/mg")
    half_life = REGISTRY.number("exposure.oral_bisphosphonate_half_life", "day")
    assert ends[-1]["oral_bisphosphonate"] == pytest.approx(gain * 10 * half_life / math.log(2), rel=1e-5)


@given(st.sampled_from(sorted(KINDS)), st.floats(0, 1), st.floats(0, 1))
def test_more_of_a_treatment_never_gives_less_activity(kind, less, more):
    low, high = sorted((less * KINDS[kind].usual_dose, more * KINDS[kind].usual_dose))
    _, little = lived(plan_of(course(kind, dose=low)), 4)
    _, much = lived(plan_of(course(kind, dose=high)), 4)
    for before, after in zip(little, much, strict=True):
        assert all(0 <= before[channel] <= after[channel] + 1e-12 for channel in before)


@given(st.sampled_from(sorted(KINDS)))
def test_after_a_treatment_stops_its_activity_falls_to_nothing(kind):
    starts, ends = lived(plan_of(course(kind, stop_month=13)), 13 + 240)
    for channel in starts[12]:
        assert ends[-1][channel] < 0.01 * max(start[channel] for start in starts[:14]) + 1e-9


def test_a_course_that_the_person_gave_up_does_nothing():
    starts, ends = lived(plan_of(course("denosumab"), course("ssri")), 12, staying=[0.0, 0.0])
    assert all(value == 0 for month in (*starts, *ends) for value in month.values())


def test_lanes_that_stay_and_lanes_that_stopped_live_apart():
    calendar = schedule(plan_of(course("psychological")), 3)
    drive = exposure.month_drive(calendar, 0, [np.array([1.0, 0.0])], CHANNELS)
    on, off = drive.rate["psychological"]
    assert on == pytest.approx(1 / 60)
    assert off == pytest.approx(1 / REGISTRY.number("exposure.psychological_offset", "day"))
    assert drive.plateau["psychological"].tolist() == [1.0, 0.0]


def test_two_courses_of_one_care_at_once_are_not_more_than_the_whole_care():
    calendar = schedule(plan_of(course("exercise"), course("exercise")), 1)
    assert exposure.month_drive(calendar, 0, [1.0, 1.0], CHANNELS).plateau["exercise"] == 1


def test_what_one_injection_leaves_when_the_next_is_due_counts_as_the_usual_exposure():
    starts, _ = lived(plan_of(course("zoledronate")), 1)
    usual = usual_exposures(REGISTRY)["zoledronate"]
    half_life = REGISTRY.number("exposure.zoledronate_half_life", "day")
    assert usual == pytest.approx(starts[0]["zoledronate"] * 2 ** (-DAYS_PER_YEAR / half_life))
