"""Arrows to stress and inflammation: pain, low mood and lost function drive them; in health nothing does."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from boneloop.cycle.links import (
    function_to_inflammation,
    mood_to_inflammation,
    mood_to_stress,
    pain_to_inflammation,
    pain_to_stress,
    stress_to_inflammation,
)

share = st.floats(min_value=0, max_value=1)


@given(share, share, share)
def test_depression_and_anxiety_drive_both_stress_axes(body, depressed, anxious, extra):
    p = body.mood_to_stress
    base = mood_to_stress.drive(depressed, anxious, p)
    for after in (
        mood_to_stress.drive(depressed + extra, anxious, p),
        mood_to_stress.drive(depressed, anxious + extra, p),
    ):
        assert after.norepinephrine >= base.norepinephrine and after.cortisol >= base.cortisol
    assert mood_to_stress.drive(0, 0, p) == (0, 0)


@given(share, share)
def test_pain_drives_both_stress_axes(body, pain, extra):
    p = body.pain_to_stress
    before, after = pain_to_stress.drive(pain, p), pain_to_stress.drive(pain + extra, p)
    assert after.norepinephrine >= before.norepinephrine and after.cortisol >= before.cortisol
    assert pain_to_stress.drive(0, p) == (0, 0)


@given(share, share)
def test_stress_pain_depression_and_inactivity_drive_cytokines(body, low, extra):
    for link, p in (
        (stress_to_inflammation, body.stress_to_inflammation),
        (pain_to_inflammation, body.pain_to_inflammation),
        (mood_to_inflammation, body.mood_to_inflammation),
        (function_to_inflammation, body.function_to_inflammation),
    ):
        assert link.drive(0, p) == 0 <= link.drive(low, p) <= link.drive(low + extra, p)
