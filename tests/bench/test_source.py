"""A recorded model as Python source says what the graph says."""

from __future__ import annotations

import math

import numpy as np
import pytest

from boneloop import mathematics as m
from boneloop.bench.cases import cases
from boneloop.bench.peers.scalar_code import ScalarCode
from boneloop.bench.source import source
from boneloop.kernel.recorder import record


def plain(graph) -> ScalarCode:
    """Without numba, wherever the tests run."""
    written, space = source(graph), {"math": math}
    exec(compile(written.text, "model", "exec"), space)
    return ScalarCode(space["share"], space["rates"], graph.states, graph.parameters, written.shared, False)


def rates(graph, y, p, t):
    code = plain(graph)
    s, out = [0.0] * code.shared, [0.0] * code.states
    code.share(p, s)
    code.rates(t, y, p, s, out)
    return out


@pytest.mark.parametrize("name", ["nat", "nat-smooth", "whole"])
def test_the_source_of_a_case_gives_the_rates_of_its_graph(name) -> None:
    case = cases()[name]
    problem = case.patients(3)
    for patient in range(3):
        y, p = problem.states[:, patient], problem.parameters[:, patient]
        right = case.graph(problem.states[:, [patient]], problem.parameters[:, [patient]], 300.0)[:, 0]
        assert np.allclose(rates(case.graph, y.tolist(), p.tolist(), 300.0), right, rtol=1e-12, atol=1e-15)


def test_every_word_can_be_written() -> None:
    def model(y, p, t):
        a, b = y
        return [
            m.minimum(a, b) + m.maximum(a * p[0], t) - m.tanh(b),
            m.sqrt(a) / (1 / b + m.exp(-a)) + m.log(b) * m.step(a - b) + a ** p[1],
        ]

    graph = record(model, 2, 2)
    y, p = np.array([[0.7, 1.9], [1.3, 0.4]]), np.array([[2.0, 0.5], [1.5, -0.5]])
    right = graph(y, p, 0.9)
    for patient in range(2):
        found = rates(graph, y[:, patient].tolist(), p[:, patient].tolist(), 0.9)
        assert np.allclose(found, right[:, patient], rtol=1e-13)


def test_what_depends_on_parameters_alone_is_worked_out_beforehand() -> None:
    graph = record(lambda y, p, t: [y[0] * m.exp(p[0])], 1, 1)
    text = source(graph).text
    share, after = text.split("def rates")
    assert "exp" in share
    assert "exp" not in after
