"""The recorder: a model called with nodes leaves its graph behind, and the graph gives what the model gives."""

from __future__ import annotations

import math

import numpy as np
import pytest

from boneloop.cycle import loop
from boneloop.cycle.body import bone, fracture
from boneloop.evidence.registry import load
from boneloop.kernel.expression import Op
from boneloop.kernel.recorder import record
from boneloop.kernel.vector import leaves
from boneloop.mathematics import exp, power
from boneloop.simulate.lanes import body_parameters
from boneloop.simulate.mineral_alone import sizes

BODY = body_parameters(load(), {})


def bone_model(y, p, time):
    return bone.rates(bone.State(*y), bone.Inputs(estrogen=1 / (1 + time / 4000), denosumab=p[0]), BODY.bone)


def circle_model(y, p, time):
    hurt = fracture.Injuries(*p)
    return loop.rates(loop.state_of(y), loop.Person(gain=1.2), 1 / (1 + time / 4000), hurt, {}, loop.OPEN, BODY)


CELLS = np.array([float(value) for value in leaves(bone.rest(BODY.bone))])[:, None]
MINERALS = np.array(sizes(BODY.mineral_engine))[:, None]
BODY_STATE = np.concatenate([CELLS, np.full((len(loop.FAST_NAMES), 1), 0.3), [[0.2]], MINERALS])
HURT = len(fracture.Injuries._fields)


def agree(ours, theirs, allowed=1e-13):
    """Of the size of each rate over all states: a rate is a difference of terms that may nearly cancel."""
    return bool(np.all(np.abs(ours - theirs).max(axis=1) <= allowed * np.abs(theirs).max(axis=1)))


def test_the_graph_of_a_model_with_every_word_gives_what_the_model_gives_at_a_thousand_states(words):
    states, parameters, time = words.draw(1000)
    theirs = np.array(words.model(list(states), list(parameters), time))
    assert agree(words.graph(states, parameters, time), theirs)


def test_the_graph_gives_what_the_model_gives_on_floats(words):
    states, parameters, time = words.draw(1)
    floats = words.model(states[:, 0].tolist(), parameters[:, 0].tolist(), float(time[0]))
    assert words.graph(states, parameters, time)[:, 0] == pytest.approx(floats, rel=1e-13)


@pytest.mark.parametrize(("model", "typical", "parameters"), [(bone_model, CELLS, 1), (circle_model, BODY_STATE, HURT)])
def test_the_stations_of_the_body_can_be_recorded(model, typical, parameters):
    chance = np.random.default_rng(3)
    states = typical * chance.lognormal(0, 0.4, (len(typical), 1000))
    given = chance.uniform(0, 0.5, (parameters, 1000))
    theirs = np.array(list(leaves(model(list(states), list(given), 700.0))))
    graph = record(model, len(typical), parameters)
    assert agree(graph(states, given, 700.0), theirs, 1e-12)


def test_numbers_of_the_model_fold_into_few_constants():
    graph = record(bone_model, len(CELLS), 1)
    assert len(graph.order) < 240
    assert set(graph.count()) <= {Op.ADD, Op.SUBTRACT, Op.MULTIPLY, Op.RECIPROCAL, Op.NEGATE, Op.EXP, Op.LOG}


def test_results_may_be_nested_and_may_be_plain_numbers():
    graph = record(lambda y, p, time: ((y[0], {"a": 2.5}), [y[1]][0]), 2)
    assert graph(np.array([[3.0], [4.0]]))[:, 0].tolist() == [3.0, 2.5, 4.0]


@pytest.mark.parametrize(
    "look",
    [
        lambda x: 1 if x else 0,
        lambda x: x > 1,
        lambda x: x == 1,
        lambda x: x != 1,
        lambda x: float(x),
        lambda x: int(x),
        lambda x: math.exp(x),
        lambda x: max(x, 2),
    ],
)
def test_looking_at_a_recorded_value_is_refused_with_a_hint(look):
    with pytest.raises(TypeError, match=r"minimum, maximum or step"):
        record(lambda y, p, time: (look(y[0]),), 1)


def test_a_list_of_numbers_is_not_a_scalar():
    with pytest.raises(TypeError):
        record(lambda y, p, time: (y[0] * np.ones(3),), 1)


def test_numpy_numbers_may_stand_on_either_side():
    graph = record(lambda y, p, time: (np.float64(2) * y[0] - np.float64(1), y[0] ** np.float64(2)), 1)
    assert graph(np.array([[3.0]]))[:, 0].tolist() == [5.0, 9.0]


def test_values_of_two_recordings_do_not_mix():
    kept = []
    record(lambda y, p, time: kept.append(y[0]) or (y[0],), 1)
    with pytest.raises(ValueError, match="different sheets"):
        record(lambda y, p, time: (y[0] + kept[0],), 1)


def test_operators_on_both_sides_and_powers_of_numbers():
    def model(y, p, time):
        x = y[0]
        return (1 - x, 2 / x, +x, -x, 2**x, x**3, power(3, x), exp(1) * x)

    x = 1.7
    expected = [1 - x, 2 / x, x, -x, 2**x, x**3, 3**x, math.e * x]
    assert record(model, 1)(np.array([[x]]))[:, 0] == pytest.approx(expected, rel=1e-15)
