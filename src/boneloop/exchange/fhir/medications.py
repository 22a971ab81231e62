"""Treatments: what a person was prescribed, says to take, was handed or was given."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

import msgspec

from boneloop.exchange.dates import parse_day
from boneloop.exchange.fhir import ours, resources
from boneloop.exchange.fhir.codes import codes_of, table, words_of
from boneloop.exchange.fhir.own import own_code, own_course
from boneloop.exchange.fhir.resources import (
    Coding,
    Concept,
    Dose,
    MedicationAdministration,
    MedicationDispense,
    MedicationRequest,
    MedicationStatement,
    Period,
    Treatment,
)
from boneloop.exchange.person import Person
from boneloop.patient.drugs import Drug, drugs, named
from boneloop.patient.record import Medication
from boneloop.types import Known

LONGEST_SUPPLY = 731
"""Days. Nobody is handed more than two years of a drug: a longer supply says nothing."""


def read_treatment(treatment: Treatment, person: Person, medications: dict[str, Concept], place: str) -> None:
    """Take a treatment, if it names a drug of the table and is a statement that the drug was or is taken.

    medications  drugs that stand in resources of their own, by reference
    Raises RecordError for a date that cannot be read.
    """
    person.medications_recorded = Known.YES
    skip = table("skip")
    if treatment.status in skip["treatment"] or treatment.intent in skip["intent"] or treatment.doNotPerform:
        return
    concept = treatment.medicationCodeableConcept or _referred(treatment, medications)
    found, mine = _drugs(concept), own_code(concept, ours.DRUG)
    if mine and isinstance(treatment, MedicationStatement):
        course = own_course(treatment, mine, _dose(treatment), place)
        _note_rough(treatment, course, person)
        person.settled.append(course)
        return
    for drug in found:
        medication = _medication(treatment, drug, place)
        person.medications.append(medication)
        _note_rough(treatment, medication, person)
        for day in (medication.start, *medication.given):
            person.saw(day)
        _add_supply(treatment, medication, person)


def _drugs(concept: Concept | None) -> tuple[Drug, ...]:
    """The drugs that a concept names; the same words come many times."""
    if concept is None:
        return ()
    return _named(tuple([(c.system, c.code, c.display) for c in concept.coding]), concept.text)


@lru_cache(maxsize=8192)
def _named(codings: tuple[tuple[str | None, str | None, str | None], ...], text: str | None) -> tuple[Drug, ...]:
    concept = Concept(tuple(Coding(*parts) for parts in codings), text)
    mine = own_code(concept, ours.DRUG)
    return (drugs()[mine],) if mine in drugs() else named(codes_of(concept), words_of(concept))


def _referred(treatment: Treatment, medications: dict[str, Concept]) -> Concept | None:
    reference = (treatment.medicationReference and treatment.medicationReference.reference) or ""
    if reference.startswith("#"):
        drugs = (msgspec.json.decode(raw, type=resources.Medication) for raw in treatment.contained)
        return next((drug.code for drug in drugs if drug.id == reference[1:]), None)
    return medications.get(reference)


def _medication(treatment: Treatment, drug: Drug, place: str) -> Medication:
    start, stop = _course(treatment, place)
    given = (start,) if isinstance(treatment, MedicationAdministration) and start is not None else ()
    return Medication(
        drug=drug.name,
        drug_class=drug.drug_class,
        start=start,
        stop=None if given else stop,
        active=_taken(treatment),
        source=f"{type(treatment).__name__}/{treatment.id}" if treatment.id else place,
        given=given,
        dose_mg=_dose(treatment),
    )


def _taken(treatment: Treatment) -> Known:
    """Is the drug taken now. A filled order or a dose that was given says nothing about the days after it."""
    filled = isinstance(treatment, MedicationRequest) and treatment.status == "completed"
    if filled or isinstance(treatment, MedicationAdministration | MedicationDispense):
        return Known.UNKNOWN
    return Known(table("taken").get(treatment.status or "", "unknown"))


def _add_supply(treatment: Treatment, medication: Medication, person: Person) -> None:
    days = treatment.daysSupply.value if treatment.daysSupply is not None else None
    if (
        isinstance(treatment, MedicationDispense)
        and medication.start is not None
        and days
        and 0 < days <= LONGEST_SUPPLY
    ):
        person.supplied[medication.source] = medication.start + timedelta(days=days)


def _note_rough(treatment: Treatment, course: Medication, person: Person) -> None:
    for part, written, day in zip(("start", "stop"), _written(treatment), (course.start, course.stop), strict=True):
        person.rough(course.source, part, written, day)


def _course(treatment: Treatment, place: str) -> tuple[date | None, date | None]:
    """From when to when, as far as written."""
    start, stop = (parse_day(text, f"{place}, date")[0] if text else None for text in _written(treatment))
    return start, stop


def _written(treatment: Treatment) -> tuple[str | None, str | None]:
    """Start and end as they were written."""
    stated = () if isinstance(treatment.dosage, Dose) else treatment.dosage
    instructions = (*treatment.dosageInstruction, *stated)
    repeats = (d.timing.repeat for d in instructions if d.timing and d.timing.repeat)
    bounds = next((r.boundsPeriod for r in repeats), None)
    supply = treatment.dispenseRequest.validityPeriod if treatment.dispenseRequest else None
    starts = (
        treatment.effectiveDateTime,
        _edge(treatment.effectivePeriod, "start"),
        _edge(bounds, "start"),
        treatment.authoredOn,
        treatment.whenHandedOver,
        treatment.whenPrepared,
        treatment.dateAsserted,
    )
    stops = (_edge(treatment.effectivePeriod, "end"), _edge(bounds, "end"), _edge(supply, "end"))
    return next((s for s in starts if s), None), next((s for s in stops if s), None)


def _edge(period: Period | None, name: str) -> str | None:
    return getattr(period, name) if period is not None else None


def _dose(treatment: Treatment) -> float | None:
    """One dose in mg, where it was written as such; the strength of a tablet is not a dose."""
    stated = treatment.dosage
    single, instructions = (stated.dose, ()) if isinstance(stated, Dose) else (None, stated)
    written = [part.doseQuantity for d in (*treatment.dosageInstruction, *instructions) for part in d.doseAndRate]
    amounts = [single, *written]
    return next((a.value for a in amounts if a is not None and (a.code or a.unit) == "mg"), None)
