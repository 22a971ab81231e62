"""Gathering: resources put together by the patient they speak of.

A Bundle is gathered by itself. Resources that stand alone, a line or a file each as in a bulk export, are gathered
over the whole input, since a patient's parts lie in different files there.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import Any

import msgspec

from boneloop.errors import InputError, RecordError
from boneloop.exchange.dates import day_of, parse_day
from boneloop.exchange.fhir.codes import table
from boneloop.exchange.fhir.conditions import read_condition
from boneloop.exchange.fhir.forms import Forms
from boneloop.exchange.fhir.medications import read_treatment
from boneloop.exchange.fhir.observations import read_found, read_measured, read_observation
from boneloop.exchange.fhir.own import is_conclusion
from boneloop.exchange.fhir.patients import identity, person_of
from boneloop.exchange.fhir.quick import (
    MEANINGS,
    Found,
    Glance,
    Measured,
    Other,
    Seen,
    Surprise,
    meaning_of,
    parts_are_ours,
    plainly,
    whole,
)
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
    Reference,
    Treatment,
    Visit,
)
from boneloop.exchange.fhir.strict import faults
from boneloop.exchange.person import Person
from boneloop.exchange.refusal import Refusal

Resource = Measured | Found | Observation | Condition | Treatment | QuestionnaireResponse | Visit
Told = tuple[Resource, str, str]
"""What was said of somebody, with its file and its place."""


class Gathering:
    """Resources of one Bundle, or of all loose ones.

    of      what it is called in a message when it holds no patient: "Bundle"
    strict  every resource is checked against R4 first
    """

    def __init__(self, of: str, strict: bool = False) -> None:
        self.of = of
        self.strict = strict
        self._patients: list[tuple[Patient, str, str, str, tuple[str, ...]]] = []
        self._about: dict[str, list[Told]] = {}
        self._drugs: dict[str, Concept] = {}
        self._refused: list[Refusal] = []
        self._latest: dict[str, date] = {}

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
            self._keep(decoder.decode(raw), file, place, url)
        except msgspec.MsgspecError as error:
            self._refused.append(Refusal(file, place, "", "a resource as FHIR R4 writes it", str(error), "value"))

    def add_entries(self, entries: list[Any], file: str, prefix: str) -> None:
        """The entries of a Bundle as the quick way decodes them.

        Raises quick.Surprise for what is to be read the careful way.
        """
        days, start = _Days(), f"{prefix}, " if prefix else ""
        skip, skip_visits = _skipped("observation"), _skipped("visit")
        subject, known, about = _NOBODY, set[str](), list[Told]()
        for number, entry in enumerate(entries, start=1):
            resource = entry.resource
            if type(resource) is Glance:
                dated = resource.effectiveDateTime
                if resource.subject != subject:
                    subject = resource.subject
                    known, about = days.of(subject), self._about.setdefault(days.key(subject), [])
                if dated is not None and resource.status not in skip:
                    known.add(dated[:10])
                code = bytes(resource.code)
                meaning = MEANINGS[code] if code in MEANINGS else meaning_of(code)
                if meaning is None and dated is not None and not (resource.component and parts_are_ours(resource)):
                    continue
                plain = plainly(resource, meaning) if meaning is not None and dated is not None else None
                if plain is not None:
                    about.append((plain, file, start))
                else:
                    self._keep(whole(resource), file, _place(start, "Observation", resource.id, number), None)
            elif isinstance(resource, Seen):
                if resource.contained:
                    raise Surprise("a visit that contains something")
                day = resource.day
                if resource.subject != subject:
                    subject = resource.subject
                    known, about = days.of(subject), self._about.setdefault(days.key(subject), [])
                if day is not None and resource.status not in skip_visits:
                    known.add(day[:10])
            elif not isinstance(resource, Other):
                tag = str(resource.__struct_config__.tag)
                self._keep(resource, file, _place(start, tag, resource.id, number), entry.fullUrl)
        self._latest = days.latest({name for patient in self._patients for name in patient[4]})

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

    def _keep(self, resource: Any, file: str, place: str, url: str | None) -> None:
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
            self._about.setdefault(about, []).append((resource, file, place))

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
                person.saw(self._latest.get(each))
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
                if type(resource) is Measured:
                    read_measured(resource, person, place)
                elif type(resource) is Found:
                    read_found(resource, person, place)
                else:
                    _read(resource, person, forms, self._drugs, place)
            except (InputError, msgspec.MsgspecError) as error:
                person.refuse(error if isinstance(error, InputError) else RecordError(place, "FHIR R4", str(error)))
        forms.close(person)
        person.settle()


_NOBODY = msgspec.Raw(b'"nobody"')


@cache
def _skipped(kind: str) -> frozenset[str]:
    """Statuses with which something is no statement about anybody."""
    return frozenset(table("skip")[kind])


def _place(start: str, kind: str, name: str | None, number: int) -> str:
    """Where a resource of a Bundle stands."""
    return f"{start}{kind}/{name}" if name else f"{start}entry {number}, {kind}"


class _Days:
    """On which days something was seen of whom, with each different text looked at once."""

    def __init__(self) -> None:
        self._about: dict[bytes, set[str]] = {}
        self._keys: dict[bytes, str] = {}

    def key(self, subject: msgspec.Raw) -> str:
        """Whom a reference speaks of."""
        text = bytes(subject)
        known = self._keys.get(text)
        if known is None:
            known = self._keys[text] = _subject_of(text)
        return known

    def of(self, subject: msgspec.Raw) -> set[str]:
        """The days of whom a reference speaks of, as far as known."""
        text = bytes(subject)
        known = self._about.get(text)
        if known is None:
            known = self._about[text] = set()
        return known

    def latest(self, here: set[str]) -> dict[str, date]:
        """The latest day of each person.

        Raises Surprise for a day that is none, and for a person who is not here.
        """
        found: dict[str, date] = {}
        for text, written in self._about.items():
            key = _subject_of(text)
            if key not in here:
                raise Surprise(f"speaks of {key}")
            try:
                day = max((day_of(one)[0] for one in written), default=None)
            except ValueError as error:
                raise Surprise(str(error)) from None
            if day is not None:
                found[key] = max(found.get(key, day), day)
        return found


def _subject_of(text: bytes) -> str:
    """Whom a reference speaks of, from its JSON."""
    try:
        return subject_key((_REFERENCE.decode(text).reference or "") if text else "")
    except msgspec.MsgspecError as error:
        raise Surprise(str(error)) from None


_REFERENCE = msgspec.json.Decoder(Reference)


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
