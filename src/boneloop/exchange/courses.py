"""Courses of drugs on one day: which are taken then, and single doses put together.

A drug given as single doses (denosumab, zoledronate) becomes one course with the date of every dose, since what matters
is when the last one was. Other drugs stay as they were prescribed. Whether a drug is taken is stated by the source, or
follows from dates; where neither says so it is unknown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta

from boneloop.patient.drugs import drugs
from boneloop.patient.record import Medication
from boneloop.types import Known
from boneloop.units import DAYS_PER_MONTH

GRACE_MONTHS = 1
"""How long after its term a dose still counts as covering the day: a late injection is not a stopped one."""


def courses_on(day: date, medications: Iterable[Medication], supplied: Mapping[str, date]) -> list[Medication]:
    """The courses as they stand on a day.

    supplied  by source, until when what was handed over lasts
    """
    courses: list[Medication] = []
    dosed: dict[str, list[Medication]] = {}
    for medication in medications:
        if drugs()[medication.drug].every_months is None:
            courses.append(_on(day, medication, supplied.get(medication.source)))
        elif medication.start is None or medication.start <= day:
            dosed.setdefault(medication.drug, []).append(medication)
    return courses + [one_course(day, doses) for doses in dosed.values()]


def _on(day: date, medication: Medication, until: date | None) -> Medication:
    """An end that has passed ends an open course, and makes one that is called active uncertain."""
    active = medication.active
    if until is not None and active is Known.UNKNOWN and until >= day:
        active = Known.YES
    if medication.stop is not None and medication.stop < day:
        active = Known.UNKNOWN if active is Known.YES else Known.NO
    return medication if active is medication.active else replace(medication, active=active)


def one_course(day: date, courses: list[Medication]) -> Medication:
    """One course of a drug that is given as single doses.

    It is taken if the last dose covers the day; it is stopped if the newest statement says so; else it is unknown
    whether it goes on.
    """
    given = tuple(sorted({dose for course in courses for dose in course.given if dose <= day}))
    stated = [course for course in courses if course.active is not Known.UNKNOWN]
    newest = max(stated, key=lambda course: course.start or date.min, default=None)
    active = newest.active if newest is not None else Known.UNKNOWN
    if given and active is not Known.NO:
        active = Known.YES if covers(courses[0].drug, given[-1], day) else Known.UNKNOWN
    stops = [course.stop for course in courses if course.stop is not None]
    doses = [course.dose_mg for course in courses if course.dose_mg is not None]
    return replace(
        courses[0],
        start=min((d for d in (*given, *(c.start for c in courses)) if d is not None), default=None),
        stop=max(stops, default=None) if active is Known.NO else None,
        active=active,
        given=given,
        dose_mg=doses[-1] if doses else None,
    )


def covers(drug: str, dose: date, day: date) -> bool:
    """Does a dose still act on a day, with the grace of a late one?"""
    months = (drugs()[drug].every_months or 0) + GRACE_MONTHS
    return day <= dose + timedelta(days=months * DAYS_PER_MONTH)
