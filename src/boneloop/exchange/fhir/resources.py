"""The FHIR R4 resources that are read, with the elements that are used and no others.

msgspec decodes straight into these structures and skips the rest, which is what makes reading fast. A resource that
breaks a type (a text where a number belongs) is refused by itself; the patient goes on without it.
"""

from __future__ import annotations

import msgspec
from msgspec import Raw, Struct


class Coding(Struct, gc=False):
    """A code of a system, with the score that an extension may give it."""

    system: str | None = None
    code: str | None = None
    display: str | None = None
    extension: tuple[Extension, ...] = ()


class Concept(Struct, gc=False):
    """CodeableConcept."""

    coding: tuple[Coding, ...] = ()
    text: str | None = None


class Amount(Struct, gc=False):
    """Quantity."""

    value: float | None = None
    unit: str | None = None
    code: str | None = None
    comparator: str | None = None


class Reference(Struct, gc=False):
    """A reference to another resource."""

    reference: str | None = None


class Period(Struct, gc=False):
    """From start to end."""

    start: str | None = None
    end: str | None = None


class Extension(Struct, gc=False):
    """An extension: race and ethnicity of a patient, the score of an answer, and those that are ours."""

    url: str = ""
    valueCoding: Coding | None = None
    valueDecimal: float | None = None
    valueString: str | None = None
    valueCode: str | None = None
    valueDate: str | None = None
    extension: tuple[Extension, ...] = ()


class Meta(Struct, gc=False):
    """What is said about a resource: its tags."""

    tag: tuple[Coding, ...] = ()


class Identifier(Struct, gc=False):
    """A name of a resource in some system."""

    system: str | None = None
    value: str | None = None


class Address(Struct, gc=False):
    """Where a patient lives: the country only."""

    country: str | None = None


class Kind(Struct, frozen=True, gc=False):
    """What a resource is."""

    resourceType: str = ""
    id: str | None = None
    identifier: tuple[Identifier, ...] | Identifier = ()


class Patient(Struct, gc=False):
    """The person. Name, address lines and numbers are not read."""

    id: str | None = None
    gender: str | None = None
    birthDate: str | None = None
    deceasedBoolean: bool | None = None
    deceasedDateTime: str | None = None
    identifier: tuple[Identifier, ...] = ()
    address: tuple[Address, ...] = ()
    extension: tuple[Extension, ...] = ()


class Range(Struct, gc=False):
    """The reference range of an observation: its text names the reference population."""

    text: str | None = None


class Component(Struct, gc=False):
    """One part of an observation."""

    code: Concept | None = None
    valueQuantity: Amount | None = None
    valueInteger: int | None = None
    valueCodeableConcept: Concept | None = None
    valueString: str | None = None
    valueBoolean: bool | None = None


class Observation(Struct, gc=False):
    """A measurement, an answer, a total, or a panel of these."""

    id: str | None = None
    meta: Meta | None = None
    extension: tuple[Extension, ...] = ()
    status: str | None = None
    code: Concept | None = None
    subject: Reference | None = None
    effectiveDateTime: str | None = None
    effectivePeriod: Period | None = None
    effectiveInstant: str | None = None
    issued: str | None = None
    valueQuantity: Amount | None = None
    valueInteger: int | None = None
    valueCodeableConcept: Concept | None = None
    valueString: str | None = None
    valueBoolean: bool | None = None
    dataAbsentReason: Concept | None = None
    bodySite: Concept | None = None
    referenceRange: tuple[Range, ...] = ()
    component: tuple[Component, ...] = ()
    hasMember: tuple[Reference, ...] = ()
    derivedFrom: tuple[Reference, ...] = ()


class Condition(Struct, gc=False):
    """A diagnosis or a fracture."""

    id: str | None = None
    extension: tuple[Extension, ...] = ()
    clinicalStatus: Concept | None = None
    verificationStatus: Concept | None = None
    code: Concept | None = None
    bodySite: tuple[Concept, ...] = ()
    subject: Reference | None = None
    onsetDateTime: str | None = None
    onsetPeriod: Period | None = None
    abatementDateTime: str | None = None
    recordedDate: str | None = None


class Repeat(Struct, gc=False):
    """How long a course is meant to last."""

    boundsPeriod: Period | None = None


class Timing(Struct, gc=False):
    """When a drug is taken."""

    repeat: Repeat | None = None


class DoseAndRate(Struct, gc=False):
    """How much of a drug is taken."""

    doseQuantity: Amount | None = None


class Dosage(Struct, gc=False):
    """One dosage instruction."""

    timing: Timing | None = None
    doseAndRate: tuple[DoseAndRate, ...] = ()


