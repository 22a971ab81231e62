"""The compiled walk makes the moves of the NumPy engine; a person's moves are that person's alone."""

from __future__ import annotations

import ctypes
from dataclasses import replace
from decimal import Decimal, localcontext

import numpy as np
import pytest

from boneloop.errors import SimulationError
from boneloop.kernel.chain import Cohort, Law, chain
from boneloop.kernel.chain_plan import plan
from boneloop.kernel.chain_steps import Steps
from boneloop.kernel.native import chain_engine
from boneloop.kernel.native.assembly import Function
from boneloop.kernel.native.chain_code import chain_program
from boneloop.kernel.native.chain_engine import NativeChain
from boneloop.kernel.native.compiler import Linked, compile_text
from boneloop.kernel.native.machine import AVX2, AVX512, NEON, PLAIN
from boneloop.kernel.native.program import preamble
from boneloop.kernel.native.share_left import share_left
from boneloop.mathematics import exp, log, maximum, sqrt, tanh

STATES = ("well", "ill", "dead", "gone")


def by_hazard(person, now, p):
    """Ageing, and memory of how long a person has been ill."""
    death = p.rate * exp(0.09 * (person.age + now.cycle - 60))
    return {
        ("well", "ill"): 0.1 * (1 + person.male),
        ("ill", "well"): 1.5 * exp(-0.4 * now.stay) + 0.02,
        ("well", "dead"): death,
        ("ill", "dead"): 3 * death,
        ("ill", "gone"): 0.01,
    }


def by_probability(person, now, p):
    """Probabilities of many words, and staying named in one state."""
    ill = 0.05 + 0.04 * tanh((person.age + now.cycle - 70) / 9) + p.rate * person.male
    well = 1 / (4 + sqrt(now.cycle)) * maximum(log(person.age) / 5, 0.1)
    return {
        ("well", "ill"): ill,
        ("well", "dead"): 0.02,
        ("ill", "well"): well,
        ("ill", "gone"): 0.1,
        ("ill", "ill"): 0.9 - well,
    }


def by_halves(person, now, p):
    """Probabilities that either precision holds exactly."""
    return {
        ("well", "ill"): 0.25,
        ("ill", "well"): 0.375,
        ("ill", "dead"): 0.125 * person.male,
        ("well", "gone"): 2**-9,
    }


def four_states(person, now, p):
    """What health economists simulate; the numbers are made up."""
    age = person.age + now.cycle / 12 - 60
    death, fracture, depression = 0.001 * exp(0.1 * age), 0.0005 * exp(0.06 * age) * (2 - person.male), p.rate / 3
    return {
        ("well", "fracture"): fracture,
        ("well", "depressed"): depression,
        ("well", "dead"): death,
        ("fracture", "well"): 0.08,
        ("fracture", "depressed"): 2 * depression,
        ("fracture", "dead"): 2.4 * death,
        ("depressed", "well"): 0.05,
        ("depressed", "fracture"): 1.4 * fracture,
        ("depressed", "dead"): 1.5 * death,
    }


NAMES = {"covariates": ("age", "male"), "parameters": ("rate",)}
CHAINS = {
    "hazards": chain(STATES, by_hazard, Law.HAZARDS, **NAMES),
    "probabilities": chain(STATES, by_probability, Law.PROBABILITIES, **NAMES),
    "halves": chain(STATES, by_halves, Law.PROBABILITIES, **NAMES),
    "months": chain(("well", "fracture", "depressed", "dead"), four_states, Law.HAZARDS, **NAMES),
}


def people(persons, cycles=21, seed=1, **more):
    chance = np.random.default_rng(3)
    age, male = chance.uniform(40, 90, persons), chance.integers(0, 2, persons)
    more = {"start": chance.integers(0, 4, persons), "stay": chance.integers(0, 3, persons), "follow": True, **more}
    return Cohort({"age": age, "male": male}, cycles, seed=seed, parameters={"rate": 0.006}, **more)


def same(one, two):
    kept = one.last is None or (np.array_equal(one.last, two.last) and np.array_equal(one.entered, two.entered))
    return np.array_equal(one.occupancy, two.occupancy) and kept


@pytest.mark.parametrize("name", CHAINS)
@pytest.mark.parametrize("cycles", [0, 1, 4, 23, 60])
def test_it_makes_the_moves_of_the_numpy_engine(name, cycles):
    given = people(1003, cycles)
    assert same(NativeChain(CHAINS[name]).run(given), Steps(CHAINS[name]).run(given))


@pytest.mark.parametrize("name", CHAINS)
def test_a_run_that_is_not_followed_counts_the_same(name):
    given = people(1003)
    counted = NativeChain(CHAINS[name]).run(replace(given, follow=False))
    assert counted.last is None and counted.entered is None
    assert np.array_equal(counted.occupancy, NativeChain(CHAINS[name]).run(given).occupancy)


