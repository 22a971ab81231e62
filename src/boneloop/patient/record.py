"""The record: what is known of one person, each item dated, with its unit and where it was read.

Nothing here is guessed. What was not recorded is absent or ``Known.UNKNOWN``; what was refused never gets here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any, cast

from boneloop.types import Known, Sex


@dataclass(frozen=True, slots=True)
class Measurement:
    """One measured quantity.

    quantity  a name of ``patient/quantities.toml`` (bmd_total_hip, creatinine, pain_nrs, tug ...)
    value     in the canonical unit of that quantity
    date      when it was measured; None where the source does not say
    source    where it was read: "Observation/7", "row 12, column creatinine_umol_per_l"
    original  value and unit as written: "1.35 mg/dL"
    reference for T- and Z-scores: the reference population named in the source, else ""
    """

    quantity: str
    value: float
    date: date | None
    source: str
    original: str
    reference: str = ""


class _Open:
    """A measurement that is being filled in."""

    __slots__ = Measurement.__slots__


def measurement(
    quantity: str, value: float, when: date | None, source: str, original: str, reference: str = ""
) -> Measurement:
    """The same as ``Measurement(...)`` in a quarter of the time: records hold these by the hundred.

    A frozen object is slow to fill in, so an open one with the same slots is filled in and then becomes the frozen one.
    """
    made: Any = _Open()
    made.quantity, made.value, made.date = quantity, value, when
    made.source, made.original, made.reference = source, original, reference
    made.__class__ = Measurement
    return cast(Measurement, made)


@dataclass(frozen=True, slots=True)
class Answers:
    """A questionnaire as answered.

    instrument  a name of ``instruments/tables`` (phq9, gad7, peg ...)
    items       answer by item number, counted from 1; a missing item is absent
    total       the total as recorded, when only that is known; never filled in from items here
    """

    instrument: str
    items: dict[int, float]
    total: float | None
    date: date | None
    source: str


@dataclass(frozen=True, slots=True)
class Fracture:
    """A broken bone. site: hip, vertebra, wrist, humerus, pelvis, other; low_energy: a fall from standing height."""

    site: str
    date: date | None
    source: str
    low_energy: Known = Known.UNKNOWN


@dataclass(frozen=True, slots=True)
class Condition:
    """A diagnosis or a habit, with a status that may be unknown.

    name  one of ``patient/conditions.toml`` (osteoporosis, depression, chronic_pain, glucocorticoid_use, smoking ...)
    """

    name: str
    status: Known
    date: date | None
    source: str


@dataclass(frozen=True, slots=True)
class Medication:
    """A drug taken, prescribed or given.

    drug      one of ``patient/drugs.toml`` (alendronate, denosumab, sertraline ...)
    drug_class  its class there (bisphosphonate, denosumab, ssri, snri, tca, beta_blocker ...)
    start, stop  dates of the course; stop None = not recorded as stopped
    active    is it taken now
    given     dates of single administrations, where recorded (denosumab, zoledronate)
    dose_mg   one dose, or per day for daily drugs, where recorded
    """

    drug: str
    drug_class: str
    start: date | None
    stop: date | None
    active: Known
    source: str
    given: tuple[date, ...] = ()
    dose_mg: float | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """Everything known of one person at one date.

    as_of      the index date: the day of the assessment; the latest date in the record unless given
    age        whole or decimal years at ``as_of``
    country    ISO 3166 alpha-2, "" = not recorded
    ethnicity  "white", "black", "hispanic", "chinese", "asian", "other", "" = not recorded
    """

    id: str
    sex: Sex
    age: float
    as_of: date
    source: str
    country: str = ""
    ethnicity: str = ""
    measurements: tuple[Measurement, ...] = ()
    answers: tuple[Answers, ...] = ()
    fractures: tuple[Fracture, ...] = ()
    fractures_recorded: Known = Known.UNKNOWN
    conditions: tuple[Condition, ...] = ()
    medications: tuple[Medication, ...] = ()
    medications_recorded: Known = Known.UNKNOWN
    notes: tuple[str, ...] = field(default=())

    def latest(self, quantity: str) -> Measurement | None:
        """The newest measurement of one quantity; undated ones count as oldest."""
        found = [m for m in self.measurements if m.quantity == quantity]
        return max(found, key=lambda m: m.date or date.min) if found else None

    def series(self, quantity: str) -> tuple[Measurement, ...]:
        """All measurements of one quantity, oldest first."""
        found = [m for m in self.measurements if m.quantity == quantity]
        return tuple(sorted(found, key=lambda m: m.date or date.min))

    def latest_answers(self, instrument: str) -> Answers | None:
        """The newest answers to one questionnaire."""
        found = [a for a in self.answers if a.instrument == instrument]
        return max(found, key=lambda a: a.date or date.min) if found else None

    def condition(self, name: str) -> Known:
        """Yes, no, or unknown: unknown unless somebody recorded it. The newest statement holds."""
        found = [c for c in self.conditions if c.name == name]
        return max(found, key=lambda c: c.date or date.min).status if found else Known.UNKNOWN

    def taking(self, drug_class: str) -> Known:
        """Is a drug of this class taken now; no only if the record says that its drug list is complete."""
        states = {m.active for m in self.medications if m.drug_class == drug_class}
        if Known.YES in states:
            return Known.YES
        if Known.UNKNOWN in states or self.medications_recorded is not Known.YES:
            return Known.UNKNOWN
        return Known.NO
