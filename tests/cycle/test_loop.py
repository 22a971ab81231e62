"""The circle as a whole: it pushes one way only, stays in its box, and every arrow can be cut."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boneloop.cycle import loop, stability
from boneloop.cycle.body import bone, fracture, wellbeing
from boneloop.cycle.body.mineral import parameters as mineral_parameters
from boneloop.cycle.body.mineral import state as mineral_state
from boneloop.kernel.dormand_prince import Tolerance, integrate
from boneloop.kernel.vector import leaves, pack, unpack
from boneloop.mathematics import saturating
from boneloop.therapy.places import ADD, PLACES, neutral

share = st.floats(min_value=0, max_value=1)
fast_rows = st.lists(st.floats(min_value=0, max_value=0.95), min_size=8, max_size=8).map(np.array)
inputs = st.lists(st.floats(min_value=0, max_value=1), min_size=7, max_size=7)
gain = st.floats(min_value=0.1, max_value=2)
NOBODY = loop.Person()
INPUTS = [name for name in loop.Person._fields if name.endswith("_input")]
PAIN_AND_LOSS = fracture.Injuries(acute_pain=0.3, lasting_pain=0.2, acute_loss=0.2, lasting_loss=0.1)
BROKEN = PAIN_AND_LOSS._replace(
    hip_acute_disutility=0.3, hip_lasting_disutility=0.05, vertebra_acute_disutility=0.1,
    vertebra_lasting_disutility=0.05, wrist_acute_disutility=0.1,
)  # fmt: skip


def fast(rows, body):
    """A fast state from eight shares of the ceilings."""
    return loop.fast_of(rows * stability.ceilings(body))


def cells(body, osteoclasts=1.0):
    """The resting skeleton with so many times its osteoclasts."""
    rest = bone.rest(body.bone)
    return rest._replace(osteoclast=osteoclasts * rest.osteoclast)


def somebody(values, scale=1.0):
    """A person with seven constant inputs and all gains scaled."""
    return loop.Person(gain=scale, **dict(zip(INPUTS, values, strict=True)))


def fast_rates(x, body, person=NOBODY, injuries=PAIN_AND_LOSS, care=loop.NO_CARE, gates=loop.OPEN):
    """Rates of the fast stations, as an array."""
    told = loop.fast_inputs(x, person, injuries, 0.1, care, gates, body)
    return np.array(list(leaves(loop.fast_rates(x, told, body))), dtype=np.float64)


@given(fast_rows, inputs, gain)
def test_the_fast_states_never_leave_their_box(body, rows, values, scale):
    person, top = somebody(values, scale), stability.ceilings(body)
    for state in range(8):
        empty, full = rows.copy(), rows.copy()
        empty[state], full[state] = 0, 1
        assert fast_rates(fast(empty, body), body, person)[state] >= 0
        assert fast_rates(fast(full, body), body, person)[state] <= 1e-15 * top[state]


@given(fast_rows, inputs, st.sampled_from(range(8)), share)
def test_more_of_any_state_never_slows_the_rise_of_another(body, rows, values, state, extra):
    more = rows.copy()
    more[state] += extra * (0.95 - more[state])
    before, after = (fast_rates(fast(at, body), body, somebody(values)) for at in (rows, more))
    others = [index for index in range(8) if index != state]
    assert (after[others] >= before[others] - 1e-12).all()


@given(fast_rows, inputs, st.sampled_from(range(7)), share)
def test_more_of_any_input_never_slows_the_rise_of_any_state(body, rows, values, which, extra):
    more = [value + extra * (index == which) for index, value in enumerate(values)]
    before, after = (fast_rates(fast(rows, body), body, somebody(given)) for given in (values, more))
    assert (after >= before - 1e-12).all()


@settings(max_examples=10)
@given(inputs, inputs, gain, gain)
def test_raising_a_source_never_lowers_any_state_at_any_time(body, values, extra, scale, more_gain):
    """Two people from health: the second has more of every input, larger gains and an injury besides."""
    lanes = [np.array([value, value + more]) for value, more in zip(values, extra, strict=True)]
    person = somebody(lanes, np.array([scale, scale + more_gain]))
    hurt = fracture.Injuries(*(np.array([0.0, amount]) for amount in PAIN_AND_LOSS))

    def rates(time, rows):
        x = unpack(stability.HEALTHY, rows)
        told = loop.fast_inputs(x, person, hurt, 0, loop.NO_CARE, loop.OPEN, body)
        return pack(loop.fast_rates(x, told, body), 2)

    rows, step, now = pack(stability.HEALTHY, 2), np.zeros(2), 0.0
    for end in (3.0, 30.0, 200.0, 1000.0):
        rows, step = integrate(rates, rows, np.full(2, now), np.full(2, end), step, Tolerance(1e-6, 1e-8))
        now = end
        assert (rows[:, 1] >= rows[:, 0] - 1e-6).all()


RELIEFS = ["pain.pain_relief", "pain.sensitization_relief", "mood.depression_relief", "mood.anxiety_relief"]


@given(fast_rows, st.sampled_from([*RELIEFS, "function.loss_relief"]), share)
def test_relief_by_treatment_never_raises_a_state_and_never_pushes_one_below_zero(body, rows, place, relief):
    x = fast(rows, body)
    assert (fast_rates(x, body, care={place: relief}) <= fast_rates(x, body) + 1e-15).all()
    empty = fast(np.zeros(8), body)
    assert (fast_rates(empty, body, care={place: relief}) >= 0).all()


@given(inputs)
def test_with_every_arrow_cut_each_station_rests_at_its_own_input(body, values):
    """Inflammation and function have one state each; stress, pain and mood keep the arrows inside them."""
    person = somebody(values)
    alone = stability.Setting(person, body, gates=loop.ALL_CUT)
    rest = stability.resting_state(alone, stability.HEALTHY, 2000)
    for state, p, put_in in (
        (rest.inflammation.cytokines, body.inflammation, person.cytokine_input),
        (rest.function.loss, body.function, person.loss_input),
    ):
        assert state[0] == pytest.approx(saturating(put_in, p.ceiling, p.convexity), abs=1e-12)
    at_rest = unpack(stability.HEALTHY, pack(rest, 1)[:, 0])
    still = fast_rates(at_rest, body, person, BROKEN, gates=loop.ALL_CUT)
    assert still == pytest.approx(np.zeros(8), abs=1e-9)


STATIONS = {"stress": [0, 1], "inflammation": [2], "pain": [3, 4], "mood": [5, 6], "function": [7]}


@pytest.mark.parametrize("station", STATIONS)
@given(rows=fast_rows, values=inputs)
def test_with_every_arrow_cut_a_station_hears_of_no_other_and_of_no_fracture(body, station, rows, values):
    own = STATIONS[station]
    calm = np.zeros(8)
    calm[own] = rows[own]
    person = somebody(values)
    among_others = fast_rates(fast(rows, body), body, person, BROKEN, gates=loop.ALL_CUT)
    alone = fast_rates(fast(calm, body), body, person, fracture.Injuries(), gates=loop.ALL_CUT)
    assert np.array_equal(among_others[own], alone[own])


@given(fast_rows)
def test_with_every_arrow_cut_bone_rests_whatever_the_rest_of_the_body_does(body, rows):
    told = loop.bone_inputs(fast(rows, body), loop.Person(), 1, 1.4, loop.NO_CARE, loop.ALL_CUT, body)
    assert told == bone.Inputs()


@given(fast_rows, st.floats(min_value=0.2, max_value=5))
def test_with_every_arrow_cut_minerals_hear_of_no_stress_and_of_no_bone(body, rows, osteoclasts):
    among_others, alone = (
        loop.mineral_inputs(x, cells(body, more), loop.Person(), 1, loop.NO_CARE, loop.ALL_CUT, body)
        for x, more in ((fast(rows, body), osteoclasts), (stability.HEALTHY, 1))
    )
    assert among_others == alone
    assert alone == mineral_state.Inputs(calcium_supplement=alone.calcium_supplement)


@given(fast_rows, fast_rows, st.floats(min_value=0.3, max_value=3))
def test_stress_and_care_for_the_mind_reach_calcium_and_phosphate_only_through_stress_to_mineral(
    body, rows, other, more
):
    """With that one arrow cut not one rate of the mineral engine hears of them, to the last bit."""
    minerals = mineral_state.State(*(more * value for value in mineral_parameters.listed(body.mineral_engine)))
    cut = loop.OPEN._replace(stress_to_mineral=0)
    calming = {"stress.norepinephrine": 0.5, "stress.cortisol": 0.5, "mood.depression_relief": 0.3}

    def rates(rows, care, gates):
        state = loop.State(cells(body), fast(rows, body), fracture.State(0.1), minerals)
        return loop.rates(state, loop.Person(), 0.3, PAIN_AND_LOSS, care, gates, body)

    assert rates(rows, {}, cut).mineral == rates(other, calming, cut).mineral
    if abs(rows[:2] - other[:2]).max() > 0.1:
        assert rates(rows, {}, loop.OPEN).mineral != rates(other, {}, loop.OPEN).mineral


class Source(NamedTuple):
    """Everything that an arrow can start from."""

    fast: loop.Fast
    injuries: fracture.Injuries
    microdamage: Any
    z: Any
    osteoclasts: Any
    rankl_drive: Any


def reached(source, gates, body):
    """What every station is told, by station."""
    rest = bone.rest(body.bone)
    person = loop.Person(
        usual_resorption=bone.resorption(rest, body.bone), usual_formation=bone.formation(rest, body.bone)
    )
    now = cells(body, source.osteoclasts)
    told = loop.fast_inputs(source.fast, person, source.injuries, source.microdamage, loop.NO_CARE, gates, body)
    to_fracture = loop.falls_log(source.fast, loop.NO_CARE, gates, body)
    return {
        **told._asdict(),
        "bone": loop.bone_inputs(source.fast, person, 1, source.rankl_drive, loop.NO_CARE, gates, body),
        "fracture": (to_fracture, *loop.density_factors(source.z, 70, gates, body)),
        "mineral": loop.mineral_inputs(source.fast, now, person, 1, loop.NO_CARE, gates, body),
        "wellbeing": loop.quality(source.fast, source.injuries, gates, body),
    }


CALM = Source(loop.fast_of(np.full(8, 0.1)), fracture.Injuries(), 0.0, 0.0, 1.0, 1.0)
FAST_STATIONS = ("stress", "inflammation", "pain", "mood", "function")
LOUD = {
    **{
        station: CALM._replace(
            fast=CALM.fast._replace(**{station: type(getattr(CALM.fast, station))(*[0.6] * len(STATIONS[station]))})
        )
        for station in FAST_STATIONS
    },
    "bone": CALM._replace(microdamage=1.0, z=-2.0, osteoclasts=1.5),
    "fracture": CALM._replace(injuries=BROKEN),
    "mineral": CALM._replace(rankl_drive=1.5),
    "wellbeing": CALM._replace(injuries=BROKEN),
}


@pytest.fixture(scope="module")
def connected(default):
    """The body with the arrow from bone to mineral, which is off as a rule, at its full share."""
    return default._replace(bone_to_mineral=default.bone_to_mineral._replace(share=1.0))


def test_bone_s_own_turnover_reaches_minerals_only_if_it_is_given_a_share(default, connected):
    told = [reached(LOUD["bone"], loop.OPEN, body)["mineral"] for body in (default, connected)]
    assert told[0] == reached(CALM, loop.OPEN, default)["mineral"]
    assert told[1].release > 1


@pytest.mark.parametrize("arrow", loop.ARROWS)
def test_with_one_arrow_cut_its_effect_vanishes_and_only_its_own(connected, arrow):
    source, _, target = arrow.partition("_to_")
    cut = loop.OPEN._replace(**{arrow: 0})
    assert reached(CALM, loop.OPEN, connected)[target] != reached(LOUD[source], loop.OPEN, connected)[target]
    assert reached(CALM, cut, connected)[target] == reached(LOUD[source], cut, connected)[target]
    before, after = (reached(LOUD[source], gates, connected) for gates in (loop.OPEN, cut))
    assert {station for station in before if before[station] != after[station]} == {target}


@pytest.mark.parametrize("arrow", loop.ARROWS)
def test_a_half_open_arrow_does_something_between_all_and_nothing(connected, arrow):
    source, _, target = arrow.partition("_to_")
    nothing, half, everything = (
        np.array(list(leaves((reached(LOUD[source], loop.OPEN._replace(**{arrow: gate}), connected)[target],))))
        for gate in (0, 0.5, 1)
    )
    low, high = np.minimum(nothing, everything), np.maximum(nothing, everything)
    assert ((low <= half) & (half <= high)).all()
    assert (half[low < high] != nothing[low < high]).all()


@given(fast_rows, share)
def test_care_that_does_nothing_is_the_same_as_no_care(body, rows, level):
    idle = {place: neutral(place) for place in PLACES}
    x = fast(rows, body)
    assert np.array_equal(fast_rates(x, body, care=idle), fast_rates(x, body))
    told = [loop.bone_inputs(x, loop.Person(), level, 1, care, loop.OPEN, body) for care in (idle, loop.NO_CARE)]
    assert told[0] == told[1]
    told = [
        loop.mineral_inputs(x, cells(body), loop.Person(), level, care, loop.OPEN, body)
        for care in (idle, loop.NO_CARE)
    ]
    assert told[0] == told[1]
    assert loop.falls_log(x, idle, loop.OPEN, body) == loop.falls_log(x, loop.NO_CARE, loop.OPEN, body)


@pytest.mark.parametrize("place", [place for place in PLACES if not place.endswith("_log")])
def test_the_loop_looks_at_every_place_where_care_can_act(default, place):
    x, care = loop.fast_of(np.full(8, 0.3)), {place: 0.2 if PLACES[place] == ADD else 0.7}
    person = somebody([0.3] * 7)

    def everything(given):
        told = loop.fast_inputs(x, person, PAIN_AND_LOSS, 0.1, given, loop.OPEN, default)
        to_bone = loop.bone_inputs(x, person, 0.5, 1, given, loop.OPEN, default)
        to_mineral = loop.mineral_inputs(x, bone.rest(default.bone), person, 0.5, given, loop.OPEN, default)
        calcium = loop.calcium_absorption(x, given, loop.OPEN, default), loop.calcium_intake(given, default)
        return told, to_bone, to_mineral, calcium

    assert everything(care) != everything(loop.NO_CARE)


@given(fast_rows, st.lists(share, min_size=9, max_size=9), st.floats(min_value=20, max_value=110))
def test_utility_lies_between_0_and_1(body, quality_weights, rows, hurts, age):
    injuries = fracture.Injuries(*(0.5 * hurt for hurt in hurts))
    factors = loop.quality(fast(rows, body), injuries, loop.OPEN, body)
    assert all(0 <= factor <= 1 for factor in factors)
    assert 0 <= wellbeing.utility(age, *factors, quality_weights) <= 1


@given(fast_rows, st.sampled_from(range(8)), share)
def test_more_of_any_state_never_means_fewer_falls_or_a_better_life(body, rows, state, extra):
    more = rows.copy()
    more[state] += extra * (1 - more[state])
    before, after = fast(rows, body), fast(more, body)
    falls = [loop.falls_log(x, loop.NO_CARE, loop.OPEN, body) for x in (before, after)]
    assert falls[0] <= falls[1] + 1e-12
    lives = [np.prod(loop.quality(x, fracture.Injuries(), loop.OPEN, body)) for x in (before, after)]
    assert lives[1] <= lives[0] + 1e-12


@given(fast_rows, st.sampled_from(range(8)), share)
def test_more_of_any_state_never_helps_bone(body, rows, state, extra):
    more = rows.copy()
    more[state] += extra * (1 - more[state])
    before, after = (
        loop.bone_inputs(fast(at, body), loop.Person(), 0.5, 1, loop.NO_CARE, loop.OPEN, body) for at in (rows, more)
    )
    assert after.osteoclast_death <= before.osteoclast_death * (1 + 1e-12)
    assert after.osteoblast_production <= before.osteoblast_production * (1 + 1e-12)


def test_estrogen_and_treatment_together_never_pass_the_level_before_menopause(default):
    x = stability.HEALTHY
    told = [
        loop.bone_inputs(x, loop.Person(), estrogen, 1, {"bone.estrogen": 0.6}, loop.OPEN, default).estrogen
        for estrogen in (0.1, 0.9, 1.0)
    ]
    assert told == pytest.approx([0.7, 1.0, 1.0])


def test_the_states_have_one_name_each():
    names = loop.STATE_NAMES
    assert len(set(names)) == len(names) == 62
    rows = list(range(62))
    assert list(leaves(loop.state_of(rows))) == rows


def test_every_arrow_has_a_gate_and_every_gate_is_open_by_default():
    assert set(loop.OPEN) == {1} and set(loop.ALL_CUT) == {0}
    assert list(loop.ARROWS) == sorted(loop.ARROWS)