def test_in_single_precision_chances_that_are_exact_give_exactly_the_moves_of_double():
    given = people(5003, 60)
    single = NativeChain(CHAINS["halves"], np.float32).run(given)
    assert same(single, Steps(CHAINS["halves"], np.float32).run(given))
    assert same(single, NativeChain(CHAINS["halves"]).run(given))


@pytest.mark.parametrize("name", ["hazards", "probabilities"])
def test_in_single_precision_moves_differ_by_rounding_only(name):
    """A chance rounded to 2^-23 flips one draw in millions: of 100,000 person-cycles next to none."""
    given = people(5000, 20)
    single, double = NativeChain(CHAINS[name], np.float32).run(given), NativeChain(CHAINS[name]).run(given)
    assert np.sum(single.last != double.last) <= 2
    assert np.sum(single.entered != double.entered) <= 6


@pytest.mark.parametrize("kind", [np.float64, np.float32])
@pytest.mark.parametrize("name", CHAINS)
def test_every_width_of_machines_that_fuse_and_every_size_of_block_makes_the_same_moves(machines, kind, name):
    given = people(1003)
    first = NativeChain(CHAINS[name], kind, vectors=1).run(given)
    for machine in machines:
        if machine.fused:
            assert same(NativeChain(CHAINS[name], kind, machine, vectors=3).run(given), first)


def test_a_machine_that_does_not_fuse_makes_the_same_moves_in_double_precision():
    given = people(1003)
    assert same(NativeChain(CHAINS["hazards"], machine=PLAIN).run(given), Steps(CHAINS["hazards"]).run(given))


@pytest.mark.parametrize("kind", [np.float64, np.float32])
def test_one_thread_two_and_five_make_the_same_moves(kind):
    given = people(20_000)
    found = [NativeChain(CHAINS["hazards"], kind, threads=count).run(given) for count in (1, 2, 5)]
    assert same(found[0], found[1]) and same(found[0], found[2])


@pytest.mark.parametrize("kind", [np.float64, np.float32])
def test_a_person_fares_the_same_alone_and_in_any_order(kind):
    crowd = people(200, keys=np.random.default_rng(1).integers(0, 2**63, 200).astype(np.uint64))
    engine = NativeChain(CHAINS["hazards"], kind)
    together = engine.run(crowd)
    for some in (np.array([17]), np.array([199, 0, 64]), np.random.default_rng(2).permutation(200)):
        own = {name: values[some] for name, values in crowd.covariates.items()}
        fewer = replace(crowd, covariates=own, keys=crowd.keys[some], start=crowd.start[some], stay=crowd.stay[some])
        found = engine.run(fewer)
        assert np.array_equal(found.last, together.last[some])
        assert np.array_equal(found.entered, together.entered[:, some])


def test_without_keys_a_persons_number_is_their_key():
    given = people(100)
    assert same(NativeChain(CHAINS["hazards"]).run(given), NativeChain(CHAINS["hazards"]).run(
        replace(given, keys=np.arange(100, dtype=np.uint64))
    ))  # fmt: skip


@pytest.mark.parametrize("kind", [np.float64, np.float32])
def test_nobody_is_lost_and_the_dead_stay_dead(kind):
    found = NativeChain(CHAINS["months"], kind).run(people(3001, 120))
    assert (found.occupancy.sum(axis=1) == 3001).all() and (found.occupancy >= 0).all()
    assert (np.diff(found.occupancy[:, 3]) >= 0).all()


def test_a_block_in_which_all_have_died_is_still_counted():
    model = chain(("alive", "dead"), lambda person, now, p: {("alive", "dead"): 2.0}, Law.HAZARDS)
    found = NativeChain(model).run(Cohort({}, 400, np.zeros(70, dtype=int)))
    assert found.occupancy[-1].tolist() == [0, 70]
    assert (found.occupancy.sum(axis=1) == 70).all()


def test_constant_probabilities_give_the_powers_of_their_matrix():
    matrix = np.array([[0.75 - 2**-9, 0.25, 0, 2**-9], [0.375, 0.5, 0.125, 0], [0, 0, 1, 0], [0, 0, 0, 1]])
    count = 400_000
    given = Cohort({"age": np.zeros(count), "male": 1}, 40, "well", 5, {"rate": 0})
    found = NativeChain(CHAINS["halves"], np.float32).run(given).occupancy[-1] / count
    assert np.abs(found - np.linalg.matrix_power(matrix, 40)[0]).max() < 4.5 * 0.5 / np.sqrt(count)


def test_a_chain_that_nobody_can_leave_stands_still():
    model = chain(("here", "there"), lambda person, now, p: {}, Law.HAZARDS)
    assert NativeChain(model).run(Cohort({}, 5, ["here", "there", "there"])).occupancy.tolist() == [[1, 2]] * 6


