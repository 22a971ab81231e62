"""Numbers in words: the one place that decides how many digits a reader sees, and that a band goes with them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date

import numpy as np

from boneloop.compare.forecast import OUTCOMES, Band, Outcome, PlanForecast
from boneloop.report.signs import MINUS as MINUS
from boneloop.report.signs import NOT_DEFINED as NOT_DEFINED
from boneloop.report.signs import number as number
from boneloop.report.signs import readable as readable
from boneloop.types import Array

_DECIMALS = {"g/cm2": 3, "%": 1, "0-10": 1, "0-27": 1, "0-21": 1, "0-100": 0, "falls": 1, "QALY": 2, "utility": 2}
_OTHER_DECIMALS = 2
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_SAME_TIME = 1e-6
_FIXED_SPACE = "\u00a0"


@dataclass(frozen=True, slots=True)
class Spread:
    """One number with its band, in the outcome's unit."""

    median: float
    p05: float
    p95: float


def outcome_of(name: str) -> Outcome:
    """What the forecast says about an outcome; an unknown name stands for itself."""
    return OUTCOMES.get(name) or Outcome(name, name.replace("_", " "), "1", "value", "lower")


def at_year(band: Band, years: Array, year: float) -> Spread:
    """The band at a year from now."""
    wanted = np.array([year])
    return Spread(*(float(at_times(wanted, years, values)[0]) for values in (band.point, band.p05, band.p95)))


def at_times(wanted: Array, times: Array, values: Array) -> Array:
    """Values at the wanted times: those of the forecast where it has that time, straight between two others."""
    nearest = np.abs(times[None, :] - wanted[:, None]).argmin(axis=1)
    there = np.abs(times[nearest] - wanted) < _SAME_TIME
    return np.where(there, values[nearest], np.interp(wanted, times, values))


def at_horizon(plan: PlanForecast, name: str) -> Spread | None:
    """The band of one outcome at the last time of the forecast, or None if the plan does not report it."""
    return at_year(plan.bands[name], plan.years, float(plan.years[-1])) if name in plan.bands else None


def amount(outcome: Outcome, value: float, *, unit: bool = True) -> str:
    """A value of an outcome with as many digits as it deserves; a probability is shown in percent."""
    if not math.isfinite(value):
        return NOT_DEFINED
    percent = _FIXED_SPACE + "%" if unit and outcome.unit in ("probability", "%") else ""
    if outcome.unit == "probability":
        return number(100 * value, 0 if abs(value) >= 0.0995 else 1) + percent
    return number(value, decimals_of(outcome)) + percent


def banded(outcome: Outcome, spread: Spread) -> str:
    """Median and band in one phrase: "21 % (15 to 27 %)"."""
    low, high = amount(outcome, spread.p05, unit=False), amount(outcome, spread.p95)
    return f"{amount(outcome, spread.median)} ({low} to {high})"


def change(outcome: Outcome, value: float, *, unit: bool = True, finer: int = 0) -> str:
    """A difference with its sign: "−2.1 points", "+0.13 QALY"; ``finer``: digits more than usual."""
    if not math.isfinite(value):
        return NOT_DEFINED
    scale = 100.0 if outcome.unit == "probability" else 1.0
    text = number(scale * value, max(1, decimals_of(outcome)) + finer)
    if not text.startswith(MINUS) and float(text):
        text = "+" + text
    if not unit:
        return text
    return text + {"probability": " points", "g/cm2": " g/cm²", "QALY": " QALY", "%": " %"}.get(outcome.unit, "")


def better(outcome: Outcome) -> str:
    """Which way is good, in words."""
    return f"{outcome.better} is better"


def decimals_of(outcome: Outcome) -> int:
    """Digits after the point of a value of this outcome; a probability counts in percent."""
    return 1 if outcome.unit == "probability" else _DECIMALS.get(outcome.unit, _OTHER_DECIMALS)


def plain_float(value: float) -> float | None:
    """A number for the data in the page: four significant digits, None where it is not defined."""
    return float(f"{value:.4g}") if math.isfinite(value) else None


def spoken(name: str) -> str:
    """A name of the code as a reader says it: "chronic_pain" is "Chronic pain"."""
    words = name.replace("_", " ")
    return words[:1].upper() + words[1:]


def day(when: date | None) -> str:
    """A date that no reader takes for another ("2 Mar 2026"), or "no date"."""
    return f"{when.day} {_MONTHS[when.month - 1]} {when.year}".replace(" ", _FIXED_SPACE) if when else "no date"


def counted(number_of: int, one: str, many: str) -> str:
    """A count with its noun: "1 person", "7 people"."""
    return f"{number_of:,} {one if number_of == 1 else many}"


def short_title(title: str) -> str:
    """The name of a plan where space is short: "Bone" of "Bone: alendronate for five years"."""
    return title.partition(":")[0].strip() or title
