"""Conditions: diagnoses with their status, and broken bones with site and date."""

from __future__ import annotations

from datetime import date

from boneloop.exchange.dates import parse_day
from boneloop.exchange.fhir import resources
from boneloop.exchange.fhir.codes import codes_of, first_code, table, words_of
from boneloop.exchange.person import Person
from boneloop.patient.conditions import fracture_site, lasting, low_energy, named
from boneloop.patient.record import Condition, Fracture
from boneloop.types import Known


def read_condition(condition: resources.Condition, person: Person, place: str) -> None:
    """Take a condition: the diagnoses that its codes name, and the fracture if it is one.

    Raises RecordError for a date that cannot be read.
    """
    verification = first_code(condition.verificationStatus)
    if verification in table("skip")["condition"]:
        return
    person.fractures_recorded = Known.YES
    when = _day(condition, place)
    person.saw(when)
    source = f"Condition/{condition.id}" if condition.id else place
    codes, words = codes_of(condition.code), words_of(condition.code)
    for name in named(codes):
        person.conditions.append(Condition(name, _status(name, condition, verification), when, source))
    certain = verification not in table("verification")
    site = fracture_site((*codes, *(c for b in condition.bodySite for c in codes_of(b))), words) if certain else None
    if site is not None:
        person.fractures.append(Fracture(site, when, source, low_energy(codes, words)))


def _day(condition: resources.Condition, place: str) -> date | None:
    period = condition.onsetPeriod
    written = condition.onsetDateTime or (period and period.start) or condition.recordedDate
    return parse_day(written, f"{place}.onset")[0] if written else None


def _status(name: str, condition: resources.Condition, verification: str) -> Known:
    """Does the person have it: what is not confirmed is unknown; what lasts stays, even when called resolved."""
    unsure = table("verification").get(verification)
    if unsure is not None:
        return Known(unsure)
    clinical = table("clinical").get(first_code(condition.clinicalStatus), "yes")
    return Known.YES if name in lasting() else Known(clinical)
