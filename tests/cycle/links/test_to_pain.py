"""Arrows to pain: fractures, worn bone, low mood and inflammation hurt; treatment weakens an arrow, never turns it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boneloop.cycle.links import bone_to_pain, fracture_to_pain, inflammation_to_pain, mood_to_pain
from boneloop.mathematics import saturating

share = st.floats(min_value=0, max_value=1)


@given(share, share)
def test_the_pain_of_a_fracture_fades_or_stays_and_never_both_in_full(body, amplitude, lasts):
    p = body.fracture_to_pain
    hurt = fracture_to_pain.nociception(amplitude, lasts, p)
    assert hurt.acute >= 0 and hurt.lasting >= 0
    assert fracture_to_pain.input(*hurt) <= amplitude * (1 + 1e-12)


def test_a_vertebral_fracture_that_turns_chronic_settles_near_six_of_ten(default):
    p, pain = default.fracture_to_pain, default.pain
    stays, fades = (fracture_to_pain.nociception(p.vertebra_amplitude, lasts, p) for lasts in (1, 0))
    assert stays.acute == 0 and fades.lasting == 0
    felt = [saturating(input, pain.ceiling, pain.felt_convexity) for input in (stays.lasting, fades.acute)]
    assert felt == pytest.approx([0.64, 0.75], abs=0.01)


@given(share, share)
def test_microdamage_and_cytokines_hurt(body, low, extra):
    worn = [bone_to_pain.nociception(damage, body.bone_to_pain) for damage in (0, low, low + extra)]
    assert worn[0] == 0 and sorted(worn) == worn
    p = body.inflammation_to_pain
    calm, before, after = (inflammation_to_pain.drive(level, p) for level in (0, low, low + extra))
    assert calm == (0, 0)
    assert after.felt >= before.felt and after.sensitization >= before.sensitization


@given(share, share, share, share)
def test_depression_and_anxiety_sharpen_pain_and_coping_weakens_only_the_felt_part(
    body, depressed, anxious, extra, left
):
    p = body.mood_to_pain
    base = mood_to_pain.drive(depressed, anxious, p)
    for worse in (mood_to_pain.drive(depressed + extra, anxious, p), mood_to_pain.drive(depressed, anxious + extra, p)):
        assert worse.felt >= base.felt and worse.sensitization >= base.sensitization
    coped = mood_to_pain.drive(depressed, anxious, p, left)
    assert 0 <= coped.felt <= base.felt
    assert coped.sensitization == base.sensitization
    assert mood_to_pain.drive(0, 0, p) == (0, 0)
