"""Glances: the structures of one typed pass over a Bundle, in which what is not ours costs almost nothing.

Most of a record are observations that no score of ours looks at, and visits that matter for their date only. They are
decoded into structures whose parts stay undecoded. Whatever is out of the ordinary is a Surprise: the Bundle is then
read the careful way, resource by resource, which says what is wrong.
"""

from __future__ import annotations

from functools import cache
from typing import Any, Union

import msgspec
from msgspec import Raw, Struct

from boneloop.exchange.fhir import resources
from boneloop.exchange.fhir.codes import table
from boneloop.exchange.fhir.resources import Observation

NOTHING = Raw()
"""A part that is not there; it is always this one object."""


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
    # ``entry`` is a type, but one made while this runs
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
