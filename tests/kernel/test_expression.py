"""The sheet: every expression once, and the algebra that is decided before a node is made."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boneloop.kernel.expression import Expressions, Level, Op

nonzero = st.floats(-1e3, 1e3).filter(lambda value: abs(value) > 1e-3)


@pytest.fixture
def sheet():
    return Expressions()


def test_asking_twice_for_the_same_operation_gives_the_same_node(sheet):
    a, b = sheet.state(0), sheet.state(1)
    assert sheet.add(a, b) == sheet.add(b, a)
    assert sheet.exp(sheet.multiply(a, b)) == sheet.exp(sheet.multiply(b, a))
    assert sheet.state(0) == a


@pytest.mark.parametrize(
    ("why", "make"),
    [
        ("x + 0", lambda s, x: s.add(x, s.constant(0))),
        ("x - 0", lambda s, x: s.subtract(x, s.constant(0))),
        ("x·1", lambda s, x: s.multiply(s.constant(1), x)),
        ("x/1", lambda s, x: s.divide(x, s.constant(1))),
        ("x^1", lambda s, x: s.power(x, s.constant(1))),
        ("-(-x)", lambda s, x: s.negate(s.negate(x))),
        ("1/(1/x)", lambda s, x: s.reciprocal(s.reciprocal(x))),
        ("log(exp(x))", lambda s, x: s.log(s.exp(x))),
        ("max(x, x)", lambda s, x: s.maximum(x, x)),
        ("x where 2 > 1", lambda s, x: s.choose(s.constant(2), s.constant(1), x, s.constant(5))),
        ("(x + 3) - 3", lambda s, x: s.subtract(s.add(x, s.constant(3)), s.constant(3))),
        ("3 - (3 - x)", lambda s, x: s.subtract(s.constant(3), s.subtract(s.constant(3), x))),
        ("(x·4)/4", lambda s, x: s.divide(s.multiply(x, s.constant(4)), s.constant(4))),
    ],
)
def test_what_changes_nothing_disappears(sheet, why, make):
    x = sheet.state(0)
    assert make(sheet, x) == x


@pytest.mark.parametrize(
    ("why", "value", "make"),
    [
        ("0·x", 0, lambda s, x: s.multiply(x, s.constant(0))),
        ("x - x", 0, lambda s, x: s.subtract(x, x)),
        ("x/x", 1, lambda s, x: s.divide(x, x)),
        ("x^0", 1, lambda s, x: s.power(x, s.constant(0))),
    ],
)
def test_what_is_a_number_whatever_x_is_becomes_that_number(sheet, why, value, make):
    assert make(sheet, sheet.state(0)) == sheet.constant(value)


@given(nonzero, nonzero)
def test_constants_fold(a, b):
    sheet = Expressions()
    x, y = sheet.constant(a), sheet.constant(b)
    assert sheet.values[sheet.add(x, y)] == a + b
    assert sheet.values[sheet.subtract(x, y)] == a - b
    assert sheet.values[sheet.multiply(x, y)] == a * b
    assert sheet.values[sheet.divide(x, y)] == a * (1 / b)
    assert sheet.values[sheet.power(sheet.constant(abs(a)), sheet.constant(2.5))] == abs(a) ** 2.5
    assert sheet.values[sheet.tanh(x)] == math.tanh(a)
    assert sheet.values[sheet.maximum(x, y)] == max(a, b)


def test_powers_of_one_base_share_its_logarithm(sheet):
    x = sheet.state(0)
    for exponent in (0.3, 1.7, -2.2):
        assert sheet.ops[sheet.power(x, sheet.constant(exponent))] is Op.EXP
    assert sheet.ops.count(Op.LOG) == 1


@pytest.mark.parametrize(("exponent", "products"), [(2, 1), (3, 2), (4, 2), (8, 3), (-2, 1)])
def test_whole_powers_become_products(sheet, exponent, products):
    sheet.power(sheet.state(0), sheet.constant(exponent))
    assert sheet.ops.count(Op.MULTIPLY) == products
    assert Op.EXP not in sheet.ops


def test_the_power_one_half_is_a_root(sheet):
    assert sheet.ops[sheet.power(sheet.state(0), sheet.constant(0.5))] is Op.SQRT


def test_what_a_patient_shares_over_all_steps_is_gathered(sheet):
    p, q, x = sheet.parameter(0), sheet.parameter(1), sheet.state(0)
    product = sheet.multiply(p, sheet.multiply(x, q))
    first, second = sheet.arguments[product]
    assert (sheet.levels[first], second) == (Level.PARAMETER, x)


def test_a_node_is_as_restless_as_its_most_restless_argument(sheet):
    p, x, t = sheet.parameter(0), sheet.state(0), sheet.time()
    assert sheet.levels[sheet.add(p, t)] is Level.TIME
    assert sheet.levels[sheet.add(sheet.exp(t), x)] is Level.STATE
    assert sheet.levels[sheet.exp(p)] is Level.PARAMETER


def test_dividing_by_the_constant_zero_is_refused(sheet):
    with pytest.raises(ZeroDivisionError, match="constant that is 0"):
        sheet.divide(sheet.state(0), sheet.constant(0))


def test_a_negative_constant_to_a_power_that_varies_is_refused(sheet):
    with pytest.raises(ValueError, match="no value"):
        sheet.power(sheet.constant(-2), sheet.state(0))
