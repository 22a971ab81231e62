"""The native engine does what the NumPy engine does, step for step; a patient's bits are that patient's alone."""

from __future__ import annotations

import _thread
import threading
from dataclasses import replace

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from boneloop.kernel.dormand_prince import Tolerance
from boneloop.kernel.engines import engine_for
from boneloop.kernel.native.compiler import Linked, compile_text
from boneloop.kernel.native.engine import Native
from boneloop.kernel.native.program import program
from boneloop.kernel.problem import Event, Events, Problem, Status
from boneloop.kernel.recorder import record
from boneloop.kernel.rodas4 import Rodas4
from boneloop.mathematics import power, sqrt, tanh

USUAL = Tolerance(1e-6, 1e-9)
CALENDAR = [Event(10.0, 3, 1.0), Event(25.0, 5, 0.9, keep=0.0), Event(25.0, 3, 0.5), Event(70.0, 0, 2.0, keep=0.5)]
TIMES = np.array([0.0, 5.0, 25.0, 60.0, 100.0])


def problem(system, lanes, seed=1, **more):
    states, parameters, _ = system.draw(lanes, seed, 0.3)
    more = {"events": Events.shared(CALENDAR, lanes), "times": TIMES, "restart": 0.1, **more}
    return Problem(states, parameters, 0.0, 100.0, **more)


def same_bits(one, two):
    fields = ("states", "time", "recorded", "status", "step", "accepted", "rejected")
    return all(np.array_equal(getattr(one, name), getattr(two, name), equal_nan=True) for name in fields)


@pytest.fixture(scope="module")
def native(reactions):
    return Native(reactions.graph)


@pytest.mark.parametrize("stops", [True, False])
def test_it_takes_the_steps_of_the_numpy_engine_and_arrives_where_that_arrives(reactions, native, stops):
    given = problem(reactions, 37, stops=stops)
    ours, theirs = native.solve(given, USUAL).checked(), Rodas4(reactions.graph).solve(given, USUAL)
    assert np.array_equal(ours.accepted, theirs.accepted) and np.array_equal(ours.rejected, theirs.rejected)
    assert ours.states == pytest.approx(theirs.states, rel=1e-9, abs=1e-12)
    assert ours.recorded == pytest.approx(theirs.recorded, rel=1e-9, abs=1e-12)
    assert ours.step == pytest.approx(theirs.step, rel=1e-6)


def test_a_model_that_time_moves_is_followed_too(words):
    states, parameters, start = words.draw(19)
    given = Problem(states, parameters, start, start + 3, times=np.linspace(0, 13, 8))
    ours, theirs = Native(words.graph).solve(given, USUAL), Rodas4(words.graph).solve(given, USUAL)
    assert np.array_equal(ours.status, theirs.status)
    assert np.array_equal(np.isnan(ours.recorded), np.isnan(theirs.recorded))
    assert ours.states == pytest.approx(theirs.states, rel=1e-8, nan_ok=True)


def test_trajectories_are_those_of_scipy(reactions, native):
    given = problem(reactions, 2, events=None, times=np.empty(0))
    found = native.solve(given, Tolerance(1e-9, 1e-12)).checked()
    for lane in range(2):
        parameters = given.parameters[:, [lane]]

        def rates(time, y, parameters=parameters):
            return reactions.graph(y[:, None], parameters, time)[:, 0]

        exact = solve_ivp(rates, (0, 100), given.states[:, lane], "Radau", rtol=1e-10, atol=1e-12).y[:, -1]
        assert found.states[:, lane] == pytest.approx(exact, rel=2e-9, abs=1e-11)


def test_one_patient_is_the_same_alone_as_in_the_crowd_bit_for_bit(reactions, native):
    crowd = problem(reactions, 21)
    together = native.solve(crowd, USUAL)
    for lane in (0, 7, 20):
        own = replace(
            crowd, states=crowd.states[:, [lane]], parameters=crowd.parameters[:, [lane]],
            events=Events.shared(CALENDAR, 1),
        )  # fmt: skip
        alone = native.solve(own, USUAL)
        assert np.array_equal(alone.states[:, 0], together.states[:, lane])
        assert np.array_equal(alone.recorded[..., 0], together.recorded[..., lane])
        assert (alone.accepted[0], alone.step[0]) == (together.accepted[lane], together.step[lane])


