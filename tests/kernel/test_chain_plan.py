"""The plan of a chain: fewer operations, the same chances."""

from __future__ import annotations

import numpy as np
import pytest

from boneloop.kernel.chain import Law, chain
from boneloop.kernel.chain_plan import plan
from boneloop.kernel.expression import Op
from boneloop.mathematics import exp, log, maximum, minimum, power, sqrt, step, tanh

STATES = ("dead", "a", "b", "c")


def gompertz(person, now, p):
    """Every state dies by its own ratio, falls by its own slope, and recovers as it likes."""
    age = person.age + now.cycle / 12
    death = p.death * exp(p.slope * (age - 60)) * (1 + 0.5 * person.male)
    fall = 0.01 * exp(0.05 * age - p.slope * person.male + 0.2)
    return {
        ("a", "dead"): death,
        ("b", "dead"): 2.5 * death,
        ("c", "dead"): p.ratio * death,
        ("a", "b"): fall,
        ("c", "b"): 1.4 * fall,
        ("b", "a"): 0.3,
        ("c", "a"): 0.2 * exp(-now.stay / 3),
        ("a", "c"): 0.02 * person.male,
    }


def every_word(person, now, p):
    """Nothing separates here, and no two states are alike."""
    age = person.age + now.cycle
    return {
        ("a", "dead"): sqrt(age) / 100 + tanh(now.cycle - age / 9) / 50 + 0.02,
        ("b", "dead"): log(age) / 50,
        ("c", "dead"): maximum(age - 70, 0) / 1000,
        ("a", "b"): power(age, 1.3) / 1000 * p.ratio,
        ("b", "c"): minimum(age * p.death, 0.3) * exp(-age / 100) / (1 + age),
        ("b", "b"): 0.3 + person.male / 9,
        ("c", "a"): step(age - 65) / 10 + (-age * 0.001 + 0.1) * person.male,
    }


NAMES = {"covariates": ("age", "male"), "parameters": ("death", "slope", "ratio")}
MODELS = {
    "gompertz": chain(STATES, gompertz, Law.HAZARDS, **NAMES),
    "words": chain(STATES, every_word, Law.PROBABILITIES, **NAMES),
}


def draw(lanes=400):
    chance = np.random.default_rng(2)
    stay, time = chance.integers(0, 9, lanes).astype(float), chance.integers(0, 240, lanes).astype(float)
    given = [chance.uniform(40, 95, lanes), chance.integers(0, 2, lanes).astype(float)]
    shared = [np.full(lanes, value) for value in (0.004, 0.1, 1.7)]
    return stay, time, np.array(given + shared)


def chances(made, code, stay, time, values):
    """What a plan works out, rows as in its step."""
    lanes = len(stay)
    state = np.full((1, lanes), float(code))
    settled = made.part(made.settled)(state, values, time)
    tabulated = made.part(made.tabulated)(state, values, time)
    return made.step(np.concatenate([stay[None], settled]), tabulated)


@pytest.mark.parametrize("plain", [False, True])
@pytest.mark.parametrize("name", MODELS)
def test_the_chances_of_each_state_are_those_that_were_written(name, plain):
    model = MODELS[name]
    made, (stay, time, values) = plan(model, plain), draw()
    written = model.graph(stay[None], values, time)
    for state in model.living:
        found = chances(made, made.codes[state], stay, time, values)
        expected = np.zeros((len(made.targets), len(stay)))
        for place in model.out_of(state):
            expected[made.targets.index(model.moves[place][1])] = written[place]
        assert found[: len(expected)] == pytest.approx(expected, rel=1e-12, abs=1e-15)
        assert found[len(expected)] == pytest.approx(expected.sum(axis=0), rel=1e-12, abs=1e-15)
        if made.staying:
            named = model.staying(state)
            left = 1 - expected.sum(axis=0) if named is None else written[named]
            assert found[-1] == pytest.approx(left, rel=1e-12, abs=1e-15)


def test_a_gompertz_hazard_costs_no_exponential_in_a_cycle():
    made = plan(MODELS["gompertz"])
    # the one left hangs on the time in the state
    assert made.step.count()[Op.EXP] == 1
    assert len(made.apart) == 2


def test_states_that_differ_in_numbers_share_their_expression():
    """Three states die, two fall: each time one product of what is settled and what is tabulated."""
    step = plan(MODELS["gompertz"]).step
    dies, falls = (step.sheet.ops[step.results[target]] for target in (0, 2))
    assert dies is Op.MULTIPLY and falls is Op.MULTIPLY
    assert step.count()[Op.MULTIPLY] <= 4


def test_what_is_settled_or_tabulated_does_not_hang_on_the_other():
    made, (stay, time, values) = plan(MODELS["gompertz"]), draw()
    state = np.ones((1, len(stay)))
    assert np.array_equal(
        made.part(made.settled)(state, values, time), made.part(made.settled)(state, values, time + 9)
    )
    once = made.part(made.tabulated)(state, values, time)
    assert np.array_equal(
        once, made.part(made.tabulated)(state + 1, np.concatenate([values[:2] + 9, values[2:]]), time)
    )


def test_states_that_can_be_left_come_first_in_the_codes():
    made = plan(MODELS["gompertz"])
    assert made.codes[STATES.index("dead")] == 3
    assert sorted(made.codes) == [0, 1, 2, 3] and made.living == 3


def test_a_plan_says_whether_the_time_in_the_state_matters():
    assert plan(MODELS["gompertz"]).counts_stay
    assert not plan(MODELS["words"]).counts_stay


def test_a_plan_knows_what_must_not_be_negative_where_that_can_be_seen():
    """Products and sums of what is settled and tabulated are not negative if those are not; a difference may be."""
    made, (stay, time, values) = plan(MODELS["gompertz"]), draw()
    settled, tabulated = made.positive
    assert (made.part(made.settled)(np.ones((1, len(stay))), values, time)[sorted(settled)] >= 0).all()
    assert len(tabulated) == 2
    assert plan(MODELS["words"]).positive is None
    assert plan(MODELS["gompertz"], plain=True).positive is None


def test_a_chain_that_nobody_can_leave_has_an_empty_plan():
    made = plan(chain(("here", "there"), lambda person, now, p: {}, Law.HAZARDS))
    assert made.targets == () and made.step.results == ()
