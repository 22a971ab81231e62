"""The counted floor against counting by hand, and what goes into the share."""

from __future__ import annotations

import numpy as np
import pytest

from boneloop import mathematics as m
from boneloop.bench.floor import PER_ERROR, Work, floor, of_graph, of_step, of_sums
from boneloop.bench.goals import share_of_floor
from boneloop.bench.rates import measured
from boneloop.bench.results import Floor, Rates, Row
from boneloop.kernel.recorder import record


def test_a_graph_is_counted_without_leaves_signs_and_what_parameters_alone_decide() -> None:
    def model(y, p, t):
        return [p[0] ** 2 * y[0] - m.exp(y[1]), -(y[0] * y[1]) + t]

    # product, exp, difference; product, and a difference for the sum with a negative
    assert of_graph(record(model, 2, 1)) == Work(operations=4, calls=1)


def test_one_step_of_decay_is_counted_as_by_hand() -> None:
    graph = record(lambda y, p, t: [-p[0] * y[0]], 1, 1)
    # -p is the patient's own. The rates: one product, once with the factors and five times alone.
    # The factor: rate + p (one sum) and its reciprocal (one). A substitution: one product, six times.
    rates, factor, substitutions = 1 + 5, 1 + 1, 6
    # arguments: 1, 2, 3 and 4 multiply-adds, then one sum; pulls: k products, k - 1 sums, scaled, added to the rate
    arguments = 2 * (1 + 2 + 3 + 4) + 1
    pulls = sum(k + (k - 1) + 2 for k in (1, 2, 3, 4, 5))
    by_hand = rates + factor + substitutions + arguments + pulls + PER_ERROR
    assert of_step(graph) == Work(by_hand, 0)


def test_a_rate_that_moves_with_time_costs_its_drift() -> None:
    assert of_sums(3, 2).operations - of_sums(3, 0).operations == 2 * 2 * 4


def test_the_floor_is_operations_at_two_a_multiply_add_and_calls_at_the_rate_of_exponentials() -> None:
    rates = Rates(precision="float64", multiply_add=10.0, exponential=4.0)
    assert Work(40, 8).seconds(rates) == 40 / 20 + 8 / 4
    graph = record(lambda y, p, t: [m.exp(y[0])], 1, 0)
    found, work = floor("case", graph, rates), of_step(graph)
    assert (found.operations, found.calls) == (work.operations, work.calls) == (found.operations, 6)
    assert found.step_s == work.seconds(rates)


def test_the_share_of_the_floor_counts_refused_steps_as_work() -> None:
    counted = Floor(case="den", precision="float64", operations=1, calls=1, step_s=2e-7)
    row = Row(case="den", tolerance=1e-4, patients=100, cpu_s=1.0, taken=4000.0, refused=1000.0)
    assert share_of_floor(counted, row) == pytest.approx(0.1)
    assert share_of_floor(counted, Row(case="den", tolerance=1e-4, patients=100, cpu_s=1.0)) is None


def test_the_rates_of_the_machine_are_measured_in_both_precisions() -> None:
    pytest.importorskip("llvmlite")
    found = measured(turns=1, seconds=1e-4)
    assert [rates.precision for rates in found] == ["float64", "float32"]
    assert all(np.isfinite([rates.multiply_add, rates.exponential]).all() for rates in found)
    assert all(rates.multiply_add > rates.exponential > 0 for rates in found)