def test_the_order_of_patients_changes_no_bit(reactions, native):
    crowd = problem(reactions, 21)
    order = np.random.default_rng(1).permutation(21)
    mixed = replace(crowd, states=crowd.states[:, order], parameters=crowd.parameters[:, order])
    assert np.array_equal(native.solve(mixed, USUAL).recorded, native.solve(crowd, USUAL).recorded[..., order])


@pytest.mark.parametrize("kind", [np.float64, np.float32])
def test_one_thread_two_and_five_give_the_same_bits(reactions, kind):
    given = problem(reactions, 150)
    found = [Native(reactions.graph, kind, threads=count).solve(given, USUAL) for count in (1, 2, 5)]
    assert same_bits(found[0], found[1]) and same_bits(found[0], found[2])


@pytest.mark.parametrize("kind", [np.float64, np.float32])
@pytest.mark.parametrize("fused", [True, False])
def test_every_width_of_machines_that_fuse_gives_the_same_bits_and_of_those_that_do_not(
    reactions, machines, kind, fused
):
    given, some = problem(reactions, 40), [machine for machine in machines if machine.fused is fused]
    found = [Native(reactions.graph, kind, machine).solve(given, USUAL) for machine in some]
    assert all(same_bits(other, found[0]) for other in found)


@pytest.mark.parametrize("kind", [np.float64, np.float32])
def test_what_is_read_between_the_ends_of_steps_depends_on_nobody_else_either(reactions, machines, kind):
    """Some times to record are ends of steps because something happens there, others are not."""
    given = problem(reactions, 40, stops=False, times=np.array([3.0, 10.0, 11.0, 25.0, 99.5]))
    found = [Native(reactions.graph, kind, machine).solve(given, USUAL) for machine in machines if machine.fused]
    assert all(same_bits(other, found[0]) for other in found)
    alone = Native(reactions.graph, kind).solve(
        replace(given, states=given.states[:, 7:8], parameters=given.parameters[:, 7:8],
                events=Events.shared(CALENDAR, 1)), USUAL)  # fmt: skip
    assert np.array_equal(alone.recorded[..., 0], found[0].recorded[..., 7])


@pytest.mark.parametrize("stops", [True, False])
@pytest.mark.parametrize("kind", [np.float64, np.float32])
def test_what_is_recorded_at_the_end_is_where_everybody_arrived(reactions, kind, stops):
    given = problem(reactions, 21, stops=stops, times=np.array([100.0]))
    for engine in (Native(reactions.graph, kind), Rodas4(reactions.graph, kind)):
        found = engine.solve(given, Tolerance(1e-4, 1e-7)).checked()
        assert np.array_equal(found.recorded[0], found.states)


def test_a_machine_that_does_not_fuse_agrees_within_rounding(reactions, machines, native):
    given = problem(reactions, 40)
    for machine in machines:
        found = Native(reactions.graph, machine=machine).solve(given, USUAL)
        assert found.states == pytest.approx(native.solve(given, USUAL).states, rel=1e-9, abs=1e-12)


def test_the_level_of_optimization_changes_no_bit(reactions, machine, native):
    given = problem(reactions, 40)
    plain = Native(reactions.graph)
    text = program(reactions.graph, plain.width, machine).text
    plain.running.linked = Linked(compile_text(text, machine, level=0), machine)
    assert same_bits(plain.solve(given, USUAL), native.solve(given, USUAL))


def test_single_precision_follows_double_precision(reactions, native):
    given, loose = problem(reactions, 40), Tolerance(1e-4, 1e-7)
    single = Native(reactions.graph, np.float32).solve(given, loose).checked()
    assert single.states.dtype == np.float32
    assert single.recorded == pytest.approx(native.solve(given, loose).recorded, rel=1e-3, abs=1e-6)


