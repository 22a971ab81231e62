"""(1 - e^-x)/x of a vector, for x of 0 or more: what a hazard x over a cycle comes to, per unit of hazard.

Up to 2 a polynomial, whose value at 0 is 1: no digit is lost however small the hazard, and the product with x needs no
division. Beyond, through exp; most cycles of most persons never get there. Largest relative error measured: two
roundings (2^-51, 2^-22).

The polynomials are the expansion in powers of -x, cut to the degree by Chebyshev economization on [0, 2].
"""

from __future__ import annotations

from boneloop.kernel.native import functions
from boneloop.kernel.native.assembly import Function

END = 2.0

_SINGLE = (
    0.9999999905459108,
    -0.49999938661582133,
    0.1666601111569409,
    -0.041639813413735814,
    0.00827878400438378,
    -0.001327672549492578,
    0.0001590395143481353,
    -1.0502782960880124e-05,
)
_DOUBLE = (
    1.0,
    -0.49999999999999245,
    0.16666666666641988,
    -0.04166666666348733,
    0.00833333331193765,
    -0.001388888802516822,
    0.0001984124720913664,
    -2.4801183686788333e-05,
    2.7552283266934912e-06,
    -2.751278605329368e-07,
    2.4773014232049838e-08,
    -1.9654291012968315e-09,
    1.2433137981166552e-10,
    -4.590411552326739e-12,
)


def share_left(f: Function, x: str) -> str:
    """(1 - e^-x)/x, written into a function."""
    coefficients = _DOUBLE if f.width.kind == "double" else _SINGLE
    total = f.splat(coefficients[-1])
    for coefficient in reversed(coefficients[:-1]):
        total = f.fused(total, x, f.splat(coefficient))
    slot = f.variable(f.width.vector)
    f.store(total, slot)
    beyond = f.compare("ogt", x, f.splat(END))
    with f.when(f.any(beyond)):
        left = f.binary("fsub", f.splat(1), functions.exp(f, f.negative(x)))
        f.store(f.pick(beyond, f.binary("fdiv", left, x), total), slot)
    return f.load(slot)
