"""Vector exp, log and tanh: within their stated error everywhere, and sane at and beyond the ends."""

from __future__ import annotations

import ctypes
from decimal import Decimal, localcontext

import numpy as np
import pytest

from boneloop.kernel.native import functions
from boneloop.kernel.native.assembly import Function
from boneloop.kernel.native.compiler import Linked, compile_text
from boneloop.kernel.native.program import preamble

STATED = {"exp": 1.05, "log": 0.8, "tanh": 2.6}
RANGES = {
    "exp": [(-80, 80), (-0.5, 0.5), (-1e-6, 1e-6)],
    "log": [(1e-35, 1e35), (0.5, 2), (0.99, 1.01)],
    "tanh": [(-20, 20), (-0.5, 0.5), (-1e-3, 1e-3)],
}


@pytest.fixture(scope="module")
def vector(machines, block):
    """The functions, compiled: vector(kind, name, machine)(values)."""
    made = {}

    def compiled(kind, name, machine):
        key = kind, name, machine.processor
        if key not in made:
            made[key] = mapped(machine, kind, name, block)
        return made[key]

    return compiled


def mapped(machine, kind, name, block):
    width = machine.width(kind)
    f = Function(width, "map", ["ptr %x", "ptr %y", "i64 %count"], "void", "exported")
    with f.repeat("%count") as index:
        f.store(getattr(functions, name)(f, f.load(f.at("%x", index))), f.at("%y", index))
    f.do("ret void")
    text = preamble(width, machine) + f.text
    linked = Linked(compile_text(text, machine), machine, "map")
    run = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int64)(linked.address)

    def call(values):
        rows = -(-len(values) // width.lanes)
        given, found = block(width, rows), block(width, rows)
        given.rows.reshape(-1)[: len(values)] = values
        run(given.address, found.address, rows)
        assert linked
        return found.rows.reshape(-1)[: len(values)].copy()

    return call


def exactly(name, value):
    """The function to 40 digits."""
    with localcontext() as context:
        context.prec = 40
        x = Decimal(float(value))
        if name == "exp":
            return x.exp()
        if name == "log":
            return x.ln()
        # e^(2x) - 1 loses as many digits as x has zeros after the point: 40 leave enough
        twice = (2 * x).exp()
        return (twice - 1) / (twice + 1)


def worst(name, given, found):
    """Largest error in units of the last place."""
    unit = [Decimal(float(np.spacing(np.abs(value)))) for value in found]
    return max(abs(Decimal(float(y)) - exactly(name, x)) / u for x, y, u in zip(given, found, unit, strict=True))


def spread(low, high, count, kind):
    if low > 0 and high / low > 1e6:
        return np.exp(np.linspace(np.log(low), np.log(high), count)).astype(kind)
    chance = np.random.default_rng(1)
    return chance.uniform(low, high, count).astype(kind)


@pytest.mark.parametrize("kind", ["double", "float"])
@pytest.mark.parametrize("name", ["exp", "log", "tanh"])
def test_the_error_is_as_stated(name, kind, vector, machines):
    for machine in machines:
        call = vector(kind, name, machine)
        for low, high in RANGES[name]:
            given = spread(low, high, 1000, machine.width(kind).dtype)
            assert worst(name, given, call(given)) < STATED[name]


@pytest.mark.parametrize("kind", ["double", "float"])
@pytest.mark.parametrize("name", ["exp", "log", "tanh"])
def test_every_machine_that_fuses_gives_the_same_bits(name, kind, vector, machines):
    given = np.concatenate([spread(low, high, 5000, machines[0].width(kind).dtype) for low, high in RANGES[name]])
    found = [vector(kind, name, machine)(given) for machine in machines if machine.fused]
    assert all(np.array_equal(other, found[0]) for other in found)


@pytest.mark.parametrize("kind", ["double", "float"])
def test_beyond_its_range_exp_stays_at_the_ends_and_is_never_zero_or_infinite(kind, vector, machine):
    found = vector(kind, "exp", machine)(np.array([-np.inf, -1e4, 1e4, np.inf]))
    assert (found > 0).all() and np.isfinite(found).all()
    assert found[0] == found[1] and found[2] == found[3]
    assert found[0] < 2e-38 and found[2] > 1e38


@pytest.mark.parametrize("kind", ["double", "float"])
def test_what_has_no_value_is_no_number(kind, vector, machine):
    nothing = np.array([np.nan, np.nan])
    for name in ("exp", "log", "tanh"):
        assert np.isnan(vector(kind, name, machine)(nothing)).all()
    assert np.isnan(vector(kind, "log", machine)(np.array([-1.0, -1e-30, -np.inf]))).all()


@pytest.mark.parametrize(("kind", "least", "most"), [("double", -708.4, 709.8), ("float", -87.4, 88.8)])
def test_log_of_zero_and_of_infinity_is_that_of_the_last_normal_number(kind, least, most, vector, machine):
    tiny = 1e-310 if kind == "double" else 1e-40
    found = vector(kind, "log", machine)(np.array([0.0, tiny, np.inf]))
    assert found == pytest.approx([least, least, most], abs=0.1)


@pytest.mark.parametrize("kind", ["double", "float"])
def test_tanh_is_odd_and_ends_at_one(kind, vector, machine):
    call = vector(kind, "tanh", machine)
    given = np.linspace(0, 30, 301)
    assert np.array_equal(call(-given), -call(given))
    assert call(np.array([25.0, 1e4, np.inf])).tolist() == [1, 1, 1]


@pytest.mark.parametrize("kind", ["double", "float"])
def test_exp_and_log_undo_each_other(kind, vector, machine):
    given = spread(1e-30, 1e30, 2000, machine.width(kind).dtype)
    back = vector(kind, "exp", machine)(vector(kind, "log", machine)(given))
    assert back == pytest.approx(given, rel=100 * float(np.finfo(given.dtype).eps))
