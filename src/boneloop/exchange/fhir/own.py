"""Our own resources, read back: what was written as a record becomes the same facts again.

They are known by their codes (``ours``). A conclusion of ours, such as a score or a forecast, is never read: it is not
something that was measured or said.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from boneloop.errors import RecordError
from boneloop.exchange.answers import checked_answer, checked_total
from boneloop.exchange.dates import Birth, check_age, parse_day
from boneloop.exchange.fhir import ours, resources
from boneloop.exchange.fhir.resources import (
    Concept,
    Extension,
    Identifier,
    Item,
    Kind,
    Meta,
    Patient,
    QuestionnaireResponse,
    Treatment,
)
from boneloop.exchange.fhir.values import quantity_of, score_in, shown, yes_or_no
from boneloop.exchange.person import Whole
from boneloop.instruments.table import instrument, names
from boneloop.patient.conditions import SITES, titles
from boneloop.patient.drugs import drugs
from boneloop.patient.quantities import measure, quantities
from boneloop.patient.record import Answers, Condition, Fracture, Measurement, Medication
from boneloop.types import Known

TOTAL = "total"
_TAGS = frozenset((ours.DERIVED, ours.RESTATED))


def is_conclusion(meta: Meta | None) -> bool:
    """Is it something that we concluded, or said a second time?"""
    return meta is not None and any(tag.system == ours.ORIGIN and tag.code in _TAGS for tag in meta.tag)


def own_code(concept: Concept | None, system: str) -> str:
    """The code of one of our systems, or ""."""
    if concept is None:
        return ""
    return next((c.code for c in concept.coding if c.system == system and c.code), "")


def _text(extensions: Iterable[Extension], url: str) -> str:
    return next((e.valueString or e.valueCode or "" for e in extensions if e.url == url), "")


def _known(text: str, place: str) -> Known:
    try:
        return Known(text or "unknown")
    except ValueError:
        raise RecordError(place, "yes, no or unknown", text) from None


def _named(code: str, table: Iterable[str], what: str, place: str) -> str:
    if code not in table:
        raise RecordError(place, f"a code of ours for {what}", code)
    return code


# ---------------------------------------------------------------- the person


def whole(patient: Patient, place: str) -> tuple[Whole, Birth] | None:
    """What the record as a whole said, and when its person was born; None for a patient that is not ours.

    Raises RecordError for a part that is missing or cannot be read.
    """
    told = next((e for e in patient.extension if e.url == ours.RECORD), None)
    if told is None:
        return None
    parts = {e.url: e for e in told.extension}
    if "age" not in parts or "as-of" not in parts or parts["age"].valueDecimal is None:
        raise RecordError(f"{place}.extension", "a record has an age and the day it is of")
    day = parse_day(parts["as-of"].valueDate or "", f"{place}.extension as-of")[0]
    age = check_age(parts["age"].valueDecimal, f"{place}.extension age")
    recorded = {kind: _text(told.extension, f"{kind}-recorded") for kind in ("fractures", "medications")}
    return Whole(
        as_of=day,
        age=age,
        fractures_recorded=_known(recorded["fractures"], place),
        medications_recorded=_known(recorded["medications"], place),
        notes=tuple(e.valueString for e in told.extension if e.url == "note" and e.valueString),
    ), Birth.from_age(age, day)


def original_id(patient: Patient | Kind) -> str:
    """The id as it came before it was made one that FHIR allows; "" where there is none."""
    told = patient.identifier
    names = (told,) if isinstance(told, Identifier) else told
    return next((i.value for i in names if i.system == ours.PATIENT and i.value), "")


# ---------------------------------------------------------------- the facts


def own_measurement(observation: resources.Observation, name: str, when: date | None, place: str) -> Measurement:
    """A measurement as it was written.

    Raises RecordError as ``measure`` does.
    """
    of = quantities()[_named(name, quantities(), "a quantity", place)]
    number = quantity_of(observation, place)
    if number is None:
        raise RecordError(place, f"{of.title}: a number", shown(observation))
    amount = observation.valueQuantity
    unit = of.unit if amount is not None and amount.unit == of.unit else number[1]
    source = _text(observation.extension, ours.SOURCE) or f"Observation/{observation.id}"
    reference = next((r.text for r in observation.referenceRange if r.text), "")
    made = measure(name, number[0], unit, when, source, place=place, reference=reference)
    original = _text(observation.extension, ours.ORIGINAL) or made.original
    return replace(made, original=original)


def own_answers(response: QuestionnaireResponse, when: date | None, place: str) -> Answers | None:
    """The answers to one of our questionnaires; None for somebody else's.

    Raises RecordError for an answer that the questionnaire does not allow.
    """
    name = (response.questionnaire or "").partition("|")[0].removeprefix(f"{ours.QUESTIONNAIRE}:")
    if name == (response.questionnaire or "").partition("|")[0]:
        return None
    _named(name, names(), "a questionnaire", place)
    items: dict[int, float] = {}
    total = None
    for item in response.item:
        at = f"{place}, item {item.linkId}"
        value = _value(item, at)
        if item.linkId == TOTAL:
            total = checked_total(name, value, at)
        else:
            items[_number(item, name, at)] = value
    checked = {n: checked_answer(name, n, value, f"{place}, item {n}") for n, value in sorted(items.items())}
    if not checked and total is None:
        return None
    source = _text(response.extension, ours.SOURCE) or f"QuestionnaireResponse/{response.id}"
    return Answers(name, checked, total, when, source)


def _number(item: Item, name: str, place: str) -> int:
    form = instrument(name)
    known: dict[str, int] = {str(n): n for n in (*range(1, form.items + 1), *form.unscored)}
    if item.linkId not in known:
        raise RecordError(place, f"{form.title}: the number of an item", item.linkId)
    return known[item.linkId]


def _value(item: Item, place: str) -> float:
    told = item.answer[0] if item.answer else None
    value = None if told is None else yes_or_no(told) if told.valueBoolean is not None else score_in(told)
    if value is None:
        raise RecordError(place, "an answer with a score", shown(told) if told is not None else "nothing")
    return value


def own_fracture(condition: resources.Condition, site: str, when: date | None, place: str) -> Fracture:
    """A fracture as it was written."""
    low = _known(_text(condition.extension, ours.LOW_ENERGY), place)
    source = _text(condition.extension, ours.SOURCE) or f"Condition/{condition.id}"
    return Fracture(_named(site, SITES, "a site", place), when, source, low)


def own_condition(condition: resources.Condition, name: str, status: Known, when: date | None, place: str) -> Condition:
    """A diagnosis as it was written."""
    source = _text(condition.extension, ours.SOURCE) or f"Condition/{condition.id}"
    return Condition(_named(name, titles(), "a condition", place), status, when, source)


def own_course(treatment: Treatment, name: str, dose: float | None, place: str) -> Medication:
    """A course as it was written, with the days of its doses.

    Raises RecordError for a date that cannot be read.
    """
    drug = drugs()[_named(name, drugs(), "a drug", place)]
    period = treatment.effectivePeriod
    start, stop = (
        parse_day(text, f"{place}.effectivePeriod")[0] if text else None
        for text in ((period.start, period.end) if period is not None else (None, None))
    )
    given = [e.valueDate for e in treatment.extension if e.url == ours.GIVEN and e.valueDate]
    return Medication(
        drug=drug.name,
        drug_class=drug.drug_class,
        start=start,
        stop=stop,
        active=_known(_text(treatment.extension, ours.TAKEN), place),
        source=_text(treatment.extension, ours.SOURCE) or f"{type(treatment).__name__}/{treatment.id}",
        given=tuple(parse_day(text, f"{place}, given")[0] for text in given),
        dose_mg=dose,
    )
