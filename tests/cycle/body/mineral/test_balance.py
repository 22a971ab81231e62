"""Nothing is made or lost on the way: what the pools gain is what comes in less what goes out."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from boneloop.cycle.body.mineral import station
from boneloop.cycle.body.mineral.form import PUBLISHED, SMOOTH
from boneloop.cycle.body.mineral.state import Inputs, State

CALCIUM = ("calcium", "gut_calcium", "bone_exchangeable", "bone_slow")
PHOSPHATE = ("phosphate", "phosphate_in_cells", "gut_phosphate")
factor = st.floats(min_value=0.3, max_value=3)
anywhere = st.lists(factor, min_size=len(State._fields), max_size=len(State._fields))
told = st.fixed_dictionaries(
    {
        "calcium_supplement": st.floats(0, 2000),
        **dict.fromkeys(("calcium_absorption", "gut_uptake", "renal_reabsorption", "filtration"), factor),
    }
).map(lambda chosen: Inputs(**chosen))


def disturbed(engine, factors):
    """The listed baseline with every state multiplied by its own factor."""
    return State(*(value * factor for value, factor in zip(engine.d.listed, factors, strict=True)))


def gained(moved, pools):
    return sum(getattr(moved, pool) for pool in pools)


@pytest.mark.parametrize("form", [PUBLISHED, SMOOTH], ids=["published", "smooth"])
@given(factors=anywhere, inputs=told)
def test_calcium_is_eaten_and_excreted_and_else_only_changes_place(engine, form, factors, inputs):
    state = disturbed(engine, factors)
    moved, flux = engine.rates(state, inputs, form), station.fluxes(state, inputs, engine.p, engine.d, form)
    size = max(abs(value) for value in flux)
    assert gained(moved, CALCIUM) == pytest.approx(flux.calcium_eaten - flux.calcium_excretion, abs=1e-14 * 8 * size)


@pytest.mark.parametrize("form", [PUBLISHED, SMOOTH], ids=["published", "smooth"])
@given(factors=anywhere, inputs=told)
def test_phosphate_is_eaten_excreted_and_goes_with_the_calcium_of_bone(engine, form, factors, inputs):
    state = disturbed(engine, factors)
    moved, flux = engine.rates(state, inputs, form), station.fluxes(state, inputs, engine.p, engine.d, form)
    outside = flux.phosphate_eaten + flux.phosphate_release - flux.phosphate_excretion
    size = max(abs(value) for value in flux)
    assert gained(moved, PHOSPHATE) == pytest.approx(outside, abs=1e-14 * 8 * size)
    with_calcium = engine.p.skeleton.phosphate_per_calcium * (flux.calcium_release - flux.calcium_accretion)
    assert flux.phosphate_release == pytest.approx(with_calcium, rel=1e-14)


def test_the_books_of_a_year_of_denosumab_balance(engine):
    """Pools at the end, less pools at the start, against what was eaten and excreted, summed up along the way."""
    hours = np.linspace(0, 8766, 8767)
    states = engine.live(hours, engine.denosumab(0, 4383))
    flux = station.fluxes(states, Inputs(), engine.p, engine.d, PUBLISHED)
    held = sum(getattr(states, pool) for pool in CALCIUM)
    passed = np.trapezoid(flux.calcium_eaten - flux.calcium_excretion, hours)
    assert held[-1] - held[0] == pytest.approx(passed, rel=1e-4)


@given(factors=anywhere, inputs=told)
def test_no_mineral_flows_backwards_through_gut_kidney_or_bone(engine, factors, inputs):
    state = disturbed(engine, factors)
    for form in (PUBLISHED, SMOOTH):
        flux = station.fluxes(state, inputs, engine.p, engine.d, form)._asdict()
        one_way = set(flux) - {"phosphate_release", "phosphate_into_cells"}
        assert all(flux[name] >= 0 for name in one_way)
