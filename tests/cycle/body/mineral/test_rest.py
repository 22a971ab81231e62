"""Rest: where a person settles, whoever they are, alone or among others."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boneloop.cycle.body.mineral.form import PUBLISHED, SMOOTH
from boneloop.cycle.body.mineral.rest import FOLLOWED, bone_balance, rest
from boneloop.cycle.body.mineral.state import Inputs, State
from boneloop.errors import SimulationError

PEOPLE = {
    "healthy": Inputs(),
    "old kidneys": Inputs(filtration=0.5),
    "failing kidneys": Inputs(filtration=0.15),
    "after the menopause": Inputs(estrogen=0.1),
    "short of vitamin D": Inputs(calcitriol=0.4),
    "with calcium": Inputs(calcium_supplement=1000),
    "high turnover": Inputs(rankl_production=1.3),
    "all at once": Inputs(filtration=0.3, calcitriol=0.5, estrogen=0.1, rankl_production=1.1, calcium_absorption=0.8),
}
a_bit = st.floats(min_value=0.7, max_value=1.4)
people = st.fixed_dictionaries(
    {
        "estrogen": st.floats(0.05, 1),
        "filtration": st.floats(0.15, 1.2),
        "calcitriol": st.floats(0.3, 1.2),
        "calcium_supplement": st.floats(0, 1500),
        "renal_reabsorption": st.floats(0.97, 1.02),
        **dict.fromkeys(("rankl_production", "osteoblast_influx", "osteoblast_apoptosis", "calcium_absorption"), a_bit),
    }
).map(lambda chosen: Inputs(**chosen))


def speeds(engine, state, inputs, form=SMOOTH):
    """Relative motion of the states that rest, per hour."""
    moved = engine.rates(state, inputs, form)
    return np.array([getattr(moved, name) / getattr(state, name) for name in FOLLOWED])


@settings(max_examples=25)
@given(people)
def test_whoever_comes_to_rest_no_longer_moves(engine, inputs):
    state = rest(engine.p, inputs)
    assert np.abs(speeds(engine, state, inputs)).max() < 1e-9
    assert all(getattr(state, name) > 0 for name in FOLLOWED)
    moved = engine.rates(state, inputs, SMOOTH)
    assert moved.estrogen == moved.denosumab_central == moved.teriparatide_depot == 0
    assert max(abs(moved.spine_density), abs(moved.spine_density_denosumab), abs(moved.neck_density)) < 1e-15


@pytest.mark.parametrize("form", [PUBLISHED, SMOOTH], ids=["published", "smooth"])
@pytest.mark.parametrize("person", PEOPLE)
def test_the_rest_is_where_forty_years_lead(engine, person, form):
    inputs = PEOPLE[person]
    state = rest(engine.p, inputs, form)
    lived = engine.live([0, 40 * 8766], inputs=inputs, form=form, tolerance=1e-9)
    there = [getattr(lived, name)[-1] for name in FOLLOWED]
    assert there == pytest.approx([getattr(state, name) for name in FOLLOWED], rel=1e-4)


def test_the_healthy_rest_of_the_published_form_is_the_printed_one(engine):
    state = rest(engine.p, form=PUBLISHED)
    seen = (state.calcium, state.phosphate, state.pth, state.phosphate_in_cells)
    assert seen == pytest.approx((32.90084, 16.79977, 53.88784, 3226.0303), rel=1e-6)
    assert 3652.5 * bone_balance(state, Inputs(), engine.p, PUBLISHED) == pytest.approx(19.5, abs=0.2)


def test_a_healthy_person_rests_where_the_reference_ranges_lie(engine):
    state = rest(engine.p)
    assert type(state.calcium) is float
    assert state.calcium / engine.p.fluid.volume == pytest.approx(2.350, abs=1e-3)
    assert abs(bone_balance(state, Inputs(), engine.p)) < 0.01


def test_what_bone_gains_is_what_its_pools_gain(engine):
    inputs = Inputs(estrogen=0.2)
    state = rest(engine.p, inputs)
    moved = engine.rates(state, inputs, SMOOTH)
    assert 24 * (moved.bone_exchangeable + moved.bone_slow) == pytest.approx(bone_balance(state, inputs, engine.p))
    assert moved.bone_slow == pytest.approx(0, abs=1e-12)


def test_one_person_alone_rests_where_that_person_rests_in_a_crowd(engine):
    crowd = Inputs(*(np.array(column, float) for column in zip(*PEOPLE.values(), strict=True)))
    together = rest(engine.p, crowd)
    for index, inputs in enumerate(PEOPLE.values()):
        alone = rest(engine.p, inputs)
        assert [values[index] for values in together] == pytest.approx(list(alone), rel=1e-9)


def test_people_with_numbers_of_their_own_rest_each_in_their_place(engine):
    intake = np.array([[0.8, 1.0], [1.0, 1.2]])
    p = engine.p._replace(gut=engine.p.gut._replace(calcium_intake=intake))
    states = rest(p)
    assert states.pth.shape == (2, 2)
    one = rest(p._replace(gut=p.gut._replace(calcium_intake=1.2)))
    assert states.pth[1, 1] == pytest.approx(one.pth, rel=1e-9)
    assert states.pth[0, 0] > states.pth[0, 1] > states.pth[1, 1]
    assert states.pth[0, 1] == pytest.approx(states.pth[1, 0], rel=1e-9)


def test_who_comes_to_no_rest_is_named(engine):
    """As printed, the hydroxylase turns negative at the phosphate of so weak a kidney."""
    with pytest.raises(SimulationError, match=r"no rest .* \[1\]"):
        rest(engine.p, Inputs(filtration=np.array([1.0, 0.05, 0.5])), PUBLISHED)


def test_every_state_is_followed_or_given(engine):
    given = {"bone_exchangeable", "bone_slow", "estrogen", "filtration"}
    drugs = {name for name in State._fields if name.startswith(("denosumab", "teriparatide"))}
    links = {name for name in State._fields if name.endswith("density") or name == "spine_density_denosumab"}
    assert set(State._fields) == set(FOLLOWED) | given | drugs | links
