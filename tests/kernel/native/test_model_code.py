"""The compiled model: its rates, its factors and its solution are those of the graph, at a thousand states."""

from __future__ import annotations

import ctypes

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boneloop.cycle import loop
from boneloop.cycle.body import bone, fracture
from boneloop.evidence.registry import load
from boneloop.kernel.derivative import jacobian
from boneloop.kernel.native import straight_line
from boneloop.kernel.native.assembly import Function
from boneloop.kernel.native.compiler import Linked, compile_text
from boneloop.kernel.native.model_code import model_code
from boneloop.kernel.native.program import preamble
from boneloop.kernel.recorder import record
from boneloop.kernel.sparse_lu import factorization
from boneloop.kernel.vector import leaves
from boneloop.mathematics import exp, log, maximum, minimum, power, sqrt, step, tanh
from boneloop.simulate.lanes import body_parameters
from boneloop.simulate.mineral_alone import sizes

NAMES = ("states", "parameters", "shared", "time", "rate", "slope", "drift", "factors", "stage", "rates")


class Compiled:
    """The four functions of a model in one call, for one vector of lanes."""

    def __init__(self, graph, machine, kind, block):
        self.graph, self.factored = graph, factorization(jacobian(graph))
        self.width, self.block = machine.width(kind), block
        code = model_code(graph, self.factored, self.width)
        self.text = code.text
        sizes = [graph.states, graph.parameters, code.shared, 1, 1, graph.states]
        sizes += [len(self.factored.moving), len(self.factored.factors), graph.states, graph.states]
        self.sizes = [max(size, 1) for size in sizes]
        f = Function(self.width, "all", [f"ptr %{name}" for name in NAMES], "void", "exported")
        for call in (
            "share(ptr %parameters, ptr %shared)",
            "rates(ptr %states, ptr %parameters, ptr %shared, ptr %time, ptr %rates)",
            "factor(ptr %states, ptr %parameters, ptr %shared, ptr %time, ptr %rate, ptr %slope, ptr %drift,"
            " ptr %factors)",
            "solve(ptr %slope, ptr %factors, ptr %stage, ptr %shared)",
        ):
            f.do(f"call void @{call}")
        f.do("ret void")
        text = preamble(self.width, machine) + code.text + f.text
        self.linked = Linked(compile_text(text, machine), machine, "all")
        self.run = ctypes.CFUNCTYPE(None, *[ctypes.c_void_p] * len(NAMES))(self.linked.address)

    def __call__(self, states, parameters, time, rate):
        """Rates, slope, drift, factors, stage: the rates twice, each (rows, lanes)."""
        lanes, total = self.width.lanes, states.shape[1]
        found = []
        for begin in range(0, total - total % lanes, lanes):
            some = slice(begin, begin + lanes)
            blocks = [self.block(self.width, size) for size in self.sizes]
            for place, values in enumerate((states, parameters)):
                blocks[place].rows[: len(values)] = values[:, some]
            blocks[3].rows[:], blocks[4].rows[:] = time[some], rate
            self.run(*(part.address for part in blocks))
            found.append([blocks[place].rows.copy() for place in (9, 5, 6, 7, 8)])
        return [np.concatenate(parts, axis=1) for parts in zip(*found, strict=True)]

    def expected(self, states, parameters, time, rate):
        """The same by the graph."""
        count, moving = self.graph.states, len(self.factored.moving)
        found = self.factored.graph(states, parameters, time, rate)
        slope, drift, factors = np.split(found, [count, count + moving])
        solution = self.factored.solve(np.concatenate([slope, factors]))
        return [self.graph(states, parameters, time), slope, drift, factors, solution]


def agree(ours, theirs, allowed):
    """Relative to the size of each row over all states."""
    ours = ours[: len(theirs)]
    return bool(np.all(np.abs(ours - theirs).max(axis=1) <= allowed * np.abs(theirs).max(axis=1)))


BODY = body_parameters(load(), {})


def circle(y, p, time):
    hurt = fracture.Injuries(*p)
    return loop.rates(loop.state_of(y), loop.Person(gain=1.2), 1 / (1 + time / 4000), hurt, {}, loop.OPEN, BODY)


def the_circle(lanes):
    cells = np.array([float(value) for value in leaves(bone.rest(BODY.bone))])[:, None]
    minerals = np.array(sizes(BODY.mineral_engine))[:, None]
    typical = np.concatenate([cells, np.full((len(loop.FAST_NAMES), 1), 0.3), [[0.2]], minerals])
    chance = np.random.default_rng(5)
    states = typical * chance.lognormal(0, 0.4, (len(typical), lanes))
    hurt = chance.uniform(0, 0.5, (len(fracture.Injuries._fields), lanes))
    return record(circle, len(typical), len(hurt)), states, hurt, chance.uniform(0, 3000, lanes)


def test_a_model_with_every_word_gives_what_its_graph_gives_at_a_thousand_states(words, machines, block):
    states, parameters, time = words.draw(1008)
    for machine in machines:
        compiled = Compiled(words.graph, machine, "double", block)
        found = compiled(states, parameters, time, 30.0)
        for ours, theirs in zip(found, compiled.expected(states, parameters, time, 30.0), strict=True):
            assert agree(ours, theirs[:, : ours.shape[1]], 1e-13)


