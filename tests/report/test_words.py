"""Numbers in words."""

from __future__ import annotations

import math
from datetime import date

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from boneloop.compare.forecast import OUTCOMES
from boneloop.report.words import (
    Spread,
    amount,
    at_times,
    banded,
    change,
    day,
    number,
    outcome_of,
    readable,
    short_title,
)

finite = st.floats(-1e6, 1e6)


@given(finite, st.integers(0, 4))
def test_no_number_shows_a_hyphen_for_a_minus_or_a_negative_zero(value: float, decimals: int) -> None:
    text = number(value, decimals)
    assert "-" not in text
    assert text.replace("0", "").replace(".", "") != "−"


@given(st.sampled_from(list(OUTCOMES.values())), finite, finite, finite)
def test_a_band_shows_three_numbers(outcome: object, median: float, low: float, high: float) -> None:
    text = banded(outcome, Spread(median, low, high))  # type: ignore[arg-type]
    assert text.count("(") == 1 and " to " in text and text.endswith(")")


def test_what_is_not_defined_says_so() -> None:
    assert amount(OUTCOMES["pain"], math.nan) == change(OUTCOMES["pain"], math.inf) == "not defined"


def test_probabilities_are_shown_in_percent_and_their_differences_in_points() -> None:
    fracture = OUTCOMES["fracture_any"]
    assert banded(fracture, Spread(0.21, 0.148, 0.271)) == "21\u00a0% (15 to 27\u00a0%)"
    assert change(fracture, -0.0213) == "−2.1 points"
    assert change(OUTCOMES["qaly"], 0.131) == "+0.13 QALY"


def test_an_outcome_without_a_description_stands_for_itself() -> None:
    assert outcome_of("grip_strength").title == "grip strength"


def test_a_date_cannot_be_read_in_two_ways() -> None:
    assert day(date(2026, 3, 2)) == "2\u00a0Mar\u00a02026"
    assert day(None) == "no date"


def test_a_value_at_a_time_of_the_forecast_is_that_value_even_beside_gaps() -> None:
    times, values = np.array([0.0, 1.0, 2.0]), np.array([math.nan, 5.0, 7.0])
    found = at_times(np.array([1.0, 1.5]), times, values)
    assert found.tolist() == [5.0, 6.0]


def test_a_plan_has_a_short_name_where_space_is_short() -> None:
    assert short_title("Bone: alendronate for five years") == "Bone"
    assert short_title("No treatment") == "No treatment"


def test_readings_have_minus_signs_and_no_annotations_of_unit_codes() -> None:
    assert readable("-3.2 {T-score}") == "−3.2"
    assert (
        readable("T-score (-2.5), 2026-09-15, women 20-29, Garvan-1")
        == "T-score (−2.5), 2026-09-15, women 20-29, Garvan-1"
    )
