"""Shapes: the saturating responses that the engine is made of, tuned so that the baseline is a rest.

    H = x^γ/(x^γ + k^γ) = 1/(1 + r (x/x0)^-γ)      r = (k/x0)^γ
    response = start + (end - start) H             r = (end - level)/(level - start) makes it ``level`` at x0

Written with the level relative to baseline, x/x0, so that no power leaves the range of single precision.
"""

from __future__ import annotations

from boneloop.mathematics import power
from boneloop.types import Scalar


def hill(relative: Scalar, ratio: Scalar, exponent: Scalar) -> Scalar:
    """H, 0 to 1: half when ``relative`` to the exponent equals ``ratio``; ``relative`` is positive."""
    return 1 / (1 + ratio * power(relative, -exponent))


def response(relative: Scalar, start: Scalar, end: Scalar, ratio: Scalar, exponent: Scalar) -> Scalar:
    """What a level does: ``start`` when it is low, ``end`` when it is high."""
    return start + (end - start) * hill(relative, ratio, exponent)


def ratio(start: Scalar, end: Scalar, level: Scalar) -> Scalar:
    """The ratio with which a response from ``start`` to ``end`` is ``level`` at baseline."""
    return (end - level) / (level - start)


def half_saturation(relative: Scalar, ratio: Scalar) -> Scalar:
    """H with exponent 1, without a power."""
    return relative / (relative + ratio)
