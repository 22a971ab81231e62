"""The schedule: when doses are given and when the person decides."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boneloop.therapy.care_plan import CarePlan, load_plan
from boneloop.therapy.course import course
from boneloop.therapy.kinds import KINDS
from boneloop.therapy.schedule import schedule


def line_of(months=36, begin=0, **options):
    return schedule(CarePlan("test", "test", (course(**options),)), months, begin).lines[0]


def months_where(values):
    return [month for month, value in enumerate(values) if value]


def test_denosumab_is_given_every_six_calendar_months_from_the_start():
    line = schedule(load_plan("denosumab"), 24).lines[0]
    assert months_where(line.pulses) == [0, 6, 12, 18]
    assert set(line.pulses) == {0.0, 60.0}
    assert set(line.levels) == {0.0}


def test_denosumab_stopped_after_two_years_is_four_doses():
    assert months_where(schedule(load_plan("denosumab_stop"), 60).lines[0].pulses) == [0, 6, 12, 18]


def test_each_dose_but_the_first_is_decided_with_its_year_of_treatment():
    line = line_of(kind="denosumab", months=30)
    assert months_where(line.asks) == [6, 12, 18, 24]
    assert [line.asks[month] for month in (6, 12, 18, 24)] == [1, 2, 3, 4]
    assert [line.years[month] for month in (6, 12, 18, 24)] == [1, 1, 2, 2]
    assert line.ask_months == 6


def test_a_daily_drug_is_decided_every_quarter():
    line = line_of(kind="alendronate", months=16)
    assert months_where(line.asks) == [3, 6, 9, 12, 15]
    assert [line.years[month] for month in (3, 12, 15)] == [1, 1, 2]
    assert set(line.levels) == {10.0}


@pytest.mark.parametrize(
    "options",
    [
        {"kind": "collaborative_care"},
        {"kind": "exercise", "adherence": "full"},
        {"kind": "denosumab", "adherence": "full"},
    ],
)
def test_nobody_decides_where_care_is_no_drug_or_adherence_is_full(options):
    line = line_of(**options)
    assert not any(line.asks) and line.ask_months == 0


def test_psychological_care_every_year_runs_three_months_of_twelve():
    line = schedule(load_plan("mind"), 36).lines[0]
    assert months_where(line.given) == [0, 1, 2, 12, 13, 14, 24, 25, 26]


def test_psychological_care_alone_is_one_course_of_three_months():
    assert months_where(line_of(kind="psychological").given) == [0, 1, 2]


def test_like_drugs_are_counted_as_their_equivalent():
    assert line_of(kind="risedronate").levels[0] == pytest.approx(6.5)
    assert line_of(kind="ibandronate").levels[0] == pytest.approx(5)
    assert line_of(kind="abaloparatide").levels[0] == pytest.approx(25)


def test_a_course_from_before_the_start_is_replayed_on_its_own_calendar():
    line = line_of(kind="denosumab", start_month=-15, stop_month=0, past=True, months=24, begin=-24)
    assert [month - 24 for month in months_where(line.pulses)] == [-15, -9, -3]


def test_the_second_course_of_a_drug_has_its_own_luck():
    plan = CarePlan("test", "test", (course("zoledronate", stop_month=12), course("zoledronate", start_month=24)))
    assert [line.event for line in schedule(plan, 36).lines] == ["zoledronate:1", "zoledronate:2"]


def test_teriparatide_gives_way_to_alendronate_after_two_years():
    first, second = schedule(load_plan("teriparatide_then_alendronate"), 96).lines
    assert months_where(first.given) == list(range(24))
    assert months_where(second.given) == list(range(24, 84))
    assert months_where(second.asks)[0] == 27


@given(st.sampled_from(sorted(KINDS)), st.integers(0, 20), st.integers(1, 30), st.integers(0, 48))
def test_a_longer_calendar_only_adds_months(kind, start, length, months):
    options = {"kind": kind, "start_month": start, "stop_month": start + length}
    short, long = line_of(months=months, **options), line_of(months=months + 12, **options)
    for field in ("pulses", "levels", "given", "asks", "years"):
        assert getattr(long, field)[:months] == getattr(short, field)


@given(st.sampled_from(sorted(KINDS)), st.integers(0, 20), st.integers(1, 30))
def test_nothing_is_given_before_the_start_or_after_the_stop(kind, start, length):
    line = line_of(kind=kind, start_month=start, stop_month=start + length, months=60)
    for month in (*range(start), *range(start + length, 60)):
        assert line.pulses[month] == line.levels[month] == line.given[month] == line.asks[month] == 0
