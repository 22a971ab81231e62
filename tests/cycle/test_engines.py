"""The circle on our engines and on SciPy's, one patient or many: the same life."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from boneloop.cycle import loop, stability
from boneloop.cycle.body import bone, fracture
from boneloop.cycle.body.mineral.rest import rest as mineral_rest
from boneloop.cycle.body.mineral.state import Inputs
from boneloop.kernel.derivative import jacobian
from boneloop.kernel.dormand_prince import Tolerance, integrate
from boneloop.kernel.engines import engine_for
from boneloop.kernel.problem import Problem
from boneloop.kernel.recorder import record
from boneloop.kernel.vector import leaves, pack, unpack
from boneloop.mathematics import step
from boneloop.simulate.mineral_alone import FLOOR, sizes

INJURIES = fracture.Injuries(acute_pain=0.2, lasting_pain=0.3, acute_loss=0.1, lasting_loss=0.1)
CARE = {"bone.denosumab": 0.5, "mood.depression_relief": 0.1, "stress.beta1_blockade": 0.6}
PERSON = loop.Person(felt_input=0.2, depression_input=0.3, loss_input=0.1, cytokine_input=0.2, filtration=0.6)
HEALING = fracture.Healing(45.0, 120.0, 60.0, 45.0)
STATES = len(loop.STATE_NAMES)


def rested(body, estrogen=0.3):
    """Bone and minerals at rest at this estrogen, everything else healthy."""
    minerals = mineral_rest(body.mineral_engine, Inputs(estrogen=estrogen))
    cells = bone.rest(body.bone, bone.Inputs(estrogen=estrogen))
    return loop.State(cells, stability.HEALTHY, fracture.State(0.0), minerals)


def size(body):
    """What counts as 1 of each state: the resting cells, minerals as listed, 1 elsewhere."""
    cells = [max(float(value), 1e-3) for value in bone.rest(body.bone)]
    return np.array([*cells, *[1.0] * (len(loop.FAST_NAMES) + 1), *sizes(body.mineral_engine)])


def floor():
    """No state falls below 0 but the account of the calcium in bone."""
    return np.concatenate([np.zeros(STATES - len(FLOOR)), FLOOR])


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


@pytest.mark.parametrize(("method", "years"), [("Radau", 1), ("BDF", 1), ("LSODA", 10)])
def test_the_whole_body_meets_scipy(default, method, years):
    """Bone, fast stations and minerals, under drugs that reach all three."""
    care = {**CARE, "mineral.teriparatide": 20.0, "mineral.calcium_supplement": 500.0, "mineral.vitamin_d": 0.5}

    def model(rows, opened, days):
        return loop.rates(loop.state_of(rows), PERSON, 0.2, INJURIES, care, loop.OPEN, default)

    graph, begin, whole = record(model, STATES), pack(rested(default), 1), size(default)
    written, days = jacobian(graph), 365.25 * years
    places, none = tuple(np.array(written.entries).T), np.empty((0, 1))
    found = engine_for(graph).solve(Problem(begin, none, 0.0, days), Tolerance(1e-8, 1e-8 * whole))

    def theirs(time, values):
        return np.array(list(leaves(model(list(values), (), time))), dtype=np.float64)

    def slope(time, values):
        dense = np.zeros((STATES, STATES))
        dense[places] = written.graph(values[:, None], none, 0.0)[STATES : STATES + len(written.entries), 0]
        return dense

    given = {} if method == "LSODA" else {"jac": slope}
    reference = solve_ivp(theirs, (0, days), begin[:, 0], method, rtol=1e-9, atol=1e-9 * whole, **given)
    assert found.checked().states[:, 0] / whole == pytest.approx(reference.y[:, -1] / whole, rel=1e-6, abs=1e-6)


def wide(body):
    """The body of six different people, who differ by their one open number."""

    def model(rows, opened, days):
        (w,) = opened
        person = loop.Person(
            gain=0.3 + w, felt_input=0.4 * w, cortisol_input=0.3 * (1 - w), density_now=0.8, filtration=1 - 0.7 * w
        )
        care = {"bone.bisphosphonate": w * w, "bone.denosumab": 50 * step(w - 0.5)}
        now = fracture.healed(INJURIES._replace(acute_pain=w), days, HEALING)
        return loop.rates(loop.state_of(rows), person, 1 - 0.9 * w, now, care, loop.OPEN, body)

    return record(model, STATES, 1)


@pytest.fixture(scope="module")
def engine(default):
    """The compiled engine of the six."""
    return engine_for(wide(default))


@pytest.mark.parametrize("some", [[0], [5], [3, 1], [5, 4, 3, 2, 1, 0], [2, 0, 4]])
def test_one_patient_alone_equals_that_patient_in_a_crowd_to_the_last_bit(default, engine, some):
    def end(lanes):
        rows, step = pack(rested(default), len(lanes)), None
        for month in range(3):
            begin = month * 30.4375
            problem = Problem(rows, lanes[None] / 5, begin, begin + 30.4375, step=step)
            found = engine.solve(problem, Tolerance(1e-4, 1e-4 * size(default))).checked()
            rows, step = found.states, found.step
        return rows

    assert np.array_equal(end(np.array(some)), end(np.arange(6))[:, some])


def test_no_state_turns_negative_in_ten_years_of_any_drug_at_the_tolerance_of_a_forecast(default):
    drugs = [{}, {"bone.denosumab": 1e5}, {"bone.bisphosphonate": 5.0}, {"bone.sclerostin_antibody": 5.0}]
    drugs += [{"bone.teriparatide": 1.0, "mineral.teriparatide": 20.0}, {"mineral.calcium_supplement": 1500.0}]
    drugs += [{"mood.depression_relief": 0.5, "pain.pain_relief": 0.5}]
    places = sorted({place for drug in drugs for place in drug})
    amounts = np.array([[drug.get(place, 0.0) for drug in drugs] for place in places])

    def model(rows, opened, days):
        care = dict(zip(places, opened, strict=True))
        return loop.rates(loop.state_of(rows), PERSON, 0.2, INJURIES, care, loop.OPEN, default)

    engine, rows, step = engine_for(record(model, STATES, len(places))), pack(rested(default), len(drugs)), None
    allowed = Tolerance(1e-4, 1e-4 * size(default))
    for _ in range(40):
        found = engine.solve(Problem(rows, amounts, 0.0, 91.3125, step=step), allowed).checked()
        rows, step = found.states, found.step
        assert (rows >= floor()[:, None] - 1e-6 * np.maximum(size(default), 1)[:, None]).all()
