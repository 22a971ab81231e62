"""Conditions: diagnoses with their status, and broken bones with site and date."""

from __future__ import annotations

from functools import lru_cache

from boneloop.exchange.dates import parse_day
from boneloop.exchange.fhir import ours, resources
from boneloop.exchange.fhir.codes import codes_of, first_code, table, words_of
from boneloop.exchange.fhir.own import own_code, own_condition, own_fracture
from boneloop.exchange.fhir.resources import Coding, Concept
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
    site, name = own_code(condition.code, ours.FRACTURE), own_code(condition.code, ours.CONDITION)
    if site:
        broken = own_fracture(condition, site, when, place)
        person.rough(broken.source, "date", written, when)
        person.settled_fractures.append(broken)
        return
    if name:
        told = own_condition(condition, name, _status(name, condition, verification), when, place)
        person.rough(told.source, "date", written, when)
        person.conditions.append(told)
        return
    meant, broke, low = _meaning(_parts(condition.code), tuple(_parts(site) for site in condition.bodySite))
    certain = verification not in table("verification")
    if not meant and not (broke and certain):
        return
    source = f"Condition/{condition.id}" if condition.id else place
    person.rough(source, "date", written, when)
    for name in meant:
        person.conditions.append(Condition(name, _status(name, condition, verification), when, source))
    if broke is not None and certain:
        person.fractures.append(Fracture(broke, when, source, low))


Parts = tuple[tuple[tuple[str | None, str | None, str | None], ...], str | None]
"""A concept as it can be remembered: its codings (system, code, display) and its text."""


def _parts(concept: Concept | None) -> Parts:
    if concept is None:
        return (), None
    return tuple([(c.system, c.code, c.display) for c in concept.coding]), concept.text


@lru_cache(maxsize=8192)
def _meaning(code: Parts, sites: tuple[Parts, ...]) -> tuple[tuple[str, ...], str | None, Known]:
    """The conditions that a code names, the bone that it says is broken, and whether by a fall from standing height."""
    concept, places = _concept(code), [_concept(site) for site in sites]
    codes, words = codes_of(concept), words_of(concept)
    broke = fracture_site((*codes, *(c for place in places for c in codes_of(place))), words)
    return named(codes), broke, low_energy(codes, words)


def _concept(parts: Parts) -> Concept:
    return Concept(tuple(Coding(*coding) for coding in parts[0]), parts[1])


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
