"""The engine is written in the words of a model: floats, arrays of patients and other kinds of value move alike."""

from __future__ import annotations

import ast
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boneloop import mathematics
from boneloop.cycle.body import mineral
from boneloop.cycle.body.mineral import courses, parameters, station
from boneloop.cycle.body.mineral.form import PUBLISHED, SMOOTH
from boneloop.cycle.body.mineral.state import Inputs, State
from boneloop.evidence.registry import load
from boneloop.kernel.vector import leaves, mapped

FILES = sorted(set(Path(mineral.__file__).parent.glob("*.py")) - {Path(mineral.__file__).with_name("rest.py")})
FORMS = pytest.mark.parametrize("form", [PUBLISHED, SMOOTH], ids=["published", "smooth"])
INPUTS = Inputs(*(0.9 + 0.01 * index for index in range(len(Inputs._fields))))
factors = st.lists(st.floats(0.5, 1.5), min_size=len(State._fields), max_size=len(State._fields))


def disturbed(engine, lane):
    """The baseline with some drug, every state multiplied by its own factor."""
    start = engine.d.listed._replace(denosumab_central=2e7, denosumab_depot=1e7, teriparatide_depot=1000.0)
    return State(*(value * factor for value, factor in zip(start, lane, strict=True)))


@FORMS
@settings(max_examples=25)
@given(lanes=st.lists(factors, min_size=1, max_size=4))
def test_floats_and_arrays_of_patients_move_alike_to_the_last_digits(engine, form, lanes):
    states = [disturbed(engine, lane) for lane in lanes]
    together = engine.rates(State(*np.array(states).T), INPUTS, form)
    size = np.maximum(np.abs(np.array(states)), 1e-6)
    alone = np.array([engine.rates(state, INPUTS, form) for state in states])
    both = np.array([np.broadcast_to(values, len(lanes)) for values in together]).T
    assert (np.abs(both - alone) <= 1e-12 * np.maximum(size, np.abs(alone))).all()


class Word:
    """A value that can be added, subtracted, multiplied, divided and negated, and answers no question."""

    def __init__(self, value):
        self.value = float(value)

    def _with(self, other, operation):
        other = other.value if isinstance(other, Word) else other
        return Word(operation(self.value, other)) if isinstance(other, int | float) else NotImplemented

    def __add__(self, other):
        return self._with(other, lambda a, b: a + b)

    def __sub__(self, other):
        return self._with(other, lambda a, b: a - b)

    def __rsub__(self, other):
        return self._with(other, lambda a, b: b - a)

    def __mul__(self, other):
        return self._with(other, lambda a, b: a * b)

    def __truediv__(self, other):
        return self._with(other, lambda a, b: a / b)

    def __rtruediv__(self, other):
        return self._with(other, lambda a, b: b / a)

    def __neg__(self):
        return Word(-self.value)

    __radd__, __rmul__ = __add__, __mul__

    def __bool__(self):
        raise TypeError("a branch on a state cannot be recorded")

    __eq__ = __lt__ = __le__ = __gt__ = __ge__ = lambda self, other: self.__bool__()
    __hash__ = None


def spoken(function):
    """The same function of floats, on words."""
    return lambda *values: Word(function(*(value.value if isinstance(value, Word) else value for value in values)))


@pytest.fixture
def words(monkeypatch):
    """Words have been taught to speak."""
    monkeypatch.setattr(mathematics, "_TAUGHT", [])
    python = {"exp": math.exp, "log": math.log, "sqrt": math.sqrt, "tanh": math.tanh, "power": math.pow}
    every = {**python, "minimum": min, "maximum": max}
    mathematics.teach(Word, {word: spoken(function) for word, function in every.items()})


@FORMS
def test_the_engine_moves_on_values_that_only_know_the_words(words, engine, form):
    """State, inputs and every parameter are words; so are the constants that follow from them, and the courses."""
    state = disturbed(engine, [1.02] * len(State._fields))
    expected = station.rates(state, INPUTS, engine.p, engine.d, form)
    p = mapped(Word, engine.p)
    told = station.rates(mapped(Word, state), mapped(Word, INPUTS), p, parameters.derive(p), form)
    assert [word.value for word in leaves(told)] == pytest.approx(list(expected), rel=1e-12, abs=1e-18)
    assert courses.published_goal(Word(1e5), p.estrogen).value == courses.published_goal(1e5, engine.p.estrogen)


def test_a_day_has_24_hours(engine):
    state = disturbed(engine, [1.1] * len(State._fields))
    hourly = station.rates(state, INPUTS, engine.p, engine.d)
    assert list(station.rates_per_day(state, INPUTS, engine.p, engine.d)) == [24 * rate for rate in hourly]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_the_engine_is_written_in_nothing_but_the_words(file):
    """No NumPy, no math, no power sign, no branch and no built-in arithmetic; ``rest``, which solves, aside."""
    tree = ast.parse(file.read_text("utf-8"))
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    calls = {node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
    assert not imported & {"numpy", "math"}
    assert not calls & {"abs", "min", "max", "round", "pow", "float", "int"}
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.Pow | ast.IfExp | ast.While | ast.Compare)]


def test_every_number_of_the_engine_is_an_entry_and_every_entry_is_used():
    registry, hints = load(), parameters.Parameters._fields
    used = {f"{table}.{name}" for table in hints for name in getattr(parameters.read(registry), table)._fields}
    entries = {entry.id for entry in registry if entry.id.partition(".")[0] in hints}
    assert entries == used


def test_numbers_that_were_drawn_take_the_place_of_the_printed_ones():
    drawn = parameters.read(load(), {"gut.calcium_intake": np.array([0.9, 1.1])})
    assert drawn.gut.calcium_intake.tolist() == [0.9, 1.1]
    assert drawn.kidney == parameters.read(load()).kidney
