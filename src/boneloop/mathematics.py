"""The words a model is written in.

A station or a link is a function of one patient's scalars, written with these words and the operators
``+ - * /``. The same function then runs on floats, on NumPy arrays of patients, and on any other kind of value
that says how it speaks these words (``teach``): JAX values, or the recorder of the kernel.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from boneloop.types import Scalar

_PYTHON: dict[str, Callable[..., Any]] = {
    "exp": math.exp,
    "log": math.log,
    "sqrt": math.sqrt,
    "tanh": math.tanh,
    "power": lambda base, exponent: base**exponent,
    "minimum": min,
    "maximum": max,
}
_STEEP = 2.0**60
_NUMPY: dict[str, Callable[..., Any]] = {word: getattr(np, word) for word in _PYTHON}
_TAUGHT: list[tuple[type, dict[str, Callable[..., Any]]]] = []


def teach(kind: type, words: dict[str, Callable[..., Any]]) -> None:
    """Say how values of ``kind`` speak: one function for each of exp, log, sqrt, tanh, power, minimum, maximum."""
    missing = sorted(set(_PYTHON) - set(words))
    if missing:
        raise TypeError(f"{kind.__name__} must speak every word; missing: {', '.join(missing)}")
    _TAUGHT.append((kind, words))


def _speak(word: str, *values: Scalar) -> Scalar:
    for value in values:
        if type(value) is np.ndarray:
            return _NUMPY[word](*values)
    for kind, words in _TAUGHT:
        if any(isinstance(value, kind) for value in values):
            return words[word](*values)
    if any(isinstance(value, np.ndarray | np.generic) for value in values):
        return _NUMPY[word](*values)
    return _PYTHON[word](*values)


def exp(x: Scalar) -> Scalar:
    """e to the x."""
    return _speak("exp", x)


def log(x: Scalar) -> Scalar:
    """Natural logarithm."""
    return _speak("log", x)


def sqrt(x: Scalar) -> Scalar:
    """Square root."""
    return _speak("sqrt", x)


def tanh(x: Scalar) -> Scalar:
    """Hyperbolic tangent."""
    return _speak("tanh", x)


def power(base: Scalar, exponent: Scalar) -> Scalar:
    """base to the exponent; the base must be positive when the exponent is not whole."""
    return _speak("power", base, exponent)


def minimum(a: Scalar, b: Scalar) -> Scalar:
    """The smaller of two."""
    return _speak("minimum", a, b)


def maximum(a: Scalar, b: Scalar) -> Scalar:
    """The larger of two."""
    return _speak("maximum", a, b)


def step(x: Scalar) -> Scalar:
    """1 above 0, else 0: a jump, as some published models print one. Its slope is 0 on both sides.

    Made of the other words, so that whatever speaks them speaks this: between 0 and 2^-60 lies no difference of two
    numbers of ordinary size.
    """
    return minimum(maximum(x * _STEEP, 0), 1)


def smooth_step(x: Scalar, width: Scalar) -> Scalar:
    """From 0 far below 0 to 1 far above, half at 0: ``step`` without the jump."""
    return (1 + tanh(x / width)) / 2


def smooth_positive(x: Scalar, width: Scalar) -> Scalar:
    """From 0 far below 0 to x far above, width/2 at 0: ``maximum(x, 0)`` without the corner."""
    return (x + sqrt(x * x + width * width)) / 2


def rising(x: Scalar) -> Scalar:
    """x/(1+x): 0 at 0, 1/2 at 1, towards 1."""
    return x / (1 + x)


def falling(x: Scalar) -> Scalar:
    """1/(1+x): 1 at 0, 1/2 at 1, towards 0."""
    return 1 / (1 + x)


def decayed(amount: Scalar, time: Scalar, time_constant: Scalar) -> Scalar:
    """What is left of ``amount`` after ``time`` when it falls by 1/e every ``time_constant``."""
    return amount * exp(-time / time_constant)


def logistic(x: Scalar) -> Scalar:
    """1/(1+exp(-x))."""
    return 1 / (1 + exp(-x))


def saturating(drive: Scalar, ceiling: Scalar, convexity: Scalar) -> Scalar:
    """What a drive makes of a state at rest: slope 1 at 0, never above ``ceiling``; 0 for a negative drive.

    v/(1 + v/ceiling) with v = u + convexity·u². Convexity lets a weak drive do less than its share.
    """
    positive = maximum(drive, 0)
    v = positive + convexity * positive * positive
    return v / (1 + v / ceiling)


def relieved(level: Scalar, relief: Scalar, full_at: Scalar) -> Scalar:
    """``level`` less a relief that is in full from the level ``full_at`` on and in proportion below; 0 or more."""
    return maximum(level - relief * minimum(level / full_at, 1), 0)


def saturating_inverse(level: Scalar, ceiling: Scalar, convexity: Scalar) -> Scalar:
    """The drive that holds a state at ``level``, for 0 <= level < ceiling."""
    v = level / (1 - level / ceiling)
    return 2 * v / (1 + sqrt(1 + 2 * 2 * convexity * v))


def saturating_slope(drive: Scalar, ceiling: Scalar, convexity: Scalar) -> Scalar:
    """How much a little more drive adds at this drive: derivative of ``saturating`` for a drive of 0 or more."""
    positive = maximum(drive, 0)
    v = positive + convexity * positive * positive
    return (1 + 2 * convexity * positive) / ((1 + v / ceiling) * (1 + v / ceiling))
