"""Meanings: what an observation at a glance says to us, asked once for each different code.

A code is remembered by its text, so that most observations cost one look-up. One that is a number or an answer under a
code of ours and nothing else is read from its glance; any other that may be ours is read whole.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache

import msgspec
from msgspec import Raw, Struct

from boneloop.exchange.fhir import ours
from boneloop.exchange.fhir.codes import codes_of, loinc, table
from boneloop.exchange.fhir.forms import places
from boneloop.exchange.fhir.observations import is_read, may_be_ours
from boneloop.exchange.fhir.quick import NOTHING, Glance, Surprise
from boneloop.exchange.fhir.resources import Amount, Concept
from boneloop.exchange.fhir.values import unit_of
from boneloop.patient.conditions import answered, observed
from boneloop.patient.quantities import Quantity, by_loinc
from boneloop.patient.record import Measurement, measurement
from boneloop.types import Known

_TO_THE_DAY = len("YYYY-MM-DD")
MOST_CODES = 1 << 16
"""So many different codes are remembered."""


class Number(Struct, frozen=True, gc=False):
    """A code of a quantity; the note belongs to every value under it.

    factors          to the canonical unit, by unit; none where every value is to be noted
    lowest, highest  what is plausible, canonical unit
    """

    of: Quantity
    note: str
    factors: Mapping[str, float]
    lowest: float
    highest: float

    @classmethod
    def under(cls, code: str, of: Quantity) -> Number:
        """What a code of a quantity means."""
        note = (of.notes or {}).get(code, "")
        factors = {} if note else {unit: factor for unit, factor in of.accepted.items() if unit}
        return cls(of, note, factors, *of.plausible)


class Answer(Struct, frozen=True, gc=False):
    """A code of a condition that is answered with yes or no, and the code system that it is of."""

    condition: str
    system: str


class Whole(Struct, frozen=True, gc=False):
    """A code that may be ours and has to be read with all that stands around it."""


Meaning = Number | Answer | Whole
MEANINGS: dict[bytes, Meaning | None] = {}
"""What ``meaning_of`` has answered so far."""

_CONCEPT = msgspec.json.Decoder(Concept | None)
_AMOUNT = msgspec.json.Decoder(Amount | None)


def meaning_of(text: bytes) -> Meaning | None:
    """What a code (a CodeableConcept in JSON) means to us; None: nothing.

    Raises Surprise for what is no CodeableConcept.
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
        return Whole()
    if not may_be_ours(concept):
        return None
    first = next((code for code in codes_of(concept) if is_read(code)), None)
    if first is None or loinc(concept) in places() or first.code in table("dxa") or first.system == "quantity":
        return Whole()
    if first.system == "loinc" and first.code in by_loinc():
        of = by_loinc()[first.code]
        return Whole() if "_score_" in of.name else Number.under(first.code, of)
    name = observed().get((first.system, first.code))
    return Answer(name, first.system) if name else Whole()


class _Part(Struct, gc=False):
    """A component at a glance."""

    code: Raw = NOTHING


_COMPONENTS = msgspec.json.Decoder(list[_Part])


def parts_are_ours(glance: Glance) -> bool:
    """Does any component mean something to us?

    Raises Surprise for components that break their type.
    """
    try:
        return any(meaning_of(bytes(part.code)) is not None for part in _COMPONENTS.decode(glance.component))
    except msgspec.MsgspecError as error:
        raise Surprise(str(error)) from None


class Measured(Struct, gc=False):
    """An observation that is one number under a code of ours; something about it may have to be said."""

    id: str
    meaning: Number
    value: float
    unit: str
    when: date
    written: str


class Found(Struct, gc=False):
    """An observation that answers yes, no or neither under a code of ours, and nothing else."""

    id: str
    name: str
    status: Known
    when: date
    written: str


def plainly(
    glance: Glance, meaning: Meaning, days: Mapping[str, date], written: str
) -> Measurement | Measured | Found | None:
    """The observation if it is as simple as most are; None for one that has to be read whole.

    days     by how they were written; written  when it was made: in days, if its status is final
    Raises Surprise for a value that breaks its type.
    """
    if not glance.id or glance.status != "final" or _has_more(glance):
        return None
    if type(meaning) is Number:
        return _number(glance, glance.id, meaning, days[written], written)
    if type(meaning) is Answer and glance.valueBoolean is NOTHING:
        status = _answer(meaning, bytes(glance.valueCodeableConcept))
        return None if status is None else Found(glance.id, meaning.condition, status, days[written], written)
    return None


def _number(glance: Glance, name: str, meaning: Number, when: date, written: str) -> Measurement | Measured | None:
    """A measurement, if it is as most are and nothing is to be refused or noted; None where there is no number."""
    try:
        amount: Amount | None = _AMOUNT.decode(glance.valueQuantity) if glance.valueQuantity is not NOTHING else None
    except msgspec.MsgspecError as error:
        raise Surprise(str(error)) from None
    if amount is None or amount.value is None or amount.comparator:
        return None
    value, unit = amount.value, unit_of(amount)
    factor = meaning.factors.get(unit)
    if factor is not None and len(written) >= _TO_THE_DAY:
        converted = value if factor == 1 else value * factor
        if meaning.lowest <= converted <= meaning.highest:
            return measurement(meaning.of.name, converted, when, f"Observation/{name}", f"{value:g} {unit}")
    return Measured(name, meaning, value, unit, when, written)


def _has_more(glance: Glance) -> bool:
    """Is there anything besides a code, a day and a value?"""
    return not (
        glance.component is NOTHING
        and glance.extension is NOTHING
        and glance.dataAbsentReason is NOTHING
        and glance.hasMember is NOTHING
        and glance.derivedFrom is NOTHING
    )


@lru_cache(maxsize=MOST_CODES)
def _answer(meaning: Answer, value: bytes) -> Known | None:
    """What a coded answer says; None where there is none."""
    if not value:
        return None
    try:
        return answered(meaning.condition, codes_of(_CONCEPT.decode(value)))
    except msgspec.MsgspecError as error:
        raise Surprise(str(error)) from None
