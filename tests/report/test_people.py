"""A hundred people like you."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from boneloop.report.people import HUNDRED, hundred, of_hundred
from boneloop.report.words import Spread

risk = st.floats(0, 1)


@given(risk, risk)
def test_there_are_always_a_hundred_people_and_the_harmed_come_first(median: float, without: float) -> None:
    drawn = hundred(Spread(median, 0, 1), Spread(without, 0, 1), "break a bone")
    assert drawn is not None
    kinds = [kind for icon in drawn.icons for kind in [icon.kind] * icon.count]
    assert len(kinds) == HUNDRED
    assert kinds == sorted(kinds, key=["harmed", "spared", "well"].index)
    assert kinds.count("harmed") == of_hundred(median)
    assert kinds.count("spared") == max(0, of_hundred(without) - of_hundred(median))


@given(risk, risk)
def test_the_shaded_places_are_the_range(a: float, b: float) -> None:
    low, high = sorted((a, b))
    drawn = hundred(Spread(a, low, high), None, "break a bone")
    assert drawn is not None
    assert sum(shade.width for shade in drawn.shades) == 22 * (of_hundred(high) - of_hundred(low))


def test_the_words_name_both_sides_and_the_range() -> None:
    drawn = hundred(Spread(0.14, 0.10, 0.19), Spread(0.21, 0.15, 0.27), "break a bone")
    assert drawn is not None
    assert drawn.headline == "14 of 100 break a bone"
    assert drawn.rest == "86 will not"
    assert "between 10 and 19 of 100" in drawn.band
    assert drawn.compared.startswith("7 fewer")


def test_a_plan_that_harms_says_more() -> None:
    drawn = hundred(Spread(0.3, 0.2, 0.4), Spread(0.21, 0.15, 0.27), "break a bone")
    assert drawn is not None and drawn.compared.startswith("9 more")


def test_a_tiny_risk_is_never_zero_people() -> None:
    drawn = hundred(Spread(0.001, 0.0, 0.004), None, "break a hip")
    assert drawn is not None and drawn.headline == "Fewer than 1 of 100 break a hip"


def test_a_risk_that_is_not_defined_draws_nobody() -> None:
    assert hundred(Spread(math.nan, math.nan, math.nan), None, "break a bone") is None
