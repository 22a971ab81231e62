"""Denosumab and teriparatide as amounts; estrogen and kidney function as courses of time."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from boneloop.cycle.body.mineral import courses, drugs
from boneloop.cycle.body.mineral.form import SMOOTH
from boneloop.cycle.body.mineral.state import Inputs

age, years = st.floats(min_value=41, max_value=95), st.floats(min_value=0, max_value=20)


def test_doses_add_to_their_depots(engine):
    listed = engine.d.listed
    once = drugs.give_denosumab(listed, 60, engine.p.denosumab)
    assert once.denosumab_depot == pytest.approx(60e6 * 0.729)
    assert drugs.give_denosumab(once, 60, engine.p.denosumab).denosumab_depot == 2 * once.denosumab_depot
    injected = drugs.give_teriparatide(listed, 20, engine.p.teriparatide)
    assert injected.teriparatide_depot == pytest.approx(4856.962, rel=1e-6)
    assert [a for a, b in zip(once, listed, strict=True) if a != b] == [once.denosumab_depot]


def test_a_dose_of_nothing_changes_nothing(engine):
    listed = engine.d.listed
    assert drugs.give_denosumab(listed, 0, engine.p.denosumab) == listed
    assert drugs.give_teriparatide(listed, 0, engine.p.teriparatide) == listed


@given(st.floats(0, 1e8), st.floats(0, 1e8), st.floats(0, 1e8))
def test_denosumab_only_moves_between_pools_and_leaves_through_clearance(engine, depot, central, peripheral):
    state = engine.d.listed._replace(denosumab_depot=depot, denosumab_central=central, denosumab_peripheral=peripheral)
    moved = engine.rates(state)
    p, level = engine.p.denosumab, central / engine.p.denosumab.central_volume
    cleared = (p.clearance + p.saturable_clearance / (p.saturable_half + level)) * level
    total = moved.denosumab_depot + moved.denosumab_central + moved.denosumab_peripheral
    assert total == pytest.approx(-cleared, rel=1e-9, abs=1e-8 * max(depot, central, peripheral, 1))


def test_all_of_the_teriparatide_reaches_the_plasma_and_only_pth(engine):
    state = drugs.give_teriparatide(engine.d.listed, 20, engine.p.teriparatide)
    with_it, without = engine.rates(state), engine.rates(engine.d.listed)
    assert with_it.pth - without.pth == pytest.approx(-with_it.teriparatide_depot)
    changed = {name for name in state._fields if getattr(with_it, name) != getattr(without, name)}
    assert changed == {"pth", "teriparatide_depot", "teriparatide_side"}


def test_denosumab_acts_on_rankl_alone(engine):
    state = engine.d.listed._replace(denosumab_central=2e7)
    with_it, without = engine.rates(state), engine.rates(engine.d.listed)
    changed = {name for name in state._fields if getattr(with_it, name) != getattr(without, name)}
    assert changed == {"rankl", "denosumab_central", "denosumab_peripheral"}
    assert with_it.rankl < without.rankl


def test_denosumab_that_is_stopped_rebounds(engine):
    month = 672
    hours = np.arange(0, 61) * month
    seen = engine.columns(engine.live(hours, engine.denosumab(*range(0, 24 * month, 6 * month)), form=SMOOTH))
    assert seen["osteoclast"][:24].min() < 20
    assert seen["osteoclast"][24:].max() > 150
    density = seen["spine_density_denosumab"]
    assert density.max() > 5
    assert density[-1] < density.max() - 4


def test_estrogen_is_whole_at_41_and_falls_ever_after(engine):
    p = engine.p.estrogen
    assert courses.published_goal(0.0, p) == 1
    goals = courses.published_goal(np.arange(0, 40 * 8736, 500.0), p)
    assert (np.diff(goals) < 0).all()
    assert goals[-1] > 0


@given(age)
def test_real_years_and_printed_years_give_the_same_estrogen_at_the_same_age(engine, at):
    """Only the length of the year differs: what the printed clock calls 41 lasts to 41 in the calendar too."""
    p = engine.p.estrogen
    onset = (p.age_at_end - p.transition) / p.year
    printed = courses.published_goal((at - 41) * p.year, p)
    assert onset == pytest.approx(51 - 1.66)
    assert courses.goal(at, onset, p) == pytest.approx(printed, rel=1e-12)


@given(age, st.floats(40, 60), st.floats(0.1, 10))
def test_a_later_menopause_never_means_less_estrogen(engine, at, onset, later):
    p = engine.p.estrogen
    assert courses.goal(at, onset, p) <= courses.goal(at, onset + later, p)


def test_there_is_no_jump_of_estrogen_at_the_onset(engine):
    p = engine.p.estrogen
    before, after = courses.goal(50 - 1e-6, 50, p), courses.goal(50 + 1e-6, 50, p)
    assert after == pytest.approx(before, rel=1e-6)


def test_estrogen_follows_its_goal_within_days(engine):
    seen = engine.live([0, 24 * 5], inputs=Inputs(estrogen=0.5))
    assert seen.estrogen[-1] == pytest.approx(0.5, abs=0.001)


@given(st.floats(20, 120), st.floats(0.05, 0.9), years)
def test_kidney_function_falls_by_what_was_asked_in_the_time_that_was_asked(engine, start, share, ten):
    hours = (ten + 1) * courses.CALENDAR_YEAR
    fall = courses.fall(start, share * start, hours)
    assert start * math.exp(-fall * hours) == pytest.approx(start * (1 - share), rel=1e-9)


def test_without_a_fall_the_kidney_stays(engine):
    assert courses.published_fall(100, engine.p.filtration) == 0
    assert engine.rates(engine.d.listed).filtration == 0