def test_no_persons_are_no_trouble():
    assert NativeChain(CHAINS["months"]).run(people(0, 3)).occupancy.sum() == 0


@pytest.mark.parametrize("kind", [np.float64, np.float32])
@pytest.mark.parametrize("name", CHAINS)
def test_trouble_is_told_as_the_numpy_engine_tells_it(name, kind):
    given = people(500, 30, start="well")
    spoil = {
        "hazards": ("age", np.nan),
        "probabilities": ("male", 900.0),
        "halves": ("male", -3.0),
        "months": ("male", 2.5),
    }
    covariate, value = spoil[name]
    values = given.covariates[covariate].astype(float)
    values[[217, 388]] = value
    given = replace(given, covariates={**given.covariates, covariate: values})
    told = []
    for engine in (Steps(CHAINS[name], kind), NativeChain(CHAINS[name], kind)):
        with pytest.raises(
            SimulationError, match=r"person (217|388) \(counted from 0\), state '(well|ill|depressed)', cycle"
        ) as error:
            engine.run(given)
        told.append(str(error.value))
    assert told[0] == told[1]


def test_exponents_too_far_apart_for_a_float_are_worked_out_as_written():
    def far(person, now, p):
        return {("well", "dead"): 0.1 * exp(person.born / 10 + now.cycle / 100 - 200)}

    model = chain(("well", "dead"), far, Law.HAZARDS, covariates=("born",))
    given = Cohort({"born": np.linspace(1990, 2010, 500)}, 30, "well", follow=True)
    split = plan(model)
    assert split.apart
    near = NativeChain(model).run(given)
    assert same(near, Steps(model).run(given))

    def shifted(person, now, p):
        return {("well", "dead"): 0.1 * exp(person.born / 10 + (now.cycle - 20_000) / 100)}

    wide = chain(("well", "dead"), shifted, Law.HAZARDS, covariates=("born",))
    assert same(NativeChain(wide).run(given), Steps(wide).run(given))
    single = NativeChain(wide, np.float32).run(given)
    assert np.sum(single.last != near.last) <= 5


def test_a_chance_that_is_a_product_of_negative_numbers_is_a_chance():
    def odd(person, now, p):
        return {("well", "ill"): (person.age - 100) * (now.cycle - 50) * 1e-4, ("ill", "dead"): 0.1 - p.rate}

    model = chain(STATES, odd, Law.PROBABILITIES, **NAMES)
    assert same(NativeChain(model).run(people(500, 40)), Steps(model).run(people(500, 40)))


@pytest.mark.parametrize("machine", [PLAIN, AVX2, AVX512, NEON], ids=lambda machine: machine.processor)
@pytest.mark.parametrize("kind", ["double", "float"])
def test_code_is_made_for_every_kind_of_machine(machine, kind):
    made = chain_program(plan(CHAINS["hazards"]), machine.width(kind), machine, follow=True)
    assert compile_text(made.text, machine)[:4] == b"\x7fELF"


def test_the_second_engine_of_a_chain_is_not_compiled(monkeypatch):
    first = NativeChain(CHAINS["halves"]).run(people(50))
    monkeypatch.setattr(chain_engine, "compile_text", lambda *_: pytest.fail("compiled again"))
    assert same(NativeChain(CHAINS["halves"]).run(people(50)), first)


def exactly(x):
    with localcontext() as context:
        context.prec = 60
        x = Decimal(float(x))
        return (1 - (-x).exp()) / x


@pytest.mark.parametrize("kind", ["double", "float"])
def test_the_share_that_leaves_is_right_to_its_stated_error(kind, machines, block):
    for machine in machines:
        width = machine.width(kind)
        f = Function(width, "map", ["ptr %x", "ptr %y"], "void", "exported")
        f.store(share_left(f, f.load("%x")), "%y")
        f.do("ret void")
        text = preamble(width, machine) + f.text
        linked = Linked(compile_text(text, machine), machine, "map")
        run = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p)(linked.address)
        values = np.concatenate([np.geomspace(1e-30, 1e-3, 160), np.linspace(1e-3, 60, 1120)]).reshape(-1, width.lanes)
        errors = []
        for row in values:
            given, found = block(width, 1, row), block(width, 1)
            run(given.address, found.address)
            pairs = zip(given.rows[0], found.rows[0], strict=True)
            errors += [
                abs(Decimal(float(y)) / exactly(x) - 1) / Decimal(float(np.finfo(width.dtype).eps)) for x, y in pairs
            ]
        assert max(errors) < 2
        zero, one = block(width, 1, 0.0), block(width, 1)
        run(zero.address, one.address)
        assert (one.rows == 1).all()
