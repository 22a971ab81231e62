"""Exponential, logarithm and hyperbolic tangent of a vector, in plain arithmetic.

    exp   x = n·ln 2 + r, |r| <= ln 2/2; e^x = 2^n·(1 + r + r²·q(r)), q a polynomial; 2^n by adding n to the exponent
    log   x = 2^k·(1 + f), 1 + f within [√½, √2); float64 through atanh: with s = f/(2 + f), log(1 + f) =
          f - (f²/2 - s·(f²/2 + s²·p(s²))); float32 f - f²/2 + f³·p(f)
    tanh  t/(t + 2) with t = e^(2|x|) - 1 and the sign of x

Largest error measured in units of the last place, fused or not, both precisions: exp 1.02, log 0.77, tanh 2.5 (checked
in the tests). Outside its range exp stays at the value of the nearest end, so that it
is never 0 or infinite; log of 0 and of numbers too small to be normal is that of the smallest normal number; log of a
negative number is NaN, and NaN stays NaN.

The polynomials are least-maximum fits (Remez exchange) of the stated form.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from boneloop.kernel.native.assembly import Function, Width

Polynomial = tuple[float, ...]
"""Coefficients, lowest power first."""


@dataclass(frozen=True)
class Format:
    """What a floating-point format asks of the functions."""

    integer: str
    mantissa: int
    round_by: float
    log2_e: float
    ln2_high: float
    ln2_low: float
    exp_range: tuple[float, float]
    exp: Polynomial
    smallest: float
    largest: float
    log: Polynomial
    tanh_limit: float


_LOG2_E = 1.4426950408889634

DOUBLE = Format(
    integer="i64",
    mantissa=52,
    round_by=1.5 * 2.0**52,
    log2_e=_LOG2_E,
    ln2_high=float.fromhex("0x1.62e42fefa3800p-1"),
    ln2_low=float.fromhex("0x1.ef35793c76730p-45"),
    exp_range=(-707.0, 709.5),
    exp=(
        0.5000000000000011,
        0.1666666666666641,
        0.041666666666529246,
        0.008333333333495634,
        0.0013888888943909058,
        0.00019841269504706544,
        2.4801492775390946e-05,
        2.7557587417260416e-06,
        2.76303745325572e-07,
        2.499993636469696e-08,
    ),
    smallest=2.0**-1022,
    largest=1.7976931348623157e308,
    log=(
        0.6666666666666735,
        0.39999999999411295,
        0.28571428743224475,
        0.22222198479457064,
        0.18183569576250216,
        0.1531390710345407,
        0.14797471717624802,
    ),
    tanh_limit=22.0,
)

SINGLE = Format(
    integer="i32",
    mantissa=23,
    round_by=1.5 * 2.0**23,
    log2_e=_LOG2_E,
    ln2_high=float.fromhex("0x1.62e4p-1"),
    ln2_low=float.fromhex("0x1.7f7d1cp-20"),
    exp_range=(-87.0, 88.5),
    exp=(
        0.49999993413417815,
        0.16666520116513805,
        0.041668394154232506,
        0.008368779627310474,
        0.0013814464850470962,
    ),
    smallest=2.0**-126,
    largest=3.4028234663852886e38,
    log=(
        0.33333312430768874,
        -0.2500000962957774,
        0.20002132720019333,
        -0.16668006750672565,
        0.14219239522267066,
        -0.1240514534459303,
        0.11890232814884509,
        -0.11679568306882339,
        0.06746685740187551,
    ),
    tanh_limit=10.0,
)


def format_of(width: Width) -> Format:
    """The format of a width."""
    return DOUBLE if width.kind == "double" else SINGLE


def exp(f: Function, x: str) -> str:
    """e to the x, written into a function."""
    shape = format_of(f.width)
    low, high = (f.splat(end) for end in shape.exp_range)
    x = f.pick(f.compare("olt", x, low), low, x)
    x = f.pick(f.compare("ogt", x, high), high, x)
    turns, tail = _reduced(f, x, shape)
    return _scaled(f, f.binary("fadd", tail, f.splat(1)), turns, shape)


def _reduced(f: Function, x: str, shape: Format) -> tuple[str, str]:
    """n with a large number added, so that its last bits are n as an integer; and e^r - 1."""
    turns = f.fused(x, f.splat(shape.log2_e), f.splat(shape.round_by))
    n = f.binary("fsub", turns, f.splat(shape.round_by))
    r = f.fused(n, f.splat(-shape.ln2_high), x)
    r = f.fused(n, f.splat(-shape.ln2_low), r)
    square = f.binary("fmul", r, r)
    tail = f.fused(square, _polynomial(f, shape.exp, r, square), r)
    return turns, tail


def _scaled(f: Function, value: str, turns: str, shape: Format) -> str:
    """value·2^n"""
    lanes, vector = f.width.lanes, f.width.vector
    whole = f"<{lanes} x {shape.integer}>"
    shifted = f.write(f"shl {whole} {f.write(f'bitcast {vector} {turns} to {whole}')}, {_whole(shape, shape.mantissa)}")
    bits = f.write(f"bitcast {vector} {value} to {whole}")
    return f.write(f"bitcast {whole} {f.write(f'add {whole} {bits}, {shifted}')} to {vector}")


def _whole(shape: Format, value: int) -> str:
    return f"splat ({shape.integer} {value})"


def _polynomial(f: Function, coefficients: Polynomial, x: str, square: str) -> str:
    """The even powers and the odd ones by themselves: two short chains take half the time of a long one."""
    even, odd = (_horner(f, coefficients[first::2], square) for first in (0, 1))
    return f.fused(odd, x, even)


def _horner(f: Function, coefficients: Polynomial, x: str) -> str:
    total = f.splat(coefficients[-1])
    for coefficient in reversed(coefficients[:-1]):
        total = f.fused(total, x, f.splat(coefficient))
    return total


def log(f: Function, x: str) -> str:
    """Natural logarithm of x, written into a function."""
    shape = format_of(f.width)
    k, fraction = _split(f, x, shape)
    half_square = f.binary("fmul", f.binary("fmul", f.splat(0.5), fraction), fraction)
    tail = f.binary("fmul", k, f.splat(shape.ln2_low))
    if shape is DOUBLE:
        s = f.binary("fdiv", fraction, f.binary("fadd", fraction, f.splat(2)))
        z = f.binary("fmul", s, s)
        more = f.fused(z, _polynomial(f, shape.log, z, f.binary("fmul", z, z)), half_square)
        tail = f.fused(s, more, tail)
    else:
        square = f.binary("fmul", fraction, fraction)
        cube = f.binary("fmul", square, fraction)
        tail = f.fused(cube, _polynomial(f, shape.log, fraction, square), tail)
    result = f.binary("fsub", fraction, f.binary("fsub", half_square, tail))
    result = f.fused(k, f.splat(shape.ln2_high), result)
    return f.pick(f.compare("oge", x, f.splat(0)), result, f.splat(float("nan")))


def _split(f: Function, x: str, shape: Format) -> tuple[str, str]:
    """k as a floating-point number and f, where x = 2^k·(1 + f) with 1 + f around 1."""
    lanes, vector = f.width.lanes, f.width.vector
    whole = f"<{lanes} x {shape.integer}>"
    small, large = f.splat(shape.smallest), f.splat(shape.largest)
    x = f.pick(f.compare("olt", x, small), small, x)
    x = f.pick(f.compare("ogt", x, large), large, x)
    bits = f.write(f"bitcast {vector} {x} to {whole}")
    # Moving the bits so that the root of 1/2 stands at 1 splits [√½, √2) off in one shift.
    root_half = _bits_of_root_half(shape)
    moved = f.write(f"sub {whole} {bits}, {_whole(shape, root_half)}")
    exponent = f.write(f"ashr {whole} {moved}, {_whole(shape, shape.mantissa)}")
    taken = f.write(f"shl {whole} {exponent}, {_whole(shape, shape.mantissa)}")
    fraction_bits = f.write(f"sub {whole} {bits}, {taken}")
    fraction = f.binary("fsub", f.write(f"bitcast {whole} {fraction_bits} to {vector}"), f.splat(1))
    # An integer added to the bits of 1.5·2^52 is that number plus the integer: a conversion that every machine has.
    base = _bits(shape.round_by, shape)
    k_bits = f.write(f"add {whole} {exponent}, {_whole(shape, base)}")
    k = f.binary("fsub", f.write(f"bitcast {whole} {k_bits} to {vector}"), f.splat(shape.round_by))
    return k, fraction


def _bits(value: float, shape: Format) -> int:
    codes = ("<d", "<q") if shape is DOUBLE else ("<f", "<i")
    return int(struct.unpack(codes[1], struct.pack(codes[0], value))[0])


def _bits_of_root_half(shape: Format) -> int:
    return _bits(0.7071067811865476, shape)


def tanh(f: Function, x: str) -> str:
    """Hyperbolic tangent of x, written into a function."""
    shape = format_of(f.width)
    below = f.compare("olt", x, f.splat(0))
    size = f.pick(below, f.negative(x), x)
    limit = f.splat(shape.tanh_limit)
    size = f.pick(f.compare("ogt", size, limit), limit, size)
    turns, tail = _reduced(f, f.binary("fadd", size, size), shape)
    power = _scaled(f, f.splat(1), turns, shape)
    # e^(2|x|) - 1 without losing the small part: 2^n·(e^r - 1) + (2^n - 1)
    t = f.fused(power, tail, f.binary("fsub", power, f.splat(1)))
    ratio = f.binary("fdiv", t, f.binary("fadd", t, f.splat(2)))
    return f.pick(below, f.negative(ratio), ratio)
