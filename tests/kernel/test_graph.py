"""The graph: one name for one mathematics, parameters that can be fixed, lanes of any shape."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from boneloop.kernel.expression import Op
from boneloop.kernel.recorder import record
from boneloop.mathematics import exp


def decay(y, p, time):
    return (-p[0] * y[0] + exp(-p[1] * time), p[0] * y[0] * 0.0 + p[1])


def test_the_same_mathematics_has_the_same_digest():
    assert record(decay, 2, 2).digest == record(decay, 2, 2).digest


@pytest.mark.parametrize(
    "other",
    [
        lambda y, p, time: (-p[0] * y[0] + exp(-p[1] * time), p[0]),
        lambda y, p, time: (-p[1] * y[0] + exp(-p[0] * time), p[1]),
        lambda y, p, time: (-p[0] * y[0] + exp(-p[1] * time) + 1e-300, p[1]),
        lambda y, p, time: (p[1], -p[0] * y[0] + exp(-p[1] * time)),
    ],
)
def test_other_mathematics_has_another_digest(other):
    assert record(other, 2, 2).digest != record(decay, 2, 2).digest


def test_the_digest_is_the_same_in_every_process(words):
    script = (
        "from boneloop.kernel.recorder import record\nfrom boneloop.mathematics import exp\n"
        "print(record(lambda y, p, t: (-p[0]*y[0] + exp(-p[1]*t), p[0]*y[0]*0.0 + p[1]), 2, 2).digest)"
    )
    found = [subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True) for _ in "ab"]
    assert {run.stdout.strip() for run in found} == {record(decay, 2, 2).digest}


def test_only_what_the_results_need_is_in_the_order():
    graph = record(lambda y, p, time: (exp(y[1]) * 0 + y[0],), 2)
    assert len(graph.order) == 1


def test_fixing_a_parameter_folds_it_in(words):
    graph = words.graph
    states, parameters, time = words.draw(50)
    fixed = graph.bound({0: 1.2, 2: 1.6})
    parameters[0], parameters[2] = 1.2, 1.6
    assert fixed(states, parameters, time) == pytest.approx(graph(states, parameters, time), rel=1e-13)
    assert fixed.parameters == graph.parameters
    assert [fixed.sheet.values[n] for n in fixed.order if fixed.sheet.ops[n] is Op.PARAMETER] == [1]


def test_lanes_may_have_no_axis_one_or_two(words):
    graph = words.graph
    states, parameters, time = words.draw(6)
    flat = graph(states, parameters, time)
    square = graph(states.reshape(4, 2, 3), parameters.reshape(3, 2, 3), time.reshape(2, 3))
    assert np.array_equal(square.reshape(4, 6), flat)
    assert np.array_equal(graph(states[:, 0], parameters[:, 0], time[0]), flat[:, 0])


def test_precision_is_that_of_the_states(words):
    states, parameters, time = (part.astype(np.float32) for part in words.draw(5))
    assert words.graph(states, parameters, time).dtype == np.float32


def test_what_leaves_the_range_of_the_model_is_no_number_and_no_warning():
    graph = record(lambda y, p, time: (y[0] ** 0.3, 1 / y[0]), 1)
    assert np.isnan(graph(np.array([[-1.0]]))[0, 0])
    assert np.isinf(graph(np.array([[0.0]]))[1, 0])
