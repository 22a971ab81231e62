"""Arrows to wellbeing: each takes a share of quality of life, between nothing and all of it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from boneloop.cycle.links import (
    fracture_to_wellbeing,
    function_to_wellbeing,
    mood_to_wellbeing,
    pain_to_wellbeing,
)

share = st.floats(min_value=0, max_value=1)


@given(share, share)
def test_more_pain_or_lost_function_never_betters_a_life(body, one, other):
    low, high = sorted((one, other))
    for link, p in ((pain_to_wellbeing, body.pain_to_wellbeing), (function_to_wellbeing, body.function_to_wellbeing)):
        assert 0 <= link.factor(high, p) <= link.factor(low, p) <= link.factor(0, p) == 1


@given(share, share, share)
def test_more_depression_or_anxiety_never_betters_a_life(body, depressed, anxious, extra):
    p = body.mood_to_wellbeing
    base = mood_to_wellbeing.factor(depressed, anxious, p)
    assert mood_to_wellbeing.factor(min(depressed + extra, 1), anxious, p) <= base <= 1
    assert 0 <= mood_to_wellbeing.factor(depressed, min(anxious + extra, 1), p) <= base
    assert mood_to_wellbeing.factor(0, 0, p) == 1


def test_mild_pain_takes_less_than_its_share_and_the_worst_pain_its_whole_weight(body):
    p = body.pain_to_wellbeing
    assert 1 - pain_to_wellbeing.factor(0.1, p) < 0.1 * p.weight
    assert 1 - pain_to_wellbeing.factor(1.0, p) == p.weight


@given(share)
def test_a_fracture_takes_what_it_takes(left):
    assert fracture_to_wellbeing.factor(left) == left
