"""What the guidelines say of one person, in lines for a report, and what speaks against a step of a plan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from boneloop.assess.assessment import Assessment
    from boneloop.compare.forecast import Forecast
    from boneloop.therapy.care_plan import CarePlan

QUESTIONS_SHOWN = 5


def advice(assessment: Assessment) -> tuple[str, ...]:
    """The rules that speak, what is not to be offered, the open questions that most rules wait for, what is off."""
    from boneloop.guidance.advice import advise

    said = advise(assessment)
    fired = [f"{rule.verb.capitalize()}: {rule.message} ({rule.origin})" for rule in said.fired]
    doubts = {True: "", False: ", to be confirmed"}
    blocked = [
        f"Not to be offered here: {one.kind} (rule {', '.join(one.rules)}{doubts[one.confirmed]})"
        for one in said.blocked
    ]
    off = [f"Switched off, written from memory, to be confirmed: {rule.origin}" for rule in said.to_confirm]
    open_questions = [
        f"Not known: {question.words}; {len(question.rules)} rules wait for it"
        for question in said.open_questions[:QUESTIONS_SHOWN]
    ]
    return (*fired, *blocked, *open_questions, *off)


def with_cautions(forecast: Forecast, assessment: Assessment, plans: Sequence[CarePlan]) -> Forecast:
    """The forecast with what speaks against each plan's steps for this person before what holds for everybody."""
    from boneloop.guidance.advice import cautions

    kinds = {plan.name: tuple(dict.fromkeys(course.kind for course in plan.courses)) for plan in plans}
    told = [replace(p, cautions=(*cautions(assessment, kinds[p.plan]), *p.cautions)) for p in forecast.plans]
    return replace(forecast, plans=tuple(told))
