"""Bone drugs so far: which courses, and when the last denosumab was really given.

Denosumab wears off: more than seven calendar months after the last dose actually given, after two doses or more, bone
is lost fast and vertebrae break. One dose does not make the rule. A bisphosphonate begun after the last dose covers it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Annotated, NamedTuple

from boneloop.assess.assessment import Flag
from boneloop.assess.seen import Seen, once
from boneloop.evidence.registry import load
from boneloop.patient.record import Medication
from boneloop.types import Known, Scalar, Unit

ANTIRESORPTIVES = ("bisphosphonate", "denosumab", "serm", "estrogen", "calcitonin")
ANABOLICS = ("pth_analog", "romosozumab")
BONE_CLASSES = (*ANTIRESORPTIVES, *ANABOLICS)


class Interval(NamedTuple):
    """When the next denosumab is due, when it is overdue, and from how many doses on that is dangerous."""

    due_after: Annotated[Scalar, Unit("month")]
    overdue_after: Annotated[Scalar, Unit("month")]
    doses_with_rebound: Annotated[Scalar, Unit("doses")]


@dataclass(frozen=True, slots=True)
class Denosumab:
    """The denosumab of one person.

    doses       how many were given; None where no date of a dose is recorded
    last        day of the last dose
    months      calendar months since then
    covered_by  another bone drug begun after the last dose
    """

    doses: int | None
    last: date | None
    months: float | None
    covered_by: str


@cache
def interval() -> Interval:
    """The numbers of the interval, from the registry; months."""
    registry = load()
    return Interval(
        registry.number("denosumab_interval.due_after", "month"),
        registry.number("denosumab_interval.overdue_after", "month"),
        registry.number("denosumab_interval.doses_with_rebound", "doses"),
    )


@once
def denosumab(seen: Seen) -> Denosumab | None:
    """Doses and the last of them; None for people who never had it as far as is known."""
    courses = seen.courses("denosumab")
    if not courses:
        return None
    given = sorted({day for course in courses for day in course.given if day <= seen.record.as_of})
    if not given:
        return Denosumab(None, None, None, "")
    return Denosumab(len(given), given[-1], seen.months_ago(given[-1]), _cover(seen, given[-1]))


def _cover(seen: Seen, last: date) -> str:
    for course in seen.record.medications:
        if course.drug_class not in BONE_CLASSES or course.drug_class == "denosumab":
            continue
        begun = max((day for day in (*course.given, course.start) if day is not None), default=None)
        if begun is not None and last < begun <= seen.record.as_of:
            return course.drug
    return ""


def flags(seen: Seen) -> list[Flag]:
    """Denosumab due, overdue, or without a date."""
    found = denosumab(seen)
    if found is None or found.covered_by:
        return []
    if found.months is None or found.last is None or found.doses is None:
        if stopped(seen):
            message = (
                "Denosumab was given and stopped; when the last dose was is not recorded: ask (rebound after stopping)."
            )
        else:
            message = (
                "Denosumab is on the list, but no day of a dose is recorded: the last dose actually given is needed."
            )
        return [Flag("denosumab_dates_unknown", "warning", message)]
    rule = interval()
    fact = f"{found.months:.1f} months since dose {found.doses} of denosumab ({found.last.isoformat()})"
    basis = tuple(f"{c.drug}, given {', '.join(map(str, c.given))} ({c.source})" for c in seen.courses("denosumab"))
    said = (
        f"due {rule.due_after:.0f}, overdue more than {rule.overdue_after:.0f} calendar months after the last dose "
        f"actually given; rebound from {rule.doses_with_rebound:.0f} doses on (NOGG 2024)"
    )
    if found.months > rule.overdue_after and found.doses >= rule.doses_with_rebound:
        message = f"{fact}: overdue. Bone is lost fast and vertebrae may break; review today, never a drug holiday."
        return [Flag("denosumab_overdue", "safety", message, basis, said)]
    if found.months >= rule.due_after:
        alone = "" if found.doses >= rule.doses_with_rebound else " One dose recorded: the rebound rule needs two."
        asks = "recorded as stopped; ask what followed." if alone and stopped(seen) else "the next dose is due."
        return [Flag("denosumab_due", "warning", f"{fact}: {asks}{alone}", basis, said)]
    return []


def stopped(seen: Seen) -> bool:
    """Is denosumab recorded as stopped, in every course of it."""
    return all(course.active is Known.NO for course in seen.courses("denosumab"))


def courses(seen: Seen) -> tuple[Medication, ...]:
    """All recorded courses of bone drugs."""
    return tuple(m for m in seen.record.medications if m.drug_class in BONE_CLASSES)
