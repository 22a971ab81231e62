"""Dates as files write them, and births known from a date or from an age.

A date known to the month or the year only stands for its middle, and says so.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from boneloop.errors import RecordError
from boneloop.units import DAYS_PER_YEAR

LOWEST_AGE, HIGHEST_AGE = 18, 120
"""Years. Children are outside the intended use; nobody is known to have lived beyond the highest."""
FIRST_YEAR, LAST_YEAR = 1850, 2200


def day_of(text: str) -> tuple[date, bool]:
    """The day of a FHIR or ISO date or date-time, and whether it was known to the day.

    Raises ValueError for anything else, and for a year in which no patient of today was alive.
    """
    return _day_of(text.strip()[:10])


@lru_cache(maxsize=65536)
def _day_of(stem: str) -> tuple[date, bool]:
    """The same for a text without its time: there are far fewer days than times."""
    if len(stem) == 4:
        day, exact = date(int(stem), 7, 1), False
    elif len(stem) == 7 and stem[4] == "-":
        day, exact = date(int(stem[:4]), int(stem[5:7]), 15), False
    else:
        day, exact = date.fromisoformat(stem), True
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError(stem)
    return day, exact


def parse_day(text: str, place: str) -> tuple[date, bool]:
    """``day_of`` with a RecordError that names the place."""
    try:
        return day_of(text)
    except ValueError:
        raise RecordError(
            place, f"a date written YYYY-MM-DD (or YYYY-MM, or YYYY) from {FIRST_YEAR} to {LAST_YEAR}", text
        ) from None


_ROUGH = re.compile(
    r"(?P<source>.+): (?P<part>date|start|stop) known as (?P<written>[0-9]{4}(?:-[0-9]{2})?) only, taken as "
)


def rough_note(source: str, part: str, written: str, day: date) -> str:
    """The note of a date that is known to its month or year only.

    part  date, start or stop
    """
    return f"{source}: {part} known as {written.strip()} only, taken as {day.isoformat()}"


def rough_dates(notes: Iterable[str]) -> dict[tuple[str, str], str]:
    """What such notes say: a date as it was written, by source and part."""
    found = (_ROUGH.match(note) for note in notes)
    return {(told["source"], told["part"]): told["written"] for told in found if told}


ABOUT_A_YEAR = "(dated to about a year)"
"""Ends the source of something whose day was reckoned from an age."""


def is_rough(source: str, part: str, rough: Mapping[tuple[str, str], str]) -> bool:
    """Is a date not known to the day; rough is what ``rough_dates`` found in the notes of the record."""
    return (source, part) in rough or source.endswith(ABOUT_A_YEAR)


def limits(written: str) -> tuple[date, date]:
    """The first and the last day that a year or a month (YYYY, YYYY-MM) may stand for."""
    year, _, month = written.partition("-")
    first, last = (int(month), int(month)) if month else (1, 12)
    return date(int(year), first, 1), date(int(year), last, monthrange(int(year), last)[1])


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
        """From an age in years on a day: a whole number is completed years, a decimal one is right to about a month.

        Somebody born on a 29 February may be a year older on the 28th or on 1 March: both are allowed.
        """
        if age == int(age):
            one, years = timedelta(days=1), int(age)
            latest = max(years_before(day, years), years_before(day + one, years) - one)
            return cls(min(years_before(day, years + 1) + one, years_before(day + one, years + 1)), latest)
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
        birthday = years_before(middle, middle.year - day.year)
        whole = day.year - middle.year - (day < birthday)
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