def test_the_whole_circle_gives_what_its_graph_gives_at_a_thousand_states(machine, block):
    graph, states, hurt, time = the_circle(1008)
    compiled = Compiled(graph, machine, "double", block)
    found = compiled(states, hurt, time, 30.0)
    for ours, theirs in zip(found, compiled.expected(states, hurt, time, 30.0), strict=True):
        assert agree(ours, theirs[:, : ours.shape[1]], 1e-13)


def test_a_long_function_is_written_in_pieces_and_gives_the_same_bits(words, machine, block, monkeypatch):
    states, parameters, time = words.draw(48)
    whole = Compiled(words.graph, machine, "double", block)(states, parameters, time, 30.0)
    for largest in (1, 7, 30):
        monkeypatch.setattr(straight_line, "LARGEST", largest)
        pieces = Compiled(words.graph, machine, "double", block)
        assert "@factor1(" in pieces.text
        found = pieces(states, parameters, time, 30.0)
        assert all(np.array_equal(one, two) for one, two in zip(found, whole, strict=True))


def test_single_precision_gives_what_single_precision_can(words, machine, block):
    states, parameters, time = words.draw(1008)
    compiled = Compiled(words.graph, machine, "float", block)
    found = compiled(states, parameters, time, 30.0)
    for ours, theirs in zip(found, compiled.expected(states, parameters, time, 30.0), strict=True):
        assert agree(ours, theirs[:, : ours.shape[1]], 1e-5)


def test_every_machine_that_fuses_gives_the_same_bits(words, machines, block):
    states, parameters, time = words.draw(1008)
    found = [
        Compiled(words.graph, machine, "double", block)(states, parameters, time, 30.0)
        for machine in machines
        if machine.fused
    ]
    for other in found:
        assert all(np.array_equal(one, two) for one, two in zip(other, found[0], strict=True))


def test_what_depends_on_parameters_alone_is_worked_out_once(words, machine):
    graph = record(lambda y, p, time: (-(p[0] ** 0.3) * y[0] / (p[1] + 1),), 1, 2)
    width = machine.width("double")
    code = model_code(graph, factorization(jacobian(graph)), width)
    assert code.shared == 1
    bodies = {name: code.text.split(f"@{name}(")[1].split("}")[0] for name in ("share", "rates")}
    assert "llvm.fma" in bodies["share"] and "fdiv" in bodies["share"]
    assert not any(word in bodies["rates"] for word in ("llvm.fma", "fdiv", "shl"))


@pytest.mark.parametrize(
    "model",
    [
        lambda y, p, time: (1 / (1 + y[0]) * (1 / (2 + y[1])), y[0] * y[1] + y[1] * p[0]),
        lambda y, p, time: (p[0], 2.5),
        lambda y, p, time: (y[1], y[0]),
        lambda y, p, time: (-(y[0] * y[1]), 3 - y[0] * y[0]),
        lambda y, p, time: (time, y[0] / y[1] - y[1] / y[0]),
        lambda y, p, time: (y[0] * y[1] - y[0] * p[0], (y[0] + 1) / (y[1] + 1) * ((y[0] + 2) / (y[1] + 2))),
    ],
)
def test_odd_little_models_are_written_right(model, machine, block):
    chance = np.random.default_rng(1)
    draws = chance.uniform(0.5, 2, (2, 16)), chance.uniform(0.5, 2, (1, 16)), chance.uniform(0, 1, 16), 9.0
    compiled = Compiled(record(model, 2, 1), machine, "double", block)
    for ours, theirs in zip(compiled(*draws), compiled.expected(*draws), strict=True):
        assert agree(ours, theirs, 1e-14)


OPERATIONS = (
    lambda a, b: a + b,
    lambda a, b: a - b,
    lambda a, b: a * b,
    lambda a, b: a / (1 + b * b),
    lambda a, b: b / (a * a + 0.5) / (b * b + 0.5),
    lambda a, b: a * b - b * 0.7,
    lambda a, b: tanh(a) - tanh(b),
    lambda a, b: exp(-a * a) * b,
    lambda a, b: power(1 + a * a, 1.3) + log(1 + b * b),
    lambda a, b: minimum(a, b) + sqrt(1 + a * a),
    lambda a, b: maximum(a, 0.5) * b,
    lambda a, b: -a + step(b - 0.3),
)
numbers = st.integers(0, 99)


@settings(max_examples=25)
@given(st.lists(st.tuples(numbers, numbers, numbers), min_size=3, max_size=14))
def test_any_model_gives_what_its_graph_gives(machine, block, recipe):
    def model(y, p, time):
        values = [*y, *p, time]
        for operation, first, second in recipe:
            combine = OPERATIONS[operation % len(OPERATIONS)]
            values.append(combine(values[first % len(values)], values[second % len(values)]))
        return tuple(values[-3:])

    chance = np.random.default_rng(1)
    draws = chance.normal(0, 0.8, (3, 16)), chance.normal(0, 0.8, (2, 16)), chance.uniform(0, 1, 16), 200.0
    compiled = Compiled(record(model, 3, 2), machine, "double", block)
    for ours, theirs in zip(compiled(*draws), compiled.expected(*draws), strict=True):
        known = np.isfinite(theirs).all(axis=0) & (np.abs(theirs).max(axis=0, initial=0) < 1e6)
        assert np.allclose(ours[: len(theirs), known], theirs[:, known], rtol=1e-9, atol=1e-9)
