"""Arrows to bone: stress, inflammation and disuse never help it; a beta-blocker lowers the tone that it sees."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boneloop.cycle.links import function_to_bone, inflammation_to_bone, stress_to_bone

excess = st.floats(min_value=0, max_value=3)
share = st.floats(min_value=0, max_value=1)
ROUNDING = 1e-12


@given(excess, excess, share, share, share)
def test_more_norepinephrine_never_helps_osteoblasts_and_never_shortens_the_life_of_osteoclasts(
    body, calm, extra, cortisol, beta1, receptor
):
    before, after = (
        stress_to_bone.effect(n, cortisol, beta1, receptor, body.stress_to_bone) for n in (calm, calm + extra)
    )
    assert after.osteoblast_production <= before.osteoblast_production + ROUNDING
    assert after.osteoclast_survival >= before.osteoclast_survival - ROUNDING


@given(excess, share, share)
def test_more_cortisol_never_helps_osteoblasts(body, n, calm, extra):
    before, after = (stress_to_bone.effect(n, h, 0, 0, body.stress_to_bone) for h in (calm, calm + extra))
    assert after.osteoblast_production <= before.osteoblast_production + ROUNDING
    assert after.osteoclast_survival >= before.osteoclast_survival - ROUNDING


@given(excess, share, share)
def test_beta1_blockade_lowers_the_tone_at_bone_and_never_to_nothing(body, n, one, other):
    weak, strong = (
        stress_to_bone.tone_at_bone(n, blockade, 0, body.stress_to_bone) for blockade in sorted((one, other))
    )
    assert 0 < strong <= weak + ROUNDING
    assert stress_to_bone.tone_at_bone(n, 0, 0, body.stress_to_bone) == 1 + n


@given(excess, share, share)
def test_receptor_blockade_keeps_the_excess_away_and_leaves_the_healthy_tone(body, n, one, other):
    weak, strong = (stress_to_bone.tone_at_bone(n, 0, theta, body.stress_to_bone) for theta in sorted((one, other)))
    assert 1 <= strong <= weak + ROUNDING
    assert stress_to_bone.tone_at_bone(n, 0, 1, body.stress_to_bone) == 1


def test_a_calm_person_s_bone_feels_nothing_of_stress(body):
    assert stress_to_bone.effect(0, 0, 0, 0, body.stress_to_bone) == (0, 1)


def test_the_usual_beta_blocker_lowers_ctx_by_about_what_its_trial_saw(default):
    """Osteoclasts at rest are 1/death; the arms of the trial lowered CTX by a fifth."""
    effect = stress_to_bone.effect(0, 0, 0.6, 0, default.stress_to_bone)
    left = (1 - 0.6 * default.stress_to_bone.baseline_drive) ** (
        default.stress_to_bone.osteoclast_survival_norepinephrine * default.bone.ctx_exponent
    )
    assert math.exp(effect.osteoclast_survival) ** default.bone.ctx_exponent == pytest.approx(left)
    assert 0.7 < left < 0.95


@given(excess, excess)
def test_more_cytokines_never_help_bone(body, calm, extra):
    before, after = (inflammation_to_bone.effect(i, body.inflammation_to_bone) for i in (calm, calm + extra))
    assert after.osteoblast_production <= before.osteoblast_production + ROUNDING
    assert after.osteoclast_survival >= before.osteoclast_survival - ROUNDING
    assert inflammation_to_bone.effect(0, body.inflammation_to_bone) == (0, 1)


@given(share, share)
def test_a_skeleton_that_is_loaded_less_never_gains(body, one, other):
    active, idle = (function_to_bone.effect(loss, body.function_to_bone) for loss in sorted((one, other)))
    assert 0 < idle.osteoblast_production <= active.osteoblast_production <= 1
    assert idle.osteoclast_survival >= active.osteoclast_survival >= 0
    assert function_to_bone.effect(0, body.function_to_bone) == (0, 1)


def test_stress_inflammation_and_disuse_each_cost_a_depressed_person_bone(default):
    n = stress_to_bone.effect(0.3, 0, 0, 0, default.stress_to_bone)
    i = inflammation_to_bone.effect(0.5, default.inflammation_to_bone)
    disuse = function_to_bone.effect(0.3, default.function_to_bone)
    assert all(effect.osteoclast_survival > 0 for effect in (n, i, disuse))
    assert disuse.osteoblast_production < 1
