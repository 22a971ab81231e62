"""What guideline rules say of a person, as FHIR: issues, tasks, and a draft of a care plan. All of it is a proposal.

AVOID, VERIFY     DetectedIssue with the rule and its origin
REVIEW, REFER     Task
CONSIDER, INFORM  an activity of the care plan, in words; no drug is requested
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from boneloop.exchange.fhir import ours
from boneloop.guidance.advice import Advice
from boneloop.guidance.rule import Rule
from boneloop.report.fhir.conclusions import DISCLAIMER, concluded, issue, task
from boneloop.report.fhir.elements import Element, coding, concept, note, reference, references, without_empty
from boneloop.report.fhir.record import Written
from boneloop.types import Known

SEVERITY = {"AVOID": "high", "VERIFY": "moderate"}
TASKS = ("REVIEW", "REFER")


def advised(advice: Advice, made: Written, concluded_before: Sequence[Element]) -> Iterator[Element]:
    """Issues and tasks, then the care plan that holds them with the goals of the assessment."""
    found = [one for rule in advice.fired if (one := _resource(rule, made))]
    yield from found
    yield _care_plan(advice, made, found, concluded_before)


def _resource(rule: Rule, made: Written) -> Element:
    if rule.verb in SEVERITY:
        return issue(made, coding(ours.RULE, rule.id), _said(rule), SEVERITY[rule.verb], [], (rule.origin,))
    if rule.verb in TASKS:
        return {
            **task(made, rule.verb.lower(), rule.id, words=rule.verb.capitalize(), text=_said(rule)),
            "priority": "urgent" if rule.today else "routine",
            "reasonCode": concept(rule.id, coding(ours.RULE, rule.id)),
        }
    return {}


def _said(rule: Rule) -> str:
    return f"{rule.verb.capitalize()}: {rule.message} ({rule.origin})"


def _care_plan(advice: Advice, made: Written, found: Sequence[Element], before: Sequence[Element]) -> Element:
    tasks = [one for one in (*before, *found) if one["resourceType"] == "Task"]
    rest = [rule for rule in advice.fired if rule.verb not in SEVERITY and rule.verb not in TASKS]
    fits = [f"{plan.plan}: fits ({'; '.join(plan.why)})" for plan in advice.plans if plan.fits is Known.YES]
    return without_empty(
        {
            **concluded("CarePlan", made, "guidance", advice.framework),
            "status": "draft",
            "intent": "proposal",
            "category": [concept("Bone, pain and mood together", coding(ours.PLAN, "bone-pain-mood"))],
            "title": "What guidelines ask to consider, verify and review",
            "description": f"Framework: {advice.framework or 'none chosen'}",
            "subject": made.subject,
            "created": made.record.as_of.isoformat(),
            "supportingInfo": references([*made.facts, *_issues(before), *_issues(found)]),
            "goal": references(one for one in before if one["resourceType"] == "Goal"),
            "activity": [{"reference": reference(one)} for one in tasks] + [_activity(rule) for rule in rest],
            "note": note(*fits, *_open(advice), DISCLAIMER),
        }
    )


def _open(advice: Advice) -> Iterator[str]:
    """What is not known, what somebody answered before, and which rules should have been read again by now."""
    yield from (f"Not known: {question.words}" for question in advice.open_questions)
    yield from (f"Quiet, {answer.words}" for _, answer in advice.answered)
    if advice.past_review:
        yield f"Past their date of review, the guideline may have been replaced: {', '.join(advice.past_review)}"


def _issues(found: Sequence[Element]) -> list[Element]:
    return [one for one in found if one["resourceType"] in ("DetectedIssue", "Flag")]


def _activity(rule: Rule) -> Element:
    code = concept(rule.id, coding(ours.RULE, rule.id))
    return {"detail": {"code": code, "status": "not-started", "description": _said(rule)}}
