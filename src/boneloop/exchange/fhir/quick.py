"""The quick way through a Bundle: one typed pass over its text, in which what is not ours costs almost nothing.

Most of a record are observations that no score of ours looks at, and visits that matter for their date only. They are
decoded into structures whose parts stay undecoded; whether an observation is ours is asked once for each different
code. Whatever is out of the ordinary (a type that is broken, a date that is none, a reference to somebody else) makes
the whole Bundle be read the careful way, resource by resource, which says what is wrong.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Any, Union

import msgspec
from msgspec import Raw, Struct

from boneloop.exchange.fhir import ours, resources
from boneloop.exchange.fhir.codes import codes_of, loinc, table
from boneloop.exchange.fhir.forms import places
from boneloop.exchange.fhir.observations import is_read, may_be_ours
from boneloop.exchange.fhir.resources import Amount, Concept, Observation
from boneloop.exchange.fhir.values import unit_of
from boneloop.patient.conditions import answered, observed
from boneloop.patient.quantities import by_loinc
from boneloop.types import Known

NOTHING = Raw()
MOST_CODES = 1 << 16
"""So many different codes are remembered."""


class Glance(Struct, tag_field="resourceType", tag="Observation", gc=False):
    """An observation at a glance: only what tells whether it is ours is decoded."""

    id: str | None = None
    meta: Raw = NOTHING
    extension: Raw = NOTHING
    status: str | None = None
    code: Raw = NOTHING
    subject: Raw = NOTHING
    effectiveDateTime: str | None = None
    effectivePeriod: Raw = NOTHING
    effectiveInstant: Raw = NOTHING
    issued: Raw = NOTHING
    valueQuantity: Raw = NOTHING
    valueInteger: Raw = NOTHING
    valueCodeableConcept: Raw = NOTHING
    valueString: Raw = NOTHING
    valueBoolean: Raw = NOTHING
    dataAbsentReason: Raw = NOTHING
    bodySite: Raw = NOTHING
    referenceRange: Raw = NOTHING
    component: Raw = NOTHING
    hasMember: Raw = NOTHING
    derivedFrom: Raw = NOTHING


class _Patient(resources.Patient, tag_field="resourceType", tag="Patient", gc=False):
    pass


class _Condition(resources.Condition, tag_field="resourceType", tag="Condition", gc=False):
    pass


class _Medication(resources.Medication, tag_field="resourceType", tag="Medication", gc=False):
    pass


class _Response(resources.QuestionnaireResponse, tag_field="resourceType", tag="QuestionnaireResponse", gc=False):
    pass


class _Start(Struct, gc=False):
    """The start of a period."""

    start: str | None = None


class Seen(Struct, tag_field="resourceType", gc=False):
    """A visit at a glance: whom it was with, and when."""

    status: str | None = None
    subject: Raw = NOTHING
    performedDateTime: str | None = None
    effectiveDateTime: str | None = None
    period: _Start | None = None
    performedPeriod: _Start | None = None
    contained: Raw = NOTHING

    @property
    def day(self) -> str | None:
        """When it was, or began, as it was written."""
        period = self.period or self.performedPeriod
        return self.performedDateTime or self.effectiveDateTime or (period.start if period is not None else None)


class _Encounter(Seen, tag="Encounter", gc=False):
    pass


class _Procedure(Seen, tag="Procedure", gc=False):
    pass


class _Report(Seen, tag="DiagnosticReport", gc=False):
    pass


class Other(Struct, tag_field="resourceType", gc=False):
    """A resource of a type that is not read."""


class Surprise(Exception):
    """Something out of the ordinary: the Bundle is to be read the careful way."""


@cache
def _decoder() -> Any:
    read = [_Patient, _Condition, _Medication, _Response, _Encounter, _Procedure, _Report, Glance]
    read += [kind for name, kind in resources.READ.items() if issubclass(kind, resources.Treatment)]
    others = [msgspec.defstruct(name, [], bases=(Other,), tag=name, gc=False) for name in table("other")["types"]]
    resource: Any = Union[tuple([*read, *others])]  # noqa: UP007 - a union made of a list
    entry = msgspec.defstruct("Entry", [("resource", resource), ("fullUrl", str | None, None)], gc=False)
    bundle = msgspec.defstruct("Bundle", [("entry", list[entry], [])], gc=False)  # type: ignore[valid-type]
    return msgspec.json.Decoder(bundle)


def entries(raw: Raw | bytes) -> list[Any]:
    """The entries of a Bundle, each with ``resource`` and ``fullUrl``.

    Raises Surprise for what is not as usual.
    """
    try:
        found: list[Any] = _decoder().decode(raw).entry
    except msgspec.MsgspecError as error:
        raise Surprise(str(error)) from None
    return found


_PARTS = [(f.name, msgspec.json.Decoder(f.type)) for f in msgspec.structs.fields(Observation) if f.name != "id"]
_CONCEPT = msgspec.json.Decoder(Concept | None)
_AMOUNT = msgspec.json.Decoder(Amount | None)


def whole(glance: Glance) -> Observation:
    """The observation with all its parts.

    Raises Surprise for a part that breaks its type.
    """
    made = Observation(id=glance.id, status=glance.status, effectiveDateTime=glance.effectiveDateTime)
    try:
        for name, decoder in _PARTS:
            part = getattr(glance, name)
            if part and type(part) is Raw:
                setattr(made, name, decoder.decode(part))
    except msgspec.MsgspecError as error:
        raise Surprise(str(error)) from None
    return made


class _Part(Struct, gc=False):
    """A component at a glance."""

    code: Raw = NOTHING


_COMPONENTS = msgspec.json.Decoder(list[_Part])


def parts_are_ours(glance: Glance) -> bool:
    """Does any component mean something to us?"""
    try:
        return any(meaning_of(bytes(part.code)) is not None for part in _COMPONENTS.decode(glance.component))
    except msgspec.MsgspecError as error:
        raise Surprise(str(error)) from None


class Measured(Struct, gc=False):
    """An observation that is one number under a code of ours, and nothing else; its day as it was written."""

    id: str
    name: str
    note: str
    value: float
    unit: str
    written: str


class Found(Struct, gc=False):
    """An observation that answers yes, no or neither under a code of ours, and nothing else."""

    id: str
    name: str
    status: Known
    written: str


def plainly(glance: Glance, meaning: Meaning) -> Measured | Found | None:
    """The observation if it is as simple as most are; None for one that has to be read whole."""
    if (
        meaning is _WHOLE
        or glance.component
        or glance.extension
        or glance.dataAbsentReason
        or glance.hasMember
        or glance.derivedFrom
        or not glance.id
        or glance.status != "final"
    ):
        return None
    sort, name, note = meaning
    if sort == "finding":
        status = _finding(name, note, bytes(glance.valueCodeableConcept)) if not glance.valueBoolean else None
        return None if status is None else Found(glance.id, name, status, glance.effectiveDateTime or "")
    try:
        amount = _AMOUNT.decode(glance.valueQuantity) if glance.valueQuantity else None
    except msgspec.MsgspecError as error:
        raise Surprise(str(error)) from None
    if amount is None or amount.value is None or amount.comparator:
        return None
    return Measured(glance.id, name, note, amount.value, unit_of(amount), glance.effectiveDateTime or "")


@lru_cache(maxsize=MOST_CODES)
def _finding(name: str, system: str, value: bytes) -> Known | None:
    """What a coded answer says; None where there is none."""
    if not value:
        return None
    try:
        return answered(name, codes_of(_CONCEPT.decode(value)))
    except msgspec.MsgspecError as error:
        raise Surprise(str(error)) from None


Meaning = tuple[str, str, str]
_WHOLE: Meaning = ("whole", "", "")
MEANINGS: dict[bytes, Meaning | None] = {}
"""What ``meaning_of`` has answered so far."""


def meaning_of(text: bytes) -> Meaning | None:
    """What a code (a CodeableConcept in JSON) means to us, asked once for each different text; None: nothing.

    The first part says how it is read: "measured" (quantity, note), "finding" (condition, code system), or "whole".
    """
    if text in MEANINGS:
        return MEANINGS[text]
    try:
        found = _meaning(_CONCEPT.decode(text)) if text else None
    except msgspec.MsgspecError as error:
        raise Surprise(str(error)) from None
    if len(MEANINGS) < MOST_CODES:
        MEANINGS[text] = found
    return found


def _meaning(concept: Concept | None) -> Meaning | None:
    if concept is not None and any(c.system == ours.SCORE for c in concept.coding):
        return _WHOLE
    if not may_be_ours(concept):
        return None
    first = next((code for code in codes_of(concept) if is_read(code)), None)
    if first is None or loinc(concept) in places() or first.code in table("dxa") or first.system == "quantity":
        return _WHOLE
    if first.system == "loinc" and first.code in by_loinc():
        of = by_loinc()[first.code]
        return _WHOLE if "_score_" in of.name else ("measured", of.name, (of.notes or {}).get(first.code, ""))
    name = observed().get((first.system, first.code))
    return ("finding", name, first.system) if name else _WHOLE
