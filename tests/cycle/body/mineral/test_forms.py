"""Two forms of the same functions: published, with its jumps and corners, and smooth; how far they lie apart."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from boneloop.cycle.body.mineral import courses
from boneloop.cycle.body.mineral.form import PUBLISHED, SMOOTH
from boneloop.cycle.body.mineral.rest import rest
from boneloop.cycle.body.mineral.state import Inputs, State
from boneloop.mathematics import smooth_positive, smooth_step, step

MONTH = 672
DENSITIES = ("spine_density", "spine_density_denosumab", "neck_density")
number = st.floats(min_value=-100, max_value=100)
width = st.floats(min_value=1e-3, max_value=10)


def apart(engine, hours, **lived):
    """Largest differences: calcium mM, PTH and calcitriol percent, cells and densities in points."""
    printed = engine.columns(engine.live(hours, **lived))
    smooth = engine.columns(engine.live(hours, form=SMOOTH, start=rest(engine.p), **lived))
    off = {name: np.abs(smooth[name] - printed[name]) for name in printed}
    return {
        "calcium": off["calcium"].max(),
        "pth": 100 * (off["pth"] / printed["pth"]).max(),
        "calcitriol": 100 * (off["calcitriol"] / printed["calcitriol"]).max(),
        "osteoclast": off["osteoclast"].max(),
        "osteoblast": off["osteoblast"].max(),
        "density": max(off[name].max() for name in DENSITIES),
    }


MOST = {"calcium": 0.0012, "pth": 0.5, "calcitriol": 0.2, "osteoclast": 1.0, "osteoblast": 0.8, "density": 0.06}


@pytest.mark.parametrize("course", ["nothing", "teriparatide", "denosumab", "six of denosumab", "menopause", "kidney"])
def test_the_smooth_form_stays_close_to_the_published_one(engine, course):
    """Each from its own start: the published form from the listed baseline, the smooth one from its rest."""
    half = courses.published_fall(100, engine.p.filtration._replace(fall=50))
    lived = {
        "nothing": {"hours": [0, 8766, 87660]},
        "teriparatide": {"hours": np.arange(0, 241, 2), "doses": engine.teriparatide(*range(0, 240, 24))},
        "denosumab": {"hours": np.arange(49) * 168, "doses": engine.denosumab(0)},
        "six of denosumab": {
            "hours": np.arange(49) * MONTH,
            "doses": engine.denosumab(*range(0, 36 * MONTH, 6 * MONTH)),
        },
        "menopause": {
            "hours": np.arange(31) * 8736,
            "inputs": lambda hour: Inputs(estrogen=courses.published_goal(hour, engine.p.estrogen)),
        },
        "kidney": {"hours": np.arange(11) * 8766, "inputs": Inputs(filtration_fall=half)},
    }[course]
    seen = apart(engine, **lived)
    assert {name: value for name, value in seen.items() if value > MOST[name]} == {}


@given(st.lists(st.floats(0.7, 1.3), min_size=30, max_size=30), st.sampled_from([-8.0, 8.0]))
def test_away_from_its_switches_the_smooth_form_is_the_published_one(engine, factors, from_threshold):
    listed = engine.d.listed
    state = State(*(value * factor for value, factor in zip(listed[:30], factors, strict=True)), *listed[30:])
    state = state._replace(
        bcl2=engine.p.survival.bcl2_threshold + from_threshold,
        phosphate=listed.phosphate * (1.1 if factors[6] > 1 else 0.8),
        calcium=listed.calcium * (1.15 if factors[5] > 1 else 0.8),
        pth=listed.pth,
        filtration=listed.filtration,
        estrogen=1.0,
    )
    printed, smooth = engine.rates(state), engine.rates(state, form=SMOOTH)
    for name, one, other in zip(State._fields, printed, smooth, strict=True):
        assert other == pytest.approx(one, rel=1e-4, abs=1e-4 * abs(getattr(state, name)) * 1e-2), name


def test_the_published_survival_signal_jumps_and_ours_does_not(engine):
    at = engine.p.survival.bcl2_threshold

    def death(bcl2, form):
        return engine.rates(engine.d.listed._replace(bcl2=bcl2), form=form).osteoblast_slow

    height = abs(death(at + 3, PUBLISHED) - death(at - 3, PUBLISHED))
    assert abs(death(at + 1e-6, PUBLISHED) - death(at - 1e-6, PUBLISHED)) > 0.4 * height
    assert abs(death(at + 1e-6, SMOOTH) - death(at - 1e-6, SMOOTH)) < 1e-5 * height


def test_a_kidney_far_outside_the_printed_model_does_not_make_the_hydroxylase_negative(engine):
    far = engine.d.listed._replace(phosphate=3 * engine.d.listed.phosphate, hydroxylase=0.0)
    assert engine.rates(far).hydroxylase < 0
    assert engine.rates(far, form=SMOOTH).hydroxylase > 0


@given(number)
def test_a_step_is_0_up_to_0_and_1_above(x):
    assert step(x) == (1 if x > 1e-15 else 0) or 0 < x <= 1e-15
    assert step(np.array([x, 0.0])).tolist() == [step(x), 0]


@given(number, width)
def test_a_smooth_step_rises_from_0_to_1_and_meets_the_step_a_few_widths_away(x, wide):
    assert 0 <= smooth_step(x, wide) <= 1
    assert smooth_step(x, wide) + smooth_step(-x, wide) == pytest.approx(1)
    if abs(x) > 10 * wide:
        assert smooth_step(x, wide) == pytest.approx(step(x), abs=1e-8)


@given(number, width)
def test_a_smooth_positive_part_is_never_below_the_corner_nor_far_above(x, wide):
    assert max(x, 0) <= smooth_positive(x, wide) * (1 + 1e-12) + 1e-13 * abs(x)
    assert smooth_positive(x, wide) <= max(x, 0) + wide / 2 * (1 + 1e-12)
