"""Mood: depression and anxiety feed each other; relief lowers them and never below none."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from boneloop.cycle.body import mood

share = st.floats(min_value=0, max_value=0.99)
drive = st.floats(min_value=0, max_value=5)


def test_a_mood_without_a_burden_is_a_rest(body):
    assert mood.rates(mood.State(0, 0), mood.Inputs(0, 0), body.mood) == (0, 0)


@given(share, share, share, drive)
def test_depression_feeds_anxiety_and_anxiety_feeds_depression(body, depressed, anxious, extra, given_):
    inputs = mood.Inputs(given_, given_)
    base = mood.rates(mood.State(depressed, anxious), inputs, body.mood)
    sadder = mood.rates(mood.State(min(depressed + extra, 1), anxious), inputs, body.mood)
    more_anxious = mood.rates(mood.State(depressed, min(anxious + extra, 1)), inputs, body.mood)
    assert sadder.anxiety >= base.anxiety - 1e-12
    assert more_anxious.depressive_severity >= base.depressive_severity - 1e-12


@given(share, share, drive, share)
def test_relief_never_adds_a_burden_and_never_makes_less_than_none(body, depressed, anxious, given_, relief):
    state, inputs = mood.State(depressed, anxious), mood.Inputs(given_, given_, 0.1, 0.1)
    treated = inputs._replace(depression_relief=relief, anxiety_relief=relief)
    before, after = (mood.rates(state, told, body.mood) for told in (inputs, treated))
    assert after.depressive_severity <= before.depressive_severity + 1e-12 and after.anxiety <= before.anxiety + 1e-12
    nothing = mood.rates(mood.State(0, 0), treated, body.mood)
    assert nothing.depressive_severity >= 0 and nothing.anxiety >= 0
