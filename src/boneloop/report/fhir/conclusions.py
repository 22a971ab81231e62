"""What an assessment concludes, as FHIR: scores, risks, flags, gaps. The one place that knows the fields of both sides.

score    Observation, derived from what it was made of; a question that was not answered is absent with a reason
risk     RiskAssessment, with the disclaimers of its engine in its notes
flag     safety: Flag, and a Task of the priority stat where a person must act today; else DetectedIssue
gap      Task that proposes what to measure next
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from boneloop.assess.assessment import Assessment, Flag, Gap, Risk, Score
from boneloop.exchange.fhir import ours
from boneloop.instruments.table import Instrument, instrument, names
from boneloop.patient.quantities import quantities
from boneloop.patient.record import Answers
from boneloop.report.fhir import codes
from boneloop.report.fhir.elements import (
    LOINC,
    Element,
    coding,
    concept,
    note,
    number,
    quantity,
    reference,
    references,
    tagged,
    term,
    without_empty,
)
from boneloop.report.fhir.record import Written, names_source
from boneloop.units import DAYS_PER_YEAR

DISCLAIMER = (
    "Research and decision support for qualified people; no regulator has cleared it. It decides nothing: it shows, "
    "with its basis, what a clinician would review."
)
PER_CENT = 100
"""FHIR R4 tells a probability in percent: 81.4 is 81.4 %."""
SAFETY = "safety"
SEVERITY = {"warning": "moderate", "info": "low"}


def conclusions(assessment: Assessment, made: Written) -> Iterator[Element]:
    """Everything that an assessment says beside the record."""
    for score in assessment.scores:
        yield from _score(score, made)
    for risk in assessment.risks:
        yield _risk(risk, made)
    for flag in assessment.flags:
        yield from _flag(flag, made)
    for gap in assessment.gaps:
        yield _gap(gap, made)


def concluded(kind: str, made: Written, *parts: str) -> Element:
    """The beginning of a resource that is a conclusion: type, id and tag."""
    return {"resourceType": kind, "id": made.new_id(kind, *parts), "meta": tagged(ours.DERIVED)}


# ---------------------------------------------------------------- scores


def _form(score: Score) -> Instrument | None:
    name = codes.table("instrument").get(score.name, score.name)
    return instrument(name) if name in names() else None


def score_code(score_name: str, title: str, restated: bool = False) -> Element:
    """The code of a score: our own, and LOINC's where it has one for exactly this.

    restated  it only says again what was measured, which has that code already
    """
    if restated:
        return concept(title, coding(ours.SCORE, score_name, title))
    name = codes.table("instrument").get(score_name, score_name)
    known = instrument(name).loinc_total if name in names() else ""
    known = known or codes.table("loinc").get(codes.table("score").get(score_name, score_name), "")
    return concept(title, coding(ours.SCORE, score_name, title), *([coding(LOINC, known)] if known else []))


def _score(score: Score, made: Written) -> Iterator[Element]:
    answers, facts = _answers(score, made), made.read_at(score.basis)
    restated = any(_same(score, fact) for fact in facts)
    observation = {
        **concluded("Observation", made, "score", score.name),
        "status": "final",
        "category": [term("observation-category", "survey" if _form(score) else "exam")],
        "code": score_code(score.name, score.title, restated),
        "subject": made.subject,
        "effectiveDateTime": (score.date or made.record.as_of).isoformat(),
        **_value(score),
        "interpretation": [{"text": score.band}] if score.band else [],
        "note": note(score.shown, f"status: {score.status}", *score.basis),
        "derivedFrom": references(facts),
        "component": _components(answers),
    }
    yield without_empty(observation)
    yield from _goal(score, observation, made)


def _same(score: Score, fact: Element) -> bool:
    """Does a score say again what was measured, under the same name and with the same number?"""
    name = codes.table("score").get(score.name, score.name)
    measured = {"system": ours.QUANTITY, "code": name}.items()
    named = any(measured <= code.items() for code in fact.get("code", {}).get("coding", ()))
    return named and fact["valueQuantity"]["value"] == score.value


def _value(score: Score) -> Element:
    """A number with its unit, a class in words, or the reason why there is none."""
    if score.value is None:
        if score.status == "complete":
            return {"valueString": score.shown}
        return {"dataAbsentReason": {**term("data-absent-reason", "unknown"), "text": score.shown or score.status}}
    if not score.shown[:1].lstrip("-−").isdigit() and not score.shown[1:2].isdigit():
        return {"valueCodeableConcept": {"text": score.shown}}
    name = codes.table("score").get(score.name, score.name)
    if name in codes.table("score_unit"):
        return {"valueQuantity": quantity(score.value, *codes.table("score_unit")[name])}
    if name in quantities():
        of = quantities()[name]
        return {"valueQuantity": quantity(score.value, of.unit, codes.ucum(of))}
    return {"valueQuantity": quantity(score.value, "score", "{score}")}


def _answers(score: Score, made: Written) -> Answers | None:
    """The form that a score was made of."""
    form = _form(score)
    told = "\n".join(score.basis)
    found = (a for a in made.record.answers if form is not None and a.instrument == form.name)
    return next((a for a in found if names_source(told, a.source) and a.date == score.date), None)


def _components(answers: Answers | None) -> list[Element]:
    """Every counted item with its answer; one without is absent, never 0."""
    if answers is None or not answers.items:
        return []
    form = instrument(answers.instrument)
    return [_component(form, n, answers.items.get(n)) for n in form.counted]


def _component(form: Instrument, n: int, value: float | None) -> Element:
    known = [coding(LOINC, form.loinc_items[n - 1])] if form.loinc_items else []
    told: Element = {"dataAbsentReason": term("data-absent-reason", "unknown")}
    if value is not None:
        told = {"valueQuantity": quantity(value, "score", "{score}")}
    return {"code": concept(f"item {n}", coding(f"{ours.QUESTIONNAIRE}:{form.name}", str(n)), *known), **told}


def _goal(score: Score, observation: Element, made: Written) -> Iterator[Element]:
    """A proposed goal for a score that is at or above the cut point it is hoped to come below."""
    form, cut = _form(score), codes.table("goal").get(score.name, "")
    limit = form.cut_points.get(cut) if form is not None else None
    if limit is None or score.value is None or score.value < limit:
        return
    due = made.record.as_of + timedelta(weeks=codes.table("goal_due")["weeks"])
    yield {
        **concluded("Goal", made, score.name),
        "lifecycleStatus": "proposed",
        "description": {"text": f"{score.title} below {limit:g} (now {score.shown}); to be agreed with the patient"},
        "subject": made.subject,
        "target": [
            {
                "measure": score_code(score.name, score.title),
                "detailQuantity": {**quantity(limit, "score", "{score}"), "comparator": "<"},
                "dueDate": due.isoformat(),
            }
        ],
        "addresses": [reference(observation)],
    }


# ---------------------------------------------------------------- risks


def _risk(risk: Risk, made: Written) -> Element:
    slug = risk.outcome.replace(" ", "-")
    prediction = {
        "outcome": concept(risk.outcome, coding(ours.OUTCOME, slug)),
        "probabilityDecimal": None if risk.probability is None else number(risk.probability * PER_CENT),
        "qualitativeRisk": {"text": risk.shown},
        "whenPeriod": ahead(made.record.as_of, risk.years) if risk.years else {},
        "rationale": "; ".join(risk.basis),
    }
    return without_empty(
        {
            **concluded("RiskAssessment", made, risk.engine, risk.outcome, str(risk.years)),
            "status": "final",
            "method": concept(risk.title, coding(ours.ENGINE, risk.engine, risk.title)),
            "subject": made.subject,
            "occurrenceDateTime": made.record.as_of.isoformat(),
            "basis": references(made.read_at(risk.basis)),
            "prediction": [without_empty(prediction)],
            "note": note(f"{risk.title}: {risk.shown}", risk.note, DISCLAIMER),
        }
    )


def ahead(start: date, years: float) -> Element:
    """The period from a day to so many years later."""
    return {"start": start.isoformat(), "end": (start + timedelta(days=years * DAYS_PER_YEAR)).isoformat()}


# ---------------------------------------------------------------- flags and gaps


def _flag(flag: Flag, made: Written) -> Iterator[Element]:
    details = references(made.read_at(flag.basis))
    if flag.severity != SAFETY:
        yield _issue(flag, details, made)
        return
    detail = "http://hl7.org/fhir/StructureDefinition/flag-detail"
    raised = without_empty(
        {
            **concluded("Flag", made, flag.code, flag.message),
            "extension": [{"url": detail, "valueReference": one} for one in details],
            "status": "active",
            "category": [term("flag-category", "safety")],
            "code": concept(flag.message, coding(ours.FLAG, flag.code)),
            "subject": made.subject,
            "period": {"start": made.record.as_of.isoformat()},
        }
    )
    yield raised
    if flag.code in codes.table("today")["flags"]:
        yield _today(flag, raised, made)


def _today(flag: Flag, raised: Element, made: Written) -> Element:
    """A person is asked to see this patient on the same day; no number says how great the risk is."""
    day = made.record.as_of.isoformat()
    return {
        **task(made, "same-day-assessment", flag.code, words="Same-day assessment by a person", text=flag.message),
        "priority": "stat",
        "focus": reference(raised),
        "reasonReference": reference(raised),
        "restriction": {"period": {"start": day, "end": day}},
    }


def _issue(flag: Flag, details: list[Element], made: Written) -> Element:
    severity = SEVERITY.get(flag.severity, "low")
    return issue(made, coding(ours.FLAG, flag.code), flag.message, severity, details, flag.basis)


def issue(
    made: Written, code: Element, message: str, severity: str, details: list[Element], basis: Any = ()
) -> Element:
    """Something that does not fit together or speaks against something."""
    words = "; ".join(basis)
    evidence = without_empty({"code": [concept(words, code)], "detail": details})
    return without_empty(
        {
            **concluded("DetectedIssue", made, code["code"], message),
            "status": "final",
            "code": concept(message, code),
            "severity": severity,
            "patient": made.subject,
            "identifiedDateTime": made.record.as_of.isoformat(),
            "implicated": details,
            "evidence": [evidence],
            "detail": message,
        }
    )


def _gap(gap: Gap, made: Written) -> Element:
    text = f"Measure or ask: {gap.item} ({gap.why})"
    return {**task(made, "find-out", gap.domain, gap.item, words=gap.item, text=text), "priority": "routine"}


def task(made: Written, kind: str, *parts: str, words: str, text: str) -> Element:
    """Something that is proposed to be done."""
    return {
        **concluded("Task", made, kind, *parts),
        "status": "requested",
        "intent": "proposal",
        "code": concept(words, coding(ours.TASK, kind)),
        "description": text,
        "for": made.subject,
        "authoredOn": made.record.as_of.isoformat(),
    }
