"""The SciPy engine answers what every engine is asked: events, records, and patients that stop alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from boneloop.kernel.dormand_prince import Tolerance
from boneloop.kernel.problem import Event, Events, Problem, Status
from boneloop.kernel.recorder import record
from boneloop.kernel.reference import Reference
from boneloop.kernel.rodas4 import Rodas4
from boneloop.mathematics import sqrt

FINE = Tolerance(1e-8, 1e-11)
CALENDAR = [Event(10.0, 3, 1.0), Event(25.0, 5, 0.9, keep=0.0), Event(25.0, 3, 0.5), Event(70.0, 0, 2.0, keep=0.5)]


def problem(system, lanes=2, **more):
    states, parameters, _ = system.draw(lanes, 1, 0.3)
    times = np.array([0.0, 5.0, 25.0, 25.0, 60.0, 100.0])
    return Problem(states, parameters, 0.0, 100.0, Events.shared(CALENDAR, lanes), times, restart=0.1, **more)


@pytest.mark.parametrize("method", ["Radau", "LSODA"])
@pytest.mark.parametrize("stops", [True, False])
def test_it_records_what_rodas_records_through_doses_and_changed_inputs(reactions, method, stops):
    given = problem(reactions, rows=[3, 0], stops=stops)
    ours = Reference(reactions.graph, method).solve(given, FINE).checked()
    theirs = Rodas4(reactions.graph).solve(replace(given, stops=True), FINE)
    assert ours.recorded == pytest.approx(theirs.recorded, rel=1e-5, abs=1e-8)
    assert ours.states == pytest.approx(theirs.states, rel=1e-6, abs=1e-9)


def test_patients_have_their_own_times(reactions):
    given = replace(problem(reactions), start=np.array([0.0, 20.0]), end=np.array([60.0, 20.0]))
    found = Reference(reactions.graph).solve(given, FINE).checked()
    assert found.time.tolist() == [60, 20]
    assert np.array_equal(found.states[:, 1], given.states[:, 1])
    assert np.isfinite(found.recorded[:, 0, 0]).tolist() == [True] * 5 + [False]
    assert np.isnan(found.recorded[:, 0, 1]).all()


def test_a_patient_who_leaves_the_model_stops_alone_and_is_named():
    graph = record(lambda y, p, time: (-sqrt(y[0]) * p[0],), 1, 1)
    given = Problem(np.array([[1.0, 1.0, np.nan]]), np.array([[0.1, 1.0, 0.1]]), 0.0, 5.0)
    found = Reference(graph).solve(given, Tolerance(1e-6, 1e-9))
    assert found.status.tolist() == [Status.ARRIVED, Status.NO_STEP_SHORT_ENOUGH, Status.NO_STEP_SHORT_ENOUGH]
    assert found.time[1] == pytest.approx(2, abs=0.01)
    assert found.states[0, 0] == pytest.approx(0.75**2, rel=1e-5)


def test_the_number_of_steps_is_limited_for_each_patient(reactions):
    found = Reference(reactions.graph).solve(problem(reactions, most_steps=25), FINE)
    assert (found.status == Status.TOO_MANY_STEPS).all() and (found.accepted == 25).all()


def test_nobody_at_all_is_no_trouble(reactions):
    none = Problem(np.empty((4, 0)), np.empty((3, 0)), 0.0, 1.0, times=np.arange(2.0))
    assert Reference(reactions.graph).solve(none, FINE).recorded.shape == (2, 4, 0)


def test_a_model_whose_rates_do_not_depend_on_its_states_is_followed():
    found = Reference(record(lambda y, p, time: (time,), 1)).solve(
        Problem(np.zeros((1, 1)), np.empty((0, 1)), 0.0, 2.0), FINE
    )
    assert found.states[0, 0] == pytest.approx(2)
