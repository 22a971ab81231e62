"""The verdict on one result: is what the model says inside what was published, and how far off is it.

    inside   the simulated median lies in the published 95 % interval (another interval is brought to 95 %), or within
             2 published standard errors of the value, or within the stated tolerance
    distance (simulated median - published value) / published standard error; on the logarithm for ratios
    combined the same with the spread of the simulated draws in the denominator too

A rank is inside when the published order holds in more than half of the draws; the share is what is reported. Where
neither an interval nor a standard error was published and no tolerance is stated, nothing is judged.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from boneloop.calibrate.targets.format import USUAL_LEVEL, Result
from boneloop.types import Array

STANDARD_ERRORS = 2
INSIDE, MISS, NOT_JUDGED, REFUSED = "inside", "miss", "not judged", "refused"


@dataclass(frozen=True)
class Simulated:
    """What the model says, over draws of its parameters, in the unit of the result.

    spread       standard deviation over draws, of the logarithm for a ratio
    monte_carlo  standard error of the median: from the number of people and the number of draws
    """

    median: float
    p025: float
    p05: float
    p95: float
    p975: float
    spread: float
    monte_carlo: float


@dataclass(frozen=True)
class Verdict:
    """verdict: inside, miss, not judged or refused; distances in standard errors, None where there is none."""

    verdict: str
    distance: float | None = None
    combined: float | None = None


def simulated(result: Result, draws: Array, groups: Array) -> Simulated:
    """From the value in each draw, and the medians of groups of people (each over all draws)."""
    if result.kind == "rank":
        held = float(draws.mean())
        return Simulated(held, 0.0, 0.0, 1.0, 1.0, float(draws.std()), math.sqrt(held * (1 - held) / len(draws)))
    p025, p05, median, p95, p975 = (float(x) for x in np.percentile(draws, (2.5, 5, 50, 95, 97.5)))
    logarithm = result.on_log_scale and bool((draws > 0).all())
    spread = float(np.std(np.log(draws) if logarithm else draws, ddof=1)) if len(draws) > 1 else 0.0
    return Simulated(median, p025, p05, p95, p975, spread, monte_carlo(draws, groups))


def monte_carlo(draws: Array, groups: Array) -> float:
    """Standard error of the median: sd of the groups' medians / √groups, and 1.2533 sd / √draws, added as squares."""
    of_people = np.std(groups, ddof=1) / math.sqrt(len(groups)) if len(groups) > 1 else 0.0
    of_draws = math.sqrt(math.pi / 2) * np.std(draws, ddof=1) / math.sqrt(len(draws)) if len(draws) > 1 else 0.0
    return float(math.hypot(of_people, of_draws))


def judge(result: Result, found: Simulated) -> Verdict:
    """The verdict on what the model says."""
    if result.kind == "rank":
        return Verdict(INSIDE if found.median > 1 / 2 else MISS)
    distance, combined = _distances(result, found)
    off = abs(found.median - result.value)
    if result.interval is not None:
        low, high = interval_95(result)
        return Verdict(INSIDE if low <= found.median <= high else MISS, distance, combined)
    if result.se is not None and distance is not None:
        return Verdict(INSIDE if abs(distance) <= STANDARD_ERRORS else MISS, distance, combined)
    if result.tolerance is not None:
        return Verdict(INSIDE if off <= result.tolerance * (1 + 1e-12) else MISS)
    return Verdict(NOT_JUDGED)


def interval_95(result: Result) -> tuple[float, float]:
    """The published interval as one of 95 %; from the standard error where only that is known."""
    if result.interval is None:
        width = NormalDist().inv_cdf((1 + USUAL_LEVEL) / 2) * (result.se or math.nan)
        return _around(result, width, width)
    if result.level == USUAL_LEVEL:
        return result.interval
    scale = NormalDist().inv_cdf((1 + USUAL_LEVEL) / 2) / NormalDist().inv_cdf((1 + result.level) / 2)
    low, high = (_place(result, x) for x in result.interval)
    middle = _place(result, result.value)
    return _around(result, scale * (middle - low), scale * (high - middle))


def _around(result: Result, below: float, above: float) -> tuple[float, float]:
    middle = _place(result, result.value)
    low, high = middle - below, middle + above
    return (math.exp(low), math.exp(high)) if result.on_log_scale else (low, high)


def _place(result: Result, value: float) -> float:
    return math.log(value) if result.on_log_scale else value


def _distances(result: Result, found: Simulated) -> tuple[float | None, float | None]:
    se = result.standard_error
    if not se or (result.on_log_scale and found.median <= 0):
        return None, None
    off = _place(result, found.median) - _place(result, result.value)
    return off / se, off / math.hypot(se, found.spread)
