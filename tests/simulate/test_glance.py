"""A glance notes what a body that stands still would show: it reads the states given, and the care of the plan."""

from __future__ import annotations

import numpy as np
import pytest

from boneloop.cycle import loop
from boneloop.kernel.vector import pack
from boneloop.simulate.life import Setting, glance
from boneloop.therapy.care_plan import load_plan

MONTHS = 3


@pytest.fixture(scope="module")
def here(ready, woman):
    """A woman in the middle of everything not known of her, two lanes."""
    return ready(woman, draws=2, central=True)


def glanced(here, plan="none", factor=1.0, state="felt"):
    rows = pack(here.start.state, 2)
    rows[loop.STATE_NAMES.index(state), 1] *= factor
    return glance(here.start, load_plan(plan), here.model, Setting(MONTHS, here.tolerance, expected=True), rows)


def test_a_body_that_stands_where_it_began_shows_no_change(here):
    noted = glanced(here)
    assert noted["bmd_change"] == pytest.approx(0, abs=1e-9)
    assert noted["pain"] == pytest.approx(10 * here.start.state.fast.pain.felt)
    assert all(np.array_equal(values[:1], values[1:]) for values in noted.values())


def test_what_reads_a_state_comes_out_otherwise_where_the_state_is_otherwise_and_nothing_else_does(here):
    noted = glanced(here, factor=0.5)
    changed = {outcome for outcome, values in noted.items() if values[0] != values[1]}
    assert {"pain", "falls", "fracture_hip", "utility"} <= changed
    assert not changed & {"phq9", "bmd", "calcium", "ctx_change", "death"}


def test_care_acts_after_the_first_months_although_nothing_moves(here):
    untreated, treated = glanced(here), glanced(here, "bone")
    assert (treated["fracture_hip"] < untreated["fracture_hip"]).all()
    assert treated["bmd"].tolist() == untreated["bmd"].tolist()
