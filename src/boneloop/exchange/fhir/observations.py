"""Observations: quantities, DXA by site, yes-or-no findings; answers and totals are handed to the forms.

An observation under a code that is not ours is left alone. One that is ours and cannot be used is refused by itself,
and the person goes on without it.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import TYPE_CHECKING

from boneloop.errors import RecordError
from boneloop.exchange.dates import parse_day
from boneloop.exchange.fhir import ours
from boneloop.exchange.fhir.codes import body_site, codes_of, table, words_of
from boneloop.exchange.fhir.forms import Forms, places
from boneloop.exchange.fhir.own import own_code, own_measurement
from boneloop.exchange.fhir.resources import Component, Concept, Observation
from boneloop.exchange.fhir.values import parts_of, quantity_of, shown
from boneloop.exchange.person import Person
from boneloop.patient.conditions import Code, answered, observed
from boneloop.patient.quantities import by_loinc, measure, quantities, refused_loinc
from boneloop.patient.record import Condition, Measurement
from boneloop.types import Known

if TYPE_CHECKING:
    from boneloop.exchange.fhir.meanings import Found, Measured


def read_observation(observation: Observation, person: Person, forms: Forms, place: str) -> None:
    """Take from one observation what is ours.

    Raises RecordError for a value of ours that cannot be used.
    """
    if observation.status in table("skip")["observation"]:
        return
    written = _written(observation)
    when = parse_day(written, f"{place}.effective")[0] if written else None
    person.saw(when)
    mine = own_code(observation.code, ours.QUANTITY)
    if mine and observation.extension:
        measured = own_measurement(observation, mine, when, place)
        person.rough(measured.source, "date", written, when)
        person.measurements.append(measured)
        return
    if not any(may_be_ours(part.code) for part in parts_of(observation)):
        return
    person.rough(_source(observation, place), "date", written, when)
    if forms.take_observation(observation, when, place):
        return
    for part in parts_of(observation):
        _read_part(part, observation, person, when, place)


@cache
def _our_codes() -> frozenset[str]:
    findings = {code for _, code in observed()}
    return frozenset({*by_loinc(), *quantities(), *table("dxa"), *refused_loinc(), *findings, *places()})


def may_be_ours(code: Concept | None) -> bool:
    """A quick look: most observations of a record are not ours."""
    known = _our_codes()
    return code is not None and any(coding.code in known for coding in code.coding)


def _written(observation: Observation) -> str | None:
    """When it was true, else when it was issued."""
    period = observation.effectivePeriod
    return (
        observation.effectiveDateTime
        or observation.effectiveInstant
        or (period and (period.start or period.end))
        or observation.issued
    )


def _read_part(
    part: Observation | Component, whole: Observation, person: Person, when: date | None, place: str
) -> None:
    for code in codes_of(part.code):
        if _names_a_quantity(code):
            _read_quantity(code, part, whole, person, when, place)
            return
        if code.system == "loinc" and code.code in refused_loinc():
            raise RecordError(place, refused_loinc()[code.code], shown(part))
        finding = observed().get((code.system, code.code))
        if finding:
            status = _finding(finding, part, code.system)
            person.conditions.append(Condition(finding, status, when, _source(whole, place)))
            return


def is_read(code: Code) -> bool:
    """Does a code say how its observation is read, whatever other codes stand beside it?"""
    refused = code.system == "loinc" and code.code in refused_loinc()
    return refused or _names_a_quantity(code) or (code.system, code.code) in observed()


_TO_THE_DAY = len("YYYY-MM-DD")


def read_plain(told: Measurement, person: Person) -> None:
    """Take a measurement that is ready."""
    if told.date is not None and told.date < (person.adult or person.adult_from()):
        person.childhood += 1
    else:
        person.measurements.append(told)


def read_measured(told: Measured, person: Person, start: str) -> None:
    """Take a plain number.

    start  where its Bundle stands
    Raises RecordError for a number that cannot be used.
    """
    source = f"Observation/{told.id}"
    if len(told.written) < _TO_THE_DAY:
        person.rough(source, "date", told.written, told.when)
    if told.when < (person.adult or person.adult_from()):
        person.childhood += 1
        return
    of, note = told.meaning.of, told.meaning.note
    person.measurements.append(of.measured(told.value, told.unit, told.when, source, place=start + source))
    if note:
        person.notes.append(note)


def read_found(told: Found, person: Person) -> None:
    """Take a plain finding."""
    source = f"Observation/{told.id}"
    person.rough(source, "date", told.written, told.when)
    person.conditions.append(Condition(told.name, told.status, told.when, source))


def _names_a_quantity(code: Code) -> bool:
    """A LOINC code of a quantity, or the quantity's own name for what has no code in LOINC."""
    if code.system == "quantity":
        return code.code in quantities()
    return code.system == "loinc" and (code.code in by_loinc() or code.code in table("dxa"))


