"""Fracture liaison: what one record answers to each of the eleven indicators of a service, and what it leaves open.

Everything is counted from the sentinel fracture: the newest fracture of low energy with a date, at 50 or later, in the
last two years. Where no energy is recorded it may be one or not: such people are a group of their own. An answer is no
only where the record shows it; what is not written down is unknown. What the indicators are stands in ``liaison.toml``.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import NamedTuple

from boneloop.assess import bone_drugs
from boneloop.assess.seen import Seen, months_between
from boneloop.errors import EvidenceError
from boneloop.evidence.registry import load
from boneloop.guidance.rule import MARKS
from boneloop.patient.drugs import drugs
from boneloop.patient.record import Fracture, Medication
from boneloop.types import Known

DENSITIES = ("bmd", "t_score", "z_score")
FALL_TESTS = ("falls_12_months", "gait_speed", "tug", "chair_stand_5", "sppb")
COMPLETENESS = "complete"


class Answer(StrEnum):
    """What a record says to an indicator; NOT_YET: its time is not over."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"
    NOT_YET = "not yet"


class Group(StrEnum):
    """Whether the sentinel fracture is known to be of low energy."""

    FRAGILITY = "low energy"
    UNCLEAR = "energy not recorded"


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator; its fields are explained in ``liaison.toml``."""

    number: int
    name: str
    title: str
    published: str
    numerator: str
    denominator: str
    mark: str
    no: str
    cannot: str
    levels: tuple[str, ...]
    never_no: bool = False


class Sentinel(NamedTuple):
    """The fracture from which the indicators count, and its day."""

    fracture: Fracture
    day: date
    group: Group


class Times(NamedTuple):
    """The times of the indicators."""

    assessed_within: timedelta
    started_within: timedelta
    prescribed_at: timedelta


@cache
def indicators() -> tuple[Indicator, ...]:
    """All eleven, in order.

    Raises EvidenceError for a file that breaks the format.
    """
    table = tomllib.loads((resources.files("boneloop.guidance") / "liaison.toml").read_text(encoding="utf-8"))
    made = tuple(Indicator(**{**row, "levels": tuple(row["levels"])}) for row in table["indicator"])
    if [one.number for one in made] != list(range(1, len(made) + 1)) or any(one.mark not in MARKS for one in made):
        raise EvidenceError(f"guidance/liaison.toml: indicators numbered from 1, with marks of {sorted(MARKS)}")
    return made


@cache
def source() -> str:
    """The key of the source of the indicators."""
    table = tomllib.loads((resources.files("boneloop.guidance") / "liaison.toml").read_text(encoding="utf-8"))
    return str(table["source"])


@cache
def times() -> Times:
    """The times of the indicators, from the registry."""
    registry = load()
    within = registry.number("liaison.assessed_within", "day"), registry.number("liaison.started_within", "day")
    return Times(*(timedelta(days=days) for days in (*within, registry.number("liaison.prescribed_at", "day"))))


@cache
def recent() -> float:
    """How long ago a fracture may lie to be asked about, months."""
    return load().number("recent_fracture.within", "month")


@cache
def _youngest() -> float:
    return load().number("liaison.youngest", "year")


def sentinel(seen: Seen) -> Sentinel | str:
    """The sentinel fracture, or why there is none."""
    counted = [f for f in seen.record.fractures if f.low_energy is not Known.NO]
    if not counted:
        return _none(seen)
    at_age = [f for f in counted if f.date is None or ((age := seen.age_on(f.date)) is not None and age >= _youngest())]
    dated = [f for f in at_age if f.date is not None]
    near = [f for f in dated if (ago := seen.months_ago(f.date)) is not None and 0 <= ago <= recent()]
    for group, energy in ((Group.FRAGILITY, Known.YES), (Group.UNCLEAR, Known.UNKNOWN)):
        days = [(f.date, f) for f in near if f.low_energy is energy and f.date is not None]
        if days:
            day, newest = max(days, key=lambda pair: pair[0])
            return Sentinel(newest, day, group)
    if len(dated) < len(at_age):
        return "the date of the fracture is not recorded"
    return f"older than {recent():.0f} months" if at_age else f"before the age of {_youngest():.0f}"


def _none(seen: Seen) -> str:
    if seen.record.fractures_recorded is not Known.YES:
        return "no fracture on a list that nobody called whole"
    return "broken only by high energy" if seen.record.fractures else "never broken"


def answers(seen: Seen, since: Sentinel) -> dict[str, Answer]:
    """The answer to each indicator by its name, but for completeness, which is counted over people."""
    return {one.name: ANSWERED[one.name](seen, since) for one in indicators() if one.name != COMPLETENESS}


def _of_spine(seen: Seen, since: Sentinel) -> Answer:
    return Answer.YES if since.fracture.site == "vertebra" else Answer.NO


def _not_of_spine(seen: Seen, since: Sentinel) -> Answer:
    return Answer.NO if since.fracture.site == "vertebra" else Answer.YES


def _in_time(seen: Seen, since: Sentinel, days: Iterable[date | None], within: timedelta) -> Answer:
    """Yes if the first of these days from the fracture on is in time, no if it is later; without any it is unknown."""
    later = [day for day in days if day is not None and since.day <= day <= seen.record.as_of]
    if any(day <= since.day + within for day in later):
        return Answer.YES
    if seen.record.as_of <= since.day + within:
        return Answer.NOT_YET
    return Answer.NO if later else Answer.UNKNOWN


def _assessed(seen: Seen, since: Sentinel) -> Answer:
    days = [m.date for m in seen.record.measurements if m.quantity in ("frax_mof", "frax_hip")]
    return _in_time(seen, since, days, times().assessed_within)


def _scanned(seen: Seen, since: Sentinel) -> Answer:
    days = [m.date for m in seen.record.measurements if m.quantity.startswith(DENSITIES)]
    return _in_time(seen, since, days, times().assessed_within)


def _falls(seen: Seen, since: Sentinel) -> Answer:
    days = [m.date for m in seen.record.measurements if m.quantity in FALL_TESTS]
    days += [c.date for c in seen.record.conditions if c.name == "falls" and c.status is not Known.UNKNOWN]
    asked = any(day is not None and since.day <= day <= seen.record.as_of for day in days)
    return Answer.YES if asked else Answer.UNKNOWN


def _recommended(seen: Seen, since: Sentinel) -> Answer:
    taken = any(
        course.active is Known.YES or _covers(course, since.day) or any(day >= since.day for day in _days(course))
        for course in bone_drugs.courses(seen)
    )
    return Answer.YES if taken else Answer.UNKNOWN


def _not_in_a_record(seen: Seen, since: Sentinel) -> Answer:
    over = seen.record.as_of > since.day + times().started_within
    return Answer.UNKNOWN if over else Answer.NOT_YET


def _started(seen: Seen, since: Sentinel) -> Answer:
    courses = bone_drugs.courses(seen)
    if any(_covers(course, since.day) for course in courses):
        return Answer.YES
    within = times().started_within
    answer = _in_time(seen, since, (day for course in courses for day in _days(course)), within)
    unclear = [course for course in courses if not _surely_not(course, since.day)]
    if answer is Answer.NOT_YET:
        return Answer.YES if any(course.active is Known.YES for course in unclear) else answer
    if answer is Answer.NO and unclear:
        return Answer.UNKNOWN
    if answer is Answer.UNKNOWN and _none_taken(seen, courses, since.day):
        return Answer.NO
    return answer


def _persisted(seen: Seen, since: Sentinel) -> Answer:
    day = since.day + times().prescribed_at
    if seen.record.as_of < day:
        return Answer.NOT_YET
    courses = bone_drugs.courses(seen)
    if any(_covers(course, day) for course in courses):
        return Answer.YES
    return Answer.NO if _none_taken(seen, courses, day) else Answer.UNKNOWN


def _none_taken(seen: Seen, courses: Iterable[Medication], day: date) -> bool:
    """Does the record show that none of these was taken on that day: the list is whole, and each has its days."""
    return seen.record.medications_recorded is Known.YES and all(_surely_not(course, day) for course in courses)


def _days(course: Medication) -> tuple[date, ...]:
    """The days on which a course is known to have been taken up: its start and its doses."""
    return tuple(day for day in (course.start, *course.given) if day is not None)


def _covers(course: Medication, day: date) -> bool:
    """Was it surely taken on that day: a dose that still acts, or a course that had begun and not ended."""
    every = drugs()[course.drug].every_months if course.drug in drugs() else None
    if course.given and every is not None:
        grace = bone_drugs.interval().overdue_after - bone_drugs.interval().due_after
        return any(given <= day and months_between(given, day) <= every + grace for given in course.given)
    if course.start is None or course.start > day:
        return False
    return course.stop >= day if course.stop is not None else course.active is Known.YES


def _surely_not(course: Medication, day: date) -> bool:
    """Was it surely not taken on that day: it began later, had ended, or no dose of it acted any more."""
    if course.given and course.drug in drugs() and drugs()[course.drug].every_months is not None:
        return not _covers(course, day)
    ended = course.stop is not None and course.stop < day
    return ended or (bool(_days(course)) and min(_days(course)) > day)


ANSWERED: Mapping[str, Callable[[Seen, Sentinel], Answer]] = {
    "non_spine": _not_of_spine,
    "spine": _of_spine,
    "assessed": _assessed,
    "dxa": _scanned,
    "falls": _falls,
    "recommended": _recommended,
    "followed_up": _not_in_a_record,
    "started": _started,
    "exercise": _not_in_a_record,
    "persisted": _persisted,
}