def test_patients_have_their_own_times_and_their_own_calendars(reactions, native):
    chance, lanes = np.random.default_rng(2), 29
    own = [
        [Event(t, 3, chance.uniform(0, 2)) for t in chance.uniform(-10, 120, chance.integers(0, 6))]
        for _ in range(lanes)
    ]
    start = chance.uniform(0, 40, lanes)
    end = np.where(np.arange(lanes) % 7 == 3, start, start + chance.uniform(0, 60, lanes))
    given = replace(problem(reactions, lanes, events=Events.of(own)), start=start, end=end)
    ours, theirs = native.solve(given, USUAL).checked(), Rodas4(reactions.graph).solve(given, USUAL)
    assert np.array_equal(ours.time, end) and np.array_equal(ours.accepted, theirs.accepted)
    assert np.array_equal(np.isnan(ours.recorded), np.isnan(theirs.recorded))
    assert ours.recorded == pytest.approx(theirs.recorded, rel=1e-9, abs=1e-12, nan_ok=True)


def falling(y, p, time):
    return (-sqrt(y[0]) * p[0], p[0] - y[1])


def test_a_patient_who_leaves_the_model_stops_alone_and_changes_no_bit_of_the_others():
    native = Native(record(falling, 2, 1))
    speeds = np.linspace(0.1, 0.3, 20)[None]
    bad = speeds.copy()
    bad[0, [3, 11]] = 1.0
    well = native.solve(Problem(np.ones((2, 20)), speeds, 0.0, 5.0, times=np.arange(6.0)), USUAL).checked()
    some = native.solve(Problem(np.ones((2, 20)), bad, 0.0, 5.0, times=np.arange(6.0)), USUAL)
    assert list(some.stopped()) == [3, 11]
    assert (some.status[[3, 11]] == Status.NO_STEP_SHORT_ENOUGH).all()
    assert some.time[[3, 11]] == pytest.approx(2, abs=0.01)
    assert np.isnan(some.recorded[3:, :, [3, 11]]).all() and np.isfinite(some.recorded[:2, :, [3, 11]]).all()
    others = np.delete(np.arange(20), [3, 11])
    assert np.array_equal(some.recorded[..., others], well.recorded[..., others])


def test_a_patient_without_numbers_stops_at_once_and_the_rest_finish(reactions, native):
    given = problem(reactions, 9)
    given.states[1, 4] = np.nan
    found = native.solve(given, USUAL)
    assert found.status.tolist() == [0] * 4 + [Status.NO_STEP_SHORT_ENOUGH] + [0] * 4


def test_the_number_of_steps_is_limited_for_each_patient(reactions, native):
    found = native.solve(problem(reactions, 9, most_steps=25), USUAL)
    assert (found.status == Status.TOO_MANY_STEPS).all()
    assert (found.accepted + found.rejected == 25).all()


def test_the_floor_is_that_of_the_numpy_engine():
    graph = record(lambda y, p, time: (-y[0] / (0.001 + y[0]),), 1)
    given = Problem(np.ones((1, 30)), np.empty((0, 30)), 0.0, np.linspace(1.1, 4, 30), floor=0.0)
    loose = Tolerance(1e-2, 1e-4)
    ours, theirs = Native(graph).solve(given, loose).checked(), Rodas4(graph).solve(given, loose)
    assert ours.states.min() >= 0
    assert ours.states == pytest.approx(theirs.states, rel=1e-9, abs=1e-15)
    assert np.array_equal(ours.accepted, theirs.accepted)


def test_nobody_at_all_is_no_trouble(reactions, native):
    none = Problem(np.empty((4, 0)), np.empty((3, 0)), 0.0, 1.0, times=TIMES)
    assert native.solve(none, USUAL).recorded.shape == (5, 4, 0)


def test_what_was_handed_in_is_not_changed(reactions, native):
    given = problem(reactions, 5)
    before = given.states.copy(), given.parameters.copy()
    native.solve(given, USUAL)
    assert np.array_equal(given.states, before[0]) and np.array_equal(given.parameters, before[1])


def test_an_interruption_waits_for_no_more_than_the_patients_under_way(reactions, monkeypatch):
    """Whatever ends the wait, no thread takes up another patient and none outlives the call."""
    native = Native(reactions.graph, threads=2)
    native.running.settle()
    given = problem(reactions, 20_000)
    join, first = threading.Thread.join, []

    def interrupted(thread, timeout=None):
        if not first:
            first.append(thread)
            raise KeyboardInterrupt
        join(thread, timeout)

    monkeypatch.setattr(threading.Thread, "join", interrupted)
    before = threading.active_count()
    with pytest.raises(KeyboardInterrupt):
        native.solve(given, USUAL)
    assert threading.active_count() == before


