"""Conditions: diagnoses with their status, and broken bones with site and date."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import NamedTuple

from boneloop.exchange.dates import parse_day
from boneloop.exchange.fhir import ours, resources
from boneloop.exchange.fhir.codes import Parts, codes_of, concept_of, first_code, parts_of, table, words_of
from boneloop.exchange.fhir.own import own_code, own_condition, own_fracture
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
    written = _written(condition)
    when = parse_day(written, f"{place}.onset")[0] if written else None
    person.saw(when)
    told = _meaning(parts_of(condition.code), tuple([parts_of(site) for site in condition.bodySite]))
    if told.own_fracture:
        broken = own_fracture(condition, told.own_fracture, when, place)
        person.rough(broken.source, "date", written, when)
        person.settled_fractures.append(broken)
    elif told.own_condition:
        status = _status(told.own_condition, condition, verification)
        known = own_condition(condition, told.own_condition, status, when, place)
        person.rough(known.source, "date", written, when)
        person.conditions.append(known)
    elif told.conditions or told.broke:
        _take(told, condition, verification, when, person, place)


class _Meaning(NamedTuple):
    """What a code says: a name of ours, or the conditions it names, the bone it says is broken, and how that broke."""

    own_fracture: str
    own_condition: str
    conditions: tuple[str, ...]
    broke: str | None
    low_energy: Known


@lru_cache(maxsize=8192)
def _meaning(code: Parts, sites: tuple[Parts, ...]) -> _Meaning:
    """What a code with its body sites says; the same codes come many times."""
    concept, places = concept_of(code), [concept_of(site) for site in sites]
    codes, words = codes_of(concept), words_of(concept)
    return _Meaning(
        own_code(concept, ours.FRACTURE),
        own_code(concept, ours.CONDITION),
        named(codes),
        fracture_site((*codes, *(c for place in places for c in codes_of(place))), words),
        low_energy(codes, words),
    )


def _take(
    told: _Meaning, condition: resources.Condition, verification: str, when: date | None, person: Person, place: str
) -> None:
    """Diagnoses and a fracture under codes that are not our own; a fracture that is not certain is none."""
    certain = verification not in table("verification")
    if not told.conditions and not certain:
        return
    source = f"Condition/{condition.id}" if condition.id else place
    person.rough(source, "date", _written(condition), when)
    for name in told.conditions:
        person.conditions.append(Condition(name, _status(name, condition, verification), when, source))
    if told.broke is not None and certain:
        person.fractures.append(Fracture(told.broke, when, source, told.low_energy))


def _written(condition: resources.Condition) -> str | None:
    """When it began, as it was written; else when it was recorded."""
    period = condition.onsetPeriod
    return condition.onsetDateTime or (period and period.start) or condition.recordedDate


def _status(name: str, condition: resources.Condition, verification: str) -> Known:
    """Does the person have it: what is not confirmed is unknown; what lasts stays, even when called resolved."""
    unsure = table("verification").get(verification)
    if unsure is not None:
        return Known(unsure)
    clinical = table("clinical").get(first_code(condition.clinicalStatus), "yes")
    return Known.YES if name in lasting() else Known(clinical)
