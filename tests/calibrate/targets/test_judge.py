"""The verdict on a result follows from what was published, and from nothing else."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from boneloop.calibrate.targets.format import Result
from boneloop.calibrate.targets.judge import Simulated, interval_95, judge, monte_carlo, simulated

amount = st.floats(0.1, 10)


def result(**told):
    fields = {"kind": "difference", "value": 1.0, "unit": "%", "measure": "mean"} | told
    names = ("id", "study", "title", "outcome", "status", "role", "group")
    return Result(**{name: name for name in names}, month=12, **fields)


def said(median, spread=0.0):
    return Simulated(median, median, median, median, median, spread, 0.0)


@given(value=st.floats(-5, 5), below=amount, above=amount, off=st.floats(-20, 20))
def test_inside_is_within_the_published_interval(value, below, above, off):
    one = result(value=value, interval=(value - below, value + above))
    expected = "inside" if value - below <= value + off <= value + above else "miss"
    assert judge(one, said(value + off)).verdict == expected


@given(value=st.floats(-5, 5), se=amount, off=st.floats(-20, 20))
def test_without_an_interval_two_standard_errors_are_inside(value, se, off):
    verdict = judge(result(value=value, se=se), said(value + off))
    assert verdict.distance == pytest.approx(off / se, abs=1e-9)
    assert (verdict.verdict == "inside") == (abs(verdict.distance) <= 2)


@given(value=amount, factor=st.floats(1.05, 3), off=st.floats(0.2, 5))
def test_a_ratio_is_as_far_off_above_as_its_inverse_is_below(value, factor, off):
    up = result(kind="ratio", unit="ratio", value=value, interval=(value / factor, value * factor))
    down = result(kind="ratio", unit="ratio", value=1 / value, interval=(1 / value / factor, 1 / value * factor))
    above, below = judge(up, said(value * off)), judge(down, said(1 / (value * off)))
    assert above.distance == pytest.approx(-below.distance, abs=1e-9)


@given(value=st.floats(-5, 5), se=amount, off=st.floats(0.1, 20), spread=amount)
def test_the_spread_of_the_draws_only_brings_the_two_nearer(value, se, off, spread):
    verdict = judge(result(value=value, se=se), said(value + off, spread))
    assert 0 < verdict.combined < verdict.distance


@given(level=st.floats(0.6, 0.98), width=amount)
def test_an_interval_of_another_coverage_is_brought_to_95_percent(level, width):
    one = result(value=0.0, interval=(-width, width), level=level)
    low, high = interval_95(one)
    assert high == pytest.approx(1.959964 * one.standard_error, rel=1e-5) and low == pytest.approx(-high)
    assert (high > width) == (level < 0.95)


def test_a_tolerance_judges_where_nothing_was_published_and_nothing_judges_where_there_is_none():
    assert judge(result(tolerance=0.5, tolerance_reason="x"), said(1.5)).verdict == "inside"
    assert judge(result(tolerance=0.5, tolerance_reason="x"), said(1.51)).verdict == "miss"
    assert judge(result(), said(1.0)).verdict == "not judged"


def test_a_rank_is_inside_when_its_order_holds_in_most_draws():
    one = result(kind="rank", order=("a", "b"))
    for held, verdict in ((0.4, "miss"), (0.5, "miss"), (0.6, "inside")):
        draws = (np.arange(100) < 100 * held).astype(float)
        assert judge(one, simulated(one, draws, np.array([]))).verdict == verdict


def test_the_monte_carlo_error_is_that_of_many_repetitions():
    chance = np.random.default_rng(1)
    people, draws, parts = 400, 25, 8
    medians, said_errors = [], []
    for _ in range(400):
        numbers = chance.normal(size=draws)
        each = numbers + chance.normal(scale=6, size=(people, 1)) + chance.normal(scale=2, size=(people, draws))
        medians.append(np.median(each.mean(axis=0)))
        groups = np.array([np.median(each[part::parts].mean(axis=0)) for part in range(parts)])
        said_errors.append(monte_carlo(each.mean(axis=0), groups))
    assert np.mean(said_errors) == pytest.approx(np.std(medians), rel=0.15)
    assert math.isfinite(np.std(medians))
