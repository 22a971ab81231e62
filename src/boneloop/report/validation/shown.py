"""One result as a reader sees it: numbers with as many digits as they deserve, and the words around them."""

from __future__ import annotations

import math

from boneloop.calibrate.targets.format import Result
from boneloop.calibrate.targets.judge import INSIDE, MISS, Simulated, interval_95
from boneloop.calibrate.targets.run import Found
from boneloop.report.words import MINUS

_DIGITS = 3
_MOST_DECIMALS = 4
_MARKS = {INSIDE: "✓", MISS: "✗"}


def number(value: float, unit: str = "") -> str:
    """Three significant digits, one decimal of a percentage at most, with a real minus sign."""
    if not math.isfinite(value):
        return "not defined"
    size = math.floor(math.log10(abs(value))) if value else 0
    decimals = min(max(0, _DIGITS - 1 - size), _MOST_DECIMALS)
    decimals = min(decimals, 1) if unit == "%" and abs(value) >= 1 / 10 else decimals
    text = f"{abs(value):.{decimals}f}"
    return MINUS + text if value < 0 and float(text) else text


def with_unit(text: str, unit: str) -> str:
    """A number with its unit; ratios, shares and odds have none."""
    return text if unit in ("1", "ratio") else f"{text}\u00a0{unit}"


def published(result: Result) -> str:
    """The published value."""
    if result.kind == "rank":
        return " > ".join(result.order)
    return with_unit(number(result.value, result.unit), result.unit)


def published_interval(result: Result) -> str:
    """What was published of its uncertainty, in words."""
    if result.interval is not None:
        low, high = (number(x, result.unit) for x in result.interval)
        level = "" if result.level == 0.95 else f", {100 * result.level:g} % interval"
        return f"{low} to {high}{level}"
    if result.se is not None:
        return f"standard error {number(result.se)}"
    if result.tolerance is not None:
        return f"tolerance {number(result.tolerance)}: {result.tolerance_reason}"
    return "" if result.kind == "rank" else "no interval published"


def simulated(result: Result, found: Simulated | None) -> str:
    """The simulated median."""
    if found is None:
        return "not run"
    if result.kind == "rank":
        return f"in {100 * found.median:.0f} % of the draws"
    return with_unit(number(found.median, result.unit), result.unit)


def band(result: Result, found: Simulated | None) -> str:
    """The simulated 95 % band."""
    if found is None or result.kind == "rank":
        return ""
    return f"{number(found.p025, result.unit)} to {number(found.p975, result.unit)}"


def monte_carlo(found: Simulated | None) -> str:
    """How much the simulated median would move with other people and other draws."""
    return number(found.monte_carlo) if found else ""


def distance(one: Found) -> str:
    """How far off, in published standard errors, and with the simulated spread in the denominator too."""
    verdict = one.verdict
    if verdict.distance is None or verdict.combined is None:
        return "–"
    return f"{signed(verdict.distance)} ({signed(verdict.combined)})"


def signed(value: float) -> str:
    """One decimal and a sign."""
    text = f"{abs(value):.1f}"
    return text if not float(text) else (MINUS if value < 0 else "+") + text


def verdict(one: Found) -> str:
    """The verdict with its mark, so that color is not all that tells."""
    word = one.verdict.verdict
    return f"{_MARKS[word]} {word}" if word in _MARKS else word


def why(one: Found) -> str:
    """Why a result is a miss, is not judged or was refused."""
    if one.refusal is not None:
        return str(one.refusal)
    if one.verdict.verdict == MISS:
        return one.result.reason or "No reason known yet."
    if one.verdict.verdict != INSIDE:
        return "neither an interval nor a standard error was published"
    return ""


def drawn_interval(result: Result) -> tuple[float, float]:
    """The interval that a figure draws; the value alone where there is none."""
    if result.interval is not None or result.se is not None:
        return interval_95(result)
    width = result.tolerance or 0.0
    return result.value - width, result.value + width
