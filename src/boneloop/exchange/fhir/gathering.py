"""Gathering: resources put together by the patient they speak of.

A Bundle is gathered by itself. Resources that stand alone, a line or a file each as in a bulk export, are gathered
over the whole input, since a patient's parts lie in different files there.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import msgspec

from boneloop.errors import InputError, RecordError
from boneloop.exchange.dates import parse_day
from boneloop.exchange.fhir.codes import table
from boneloop.exchange.fhir.conditions import read_condition
from boneloop.exchange.fhir.forms import Forms
from boneloop.exchange.fhir.meanings import Found, Measured
from boneloop.exchange.fhir.medications import read_treatment
from boneloop.exchange.fhir.observations import read_found, read_measured, read_observation, read_plain
from boneloop.exchange.fhir.own import is_conclusion
from boneloop.exchange.fhir.patients import identity, person_of
from boneloop.exchange.fhir.resources import (
    DECODERS,
    KIND,
    Concept,
    Condition,
    Kind,
    Medication,
    Observation,
    Patient,
    QuestionnaireResponse,
    Treatment,
    Visit,
)
from boneloop.exchange.fhir.strict import faults
from boneloop.exchange.person import Person
from boneloop.exchange.refusal import Refusal
from boneloop.patient.record import Measurement

Resource = Measurement | Measured | Found | Observation | Condition | Treatment | QuestionnaireResponse | Visit
Told = tuple[Resource, str, str]
"""What was said of somebody, with its file and its place."""


class Gathering:
    """Resources of one Bundle, or of all loose ones.

    of      what it is called in a message when it holds no patient: "Bundle"
    strict  every resource is checked against R4 first
    latest  by person: the latest day on which something was seen, of what is not kept itself
    """

    def __init__(self, of: str, strict: bool = False) -> None:
        self.of = of
        self.strict = strict
        self._patients: list[tuple[Patient, str, str, str, tuple[str, ...]]] = []
        self._about: dict[str, list[Told]] = {}
        self._drugs: dict[str, Concept] = {}
        self._refused: list[Refusal] = []
        self.latest: dict[str, date] = {}

    def add(self, raw: msgspec.Raw, file: str, prefix: str, url: str | None = None, number: int | None = None) -> None:
        """One resource.

        prefix  where it stands in the file ("line 3"); url its fullUrl, and number its place, in a Bundle
        """
        place = ", ".join(part for part in (prefix, f"entry {number}" if number else "") if part) or "the whole file"
        try:
            kind = KIND.decode(raw)
            decoder = DECODERS.get(kind.resourceType)
            if decoder is None:
                return
            named = f"{kind.resourceType}/{kind.id}" if kind.id else f"{place}, {kind.resourceType}"
            place = f"{prefix}, {named}" if prefix and kind.id else named
            if self.strict and self._breaks_r4(raw, file, place, kind):
                return
            self.keep(decoder.decode(raw), file, place, url)
        except msgspec.MsgspecError as error:
            self._refused.append(Refusal(file, place, "", "a resource as FHIR R4 writes it", str(error), "value"))

    def _breaks_r4(self, raw: msgspec.Raw, file: str, place: str, kind: Kind) -> bool:
        found = list(faults(msgspec.json.decode(raw)))
        patient = kind.resourceType == "Patient"
        for fault in found:
            at = f"{place}: {fault.path}"
            self._refused.append(Refusal(file, at, kind.id or "" if patient else "", fault.rule, fault.value, "value"))
        if found and patient:
            rule = "a Patient that R4 allows, with --strict"
            self._refused.append(Refusal(file, place, kind.id or "", rule, "", "patient"))
        return bool(found)

    def keep(self, resource: Any, file: str, place: str, url: str | None) -> None:
        """A resource that has been decoded."""
        if isinstance(resource, Patient):
            names = (f"Patient/{resource.id}" if resource.id else "", subject_key(url or ""))
            name = identity(resource, url)
            self._patients.append((resource, name, file, place, tuple(known for known in names if known)))
        elif isinstance(resource, Medication):
            for reference in (f"Medication/{resource.id}", url):
                if reference and resource.code is not None:
                    self._drugs[reference] = resource.code
        elif not is_conclusion(getattr(resource, "meta", None)):
            about = subject_key((resource.subject and resource.subject.reference) or "")
            self.about(about).append((resource, file, place))

    def about(self, key: str) -> list[Told]:
        """All that was said of somebody so far."""
        return self._about.setdefault(key, [])

    def names(self) -> set[str]:
        """The names by which the patients here are spoken of."""
        return {name for patient in self._patients for name in patient[4]}

    def people(self) -> Iterator[Person | Refusal]:
        """Every patient with all that speaks of them, then what speaks of nobody here."""
        yield from self._refused
        used: set[str] = set()
        for patient, name, file, place, names in self._patients:
            used.update(names)
            try:
                person = person_of(patient, name, file, place)
            except RecordError as error:
                yield Refusal.of(error, file, "patient", name)
                continue
            for each in names:
                person.saw(self.latest.get(each))
            self._fill(person, [told for name in dict.fromkeys(names) for told in self._about.get(name, ())])
            yield person
        for name in [name for name in self._about if name not in used]:
            yield _orphans(name, self._about[name], self.of)
        if not self._patients and not self._about and not self._refused and self.of:
            yield Refusal("", "", "", f"a Patient: this {self.of} has none", "", "patient")

    def _fill(self, person: Person, told: list[Told]) -> None:
        forms = Forms()
        for resource, _, place in told:
            try:
                if type(resource) is Measurement:
                    read_plain(resource, person)
                elif type(resource) is Measured:
                    read_measured(resource, person, place)
                elif type(resource) is Found:
                    read_found(resource, person)
                else:
                    _read(resource, person, forms, self._drugs, place)
            except (InputError, msgspec.MsgspecError) as error:
                person.refuse(error if isinstance(error, InputError) else RecordError(place, "FHIR R4", str(error)))
        forms.close(person)
        person.settle()


def _read(resource: Resource, person: Person, forms: Forms, drugs: dict[str, Concept], place: str) -> None:
    match resource:
        case Observation():
            read_observation(resource, person, forms, place)
        case Condition():
            read_condition(resource, person, place)
        case Treatment():
            read_treatment(resource, person, drugs, place)
        case QuestionnaireResponse():
            person.saw(forms.take_response(resource, person, place))
        case Visit():
            _read_visit(resource, person, forms, place)


def _read_visit(visit: Visit, person: Person, forms: Forms, place: str) -> None:
    """A visit says that the person was seen that day; a report may contain observations."""
    if visit.status in table("skip")["visit"]:
        return
    written = visit_day(visit)
    if written:
        person.saw(parse_day(written, f"{place}, date")[0])
    for raw in visit.contained:
        if KIND.decode(raw).resourceType == "Observation":
            read_observation(DECODERS["Observation"].decode(raw), person, forms, place)


def visit_day(visit: Visit) -> str | None:
    """When a visit began, as it was written."""
    if visit.performedDateTime or visit.effectiveDateTime:
        return visit.performedDateTime or visit.effectiveDateTime
    periods = (visit.period, visit.performedPeriod)
    return next((p.start for p in periods if p is not None and p.start), None)


def subject_key(reference: str) -> str:
    """The part of a reference by which patients are matched: "Patient/7", "urn:uuid:..."."""
    if "Patient/" in reference:
        return "Patient/" + reference.rsplit("Patient/", 1)[1].split("/", 1)[0]
    return reference


def _orphans(name: str, told: list[Told], of: str) -> Refusal:
    """Resources whose patient is not here."""
    _, file, place = told[0]
    kinds = f"{len(told)} resource(s) speak of {name}" if name else f"{len(told)} resource(s) name no patient"
    where = f"in the same {of}" if of else "in the input"
    return Refusal(file, place, name.removeprefix("Patient/"), f"a Patient resource {where}: {kinds}", name, "patient")
