"""Physiology in signs: which way each hormone, organ and cell pushes, now and at rest."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from boneloop.cycle.body.mineral import parameters, station
from boneloop.cycle.body.mineral.form import PUBLISHED, SMOOTH
from boneloop.cycle.body.mineral.rest import rest
from boneloop.cycle.body.mineral.state import Inputs, State

low, more = st.floats(min_value=0.5, max_value=1.5), st.floats(min_value=1.001, max_value=2)
FORMS = pytest.mark.parametrize("form", [PUBLISHED, SMOOTH], ids=["published", "smooth"])

# raised: what moves at once up (+) or down (-)
AT_ONCE = {
    "calcium": {"pth": -1, "calcium": -1},
    "pth": {"runx2": -1, "creb": +1, "rankl": +1, "opg": -1, "hydroxylase": +1, "calcium": +1},
    "calcitriol": {"gut_adaptation": +1, "gland_pool": -1, "gland_capacity": -1, "calcium": +1},
    "phosphate": {"hydroxylase": -1, "phosphate_in_cells": +1, "phosphate": -1},
    "hydroxylase": {"calcitriol": +1},
    "gut_calcium": {"calcium": +1},
    "gland_pool": {"pth": +1},
    "gland_capacity": {"pth": +1},
    "hydroxyapatite": {"calcium": -1, "bone_exchangeable": +1},
    "osteoclast": {"tgf_active": +1, "calcium": +1, "neck_density": -1},
    "osteoblast_responding": {"osteoblast_fast": +1, "osteoblast_slow": +1},
    "osteoblast_fast": {"rankl": +1, "hydroxyapatite": +1, "neck_density": +1},
    "rank_rankl": {"osteoclast": +1},
    "rankl": {"rank_rankl": +1, "opg_rankl": +1},
    "opg": {"rankl": -1},
    "tgf_active": {"osteoclast": -1, "osteoblast_responding": +1, "rank": +1},
    "runx2": {"bcl2": +1},
    "creb": {"bcl2": +1},
    "estrogen": {"osteoblast_responding": -1, "tgf_latent": -1, "tgf_active": +1, "calcium": +1},
    "filtration": {"phosphate": -1},
}
# raised for good: where it leads
AT_REST = {
    "pth_secretion": {"pth": +1, "calcium": +1, "osteoclast": +1},
    "rankl_production": {"osteoclast": +1, "calcium": +1, "pth": -1, "spine_density": -1, "neck_density": -1},
    "osteoclast_death": {"osteoclast": -1, "calcium": -1, "pth": +1, "neck_density": +1},
    "renal_reabsorption": {"calcium": +1, "pth": -1, "osteoclast": -1},
    "calcium_absorption": {"calcium": +1, "pth": -1, "osteoclast": -1},
    "calcitriol": {"calcitriol": +1, "pth": -1},
    "hydroxylase": {"calcitriol": +1, "pth": -1},
    "filtration": {"phosphate": -1, "pth": -1, "calcitriol": +1},
    "estrogen": {"osteoclast": -1, "pth": -1, "spine_density": +1},
    "osteoblast_influx": {"osteoblast": +1, "osteoclast": +1},
    "osteoblast_apoptosis": {"osteoblast": -1, "osteoclast": -1, "spine_density": +1, "spine_density_denosumab": -1},
}


@FORMS
@pytest.mark.parametrize("name", AT_ONCE)
def test_what_a_state_that_is_raised_does_at_once(engine, form, name):
    """A tenth up from baseline."""
    listed = engine.d.listed
    raised = listed._replace(**{name: getattr(listed, name) * 1.1})
    before, after = engine.rates(listed, form=form), engine.rates(raised, form=form)
    for place, sign in AT_ONCE[name].items():
        assert (getattr(after, place) - getattr(before, place)) * sign > 0, place


@pytest.mark.parametrize("place", AT_REST)
def test_where_a_place_that_is_raised_for_good_leads(engine, place):
    """A little up from a healthy person, smooth form."""

    def at(factor):
        inputs = Inputs(**{place: factor})
        return station.readings(rest(engine.p, inputs), inputs, engine.p, engine.d)

    before, after = (at(0.9), at(0.95)) if place in ("estrogen", "filtration") else (at(1.0), at(1.02))
    for name, sign in AT_REST[place].items():
        assert (getattr(after, name) - getattr(before, name)) * sign > 0, name


def test_a_supplement_raises_calcium_and_rests_the_glands(engine):
    none, some = (rest(engine.p, Inputs(calcium_supplement=mg)) for mg in (0, 500))
    assert some.calcium > none.calcium
    assert some.pth < none.pth
    assert some.osteoclast < none.osteoclast


@FORMS
@given(level=low, up=more)
def test_the_higher_the_calcium_the_less_pth_and_the_more_urine(engine, form, level, up):
    listed = engine.d.listed
    one, other = (listed._replace(calcium=listed.calcium * each) for each in (level, level * up))
    assert engine.rates(other, form=form).pth < engine.rates(one, form=form).pth
    lost = [station.fluxes(s, Inputs(), engine.p, engine.d, form).calcium_excretion for s in (one, other)]
    assert lost[0] <= lost[1]


@FORMS
@given(level=low, up=more)
def test_the_more_pth_the_less_calcium_in_the_urine(engine, form, level, up):
    listed = engine.d.listed
    one, other = (listed._replace(pth=listed.pth * each) for each in (level, level * up))
    lost = [station.fluxes(s, Inputs(), engine.p, engine.d, form).calcium_excretion for s in (one, other)]
    assert lost[0] >= lost[1]


def test_steady_pth_weakens_the_survival_signal_and_its_pulses_raise_it(engine):
    steady = rest(engine.p, Inputs(pth_secretion=2))
    days = 24.0 * 30
    pulsed = engine.live([0, days], engine.teriparatide(*range(0, int(days), 24)), form=SMOOTH, tolerance=1e-6)
    assert steady.bcl2 < engine.d.listed.bcl2 < pulsed.bcl2[-1]


@pytest.mark.parametrize(
    "inputs",
    [Inputs(), Inputs(filtration=0.2), Inputs(calcitriol=0.3, estrogen=0.1), Inputs(rankl_production=1.5)],
    ids=["healthy", "kidney failure", "no vitamin D after the menopause", "bone disease"],
)
def test_no_state_turns_negative_after_a_large_dose_of_either_drug(engine, inputs):
    start, days = rest(engine.p, inputs), [24.0 * day for day in (0, 1, 3, 7, 14, 28, 56, 112)]
    for doses in (engine.denosumab(0, milligrams=210), engine.teriparatide(0, 24, 48, micrograms=80)):
        seen = engine.live(days, doses, inputs, SMOOTH, start, tolerance=1e-6)
        assert all((values >= -1e-9 * max(abs(values).max(), 1)).all() for values in seen)
        assert all((getattr(seen, name) > 0).all() for name in State._fields[:30])


@pytest.mark.parametrize(
    ("worse", "inputs"),
    [
        ("kidney", Inputs(filtration=0.3)),
        ("vitamin D", Inputs(calcitriol=0.4)),
        ("gut", Inputs(calcium_absorption=0.5)),
    ],
)
def test_calcium_falls_lower_after_denosumab_with(engine, worse, inputs):
    days = [24.0 * day for day in range(31)]

    def nadir(told):
        seen = engine.live(days, engine.denosumab(0), told, SMOOTH, rest(engine.p, told), tolerance=1e-6)
        return seen.calcium.min()

    assert nadir(inputs) < nadir(Inputs()) < engine.d.listed.calcium, worse


def test_whatever_the_numbers_the_listed_baseline_is_a_rest_of_hormones_cells_and_signals(engine):
    """200 people, every number of theirs within 1 %; all but the pools whose intakes are printed on their own."""
    people = np.random.default_rng(1)
    groups = ("parathyroid", "survival", "osteoblast", "osteoclast", "rankl", "tgf_beta", "skeleton", "density")
    changed = {}
    for group in groups:
        printed = getattr(engine.p, group)
        changed[group] = type(printed)(*(value * people.uniform(0.99, 1.01, 200) for value in printed))
    changed["rankl"] = changed["rankl"]._replace(opg_half_pth=engine.p.rankl.opg_half_pth)  # printed, not derived
    p = engine.p._replace(**changed)
    d = parameters.derive(p)
    moved = station.rates(d.listed, Inputs(), p, d, PUBLISHED)
    free = {"calcium", "phosphate", "phosphate_in_cells", "gut_calcium", "gut_phosphate"}
    for name in set(State._fields) - free:
        size = np.maximum(np.abs(getattr(d.listed, name)), 1e-3)
        assert (np.abs(getattr(moved, name)) <= 1e-13 * size).all(), name
