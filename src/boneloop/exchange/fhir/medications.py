"""Treatments: what a person was prescribed, says to take, was handed or was given."""

from __future__ import annotations

from datetime import timedelta
from functools import cache, lru_cache

import msgspec

from boneloop.exchange.dates import parse_day
from boneloop.exchange.fhir import ours, resources
from boneloop.exchange.fhir.codes import Parts, codes_of, concept_of, parts_of, table, words_of
from boneloop.exchange.fhir.own import own_code, own_course
from boneloop.exchange.fhir.resources import (
    Concept,
    Dosage,
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
    found, mine = _drugs(parts_of(concept))
    if mine and isinstance(treatment, MedicationStatement):
        course = own_course(treatment, mine, _dose(treatment), place)
        _note_rough(_written(treatment), course, person)
        person.settled.append(course)
    elif found:
        written = _written(treatment)
        for drug in found:
            medication = _medication(treatment, drug, written, place)
            person.medications.append(medication)
            _note_rough(written, medication, person)
            for day in (medication.start, *medication.given):
                person.saw(day)
            _add_supply(treatment, medication, person)


@lru_cache(maxsize=8192)
def _drugs(concept: Parts) -> tuple[tuple[Drug, ...], str]:
    """The drugs that a concept names, and its code if that is our own; the same words come many times."""
    whole = concept_of(concept)
    mine = own_code(whole, ours.DRUG)
    return (drugs()[mine],) if mine in drugs() else named(codes_of(whole), words_of(whole)), mine


def _referred(treatment: Treatment, medications: dict[str, Concept]) -> Concept | None:
    reference = (treatment.medicationReference and treatment.medicationReference.reference) or ""
    if reference.startswith("#"):
        drugs = (msgspec.json.decode(raw, type=resources.Medication) for raw in treatment.contained)
        return next((drug.code for drug in drugs if drug.id == reference[1:]), None)
    return medications.get(reference)


def _medication(treatment: Treatment, drug: Drug, written: Course, place: str) -> Medication:
    start, stop = (parse_day(text, f"{place}, date")[0] if text else None for text in written)
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
    if filled or isinstance(treatment, (MedicationAdministration, MedicationDispense)):
        return Known.UNKNOWN
    return _states().get(treatment.status or "", Known.UNKNOWN)


@cache
def _states() -> dict[str, Known]:
    """Status of a treatment: is the drug taken now."""
    return {status: Known(taken) for status, taken in table("taken").items()}


def _add_supply(treatment: Treatment, medication: Medication, person: Person) -> None:
    days = treatment.daysSupply.value if treatment.daysSupply is not None else None
    if (
        isinstance(treatment, MedicationDispense)
        and medication.start is not None
        and days
        and 0 < days <= LONGEST_SUPPLY
    ):
        person.supplied[medication.source] = medication.start + timedelta(days=days)


def _note_rough(written: Course, course: Medication, person: Person) -> None:
    person.rough(course.source, "start", written[0], course.start)
    person.rough(course.source, "stop", written[1], course.stop)


Course = tuple[str | None, str | None]
"""Start and end of a course as they were written."""
_NEVER = Period()


def _written(treatment: Treatment) -> Course:
    """From when to when, as far as written."""
    stated, bounds = treatment.effectivePeriod or _NEVER, _bounds(treatment) or _NEVER
    supply = (treatment.dispenseRequest and treatment.dispenseRequest.validityPeriod) or _NEVER
    start = treatment.effectiveDateTime or stated.start or bounds.start or treatment.authoredOn
    start = start or treatment.whenHandedOver or treatment.whenPrepared or treatment.dateAsserted
    return start or None, stated.end or bounds.end or supply.end or None


def _bounds(treatment: Treatment) -> Period | None:
    """How long the first instruction that says anything of it is meant to last."""
    for dosage in _instructions(treatment):
        if dosage.timing is not None and dosage.timing.repeat is not None:
            return dosage.timing.repeat.boundsPeriod
    return None


def _instructions(treatment: Treatment) -> tuple[Dosage, ...]:
    stated = () if isinstance(treatment.dosage, Dose) else treatment.dosage
    return (*treatment.dosageInstruction, *stated)


def _dose(treatment: Treatment) -> float | None:
    """One dose in mg, where it was written as such; the strength of a tablet is not a dose."""
    amounts = [part.doseQuantity for dosage in _instructions(treatment) for part in dosage.doseAndRate]
    if isinstance(treatment.dosage, Dose):
        amounts.insert(0, treatment.dosage.dose)
    return next((a.value for a in amounts if a is not None and (a.code or a.unit) == "mg"), None)
