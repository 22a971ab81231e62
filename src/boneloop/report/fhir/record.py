"""The record as FHIR: the person, and every fact of the record as a resource of its own, so that nothing is lost.

What FHIR has no element for (where a fact was read, how it was written there, unknown as an answer) stands in our own
extensions. Reading these resources again gives the same record.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache

from boneloop.exchange.dates import rough_dates
from boneloop.exchange.fhir import ours
from boneloop.exchange.fhir.codes import table as read_table
from boneloop.patient.conditions import titles
from boneloop.patient.quantities import quantities
from boneloop.patient.record import Condition, Fracture, Measurement, Medication, Record
from boneloop.report.fhir import codes, forms
from boneloop.report.fhir.elements import (
    Element,
    coding,
    concept,
    extension,
    made_id,
    number,
    quantity,
    reference,
    tagged,
    term,
    valid_id,
    without_empty,
    words,
)
from boneloop.types import Known


@dataclass
class Written:
    """The resources of one record.

    facts  what was measured, said, diagnosed or taken, in the order of the record
    """

    record: Record
    patient: Element
    facts: list[Element] = field(default_factory=list)
    _by_source: dict[str, list[Element]] = field(default_factory=dict)
    _ids: Counter[str] = field(default_factory=Counter)
    _rough: dict[tuple[str, str], str] = field(default_factory=dict)

    @property
    def subject(self) -> Element:
        """A reference to the person."""
        return reference(self.patient)

    @property
    def resources(self) -> list[Element]:
        """The person and all facts."""
        return [self.patient, *self.facts]

    def new_id(self, *parts: str) -> str:
        """An id of a resource of this person; the same statement twice gets two."""
        told = "\x1f".join(parts)
        self._ids[told] += 1
        again = [str(self._ids[told])] if self._ids[told] > 1 else []
        return made_id(self.record.id, *parts, *again)

    def add(self, source: str, *resources: Element) -> None:
        """Facts that were read at one place."""
        self.facts += resources
        self._by_source.setdefault(source, []).extend(resources)

    def read_at(self, lines: Iterable[str]) -> list[Element]:
        """The facts whose source is named in some lines of a basis."""
        text = "\n".join(lines)
        found = [r for source, made in self._by_source.items() if names_source(text, source) for r in made]
        return [r for r in found if r.get("meta") != tagged(ours.RESTATED)]

    def day(self, when: date | None, source: str, part: str = "date") -> str | None:
        """A date as far as it is known: 2024-03-01, 2024-03 or 2024."""
        return None if when is None else self._rough.get((source, part), when.isoformat())


def names_source(text: str, source: str) -> bool:
    """Does a text name this source, and not only one that begins or ends like it?"""
    place = text.find(source) if source else -1
    while place >= 0:
        before, after = text[place - 1 : place], text[place + len(source) : place + len(source) + 1]
        if not (before.isalnum() or before in _PART) and not (after.isalnum() or after in _PART):
            return True
        place = text.find(source, place + 1)
    return False


_PART = ("-", "_", "/")


def written(record: Record) -> Written:
    """The resources of a record, the person first."""
    made = Written(record, _patient(record), _rough=rough_dates(record.notes))
    for measurement in record.measurements:
        made.add(measurement.source, _observation(measurement, made))
    for answers in record.answers:
        when = made.day(answers.date, answers.source)
        made.add(answers.source, forms.response(answers, made.new_id, made.subject, when))
    for fracture in record.fractures:
        made.add(fracture.source, _fracture(fracture, made))
    for condition in record.conditions:
        made.add(condition.source, _condition(condition, made))
    for medication in record.medications:
        made.add(medication.source, *_medication(medication, made))
    return made


def _patient(record: Record) -> Element:
    name = valid_id(record.id)
    known = [
        extension("age", "Decimal", number(record.age)),
        extension("as-of", "Date", record.as_of.isoformat()),
        *words("source", _without_folder(record.source)),
        extension("fractures-recorded", "Code", record.fractures_recorded.value),
        extension("medications-recorded", "Code", record.medications_recorded.value),
        *(part for note in record.notes for part in words("note", note)),
    ]
    return without_empty(
        {
            "resourceType": "Patient",
            "id": name,
            "extension": [{"url": ours.RECORD, "extension": known}, *_people(record.ethnicity)],
            "identifier": [{"system": ours.PATIENT, "value": record.id}],
            "gender": record.sex.value,
            "_birthDate": {"extension": [extension(ours.ABSENT, "Code", "unknown")]},
            "address": [{"country": record.country}] if record.country else [],
        }
    )


def _without_folder(source: str) -> str:
    """Where a record was read, by the name of its file: whose folder it lay in is nobody's business."""
    file, _, place = source.partition(", ")
    return ", ".join(part for part in (file.replace("\\", "/").rsplit("/", 1)[-1], place) if part)


