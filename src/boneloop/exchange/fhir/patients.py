"""Patient resources: who a person is, from what is recorded and nothing more."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from boneloop.errors import RecordError
from boneloop.exchange.dates import Birth, parse_day
from boneloop.exchange.fhir.codes import table
from boneloop.exchange.fhir.own import original_id, whole
from boneloop.exchange.fhir.resources import Coding, Extension, Kind, Patient
from boneloop.exchange.person import Person
from boneloop.types import Sex

SEXES = {"female": Sex.FEMALE, "male": Sex.MALE}


def identity(patient: Patient | Kind, url: str | None) -> str:
    """The id of a patient: as it came to us first, else the resource's own, else the last part of its fullUrl."""
    return original_id(patient) or patient.id or (url or "").rsplit("/", 1)[-1].rsplit(":", 1)[-1]


def person_of(patient: Patient, name: str, file: str, place: str) -> Person:
    """A person with nothing known yet but who it is.

    Raises RecordError for a patient without id or birth date, or whose sex is neither female nor male.
    """
    if not name:
        raise RecordError(f"{place}.id", "an id")
    if patient.gender not in SEXES:
        rule = "sex female or male: the reference values of bone and fracture exist for these two only"
        raise RecordError(f"{place}.gender", rule, patient.gender or "not recorded")
    known = whole(patient, place)
    if not patient.birthDate and known is None:
        raise RecordError(f"{place}.birthDate", "a birth date")
    person = Person(
        id=name,
        sex=SEXES[patient.gender],
        born=known[1] if known else Birth.from_text(patient.birthDate or "", f"{place}.birthDate"),
        file=file,
        place=place,
        ethnicity=_ethnicity(patient),
    )
    if known is not None:
        person.whole, person.stated = known[0], (known[0].age, known[0].as_of)
        person.notes += known[0].notes
    elif person.born.earliest != person.born.latest:
        person.notes.append(f"birth date known as {patient.birthDate} only")
    person.died = _died(patient, place)
    _add_country(person, patient)
    return person


def _died(patient: Patient, place: str) -> date | bool:
    if patient.deceasedDateTime:
        return parse_day(patient.deceasedDateTime, f"{place}.deceasedDateTime")[0]
    return bool(patient.deceasedBoolean)


def _add_country(person: Person, patient: Patient) -> None:
    written = next((a.country for a in patient.address if a.country), "")
    person.country = table("countries").get(written.strip().lower(), "")
    if written and not person.country:
        if len(written) == 2 and written.isalpha():
            person.country = written.upper()
        else:
            person.notes.append(f"country {written!r} is not one we know: left as not recorded")


def _ethnicity(patient: Patient) -> str:
    urls = {table("people")["race"], table("people")["ethnicity"]}
    told = {c.code for e in patient.extension if e.url in urls for c in _codings(e)}
    return next((str(name) for code, name in table("race").items() if code in told), "")


def _codings(extension: Extension) -> Iterator[Coding]:
    if extension.valueCoding is not None:
        yield extension.valueCoding
    for inner in extension.extension:
        yield from _codings(inner)
