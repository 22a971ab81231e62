"""The JAX engine on the mineral engine: the course with its doses, in both precisions, and gradients by its parameters.

Takes some minutes, most of it for XLA to compile.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from boneloop.bench.cases import Mineral
from boneloop.cycle.body.mineral.form import PUBLISHED, SMOOTH
from boneloop.kernel.dormand_prince import Tolerance
from boneloop.kernel.engines import engine_for
from boneloop.kernel.problem import Event, Events

pytest.importorskip("jax", reason="the extra jax is not installed")

from boneloop.kernel.xla.engine import Xla

SHIFT = 1e-4


def two_years(form, count):
    """Four doses, and all states every half year."""
    engine = Mineral(form)
    whole = engine.ten_years(engine.denosumab()[:4], count)
    return engine.graph(), replace(whole, end=float(whole.times[3]), times=whole.times[:4])


@pytest.mark.parametrize("form", [PUBLISHED, SMOOTH], ids=["published", "smooth"])
def test_the_course_is_that_of_the_native_engine(form):
    """To a hundred-thousandth of each state, with as many steps."""
    graph, given = two_years(form, 8)
    ours = Xla(graph).solve(given, Tolerance(1e-6, 1e-9)).checked()
    theirs = engine_for(graph).solve(given, Tolerance(1e-6, 1e-9)).checked()
    assert np.all(np.abs(ours.recorded - theirs.recorded) <= 1e-5 * np.maximum(np.abs(theirs.recorded), 1e-3))
    assert np.all(np.abs(ours.accepted - theirs.accepted) <= 0.02 * theirs.accepted)


def test_single_precision_follows_double_precision():
    """At the tolerance that populations are run with, to a hundredth of each state."""
    graph, given = two_years(SMOOTH, 8)
    single = Xla(graph, np.float32).solve(given, Tolerance(1e-3, 1e-6)).checked().recorded
    exact = engine_for(graph).solve(given, Tolerance(1e-7, 1e-10)).checked().recorded
    assert np.all(np.abs(single - exact) <= 1e-2 * np.maximum(np.abs(exact), 1e-2))


def test_gradients_by_all_sixteen_parameters_are_those_of_central_differences():
    """Smooth form: a jump has no gradient. A year with two doses; the native engine at a tight tolerance judges."""
    graph, whole = two_years(SMOOTH, 2)
    given = replace(whole, end=float(whole.times[1]), times=whole.times[:2])
    places = range(graph.states, graph.states + graph.parameters)
    found = Xla(graph).gradient(given, Tolerance(1e-7, 1e-10), list(places))
    native, turns = engine_for(graph), 2 * graph.parameters
    shifts = SHIFT * given.parameters
    moved = [given.parameters + sign * np.eye(len(shifts))[:, [turn]] * shifts
             for sign in (1, -1) for turn in range(len(shifts))]  # fmt: skip
    events = Events.of([_own(given.events, patient % 2) for patient in range(2 * turns)])
    every = replace(given, states=np.tile(given.states, turns), parameters=np.concatenate(moved, axis=1), events=events)
    ends = native.solve(every, Tolerance(1e-10, 1e-13)).checked().states
    up, down = np.split(ends.reshape(graph.states, turns, 2), 2, axis=1)
    wanted = (up - down) / (2 * shifts)
    size = np.abs(wanted).max(axis=2, keepdims=True) * np.abs(given.parameters)
    assert np.all(np.abs(found.states - wanted) * np.abs(given.parameters) <= 1e-4 * size + 1e-6)


def _own(events, patient):
    rows = range(events.begin[patient], events.end[patient])
    return [
        Event(float(events.time[row]), int(events.place[row]), float(events.amount[row]), float(events.keep[row]))
        for row in rows
    ]
