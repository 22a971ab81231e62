"""Fracture liaison: what one record answers to each of the eleven indicators of a service, and what it leaves open.

Everything is counted from the sentinel fracture: the newest fracture of low energy with a date, at 50 or later, in the
last two years. Where no energy is recorded it may be one or not: such people are a group of their own. An answer is no
only where the record shows it; what is not written down is unknown. What the indicators are stands in ``liaison.toml``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from boneloop.assess import bone_drugs
from boneloop.assess.seen import Seen, months_between
from boneloop.exchange.dates import is_rough, limits, rough_dates
from boneloop.guidance.indicators import COMPLETENESS, Answer, indicators, recent, times, youngest
from boneloop.patient.drugs import drugs
from boneloop.patient.record import Fracture, Medication
from boneloop.types import Known

FRAX = ("frax_mof", "frax_hip")
DENSITIES = ("bmd", "t_score", "z_score")
FALL_TESTS = ("falls_12_months", "gait_speed", "tug", "chair_stand_5", "sppb")


class Group(StrEnum):
    """Whether the sentinel fracture is known to be of low energy."""

    FRAGILITY = "low energy"
    UNCLEAR = "energy not recorded"


class Sentinel(NamedTuple):
    """The fracture from which the indicators count, and its day.

    rough  dates of the record that are known to the month or the year only (``exchange.dates.rough_dates``)
    """

    fracture: Fracture
    day: date
    group: Group
    rough: Mapping[tuple[str, str], str]


class Span(NamedTuple):
    """Between which days something happened: one day where that is known."""

    earliest: date
    latest: date


def sentinel(seen: Seen) -> Sentinel | str:
    """The sentinel fracture, or why there is none."""
    counted = [f for f in seen.record.fractures if f.low_energy is not Known.NO]
    if not counted:
        return _none(seen)
    at_age = [f for f in counted if f.date is None or ((age := seen.age_on(f.date)) is not None and age >= youngest())]
    dated = [f for f in at_age if f.date is not None]
    near = [f for f in dated if (ago := seen.months_ago(f.date)) is not None and 0 <= ago <= recent()]
    for group, energy in ((Group.FRAGILITY, Known.YES), (Group.UNCLEAR, Known.UNKNOWN)):
        days = [(f.date, f) for f in near if f.low_energy is energy and f.date is not None]
        if days:
            return _counted_from(seen, *max(days, key=lambda pair: pair[0]), group)
    if len(dated) < len(at_age):
        return "the date of the fracture is not recorded"
    return f"older than {recent():.0f} months" if at_age else f"before the age of {youngest():.0f}"


def _counted_from(seen: Seen, day: date, fracture: Fracture, group: Group) -> Sentinel | str:
    rough = rough_dates(seen.record.notes)
    if is_rough(fracture.source, "date", rough):
        return "the day of the fracture is not known, only its month, its year or the age"
    return Sentinel(fracture, day, group, rough)


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


def _span(since: Sentinel, day: date, source: str, part: str) -> Span:
    written = since.rough.get((source, part))
    return Span(day, day) if written is None else Span(*limits(written))


def _in_time(seen: Seen, since: Sentinel, spans: Iterable[Span], within: timedelta) -> Answer:
    """Yes if one of these was surely in time, no if the first since the fracture was surely later; else not known."""
    last = since.day + within
    possible = [span for span in spans if span.latest >= since.day and span.earliest <= seen.record.as_of]
    if any(span.earliest >= since.day and span.latest <= last for span in possible):
        return Answer.YES
    if seen.record.as_of <= last:
        return Answer.NOT_YET
    later = all(span.earliest > last for span in possible)
    return Answer.NO if possible and later else Answer.UNKNOWN


def _measured(seen: Seen, since: Sentinel, quantities: tuple[str, ...]) -> list[Span]:
    """When these quantities were measured, by the beginning of their names."""
    found = (m for m in seen.record.measurements if m.quantity.startswith(quantities))
    return [_span(since, m.date, m.source, "date") for m in found if m.date is not None]


def _assessed(seen: Seen, since: Sentinel) -> Answer:
    return _in_time(seen, since, _measured(seen, since, FRAX), times().assessed_within)


def _scanned(seen: Seen, since: Sentinel) -> Answer:
    return _in_time(seen, since, _measured(seen, since, DENSITIES), times().assessed_within)


def _falls(seen: Seen, since: Sentinel) -> Answer:
    said = (c for c in seen.record.conditions if c.name == "falls" and c.status is not Known.UNKNOWN)
    asked = [_span(since, c.date, c.source, "date") for c in said if c.date is not None]
    spans = [*asked, *_measured(seen, since, FALL_TESTS)]
    return Answer.YES if any(span.earliest >= since.day for span in spans) else Answer.UNKNOWN


def _recommended(seen: Seen, since: Sentinel) -> Answer:
    taken = any(
        course.active is Known.YES
        or _covers(course, since.day, since)
        or any(span.earliest >= since.day for span in _begun(course, since))
        for course in bone_drugs.courses(seen)
    )
    return Answer.YES if taken else Answer.UNKNOWN


def _not_in_a_record(seen: Seen, since: Sentinel) -> Answer:
    over = seen.record.as_of > since.day + times().started_within
    return Answer.UNKNOWN if over else Answer.NOT_YET


def _started(seen: Seen, since: Sentinel) -> Answer:
    courses = bone_drugs.courses(seen)
    if any(_covers(course, since.day, since) for course in courses):
        return Answer.YES
    spans = [span for course in courses for span in _begun(course, since)]
    answer = _in_time(seen, since, spans, times().started_within)
    unclear = [course for course in courses if not _surely_not(course, since.day, since)]
    if answer is Answer.NOT_YET:
        return Answer.YES if any(course.active is Known.YES for course in unclear) else answer
    if answer is Answer.NO and unclear:
        return Answer.UNKNOWN
    if answer is Answer.UNKNOWN and all(span.latest < since.day for span in spans):
        return Answer.NO if _none_taken(seen, courses, since.day, since) else answer
    return answer


def _persisted(seen: Seen, since: Sentinel) -> Answer:
    day = since.day + times().prescribed_at
    if seen.record.as_of < day:
        return Answer.NOT_YET
    courses = bone_drugs.courses(seen)
    if any(_covers(course, day, since) for course in courses):
        return Answer.YES
    return Answer.NO if _none_taken(seen, courses, day, since) else Answer.UNKNOWN


def _none_taken(seen: Seen, courses: Iterable[Medication], day: date, since: Sentinel) -> bool:
    """Does the record show that none of these was taken on that day: the list is whole, and each has its days."""
    return seen.record.medications_recorded is Known.YES and all(_surely_not(c, day, since) for c in courses)


def _begun(course: Medication, since: Sentinel) -> tuple[Span, ...]:
    """When a course is known to have been taken up: its start and its doses."""
    start = () if course.start is None else (_span(since, course.start, course.source, "start"),)
    return (*start, *(Span(day, day) for day in course.given))


def _ended(course: Medication, since: Sentinel) -> Span | None:
    return None if course.stop is None else _span(since, course.stop, course.source, "stop")


def _doses(course: Medication) -> float | None:
    """How many months one of the recorded doses acts; None for a drug that is not given as doses with a day."""
    return drugs()[course.drug].every_months if course.given and course.drug in drugs() else None


def _covers(course: Medication, day: date, since: Sentinel) -> bool:
    """Was it surely taken on that day: a dose that still acts, or a course that had begun and not ended."""
    every, stop = _doses(course), _ended(course, since)
    if every is not None:
        grace = bone_drugs.interval().overdue_after - bone_drugs.interval().due_after
        return any(given <= day and months_between(given, day) <= every + grace for given in course.given)
    if course.start is None or _span(since, course.start, course.source, "start").latest > day:
        return False
    return stop.earliest >= day if stop is not None else course.active is Known.YES


def _surely_not(course: Medication, day: date, since: Sentinel) -> bool:
    """Was it surely not taken on that day: it began later, had ended, or no dose of it acted any more."""
    if _doses(course) is not None:
        return not _covers(course, day, since)
    begun, stop = _begun(course, since), _ended(course, since)
    return (stop is not None and stop.latest < day) or (bool(begun) and min(begun).earliest > day)


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
