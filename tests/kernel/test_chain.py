"""Chains: nobody is lost, chances are those of the model, and luck is a person's own."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boneloop.errors import SimulationError
from boneloop.kernel.chain import Cohort, Law, chain, engine_for
from boneloop.kernel.chain_steps import Steps
from boneloop.mathematics import exp, step

STATES = ("well", "ill", "dead")


def simple(chances, law=Law.PROBABILITIES):
    """A chain whose chances are the same for everybody, always."""
    return chain(STATES, lambda person, now, parameters: chances, law)


def ageing(person, now, parameters):
    """Hazards that grow with age, and with the time a person has been ill."""
    age = person.age + now.cycle
    return {
        ("well", "ill"): parameters.rate * (1 + person.male),
        ("ill", "well"): 0.4 * exp(-0.3 * now.stay),
        ("well", "dead"): 0.004 * exp(0.09 * (age - 60)),
        ("ill", "dead"): 0.012 * exp(0.09 * (age - 60)),
    }


AGEING = chain(STATES, ageing, Law.HAZARDS, covariates=("age", "male"), parameters=("rate",))


def people(persons, cycles=20, seed=1, **more):
    chance = np.random.default_rng(3)
    age, male = chance.uniform(40, 90, persons), chance.integers(0, 2, persons)
    return Cohort({"age": age, "male": male}, cycles, "well", seed, {"rate": 0.1}, **more)


def theory(probabilities, cycles):
    """Expected shares, cycle by cycle: the powers of the matrix."""
    matrix = np.eye(len(STATES))
    for (origin, target), p in probabilities.items():
        row, column = STATES.index(origin), STATES.index(target)
        matrix[row, column] += p
        matrix[row, row] -= p
    return np.array([np.linalg.matrix_power(matrix, cycle)[0] for cycle in range(cycles + 1)])


CHANCES = {("well", "ill"): 0.15, ("ill", "well"): 0.3, ("well", "dead"): 0.02, ("ill", "dead"): 0.08}


def close(shares, expected, persons):
    return np.abs(shares - expected).max() < 4.5 * 0.5 / np.sqrt(persons)


def test_constant_probabilities_give_the_powers_of_their_matrix():
    found = Steps(simple(CHANCES)).run(Cohort({}, 30, np.zeros(40_000, dtype=int)))
    assert close(found.occupancy / 40_000, theory(CHANCES, 30), 40_000)


def test_competing_hazards_share_the_chance_of_leaving_in_proportion():
    hazards = {("well", "ill"): 0.5, ("well", "dead"): 0.25, ("ill", "well"): 3.0, ("ill", "dead"): 0.7}
    probabilities = {}
    for (origin, target), hazard in hazards.items():
        total = sum(h for (start, _), h in hazards.items() if start == origin)
        probabilities[origin, target] = (1 - np.exp(-total)) * hazard / total
    found = Steps(simple(hazards, Law.HAZARDS)).run(Cohort({}, 8, np.zeros(40_000, dtype=int)))
    assert close(found.occupancy / 40_000, theory(probabilities, 8), 40_000)


def test_hazards_that_grow_with_age_give_the_survival_they_imply():
    grow = chain(
        ("alive", "dead"),
        lambda person, now, p: {("alive", "dead"): 0.01 * exp(0.1 * (person.age + now.cycle - 60))},
        Law.HAZARDS,
        covariates=("age",),
    )
    found = Steps(grow).run(Cohort({"age": np.full(40_000, 70.0)}, 25))
    hazard = 0.01 * np.exp(0.1 * (70 + np.arange(25) - 60))
    assert close(found.share("alive")[1:], np.exp(-np.cumsum(hazard)), 40_000)


def test_a_chance_may_depend_on_the_time_in_the_state():
    """Everybody falls ill at once, and is well again after exactly three cycles."""
    model = simple({("well", "ill"): 1.0, ("ill", "well"): 0.0})
    model = chain(
        STATES, lambda person, now, p: {("well", "ill"): 1, ("ill", "well"): step(now.stay - 1.5)}, Law("probabilities")
    )
    found = Steps(model).run(Cohort({}, 9, "well", follow=True))
    assert found.occupancy[:, 1].tolist() == [0, 1, 1, 1, 0, 1, 1, 1, 0, 1]
    started = Steps(model).run(Cohort({}, 3, "ill", stay=2))
    assert started.occupancy[:, 1].tolist() == [1, 0, 1, 1]


@settings(max_examples=25)
@given(st.integers(1, 300), st.integers(0, 15), st.integers(0, 5), st.sampled_from([np.float32, np.float64]))
def test_nobody_is_lost_and_the_dead_stay_dead(persons, cycles, seed, kind):
    found = Steps(AGEING, kind).run(people(persons, cycles, seed))
    assert found.occupancy.shape == (cycles + 1, 3)
    assert (found.occupancy.sum(axis=1) == persons).all()
    assert (np.diff(found.occupancy[:, 2]) >= 0).all()


def test_a_follow_up_tells_the_last_state_and_the_first_entries():
    found = Steps(AGEING).run(people(500, follow=True))
    assert np.array_equal(np.bincount(found.last, minlength=3), found.occupancy[-1])
    assert (found.entered[0] == 0).all()
    died = found.entered[2] >= 0
    assert np.array_equal(died, found.last == 2)
    by_cycle = np.bincount(found.entered[2][died], minlength=21)
    assert np.array_equal(np.cumsum(by_cycle), found.occupancy[:, 2])


def test_a_person_fares_the_same_alone_as_in_the_crowd():
    crowd = people(40, follow=True)
    together = Steps(AGEING).run(crowd)
    for person in (0, 7, 39):
        own = {name: values[person : person + 1] for name, values in crowd.covariates.items()}
        key = np.array([person], dtype=np.uint64)
        alone = Steps(AGEING).run(replace(crowd, covariates=own, keys=key))
        assert np.array_equal(alone.entered[:, 0], together.entered[:, person])
        assert alone.last[0] == together.last[person]


def test_another_seed_and_another_stream_are_other_luck():
    one = Steps(AGEING).run(people(300, follow=True))
    for other in (people(300, seed=2, follow=True), people(300, follow=True, stream="second")):
        assert not np.array_equal(one.entered, Steps(AGEING).run(other).entered)


def test_a_higher_hazard_takes_the_same_persons_and_some_more():
    """Common random numbers: under two plans a person meets the same luck."""
    model = chain(
        ("alive", "dead"), lambda person, now, p: {("alive", "dead"): p.rate}, Law.HAZARDS, parameters=("rate",)
    )
    who = np.zeros(2000, dtype=int)
    low, high = (Steps(model).run(Cohort({}, 10, who, parameters={"rate": rate}, follow=True)) for rate in (0.05, 0.06))
    assert (high.last[low.last == 1] == 1).all() and high.last.sum() > low.last.sum()


def test_keys_are_what_luck_hangs_on():
    keys = np.array([5, 5, 2**40 + 5], dtype=np.uint64)
    model = simple({("well", "ill"): 0.5, ("ill", "well"): 0.5})
    found = Steps(model).run(Cohort({}, 40, keys=keys, follow=True))
    assert found.last[0] == found.last[1]
    assert found.entered[1][0] == found.entered[1][1]


def test_staying_may_be_named_and_then_must_make_the_sum_1():
    good = simple({("well", "ill"): 0.25, ("well", "well"): 0.75})
    assert Steps(good).run(Cohort({}, 4)).occupancy.sum() == 5
    bad = simple({("well", "ill"): 0.25, ("well", "well"): 0.7})
    with pytest.raises(SimulationError, match=r"person 0 .*'well', cycle 0: .* sum to 1; got to well 0.7, to ill 0.25"):
        Steps(bad).run(Cohort({}, 4))


@pytest.mark.parametrize(
    ("law", "chances", "told"),
    [
        (Law.PROBABILITIES, {("well", "ill"): -0.1}, "from 0 to 1 .* got to ill -0.1"),
        (Law.PROBABILITIES, {("well", "ill"): 0.7, ("well", "dead"): 0.4}, "at most 1; got to ill 0.7, to dead 0.4"),
        (Law.PROBABILITIES, {("well", "ill"): np.nan}, "got to ill nan"),
        (Law.HAZARDS, {("well", "ill"): -1e-9}, "hazards of 0 or more"),
        (Law.HAZARDS, {("well", "ill"): np.inf}, "finite; got to ill inf"),
    ],
)
def test_chances_that_are_none_are_named_with_person_state_and_cycle(law, chances, told):
    with pytest.raises(SimulationError, match=rf"person 0 \(counted from 0\), state 'well', cycle 0: .*{told}"):
        Steps(simple(chances, law)).run(Cohort({}, 4))


def test_the_first_person_with_trouble_is_named_with_their_first_cycle():
    model = chain(
        STATES,
        lambda person, now, p: {("well", "dead"): person.slope * now.cycle},
        Law.PROBABILITIES,
        covariates=("slope",),
    )
    slope = np.array([0.0, 0.0, -0.1, 0.0, 0.5])
    with pytest.raises(SimulationError, match=r"person 2 .* cycle 1: .*got to dead -0\.1"):
        Steps(model).run(Cohort({"slope": slope}, 5))


def test_a_covariate_that_is_no_number_is_trouble_of_that_person():
    cohort = people(5)
    cohort.covariates["age"][3] = np.nan
    with pytest.raises(SimulationError, match=r"person 3 .*'well', cycle 0: .* to dead nan"):
        Steps(AGEING).run(cohort)


def test_chances_of_a_state_nobody_is_in_do_not_matter():
    model = simple({("well", "dead"): 0.1, ("ill", "dead"): 7.0})
    assert Steps(model).run(Cohort({}, 5)).occupancy[0, 0] == 1


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"covariates": {"age": 50}}, "covariates: expected age, male; got age"),
        ({"parameters": {}}, "parameters: expected rate; got none"),
        ({"covariates": {"age": [50, 60], "male": [0, 0, 1]}}, "one number per person.*age 2, male 3"),
        ({"covariates": {"age": np.ones((2, 2)), "male": 0}}, "one number per person"),
        ({"cycles": -1}, "cycles: expected 0 or more, got -1"),
        ({"start": "gone"}, "there is no state 'gone'; there are well, ill, dead"),
        ({"start": ["well", "gone"]}, "there is no state 'gone'"),
        ({"start": np.array([0, 3])}, "start: expected numbers from 0 to 2"),
    ],
)
def test_a_cohort_that_does_not_fit_is_refused(more, told):
    cohort = replace(people(2), **more)
    with pytest.raises(ValueError, match=told):
        Steps(AGEING).run(cohort)


def test_a_move_to_nowhere_a_state_twice_or_a_hazard_of_staying_is_refused():
    with pytest.raises(ValueError, match="move 'well' to 'gone': there is no state 'gone'"):
        simple({("well", "gone"): 0.1})
    with pytest.raises(ValueError, match="states: expected different names"):
        chain(("a", "a"), lambda person, now, p: {}, Law.HAZARDS)
    with pytest.raises(ValueError, match="staying has none"):
        simple({("well", "well"): 0.1}, Law.HAZARDS)


def test_the_engine_of_this_machine_walks_the_same_way():
    cohort = people(200, follow=True)
    found, expected = engine_for(AGEING).run(cohort), Steps(AGEING).run(cohort)
    assert np.array_equal(found.occupancy, expected.occupancy)
    assert np.array_equal(found.entered, expected.entered)


def test_without_llvmlite_the_numpy_engine_takes_over(monkeypatch):
    monkeypatch.setattr("boneloop.kernel.engines.has_native", lambda: False)
    assert isinstance(engine_for(AGEING), Steps)
