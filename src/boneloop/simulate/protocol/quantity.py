"""Quantity: a number with its unit as people write it ("60 mg", "6 months"), and the calendar that times follow.

The smooth form has real years and months (365.25 days, a twelfth of it); the published one the month of 28 days and
the year of 13 of these, as printed.
"""

from __future__ import annotations

import math
import re
import sys
from dataclasses import dataclass
from typing import Any

from boneloop import units
from boneloop.errors import EvidenceError

WEEKS_OF_A_PRINTED_MONTH = 4

_TEXT = re.compile(r"\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*(\S(?:.*\S)?)?\s*")
_SPELLED = {
    "minute": ("minute", "minutes", "min"),
    "hour": ("hour", "hours", "h", "hr"),
    "day": ("day", "days", "d"),
    "week": ("week", "weeks", "w"),
    "month": ("month", "months", "mo"),
    "year": ("year", "years", "y", "yr"),
    "ug": ("ug", "mcg"),
    "mL": ("ml",),
    "L": ("l",),
    "1": ("fold",),
}
_SPELLING = {spelled: unit for unit, ways in _SPELLED.items() for spelled in ways}
_CONCENTRATIONS = {"mmol/L": "mM", "pmol/L": "pM"}


class QuantityError(ValueError):
    """What was expected instead, in words."""


@dataclass(frozen=True)
class Calendar:
    """Hours of a month and of a year."""

    month: float
    year: float

    def hours(self, value: float, unit: str) -> float:
        """A time in hours."""
        if unit in ("month", "year"):
            return value * (self.month if unit == "month" else self.year)
        return value * units.factor(unit, "hour")


def real() -> Calendar:
    """The calendar of the smooth form."""
    return Calendar(units.factor("month", "hour"), units.factor("year", "hour"))


def printed(year: float) -> Calendar:
    """The calendar of the published form; ``year`` in hours."""
    return Calendar(WEEKS_OF_A_PRINTED_MONTH * units.factor("week", "hour"), year)


def split(value: Any, example: str) -> tuple[float, str]:
    """The number and the unit, "" for none, of a text or of a bare number.

    Raises QuantityError for anything else.
    """
    if isinstance(value, int | float) and not isinstance(value, bool):
        number, unit = float(value) if abs(value) < sys.float_info.max else math.inf, ""
    elif isinstance(value, str) and (match := _TEXT.fullmatch(value)):
        number, unit = float(match.group(1)), spelled(match.group(2) or "")
    else:
        raise QuantityError(f'a number with its unit, as "{example}"')
    if not math.isfinite(number):
        raise QuantityError(f'a finite number with its unit, as "{example}"')
    return number, unit


def spelled(unit: str) -> str:
    """A unit in our spelling: micrograms as ug, hours as hour, each part of a quotient by itself."""
    plain = unit.replace("µ", "u").replace("μ", "u").replace(" per ", "/")
    parts = [part.strip() for part in plain.split("/")]
    return "/".join(_SPELLING.get(part.lower(), part) for part in parts)


def amount(value: Any, wanted: str, example: str) -> float:
    """A quantity in the ``wanted`` unit; a bare number only where the wanted unit is 1.

    Raises QuantityError when it is no quantity, has no unit, or one that does not fit.
    """
    number, unit = split(value, example)
    if not unit and wanted != "1":
        raise QuantityError(f'a unit that converts to {wanted}, as in "{example}"; here is none')
    return number * converted(unit or "1", wanted, example)


def converted(unit: str, wanted: str, example: str) -> float:
    """What a number in ``unit`` is multiplied by to be in ``wanted``.

    Raises QuantityError when the two do not fit.
    """
    known = _CONCENTRATIONS.get(unit, unit) if wanted in _CONCENTRATIONS.values() else unit
    try:
        return units.factor(known, spelled(wanted))
    except EvidenceError:
        raise QuantityError(f'a unit that converts to {wanted}, as in "{example}"; {unit} does not') from None


def time(value: Any, calendar: Calendar, example: str) -> float:
    """A time in hours; a bare number is taken only if it is 0.

    Raises QuantityError when it is no time.
    """
    number, unit = split(value, example)
    if not unit and number == 0:
        return 0.0
    if not unit:
        raise QuantityError(f'a time with its unit, as in "{example}"; here is none')
    converted(unit, "hour", example)
    return calendar.hours(number, unit)
