"""Forms as FHIR: what was answered as a QuestionnaireResponse, and our own Questionnaires, without licensed wording.

A Questionnaire is written for instruments whose terms allow it; its questions are named by topic, in our own words. An
instrument that may only be scored has none, and its recorded total is the only item of its response.
"""

from __future__ import annotations

from collections.abc import Callable

from boneloop.exchange.fhir import ours
from boneloop.instruments.table import Instrument, instrument, names
from boneloop.patient.record import Answers
from boneloop.report.fhir.codes import table
from boneloop.report.fhir.elements import (
    LOINC,
    Element,
    coding,
    extension,
    number,
    valid_id,
    without_empty,
    words,
)

TOTAL = "total"
"""The link of the item that holds a total as recorded."""


def response(answers: Answers, new_id: Callable[..., str], subject: Element, when: str | None) -> Element:
    """The answers to one questionnaire, item by item, and the total as recorded."""
    form = instrument(answers.instrument)
    told = repr((sorted(answers.items.items()), answers.total))
    items = [_answered(form, n, value) for n, value in sorted(answers.items.items())]
    if answers.total is not None:
        text = "total as recorded"
        items.append({"linkId": TOTAL, "text": text, "answer": [{"valueDecimal": number(answers.total)}]})
    whole = not answers.items or all(n in answers.items for n in form.counted)
    return without_empty(
        {
            "resourceType": "QuestionnaireResponse",
            "id": new_id("QuestionnaireResponse", form.name, str(answers.date), told),
            "extension": words(ours.SOURCE, answers.source),
            "questionnaire": ours.questionnaire_url(form.name),
            "status": "completed" if whole else "in-progress",
            "subject": subject,
            "authored": when,
            "item": items,
        }
    )


def _answered(form: Instrument, n: int, value: float) -> Element:
    return without_empty({"linkId": str(n), "text": _topic(form, n), "answer": [_answer(form, n, value)]})


def _topic(form: Instrument, n: int) -> str:
    """The topic of a question; "" where the table has no words of our own for it."""
    return form.names[n - 1] if 0 < n <= len(form.names) and may_be_asked(form) else ""


def _answer(form: Instrument, n: int, value: float) -> Element:
    """The answer in the type of its question; one that only stands for a missing one is a number."""
    kind = _type(form) if value not in form.not_applicable and n not in form.unscored else "decimal"
    if kind == "boolean":
        return {"valueBoolean": bool(value)}
    if kind == "choice":
        return _option(form, int(value - form.answers[0]))
    return {"valueInteger": int(value)} if form.whole else {"valueDecimal": number(value)}


def _type(form: Instrument) -> str:
    """How a question is answered: yes or no, one of the scored labels, or a number."""
    if form.labels == ("no", "yes"):
        return "boolean"
    if form.labels:
        return "choice"
    return "integer" if form.whole else "decimal"


def may_be_asked(form: Instrument) -> bool:
    """May we ship a questionnaire for it: it has items, and its terms do not keep them to somebody."""
    return form.items > 0 and not any(word in form.licence for word in ("licensed", "permission of", "no items here"))


def questionnaires() -> list[Element]:
    """A Questionnaire for every instrument that may be asked."""
    return [questionnaire(form) for form in map(instrument, names()) if may_be_asked(form)]


def questionnaire(form: Instrument) -> Element:
    """One instrument as a Questionnaire: the topics of its questions, LOINC codes, answers with their scores."""
    items = [_question(form, n) for n in range(1, form.items + 1)]
    if form.total_range is not None:
        items.append({"linkId": TOTAL, "text": "total as recorded", "type": "decimal", "readOnly": True})
    panel = [coding(LOINC, form.loinc_panel)] if form.loinc_panel else []
    return without_empty(
        {
            "resourceType": "Questionnaire",
            "id": valid_id(form.name.replace("_", "-")),
            "url": ours.questionnaire_url(form.name),
            "name": form.name,
            "title": form.title,
            "status": "active",
            "subjectType": ["Patient"],
            "purpose": form.about,
            "description": "The questions are named by their topic only: ask them in the published wording.",
            "copyright": f"{form.title}: {form.licence}",
            "code": [coding(ours.QUESTIONNAIRE, form.name), *panel],
            "item": items,
        }
    )


def _question(form: Instrument, n: int) -> Element:
    known = [coding(LOINC, form.loinc_items[n - 1])] if form.loinc_items else []
    return without_empty(
        {
            "linkId": str(n),
            "code": known,
            "text": _topic(form, n) or f"Question {n}",
            **_kind(form, n),
        }
    )


def _kind(form: Instrument, n: int) -> Element:
    """The type of a question with its options, or with the limits of its number."""
    kind = _type(form)
    if kind == "boolean":
        return {"type": kind}
    if kind == "choice":
        return {"type": kind, "answerOption": [_option(form, k) for k in range(len(form.labels))]}
    limits = zip(("minValue", "maxValue"), form.allowed(n), strict=True) if not form.not_applicable else ()
    address = "http://hl7.org/fhir/StructureDefinition/"
    return {
        "type": kind,
        "extension": [extension(address + limit, kind.capitalize(), number(value)) for limit, value in limits],
    }


def _option(form: Instrument, k: int) -> Element:
    label, score = form.labels[k], form.answers[0] + k
    known = table("answers").get(label)
    of = coding(LOINC, known, label) if known else coding(f"{ours.QUESTIONNAIRE}:{form.name}", f"{score:g}", label)
    return {"valueCoding": {**of, "extension": [extension(ours.ORDINAL, "Decimal", number(score))]}}
