"""Stress: sympathetic tone and cortisol answer their drives and never fall below the healthy level."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from boneloop.cycle.body import stress

level = st.floats(min_value=0, max_value=1)
drive = st.floats(min_value=0, max_value=10)


def test_without_a_drive_the_healthy_level_is_a_rest(body):
    assert stress.rates(stress.State(0, 0), stress.Inputs(0, 0), body.stress) == (0, 0)


@given(drive, drive, drive, level)
def test_more_drive_never_slows_the_rise_and_cortisol_follows_norepinephrine(body, low, extra, cortisol, n):
    state = stress.State(n, 0.2)
    before, after = (stress.rates(state, stress.Inputs(given_, cortisol), body.stress) for given_ in (low, low + extra))
    assert after.norepinephrine >= before.norepinephrine - 1e-12
    calm = stress.rates(state._replace(norepinephrine=0), stress.Inputs(low, cortisol), body.stress)
    assert before.cortisol >= calm.cortisol - 1e-12


@given(drive, st.floats(min_value=0, max_value=1))
def test_a_factor_below_one_on_the_drive_calms_and_leaves_the_own_input_alone(body, given_, factor):
    state, inputs = stress.State(0.3, 0.2), stress.Inputs(given_, given_, norepinephrine_input=0.4, cortisol_input=0.1)
    full = stress.drives(state, inputs, body.stress)
    eased = stress.drives(state, inputs._replace(norepinephrine_factor=factor, cortisol_factor=factor), body.stress)
    assert 0.4 <= eased.norepinephrine <= full.norepinephrine + 1e-12
    assert 0.1 <= eased.cortisol <= full.cortisol + 1e-12


@given(st.floats(min_value=0, max_value=60))
def test_a_glucocorticoid_counts_by_its_dose(dose):
    assert stress.glucocorticoid_input(dose, 0.02) == 0.02 * dose
