"""Arrows to mood: pain, lost function, stress, inflammation and a lost life quality weigh on it, never lift it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boneloop.cycle.links import (
    function_to_mood,
    inflammation_to_mood,
    pain_to_mood,
    stress_to_mood,
    wellbeing_to_mood,
)
from boneloop.evidence.registry import assemble
from boneloop.simulate.lanes import body_parameters

share = st.floats(min_value=0, max_value=1)


@given(share, share, share)
def test_pain_and_lost_function_bring_depression_and_anxiety_and_coping_weakens_them(body, low, extra, left):
    for link, p in ((pain_to_mood, body.pain_to_mood), (function_to_mood, body.function_to_mood)):
        nothing, before, after = (link.drive(level, p) for level in (0, low, low + extra))
        assert nothing == (0, 0)
        assert after.depression >= before.depression and after.anxiety >= before.anxiety
        coped = link.drive(low, p, left)
        assert 0 <= coped.depression <= before.depression and coped.anxiety == before.anxiety
    assert (
        pain_to_mood.drive(low, body.pain_to_mood, 1, left).anxiety
        <= pain_to_mood.drive(low, body.pain_to_mood).anxiety
    )


@given(share, share, share)
def test_stress_and_cytokines_feed_depression_and_norepinephrine_feeds_anxiety(body, n, h, extra):
    p = body.stress_to_mood
    base = stress_to_mood.drive(n, h, p)
    more_tone, more_cortisol = stress_to_mood.drive(n + extra, h, p), stress_to_mood.drive(n, h + extra, p)
    assert more_tone.depression >= base.depression and more_tone.anxiety >= base.anxiety
    assert more_cortisol.depression >= base.depression and more_cortisol.anxiety == base.anxiety
    assert stress_to_mood.drive(0, 0, p) == (0, 0)
    cytokines = [inflammation_to_mood.drive(level, body.inflammation_to_mood) for level in (0, h, h + extra)]
    assert cytokines[0] == 0 and sorted(cytokines) == cytokines


@given(share, share)
def test_the_more_life_quality_a_fracture_leaves_the_less_it_weighs_on_mood(body, one, other):
    p = body.wellbeing_to_mood
    low, high = sorted((one, other))
    assert wellbeing_to_mood.input(low, p) >= wellbeing_to_mood.input(high, p) >= 0
    assert wellbeing_to_mood.input(1, p) == 0


def test_before_any_fit_a_hip_and_a_vertebral_fracture_weigh_on_mood_as_much_as_the_arrow_was_set_to():
    prior = body_parameters(assemble("evidence", []), {})
    w = prior.fracture_to_wellbeing
    after_hip, after_vertebra = 1 - w.hip_acute - w.hip_lasting, 1 - w.vertebra_acute - w.vertebra_lasting
    weights = [wellbeing_to_mood.input(left, prior.wellbeing_to_mood) for left in (after_hip, after_vertebra)]
    assert weights == pytest.approx([0.15, 0.10], abs=0.005)
