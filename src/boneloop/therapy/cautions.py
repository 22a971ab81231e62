"""Cautions: what a plan asks for that a label or a guideline would question. Said, never refused."""

from __future__ import annotations

from collections.abc import Iterator

from boneloop.evidence.registry import load
from boneloop.therapy.care_plan import CarePlan
from boneloop.therapy.course import Course
from boneloop.therapy.kinds import INJECTION, KINDS


def cautions(plan: CarePlan) -> tuple[str, ...]:
    """Sentences for a reader of the plan; empty if there is nothing to question."""
    return tuple(dict.fromkeys((*_doses(plan), *_lengths(plan), *_endings(plan), *_overlaps(plan))))


def _doses(plan: CarePlan) -> Iterator[str]:
    for course in plan.courses:
        usual = KINDS[course.kind].usual_dose
        if course.dose != usual:
            unit = "of the usual treatment" if course.dose_unit == "1" else course.dose_unit
            yield f"{course.kind}: {course.dose:g} {unit}; usual is {usual:g}."


def _lengths(plan: CarePlan) -> Iterator[str]:
    for kind in dict.fromkeys(course.kind for course in plan.courses):
        courses = [course for course in plan.courses if course.kind == kind]
        for count, entry, word in ((_doses_given, "doses", "doses"), (_months_given, "months", "months")):
            identity = f"regimen.{kind}_{entry}"
            if identity not in load().entries:
                continue
            limit = load().number(identity, load()[identity].unit)
            given = [count(course) for course in courses]
            if None in given or sum(number for number in given if number is not None) > limit:
                yield f"{kind}: planned beyond the {limit:g} {word} of its label."


def _months_given(course: Course) -> int | None:
    return None if course.stop_month is None else course.stop_month - course.start_month


def _doses_given(course: Course) -> int | None:
    months = _months_given(course)
    return None if months is None else -(-months // (course.every_months or 1))


def _endings(plan: CarePlan) -> Iterator[str]:
    for course in plan.courses:
        if course.stop_month is None or _followed(course, plan):
            continue
        if course.kind == "denosumab":
            yield (
                f"denosumab stops in month {course.stop_month} and no antiresorptive drug follows: "
                "bone loss and vertebral fractures rebound."
            )
        elif KINDS[course.kind].group == "anabolic":
            yield (
                f"{course.kind} stops in month {course.stop_month} and no antiresorptive drug follows: "
                "the gain is lost."
            )


def _followed(course: Course, plan: CarePlan) -> bool:
    """Whether an antiresorptive runs, or starts, when the last dose of ``course`` wears off (one interval later)."""
    due = (course.stop_month or 0) + (course.every_months or 1 if KINDS[course.kind].form == INJECTION else 1)
    return any(
        KINDS[other.kind].group == "antiresorptive"
        and other is not course
        and other.start_month <= due
        and (other.stop_month is None or other.stop_month > (course.stop_month or 0))
        for other in plan.courses
    )


def _overlaps(plan: CarePlan) -> Iterator[str]:
    for i, course in enumerate(plan.courses):
        for other in plan.courses[:i]:
            group = KINDS[course.kind].group
            alike = group in ("antiresorptive", "antidepressant") and group == KINDS[other.kind].group
            if alike and _together(course, other):
                yield f"{other.kind} and {course.kind} at the same time: two drugs of the group {group}."


def _together(one: Course, other: Course) -> bool:
    return (other.stop_month is None or one.start_month < other.stop_month) and (
        one.stop_month is None or other.start_month < one.stop_month
    )