def _source(whole: Observation, place: str) -> str:
    return f"Observation/{whole.id}" if whole.id else place


def _read_quantity(
    code: Code, part: Observation | Component, whole: Observation, person: Person, when: date | None, place: str
) -> None:
    if when is not None and when < person.adult_from():
        person.childhood += 1
        return
    name, note = quantity_name(code, part, whole, place)
    number = quantity_of(part, place)
    if number is None:
        if isinstance(part, Observation) and (part.dataAbsentReason is not None or part.component or part.hasMember):
            return
        raise RecordError(place, f"{quantities()[name].title}: a number", shown(part))
    reference = next((r.text for r in whole.referenceRange if r.text), "") if "_score_" in name else ""
    source = _source(whole, place)
    person.measurements.append(measure(name, *number, when, source, place=place, reference=reference))
    if note:
        person.notes.append(note)
    if whole.status == "preliminary":
        person.notes.append(f"{source}: {quantities()[name].title} is preliminary")


def quantity_name(code: Code, part: Observation | Component, whole: Observation, place: str) -> tuple[str, str]:
    """The quantity that a code names, with the note that belongs to it; a DXA code needs the body site.

    Raises RecordError for a body site that contradicts the code, and for a code that says too little without one.
    """
    if code.system == "quantity":
        return code.code, ""
    dxa = table("dxa").get(code.code)
    if dxa is None:
        quantity = by_loinc()[code.code]
        return quantity.name, (quantity.notes or {}).get(code.code, "")
    site = body_site([whole.bodySite]) or _neck(part, whole)
    if site and site not in dxa["sites"]:
        rule = f"a body site that agrees with the code {code.code}: {' or '.join(dxa['sites'])}"
        raise RecordError(f"{place}.bodySite", rule, words_of(whole.bodySite))
    if not site and not dxa["alone"]:
        raise RecordError(
            f"{place}.bodySite", f"a body site: the code {code.code} is the femoral neck or the total hip"
        )
    name = f"{dxa['kind']}_{site or dxa['alone']}"
    if site and site not in dxa.get("own", dxa["sites"]):
        title = quantities()[name].title
        return name, f"{place}: {title} under {code.code}, a code of the {_words(dxa['own'])}: the body site is taken"
    return name, "" if site else (quantities()[name].notes or {}).get(code.code, "")


def _words(sites: list[str]) -> str:
    words = table("body_site")
    return " or ".join(words[site]["words"][0] for site in sites)


def _neck(part: Observation | Component, whole: Observation) -> str:
    words = words_of(part.code, whole.code).lower()
    return "femoral_neck" if any(word in words for word in table("body_site")["femoral_neck"]["words"]) else ""


def _finding(name: str, part: Observation | Component, system: str) -> Known:
    if part.valueBoolean is not None:
        return Known.of(part.valueBoolean)
    if part.valueCodeableConcept is not None:
        return answered(name, codes_of(part.valueCodeableConcept))
    has_value = quantity_of(part, name) is not None
    return Known.YES if system == "snomed" and not has_value else Known.UNKNOWN
