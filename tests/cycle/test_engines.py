"""The circle on our engine and on SciPy's, one patient or many: the same life."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from boneloop.cycle import loop, stability
from boneloop.cycle.body import bone, fracture
from boneloop.kernel.dormand_prince import Tolerance, integrate
from boneloop.kernel.vector import leaves, pack, selected, unpack

INJURIES = fracture.Injuries(acute_pain=0.2, lasting_pain=0.3, acute_loss=0.1, lasting_loss=0.1)
CARE = {"bone.denosumab": 0.5, "mood.depression_relief": 0.1, "stress.beta1_blockade": 0.6}
PERSON = loop.Person(felt_input=0.2, depression_input=0.3, loss_input=0.1, cytokine_input=0.2)


def rested(body, estrogen=0.3):
    """Bone at rest at this estrogen, everything else healthy."""
    return loop.State(bone.rest(body.bone, bone.Inputs(estrogen=estrogen)), stability.HEALTHY, fracture.State(0.0))


def scaled(body, allowed):
    """Errors in proportion to the resting cells, and to 1 elsewhere."""
    return Tolerance(allowed, allowed * np.maximum(pack(rested(body), 1), 1e-3 * np.ones((18, 1))))


@pytest.mark.parametrize("method", ["RK45", "DOP853", "LSODA"])
def test_the_fast_stations_meet_scipy(default, method):
    def told(x):
        return loop.fast_inputs(x, PERSON, INJURIES, 0, CARE, loop.OPEN, default)

    def ours(time, rows):
        x = unpack(stability.HEALTHY, rows)
        return pack(loop.fast_rates(x, told(x), default), 1)

    def theirs(time, values):
        x = loop.fast_of(values.tolist())
        return list(leaves(loop.fast_rates(x, told(x), default)))

    zero = np.zeros(1)
    end, _ = integrate(ours, pack(stability.HEALTHY, 1), zero, zero + 365, zero, Tolerance(1e-9, 1e-11))
    reference = solve_ivp(theirs, (0, 365), np.zeros(8), method, rtol=1e-10, atol=1e-12).y[:, -1]
    assert end[:, 0] == pytest.approx(reference, rel=1e-7, abs=1e-9)


@pytest.mark.parametrize(("method", "years"), [("RK45", 1), ("DOP853", 1), ("LSODA", 10)])
def test_the_whole_body_meets_scipy(default, method, years):
    def ours(time, rows):
        state = loop.state_of(rows)
        return pack(loop.rates(state, PERSON, 0.2, INJURIES, CARE, loop.OPEN, default), 1)

    def theirs(time, values):
        state = loop.state_of(values.tolist())
        return list(leaves(loop.rates(state, PERSON, 0.2, INJURIES, CARE, loop.OPEN, default)))

    begin, zero, days = pack(rested(default), 1), np.zeros(1), 365.25 * years
    end, _ = integrate(ours, begin, zero, zero + days, zero, scaled(default, 1e-8))
    size = np.maximum(begin[:, 0], 1e-3)
    reference = solve_ivp(theirs, (0, days), begin[:, 0], method, rtol=1e-9, atol=1e-9 * size).y[:, -1]
    assert end[:, 0] / size == pytest.approx(reference / size, rel=1e-6, abs=1e-6)


def lanes_of(body, lanes):
    """Rates of some of six different people."""
    wide = np.linspace(0, 1, 6)
    person = selected(
        loop.Person(
            gain=0.3 + wide, felt_input=0.4 * wide, cortisol_input=0.3 * (1 - wide), density_now=0.8 + 0 * wide
        ),
        lanes,
    )
    care = {"bone.bisphosphonate": (wide**2)[lanes], "bone.denosumab": (50 * (wide > 0.5))[lanes]}
    estrogen, injuries = (1 - 0.9 * wide)[lanes], selected(INJURIES._replace(acute_pain=wide), lanes)

    def rates(time, rows):
        now = fracture.healed(injuries, time, fracture.Healing(45.0, 120.0, 60.0, 45.0))
        moved = loop.rates(loop.state_of(rows), person, estrogen, now, care, loop.OPEN, body)
        return pack(moved, rows.shape[1])

    return rates


@pytest.mark.parametrize("narrowing", [False, True])
@pytest.mark.parametrize("some", [[0], [5], [3, 1], [5, 4, 3, 2, 1, 0], [2, 0, 4]])
def test_one_patient_alone_equals_that_patient_in_a_crowd_to_the_last_bit(default, some, narrowing):
    def end(lanes):
        count = len(lanes)
        narrow = (lambda rest: lanes_of(default, lanes[rest])) if narrowing else None
        begin, step = pack(rested(default), count), np.zeros(count)
        for _ in range(3):
            zero = np.zeros(count)
            begin, step = integrate(
                lanes_of(default, lanes), begin, zero, zero + 30.4375, step, scaled(default, 1e-4), narrow
            )
        return begin

    lanes = np.array(some)
    assert np.array_equal(end(lanes), end(np.arange(6))[:, lanes])


def test_no_state_turns_negative_in_ten_years_of_any_drug_at_the_tolerance_of_a_forecast(default):
    drugs = [{}, {"bone.denosumab": 1e5}, {"bone.bisphosphonate": 5.0}, {"bone.sclerostin_antibody": 5.0}]
    drugs += [{"bone.teriparatide": 1.0}, {"mood.depression_relief": 0.5, "pain.pain_relief": 0.5}]
    places = sorted({place for drug in drugs for place in drug})
    care = {place: np.array([drug.get(place, 0.0) for drug in drugs]) for place in places}
    rows, step = pack(rested(default), len(drugs)), np.zeros(len(drugs))

    def rates(time, now):
        moved = loop.rates(loop.state_of(now), PERSON, 0.2, INJURIES, care, loop.OPEN, default)
        return pack(moved, len(drugs))

    zero = np.zeros(len(drugs))
    for _ in range(40):
        rows, step = integrate(rates, rows, zero, zero + 91.3125, step, scaled(default, 1e-4))
        assert (rows > -1e-6 * np.maximum(pack(rested(default), 1), 1)).all()
