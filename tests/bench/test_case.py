"""Cases: the same patients whatever their number, errors as stated, and what other solvers are told to do."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from boneloop.bench.case import tolerance
from boneloop.bench.cases import SPREAD, cases
from boneloop.bench.itinerary import act, paths
from boneloop.cycle.body.mineral.state import State
from boneloop.kernel.engines import engine_for
from boneloop.kernel.problem import Event, Events, Problem
from boneloop.kernel.reference import Reference

CASES = list(cases().values())
DEPOT = State._fields.index("denosumab_depot")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_first_patients_of_a_case_are_the_same_whatever_their_number(case) -> None:
    few, many = case.patients(3), case.patients(7)
    assert np.array_equal(few.states, many.states[:, :3])
    assert np.array_equal(few.parameters, many.parameters[:, :3])


def test_den_gives_twenty_doses_half_a_year_apart_and_nat_none() -> None:
    den, nat = cases()["den"].patients(2), cases()["nat"].patients(2)
    assert nat.events is None
    assert den.events is not None
    assert list(den.events.time) == [4368.0 * dose for dose in range(20)]
    assert set(den.events.place) == {DEPOT}
    assert list(den.times) == [4368.0 * half for half in range(1, 21)]


def test_sixteen_parameters_spread_around_their_printed_value_as_much_as_stated() -> None:
    case = cases()["nat"]
    drawn = np.log(case.patients(4000).parameters)
    wanted = np.sqrt(np.log1p(np.square(list(SPREAD.values()))))
    assert drawn.shape[0] == 16
    assert np.allclose(drawn.std(axis=1), wanted, rtol=5 / np.sqrt(2 * 4000))


def test_the_drug_pools_are_not_judged() -> None:
    assert len(cases()["den"].judged) == 33
    assert DEPOT not in cases()["den"].judged


def test_an_error_is_relative_to_the_state_but_not_below_a_thousandth() -> None:
    case = replace(cases()["nat"], judged=[0, 1])
    right = np.array([[[2.0, 2.0], [0.0, 1.0], [9.0, 9.0]]])
    found = np.array([[[2.2, 2.0], [1e-4, 1.5], [0.0, 0.0]]])
    assert np.allclose(case.errors(found, right), [0.1, 0.5])


def test_a_patient_without_a_result_is_infinitely_wrong() -> None:
    case = replace(cases()["nat"], judged=[0])
    assert list(case.errors(np.array([[[np.nan, 1.0]]]), np.ones((1, 1, 2)))) == [np.inf, 0.0]


def test_the_reference_agrees_with_a_solver_of_others() -> None:
    case = cases()["nat-smooth"]
    short = replace(case, patients=lambda count: replace(case.patients(count), times=np.array([100.0]), end=100.0))
    pytest.importorskip("llvmlite")
    ours = short.reference(engine_for(case.graph), 1)
    theirs = Reference(case.graph).solve(short.patients(1), tolerance(1e-7)).recorded
    assert case.errors(theirs, ours).max() < 1e-5


def a_problem() -> Problem:
    events = Events.of([[Event(1.0, 0, 5.0)], [Event(0.0, 0, 2.0), Event(3.0, 2, 9.0, 0.0)]])
    return Problem(np.ones((2, 2)), np.ones((1, 2)), 0.0, 4.0, events, np.array([1.0, 2.0, 4.0]))


def test_a_path_stops_at_events_and_asks_for_every_time_once() -> None:
    first, second = paths(a_problem())
    assert list(first.itinerary.grid) == [0.0, 1.0, 1.0, 2.0, 4.0]
    assert list(first.itinerary.output) == [-1, 0, -1, 1, 2]
    assert list(second.itinerary.grid) == [0.0, 1.0, 2.0, 3.0, 3.0, 4.0]
    assert list(second.itinerary.output) == [-1, 0, 1, -1, -1, 2]


def test_events_act_at_the_begin_of_their_stretch_on_states_and_parameters() -> None:
    _, second = paths(a_problem())
    y, p = second.states.copy(), second.parameters.copy()
    assert not act(second.itinerary, 0, y, p)
    assert list(y) == [3.0, 1.0]
    assert act(second.itinerary, 1, y, p)
    assert list(p) == [9.0]
