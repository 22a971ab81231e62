"""The schedule of a plan: month by month, what is given and when the person decides whether to go on.

Month i of the schedule is month ``begin + i`` of the plan; doses are given, and decisions made, at its start. The
first dose is always taken. A person who decides against the next one has given up that course for good.
"""

from __future__ import annotations

from dataclasses import dataclass

from boneloop.evidence.registry import load
from boneloop.therapy.care_plan import CarePlan
from boneloop.therapy.course import MODELED, Course
from boneloop.therapy.kinds import INJECTION, KINDS
from boneloop.units import DAYS_PER_MONTH, DAYS_PER_YEAR

MONTHS_PER_YEAR = round(DAYS_PER_YEAR / DAYS_PER_MONTH)


@dataclass(frozen=True)
class Line:
    """One course, month by month.

    event         key for the luck of this course: the same drug meets the same luck in every plan
    drug          whose persistence rows hold (``adherence.stays``)
    channels      of ``exposure`` that it drives
    pulses        dose injected at the start of each month, in the dose's unit
    levels        dose per day (equivalents counted), or share of the usual treatment, during each month
    given         1 while the course runs, 0 otherwise
    asks          number of the decision at the start of each month, counted from 1; 0 = no decision
    years         year of treatment that the decision falls in, counted from 1; 0 = no decision
    ask_months    months from one decision to the next; 0 if nobody asks
    """

    course: Course
    event: str
    drug: str
    channels: tuple[str, ...]
    pulses: tuple[float, ...]
    levels: tuple[float, ...]
    given: tuple[float, ...]
    asks: tuple[int, ...]
    years: tuple[int, ...]
    ask_months: int


@dataclass(frozen=True)
class Schedule:
    """All courses of a plan on one calendar of ``months`` months, the first of which is the plan's month ``begin``."""

    plan: CarePlan
    begin: int
    months: int
    lines: tuple[Line, ...]

    @property
    def channels(self) -> tuple[str, ...]:
        """The channels that some course drives."""
        return tuple(dict.fromkeys(channel for line in self.lines for channel in line.channels))


def schedule(plan: CarePlan, months: int, begin: int = 0) -> Schedule:
    """Lay ``plan`` out over ``months`` months; a negative ``begin`` replays what came before the plan's start."""
    lines, seen = [], dict.fromkeys(KINDS, 0)
    for course in plan.courses:
        seen[course.kind] += 1
        lines.append(_line(course, f"{course.kind}:{seen[course.kind]}", range(begin, begin + months)))
    return Schedule(plan, begin, months, tuple(lines))


def _line(course: Course, event: str, calendar: range) -> Line:
    kind = KINDS[course.kind]
    injected = kind.form == INJECTION
    apart = _ask_months(course)
    runs = [course.runs(month) for month in calendar]
    since = [month - course.start_month for month in calendar]
    asks = [on and apart > 0 and past > 0 and past % apart == 0 for on, past in zip(runs, since, strict=True)]
    return Line(
        course=course,
        event=event,
        drug=kind.persistence,
        channels=kind.channels,
        pulses=tuple(
            course.dose if injected and on and past % (course.every_months or 1) == 0 else 0.0
            for on, past in zip(runs, since, strict=True)
        ),
        levels=tuple(course.dose * kind.strength if on and not injected else 0.0 for on in runs),
        given=tuple(float(on) for on in runs),
        asks=tuple(past // apart if asked else 0 for asked, past in zip(asks, since, strict=True)),
        years=tuple((past - 1) // MONTHS_PER_YEAR + 1 if asked else 0 for asked, past in zip(asks, since, strict=True)),
        ask_months=apart,
    )


def _ask_months(course: Course) -> int:
    """Months between two decisions: every dose of an injection, every quarter of a daily drug, never otherwise."""
    kind = KINDS[course.kind]
    if course.adherence != MODELED or not kind.persistence:
        return 0
    return (course.every_months or 0) if kind.form == INJECTION else int(load().number("adherence.quarter", "month"))
