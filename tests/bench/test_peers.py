"""Each peer that is installed follows a short case as the reference does; so they are given the right model."""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module

import numpy as np
import pytest

from boneloop.bench.case import Case
from boneloop.bench.cases import cases
from boneloop.bench.contestants import PEERS
from boneloop.bench.peers.sbml_text import flattened
from boneloop.bench.source import shared_nodes
from boneloop.kernel.engines import engine_for
from boneloop.kernel.problem import Event, Events


@pytest.fixture(scope="module")
def short() -> Case:
    """Two patients of den for two hundred hours, with two doses."""
    whole = cases()["den-smooth"]

    def patients(count: int):
        problem = whole.patients(count)
        assert problem.events is not None
        place = int(problem.events.place[0])
        doses = Events.shared([Event(0.0, place, 40.0), Event(120.0, place, 30.0)], count)
        return replace(problem, events=doses, times=np.array([120.0, 200.0]), end=200.0)

    return replace(whole, patients=patients)


@pytest.mark.parametrize("peer", PEERS, ids=lambda peer: peer.name)
def test_a_peer_follows_the_same_patients(peer, short) -> None:
    if peer.name == "amici":
        pytest.skip("compiles C++ for minutes")
    for name in (*peer.needs, "llvmlite"):
        pytest.importorskip(name)
    solve = import_module(f"boneloop.bench.{peer.module}").ready(short, "", 1)
    found = solve(short.patients(2), 1e-6)
    errors = short.errors(found.recorded, short.reference(engine_for(short.graph), 2))
    assert errors.max() < 1e-3


def test_a_model_whose_finished_values_are_parameters_is_the_same_model() -> None:
    graph = cases()["nat"].graph
    flat = flattened(graph)
    problem = cases()["nat"].patients(3)
    finished = replace(graph, results=tuple(shared_nodes(graph)))(problem.states, problem.parameters)
    rates = flat(problem.states, np.concatenate([problem.parameters, finished]), 77.0)
    assert np.allclose(rates, graph(problem.states, problem.parameters, 77.0), rtol=1e-13, atol=1e-18)
