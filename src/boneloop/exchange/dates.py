"""Dates as files write them, and births known from a date or from an age.

A date known to the month or the year only stands for its middle, and says so.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from boneloop.errors import RecordError
from boneloop.units import DAYS_PER_YEAR

LOWEST_AGE, HIGHEST_AGE = 18, 120
"""Years. Children are outside the intended use; nobody is known to have lived beyond the highest."""


@lru_cache(maxsize=65536)
def day_of(text: str) -> tuple[date, bool]:
    """The day of a FHIR or ISO date or date-time, and whether it was known to the day.

    Raises ValueError for anything else.
    """
    stem = text.strip()[:10]
    if len(stem) == 4:
        return date(int(stem), 7, 1), False
    if len(stem) == 7 and stem[4] == "-":
        return date(int(stem[:4]), int(stem[5:7]), 15), False
    return date.fromisoformat(stem), True


def parse_day(text: str, place: str) -> tuple[date, bool]:
    """``day_of`` with a RecordError that names the place."""
    try:
        return day_of(text)
    except ValueError:
        raise RecordError(place, "a date written YYYY-MM-DD (or YYYY-MM, or YYYY)", text) from None


def years_before(day: date, years: int) -> date:
    """The same day of the calendar, whole years earlier; 29 February becomes the 28th."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


@dataclass(frozen=True, slots=True)
class Birth:
    """The days between which somebody was born, both included."""

    earliest: date
    latest: date

    @classmethod
    def from_text(cls, text: str, place: str) -> Birth:
        """From a birth date, or from its month or year where only that is known."""
        day, exact = parse_day(text, place)
        if exact:
            return cls(day, day)
        if len(text.strip()) == 4:
            return cls(date(day.year, 1, 1), date(day.year, 12, 31))
        return cls(day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1]))

    @classmethod
    def from_age(cls, age: float, day: date) -> Birth:
        """From an age in years on a day: a whole number is completed years, a decimal one is right to about a month."""
        if age == int(age):
            latest = years_before(day, int(age))
            return cls(years_before(latest, 1) + timedelta(days=1), latest)
        middle, slack = day - timedelta(days=age * DAYS_PER_YEAR), timedelta(days=37)
        return cls(middle - slack, middle + slack)

    def agrees(self, other: Birth) -> bool:
        """Can both be true of one person?"""
        return self.earliest <= other.latest and other.earliest <= self.latest

    def narrowed(self, other: Birth) -> Birth:
        """What both together say."""
        return Birth(max(self.earliest, other.earliest), min(self.latest, other.latest))

    def age_on(self, day: date) -> float:
        """Years from the middle of the interval to a day, to two decimals; whole on a birthday."""
        middle = self.earliest + (self.latest - self.earliest) / 2
        whole = day.year - middle.year - ((day.month, day.day) < (middle.month, middle.day))
        since = day - years_before(middle, -whole)
        return round(whole + since.days / DAYS_PER_YEAR, 2)

    def __str__(self) -> str:
        if self.earliest == self.latest:
            return self.earliest.isoformat()
        return f"{self.earliest.isoformat()} to {self.latest.isoformat()}"


def check_age(age: float, place: str) -> float:
    """The age, if a person of that age can be used.

    Raises RecordError else.
    """
    if not LOWEST_AGE <= age <= HIGHEST_AGE:
        raise RecordError(place, f"an age from {LOWEST_AGE} to {HIGHEST_AGE} years", f"{age:g}")
    return age