def endless(y, p, time):
    return (100 * cosine_like(time) - y[0],)


def cosine_like(time):
    """Goes up and down for ever, without a cosine."""
    return tanh(time - 10 * power(1 + time * time, 0.5)) + sqrt(1 + time)


def test_an_interruption_does_not_even_wait_for_a_patient_who_never_arrives():
    native = Native(record(endless, 1))
    given = Problem(np.ones((1, 1)), np.empty((0, 1)), 0.0, 1e12, longest=0.5, most_steps=10**9)
    timer = threading.Timer(0.3, _thread.interrupt_main)
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        native.solve(given, USUAL)
    timer.join()


@pytest.mark.parametrize("engine", [Native, Rodas4])
def test_who_watches_hears_how_many_are_done_and_in_the_end_all(reactions, engine):
    heard, threads = [], set()

    def watch(done):
        heard.append(done)
        threads.add(threading.get_ident())

    count = 30_000 if engine is Native else 30
    engine(reactions.graph).solve(problem(reactions, count), USUAL, watch)
    assert heard == sorted(heard) and heard[-1] == count and len(heard) > 2
    assert threads == {threading.get_ident()}


def test_what_the_watcher_raises_ends_the_solution(reactions):
    def watch(done):
        raise RuntimeError("enough")

    native = Native(reactions.graph)
    native.running.settle()
    before = threading.active_count()
    with pytest.raises(RuntimeError, match="enough"):
        native.solve(problem(reactions, 30_000), USUAL, watch)
    assert threading.active_count() == before


def test_better_code_takes_over_while_patients_are_under_way_and_changes_no_bit(reactions, machine):
    native, given = Native(reactions.graph), problem(reactions, 30_000)
    native.running.settle()
    good, taken = native.running.linked, []
    native.running.linked = Linked(
        compile_text(program(reactions.graph, native.width, machine).text, machine, 0), machine
    )
    advance = good.advance
    good.advance = lambda *places: (taken.append(1), advance(*places))

    def watch(done):
        native.running.linked = good

    found = native.solve(given, USUAL, watch)
    assert taken
    assert same_bits(found, native.solve(given, USUAL))


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_a_parameter_that_is_no_number_stops_its_patient_alone(reactions, native, bad):
    given = problem(reactions, 19)
    well = native.solve(given, USUAL)
    given.parameters[1, 4] = bad
    found, others = native.solve(given, USUAL), np.delete(np.arange(19), 4)
    assert list(found.stopped()) == [4]
    assert np.array_equal(found.states[:, others], well.states[:, others])


@pytest.mark.parametrize("kind", [np.float64, np.float32])
@pytest.mark.parametrize("amount", [np.inf, np.nan, 1e308])
def test_a_dose_without_bounds_stops_its_patient_alone(reactions, kind, amount):
    calendars = [[*CALENDAR, Event(50.0, 3, amount)] if patient == 2 else CALENDAR for patient in range(5)]
    found = Native(reactions.graph, kind).solve(problem(reactions, 5, events=Events.of(calendars)), USUAL)
    assert list(found.stopped()) == [2] and found.time[2] == pytest.approx(50, abs=1)
    assert np.isfinite(found.recorded[:3]).all()


def test_a_model_of_one_state_and_no_parameter_is_a_model():
    found = Native(record(lambda y, p, time: (-y[0],), 1)).solve(
        Problem(np.ones((1, 3)), np.empty((0, 3)), 0.0, 1.0), Tolerance(1e-9, 1e-12)
    )
    assert found.checked().states == pytest.approx(np.exp(-1), rel=1e-8)


def test_the_engine_of_this_machine_is_native_where_llvmlite_is_and_numpy_elsewhere(reactions, monkeypatch):
    assert isinstance(engine_for(reactions.graph), Native)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert isinstance(engine_for(reactions.graph), Rodas4)


def test_a_model_without_a_rate_for_each_state_is_refused():
    with pytest.raises(ValueError, match="one rate per state"):
        Native(record(lambda y, p, time: (y[0],), 2))
