"""Arrows to and from mineral: stress loosens the hold on calcium, bone may move it, PTH hastens osteoclasts."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boneloop.cycle.links import bone_to_mineral, mineral_to_bone, stress_to_mineral

excess = st.floats(min_value=0, max_value=3)
tone = st.floats(min_value=0.2, max_value=4)
relative = st.floats(min_value=0.1, max_value=10)
share = st.floats(min_value=0, max_value=1)
ROUNDING = 1e-12
FALLING, RISING = ("absorption", "reabsorption", "influx"), ("rankl", "apoptosis")
"""What falls, and what rises, with stress."""


@given(tone, excess, excess)
def test_more_cortisol_never_helps_gut_or_kidney_keep_calcium_nor_the_engine_s_cells(body, n, one, other):
    calm, stressed = (stress_to_mineral.effect(n, h, body.stress_to_mineral) for h in sorted((one, other)))
    for name in FALLING:
        assert 0 < getattr(stressed, name) <= getattr(calm, name) + ROUNDING, name
    for name in RISING:
        assert getattr(stressed, name) >= getattr(calm, name) - ROUNDING, name


@given(excess, tone, tone)
def test_more_sympathetic_tone_brings_more_rankl_and_fewer_osteoblasts_and_leaves_gut_and_kidney(body, h, one, other):
    calm, stressed = (stress_to_mineral.effect(n, h, body.stress_to_mineral) for n in sorted((one, other)))
    assert stressed.rankl >= calm.rankl - ROUNDING
    assert stressed.influx <= calm.influx + ROUNDING
    assert stressed.apoptosis >= calm.apoptosis - ROUNDING
    assert (stressed.absorption, stressed.reabsorption) == (calm.absorption, calm.reabsorption)


def test_a_calm_person_s_minerals_feel_nothing_of_stress(body):
    assert stress_to_mineral.effect(1, 0, body.stress_to_mineral) == (1, 1, 1, 1, 1)


@given(tone, excess)
def test_stress_without_any_strength_does_nothing(n, h):
    nothing = stress_to_mineral.Parameters(*[0] * len(stress_to_mineral.Parameters._fields))
    assert stress_to_mineral.effect(n, h, nothing) == (1, 1, 1, 1, 1)


def test_twice_the_cortisol_costs_a_fifteenth_of_the_absorbed_calcium(default):
    """2^-0.1 of the gut's share, 2^-0.01 of what the kidney takes back."""
    effect = stress_to_mineral.effect(1, 1, default.stress_to_mineral)
    assert effect.absorption == pytest.approx(0.933, abs=0.001)
    assert effect.reabsorption == pytest.approx(0.993, abs=0.001)


@given(relative)
def test_bone_as_it_was_at_the_start_moves_no_calcium(usual):
    assert bone_to_mineral.flow(usual, usual, bone_to_mineral.Parameters(1.0)) == pytest.approx(1, abs=1e-15)


@given(relative, relative)
def test_without_a_share_bone_s_turnover_moves_no_calcium(body, turnover, usual):
    assert bone_to_mineral.flow(turnover, usual, body.bone_to_mineral) == 1
    assert bone_to_mineral.flow(turnover, usual, bone_to_mineral.Parameters(0)) == 1


@given(relative, relative, relative, share)
def test_faster_turnover_never_moves_less_calcium(one, other, usual, part):
    slow, fast = (
        bone_to_mineral.flow(turnover, usual, bone_to_mineral.Parameters(part)) for turnover in sorted((one, other))
    )
    assert 0 < slow <= fast * (1 + ROUNDING)


@given(relative, relative)
def test_with_a_full_share_the_flow_of_calcium_is_the_turnover_of_bone(turnover, usual):
    whole = bone_to_mineral.flow(turnover, usual, bone_to_mineral.Parameters(1.0))
    assert whole == pytest.approx(turnover / usual, rel=1e-14)


@given(relative)
def test_a_person_s_usual_parathyroid_hormone_leaves_bone_to_its_own_course(body, usual):
    assert mineral_to_bone.maturation(usual, usual, body.mineral_to_bone) == pytest.approx(1, abs=1e-15)


@given(relative, relative, relative)
def test_more_of_a_person_s_own_drive_never_lets_osteoclasts_mature_more_slowly(body, one, other, usual):
    low, high = (mineral_to_bone.maturation(drive, usual, body.mineral_to_bone) for drive in sorted((one, other)))
    assert 0 < low <= high * (1 + ROUNDING)


@given(relative, relative)
def test_without_an_exponent_parathyroid_hormone_does_not_reach_bone(drive, usual):
    assert mineral_to_bone.maturation(drive, usual, mineral_to_bone.Parameters(0)) == 1


@given(relative, relative, share)
def test_only_the_drive_relative_to_the_usual_one_counts(drive, usual, exponent):
    p = mineral_to_bone.Parameters(exponent)
    found = mineral_to_bone.maturation(drive, usual, p)
    assert found == pytest.approx(mineral_to_bone.maturation(drive / usual, 1, p), rel=1e-12)
    assert math.log(found) == pytest.approx(exponent * math.log(drive / usual), abs=1e-12)