@cache
def _groups() -> dict[str, str]:
    """The code of each ethnicity; of several, the most general, which is the last."""
    return {str(name): code for code, name in read_table("race").items()}


def _people(ethnicity: str) -> list[Element]:
    """The US Core extension in which race or ethnicity is expected."""
    if not ethnicity:
        return []
    kind = "ethnicity" if ethnicity == "hispanic" else "race"
    told = extension("ombCategory", "Coding", coding("urn:oid:2.16.840.1.113883.6.238", _groups()[ethnicity]))
    return [{"url": read_table("people")[kind], "extension": [told, *words("text", ethnicity)]}]


def _observation(m: Measurement, made: Written) -> Element:
    of = quantities()[m.quantity]
    when = made.day(m.date, m.source)
    return without_empty(
        {
            "resourceType": "Observation",
            "id": made.new_id("Observation", m.quantity, str(m.date), repr(m.value), m.reference),
            "extension": [*words(ours.SOURCE, m.source), *words(ours.ORIGINAL, m.original)],
            "status": "final",
            "code": concept(of.title, *codes.of_quantity(m.quantity)),
            "subject": made.subject,
            "effectiveDateTime": when,
            "valueQuantity": quantity(m.value, of.unit, codes.ucum(of)),
            "bodySite": codes.body_site(m.quantity),
            "referenceRange": [{"text": m.reference}] if m.reference.strip() else [],
        }
    )


def _status(known: Known) -> Element:
    """A diagnosis that is there, one that is not, and one that nobody knows of."""
    if known is Known.YES:
        return {"clinicalStatus": term("condition-clinical", "active")}
    verification = "refuted" if known is Known.NO else "unconfirmed"
    return {"verificationStatus": term("condition-ver-status", verification)}


def _condition(c: Condition, made: Written) -> Element:
    title = titles()[c.name]
    return without_empty(
        {
            "resourceType": "Condition",
            "id": made.new_id("Condition", c.name, str(c.date), c.status.value),
            "extension": words(ours.SOURCE, c.source),
            **_status(c.status),
            "code": concept(title, *codes.of_condition(c.name, title)),
            "subject": made.subject,
            "onsetDateTime": made.day(c.date, c.source),
        }
    )


def _fracture(f: Fracture, made: Written) -> Element:
    return without_empty(
        {
            "resourceType": "Condition",
            "id": made.new_id("Condition", "fracture", f.site, str(f.date), f.low_energy.value),
            "extension": [extension(ours.LOW_ENERGY, "Code", f.low_energy.value), *words(ours.SOURCE, f.source)],
            "clinicalStatus": term("condition-clinical", "active"),
            "code": concept(f"Fracture, {f.site}", coding(ours.FRACTURE, f.site)),
            "subject": made.subject,
            "onsetDateTime": made.day(f.date, f.source),
        }
    )


_TAKING = {Known.YES: "active", Known.NO: "stopped", Known.UNKNOWN: "unknown"}


def _medication(m: Medication, made: Written) -> Sequence[Element]:
    """The course, and each dose that was given for readers that look for administrations."""
    drug = concept(m.drug.replace("_", " "), *codes.of_drug(m.drug))
    amount = quantity(m.dose_mg, "mg", "mg") if m.dose_mg is not None else {}
    parts = (m.drug, str(m.start), str(m.stop), m.active.value, repr(m.dose_mg), *map(str, m.given))
    doses = [_dose(m, drug, amount, day, made) for day in m.given]
    period = {"start": made.day(m.start, m.source, "start"), "end": made.day(m.stop, m.source, "stop")}
    course = {
        "resourceType": "MedicationStatement",
        "id": made.new_id("MedicationStatement", *parts),
        "extension": [
            extension(ours.TAKEN, "Code", m.active.value),
            *(extension(ours.GIVEN, "Date", day.isoformat()) for day in m.given),
            *words(ours.SOURCE, m.source),
        ],
        "status": _TAKING[m.active],
        "medicationCodeableConcept": drug,
        "subject": made.subject,
        "effectivePeriod": without_empty(period),
        "derivedFrom": [reference(dose) for dose in doses],
        "dosage": [{"doseAndRate": [{"doseQuantity": amount}]}] if amount else [],
    }
    return [without_empty(course), *doses]


def _dose(m: Medication, drug: Element, amount: Element, day: date, made: Written) -> Element:
    return without_empty(
        {
            "resourceType": "MedicationAdministration",
            "id": made.new_id("MedicationAdministration", m.drug, str(day), m.source),
            "meta": tagged(ours.RESTATED),
            "status": "completed",
            "medicationCodeableConcept": drug,
            "subject": made.subject,
            "effectiveDateTime": day.isoformat(),
            "dosage": {"dose": amount} if amount else {},
        }
    )
