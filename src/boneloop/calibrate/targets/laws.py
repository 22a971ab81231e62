"""How a quantity differs between people: a normal law cut at its limits, or the shares of groups, as published.

A published mean and sd are those of the people who took part, so of the law after the cut; the law before it is found
from them. Inside a group people are spread evenly.
"""

from __future__ import annotations

import math
from functools import cache

import numpy as np
from scipy.optimize import root
from scipy.special import ndtr, ndtri

from boneloop.calibrate.targets.format import Groups, Law
from boneloop.types import Array

_CLOSE = 1e-6
_STARTS = ((0.0, 0.0), (0.0, 0.7), (-2.0, 0.7), (2.0, 0.7))
_LOWEST_SCORE = -30.0
"""Further out the normal law has no probability that a double can hold."""


@cache
def parent(law: Law) -> tuple[float, float] | None:
    """Mean and sd of the normal law that has the law's own mean and sd after the cut; None if there is none."""
    if math.isinf(law.low) and math.isinf(law.high):
        return law.mean, law.sd
    below, above = (law.low - law.mean) / law.sd, (law.high - law.mean) / law.sd

    def off(guess: Array) -> list[float]:
        mean, sd = float(guess[0]), math.exp(min(float(guess[1]), -_LOWEST_SCORE))
        after, deviation = _moments((below - mean) / sd, (above - mean) / sd)
        return [mean + sd * after, sd * deviation - 1]

    for start in _STARTS:
        with np.errstate(all="ignore"):
            found = root(off, start)
        if found.success and max(map(abs, off(found.x))) < _CLOSE:
            return law.mean + law.sd * float(found.x[0]), law.sd * math.exp(float(found.x[1]))
    return None


def _moments(low: float, high: float) -> tuple[float, float]:
    """Mean and sd of the standard normal law between two scores."""
    if low > 0:  # the mirror image keeps the digits of a far tail
        mean, sd = _moments(-high, -low)
        return -mean, sd
    probability = float(ndtr(high) - ndtr(low))
    if probability <= 0 or high < _LOWEST_SCORE:
        return math.nan, math.nan
    at_low, at_high = (math.exp(-(x**2) / 2) / math.sqrt(2 * math.pi) for x in (low, high))
    edges = (low * at_low if at_low else 0.0) - (high * at_high if at_high else 0.0)
    mean = (at_low - at_high) / probability
    return mean, math.sqrt(max(0.0, 1 + edges / probability - mean**2))


def drawn(law: Law | Groups, luck: Array) -> Array:
    """Values of a law from numbers in (0, 1)."""
    if isinstance(law, Groups):
        return np.interp(luck, np.concatenate([[0.0], np.cumsum(law.shares)]), law.edges)
    if law.sd == 0:
        return np.full(luck.shape, law.mean)
    whole = parent(law)
    assert whole is not None, "the reader refuses a law that no cut leaves"
    low, high = ((edge - whole[0]) / whole[1] for edge in (law.low, law.high))
    turned = low > 0
    if turned:
        low, high, luck = -high, -low, 1 - luck
    score = ndtri(ndtr(low) + (ndtr(high) - ndtr(low)) * luck)
    return np.asarray(np.clip(whole[0] + whole[1] * (-score if turned else score), law.low, law.high))
