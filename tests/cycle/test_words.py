"""One function, many kinds of value: floats, arrays of patients, and values that speak only mathematics' words."""

from __future__ import annotations

import ast
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boneloop import mathematics
from boneloop.cycle import loop, observe, stability
from boneloop.cycle.body import bone, fracture, wellbeing
from boneloop.cycle.body.mineral import state as mineral_state
from boneloop.evidence.registry import load
from boneloop.kernel.vector import leaves, mapped, pack, unpack
from boneloop.simulate.mineral_alone import sizes

BODY = Path(loop.__file__).parents[1]
FILES = sorted([*BODY.glob("body/*.py"), *BODY.glob("links/*.py"), *BODY.glob("loop/*.py"), BODY / "observe.py"])
CARE = {
    "bone.denosumab": 3.0,
    "bone.teriparatide": 0.2,
    "bone.bisphosphonate": 0.1,
    "bone.sclerostin_antibody": 0.5,
    "bone.estrogen": 0.3,
    "bone.osteoclast_survival": 0.04,
    "bone.osteoclast_death": 1.1,
    "bone.osteoblast_precursor": 1.2,
    "stress.beta1_blockade": 0.6,
    "stress.receptor_blockade": 0.7,
    "stress.norepinephrine": 0.8,
    "mood.depression_relief": 0.1,
    "pain.nociception": 0.8,
    "mood_to_pain.pain": 0.9,
    "mineral.calcium_supplement": 500.0,
    "mineral.vitamin_d": 0.5,
    "mineral.teriparatide": 20.0,
}
PERSON = loop.Person(
    gain=0.7, felt_input=0.2, depression_input=0.1, cortisol_input=0.1, osteoclast_survival=0.05, vitamin_d=0.6
)
INJURIES = fracture.Injuries(0.3, 0.2, 0.1, 0.05, 0.2, 0.05, 0.1, 0.05, 0.1)

STATES = len(loop.STATE_NAMES)

lane = st.lists(st.floats(min_value=0.05, max_value=0.95), min_size=STATES, max_size=STATES)


def scale(parameters):
    """The size of each state: resting cells of bone, minerals as listed, 1 for the rest."""
    rest = bone.rest(parameters.bone)
    rest = rest._replace(sclerostin_bound=rest.sclerostin, bisphosphonate_buried=1.0)
    return np.array([*rest, *[1.0] * 9, *sizes(parameters.mineral_engine)])


def turnover(parameters):
    """How much of each state comes and goes in a day, at most: parathyroid hormone lives for a minute."""
    daily = np.ones(STATES)
    daily[-len(mineral_state.State._fields) :] = 24 * parameters.mineral_engine.parathyroid.elimination
    return daily * scale(parameters)


def moved(state, person, injuries, care, p):
    """Rates of one person with everything going on at once."""
    estrogen = bone.estrogen_after_menopause(person.density_now * 4.0, 2.6)
    return loop.rates(state, person, estrogen, injuries, care, loop.OPEN, p, 70.0)


@settings(max_examples=25)
@given(st.lists(lane, min_size=1, max_size=4))
def test_floats_and_arrays_of_patients_move_alike_to_the_last_digits(body, lanes):
    rows = np.array(lanes).T * (2 * scale(body))[:, None]
    together = pack(moved(loop.state_of(list(rows)), PERSON, INJURIES, CARE, body), len(lanes))
    for index, column in enumerate(rows.T.tolist()):
        alone = np.array(list(leaves(moved(loop.state_of(column), PERSON, INJURIES, CARE, body))))
        assert (np.abs(together[:, index] - alone) <= 1e-14 * 2 * np.maximum(turnover(body), np.abs(alone))).all()


class Word:
    """A value that can be added, subtracted, multiplied, divided and negated, and cannot be asked anything."""

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

    def __float__(self):
        raise TypeError("a state is not a float here")

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
    mathematics.teach(
        Word, {word: spoken(function) for word, function in {**python, "minimum": min, "maximum": max}.items()}
    )


def in_words(tree):
    """The same tree with every number a word."""
    return mapped(Word, tree)


def test_the_whole_body_moves_on_values_that_only_know_the_words(words, default):
    """States, inputs, care and every parameter are words: nothing branches, compares or calls another function."""
    state = loop.state_of((0.5 * scale(default)).tolist())
    expected = list(leaves(moved(state, PERSON, INJURIES, CARE, default)))
    told = moved(*(in_words(tree) for tree in (state, PERSON, INJURIES, CARE)), in_words(default))
    assert [value.value for value in leaves(told)] == expected


def test_what_is_read_off_the_body_is_written_in_the_words_too(words, default):
    x = loop.fast_of([0.2] * 8)
    healing = load().parameters(fracture.Healing, "healing")
    weights = load().parameters(wellbeing.Parameters, "wellbeing")
    seen = load().parameters(observe.Parameters, "observe")
    rest = bone.rest(default.bone)

    def read(x, injuries, rest, care, default, healing, weights, seen, years):
        now = fracture.healed(injuries, years, healing)
        factors = loop.quality(x, now, loop.OPEN, default)
        return (
            wellbeing.utility(years, *factors, weights),
            wellbeing.discount(years, weights.yearly_fall),
            loop.falls_log(x, care, loop.OPEN, default),
            loop.calcium_absorption(x, care, loop.OPEN, default),
            loop.calcium_intake(care, default),
            *loop.density_factors(years, years, loop.OPEN, default),
            *observe.instruments(x, seen),
            *observe.markers(rest, rest, default.bone),
            bone.rest(default.bone).osteoclast,
            bone.bsap(rest, default.bone),
            fracture.average_falls(years, default.fracture),
            fracture.fall_hazard_factor(years, years),
        )

    values = (x, INJURIES, rest, CARE, default, healing, weights, seen, 1.5)
    told = read(*(in_words(value) for value in values))
    assert [value.value for value in told] == pytest.approx(list(read(*values)), rel=1e-15)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_the_disease_is_written_in_nothing_but_the_words(file):
    """No NumPy, no math, no power sign, no branch and no built-in arithmetic in a station, an arrow or the loop."""
    tree = ast.parse(file.read_text("utf-8"))
    modules = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    calls = {node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
    assert not modules & {"numpy", "math"}
    assert not calls & {"abs", "min", "max", "round", "pow", "float", "int"}
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.Pow | ast.IfExp | ast.While | ast.Compare)]


def test_a_fast_state_comes_back_from_its_rows():
    rows = np.linspace(0, 0.7, 8)
    assert list(leaves(unpack(stability.HEALTHY, rows))) == rows.tolist()
    assert stability.names(loop.fast_of(rows)) == rows.tolist()