class Supply(Struct, gc=False):
    """How long what was dispensed lasts."""

    validityPeriod: Period | None = None


class Dose(Struct, gc=False):
    """What was given at one administration."""

    dose: Amount | None = None


class Treatment(Struct, tag_field="resourceType", gc=False):
    """MedicationRequest, -Statement, -Administration or -Dispense: they share these elements.

    dosage  a list of instructions in a statement, one dose in an administration
    """

    id: str | None = None
    meta: Meta | None = None
    extension: tuple[Extension, ...] = ()
    status: str | None = None
    intent: str | None = None
    doNotPerform: bool | None = None
    medicationCodeableConcept: Concept | None = None
    medicationReference: Reference | None = None
    contained: tuple[Raw, ...] = ()
    subject: Reference | None = None
    authoredOn: str | None = None
    dateAsserted: str | None = None
    effectiveDateTime: str | None = None
    effectivePeriod: Period | None = None
    whenHandedOver: str | None = None
    whenPrepared: str | None = None
    daysSupply: Amount | None = None
    dosageInstruction: tuple[Dosage, ...] = ()
    dosage: tuple[Dosage, ...] | Dose = ()
    dispenseRequest: Supply | None = None


class MedicationRequest(Treatment, tag="MedicationRequest", gc=False):
    """A drug as it was ordered."""


class MedicationStatement(Treatment, tag="MedicationStatement", gc=False):
    """A drug as somebody says that it is taken."""


class MedicationAdministration(Treatment, tag="MedicationAdministration", gc=False):
    """A dose as it was given."""


class MedicationDispense(Treatment, tag="MedicationDispense", gc=False):
    """A drug as it was handed over."""


class Medication(Struct, gc=False):
    """A drug that a treatment refers to."""

    id: str | None = None
    code: Concept | None = None


class Answer(Struct, gc=False):
    """One answer of a questionnaire response."""

    valueInteger: int | None = None
    valueDecimal: float | None = None
    valueQuantity: Amount | None = None
    valueCoding: Coding | None = None
    valueString: str | None = None
    valueBoolean: bool | None = None


class Item(Struct, gc=False):
    """One question of a questionnaire response, with what is nested in it."""

    linkId: str = ""
    answer: tuple[Answer, ...] = ()
    item: tuple[Item, ...] = ()


class QuestionnaireResponse(Struct, gc=False):
    """A form as filled in."""

    id: str | None = None
    extension: tuple[Extension, ...] = ()
    questionnaire: str | None = None
    status: str | None = None
    subject: Reference | None = None
    authored: str | None = None
    item: tuple[Item, ...] = ()


class Visit(Struct, gc=False):
    """Encounter, Procedure or DiagnosticReport: read for its date, and a report for the observations it contains."""

    id: str | None = None
    status: str | None = None
    subject: Reference | None = None
    period: Period | None = None
    performedDateTime: str | None = None
    performedPeriod: Period | None = None
    effectiveDateTime: str | None = None
    contained: tuple[Raw, ...] = ()


class Entry(Struct, gc=False):
    """One entry of a Bundle."""

    fullUrl: str | None = None
    resource: Raw = Raw()


class Bundle(Struct, gc=False):
    """A Bundle: its entries stay undecoded until each is read by itself."""

    entry: tuple[Entry, ...] = ()


class LightEntry(Struct, gc=False):
    """One entry of a Bundle, read only for what it is."""

    fullUrl: str | None = None
    resource: Kind = Kind()


class LightBundle(Struct, gc=False):
    """A Bundle, read only for the ids in it."""

    entry: tuple[LightEntry, ...] = ()


class Envelope(Struct, gc=False):
    """The outermost object of a line or a file: a resource, a Bundle, or a wrapper around either."""

    resourceType: str | None = None
    resource: Raw = Raw()
    bundle: Raw = Raw()


READ = {
    "Patient": Patient,
    "Observation": Observation,
    "Condition": Condition,
    "MedicationRequest": MedicationRequest,
    "MedicationStatement": MedicationStatement,
    "MedicationAdministration": MedicationAdministration,
    "MedicationDispense": MedicationDispense,
    "Medication": Medication,
    "QuestionnaireResponse": QuestionnaireResponse,
    "Encounter": Visit,
    "Procedure": Visit,
    "DiagnosticReport": Visit,
}
"""The structure of each resource type that is read; other types are left alone."""

DECODERS = {name: msgspec.json.Decoder(kind) for name, kind in READ.items()}
KIND = msgspec.json.Decoder(Kind)
BUNDLE = msgspec.json.Decoder(Bundle)
LIGHT_BUNDLE = msgspec.json.Decoder(LightBundle)
ENVELOPE = msgspec.json.Decoder(Envelope)
