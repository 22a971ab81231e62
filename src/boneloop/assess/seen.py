"""What was seen of one person, indexed once: the newest of each quantity, each questionnaire, each statement.

The record keeps everything; an assessment asks the same few questions of it many times: a question marked ``once`` is
answered once for each person. Times are counted back from the day of the assessment, in days or calendar months.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cache, wraps
from typing import Any, TypeVar

from boneloop.patient.conditions import titles
from boneloop.patient.drugs import drugs
from boneloop.patient.quantities import quantities
from boneloop.patient.record import Answers, Condition, Fracture, Measurement, Medication, Record
from boneloop.types import Known, Sex
from boneloop.units import DAYS_PER_MONTH, DAYS_PER_YEAR

MONTHS_PER_YEAR = round(DAYS_PER_YEAR / DAYS_PER_MONTH)
Dated = TypeVar("Dated", Measurement, Condition, Answers)
Answer = TypeVar("Answer")
UNDATED = "date not recorded"
"""What stands in a basis where a day would."""
ANTIDEPRESSANTS = ("ssri", "snri", "tca", "antidepressant_other")


@dataclass(slots=True)
class Seen:
    """One record, indexed.

    newest    the newest measurement of one quantity
    repeated  names of the quantities and questionnaires that were seen more than once
    kept      answers to questions marked ``once``
    """

    record: Record
    newest: Callable[[str], Measurement | None] = field(init=False)
    repeated: set[str] = field(default_factory=set)
    kept: dict[Any, Any] = field(default_factory=dict)
    _newest: dict[str, Measurement] = field(default_factory=dict)
    _conditions: dict[str, Condition] = field(default_factory=dict)
    _answers: dict[str, Answers] = field(default_factory=dict)
    _taken: dict[str, Known] = field(default_factory=dict)
    _drugs: dict[str, Known] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.newest = self._newest.get
        for measurement in self.record.measurements:
            if _keep_newest(self._newest, measurement.quantity, measurement):
                self.repeated.add(measurement.quantity)
        for condition in self.record.conditions:
            _keep_newest(self._conditions, condition.name, condition)
        for answers in self.record.answers:
            if _keep_newest(self._answers, answers.instrument, answers):
                self.repeated.add(answers.instrument)

    @property
    def female(self) -> bool:
        """Sex as the reference tables use it."""
        return self.record.sex is Sex.FEMALE

    @property
    def answers(self) -> tuple[Answers, ...]:
        """The newest form of each questionnaire."""
        return tuple(self._answers.values())

    def condition(self, name: str) -> Known:
        """Yes, no, or unknown; the newest statement holds."""
        found = self._conditions.get(name)
        return found.status if found else Known.UNKNOWN

    def statement(self, name: str) -> Condition | None:
        """The newest statement about a condition."""
        return self._conditions.get(name)

    def statements(self) -> Iterable[Condition]:
        """The newest statement about each condition that somebody made one about."""
        return self._conditions.values()

    def any_condition(self, *names: str) -> Known:
        """Is any of these recorded as present; no only if each one is."""
        stated, answer = self._conditions, Known.NO
        for name in names:
            found = stated.get(name)
            status = Known.UNKNOWN if found is None else found.status
            if status is Known.YES:
                return status
            if status is Known.UNKNOWN:
                answer = status
        return answer

    def taking(self, *classes: str) -> Known:
        """Is any drug of these classes taken now; no only if that was said of each class, or the drug list is whole.

        The class "" stands for one that the drug list does not name.
        """
        by_class, answer = self._taken or self._by_class(), Known.NO
        for name in classes:
            state = by_class.get(name) or by_class[""]
            if state is Known.YES:
                return state
            if state is Known.UNKNOWN:
                answer = state
        return answer

    def _by_class(self) -> dict[str, Known]:
        """Whether each class is taken now; "" stands for every class that the drug list does not name."""
        whole = self.record.medications_recorded is Known.YES
        found: dict[str, set[Known]] = {}
        denied = set()
        for course in self.record.medications:
            found.setdefault(course.drug_class, set()).add(course.active)
            if course.drug == course.drug_class and course.active is Known.NO:
                denied.add(course.drug_class)
        told = {"": Known.NO if whole else Known.UNKNOWN}
        for name, states in found.items():
            surely = Known.YES if Known.YES in states else Known.UNKNOWN
            absent = states == {Known.NO} and (whole or name in denied)
            told[name] = Known.NO if absent else surely
        self._taken = told  # at once: two threads may ask about one record
        return told

    def taking_drug(self, drug: str) -> Known:
        """Is this drug taken now; no if that was said of it or of its class, or the drug list is whole."""
        if not self.record.medications:
            return self.taking("")
        state = (self._drugs or self._by_drug()).get(drug)
        if state is not None:
            return state
        family = drugs()[drug].drug_class
        unnamed = self._drugs.get(family, Known.NO) is not Known.NO
        absent = self.taking(family) is Known.NO or self.record.medications_recorded is Known.YES
        return Known.NO if absent and not unnamed else Known.UNKNOWN

    def _by_drug(self) -> dict[str, Known]:
        """Whether each drug (or class, where only that was named) is taken now: yes if any course is, no if none is."""
        told: dict[str, Known] = {}
        for course in self.record.medications:
            told[course.drug] = any_known(course.active, told.get(course.drug, Known.NO))
        self._drugs = told  # at once: two threads may ask about one record
        return told

    def courses(self, *drugs: str) -> tuple[Medication, ...]:
        """All courses of these drugs (or classes)."""
        medications = self.record.medications
        return tuple([m for m in medications if m.drug in drugs or m.drug_class in drugs]) if medications else ()

    def days_ago(self, day: date | None) -> float | None:
        """Days before the assessment; None where the date is not known."""
        return None if day is None else float((self.record.as_of - day).days)

    def months_ago(self, day: date | None) -> float | None:
        """Calendar months before the assessment, with the part of the last one."""
        return None if day is None else months_between(day, self.record.as_of)

    def age_on(self, day: date | None) -> float | None:
        """Age in years on that day; None where the date is not known."""
        days = self.days_ago(day)
        return None if days is None else self.record.age - days / DAYS_PER_YEAR

    def low_energy_fractures(self) -> tuple[Known, tuple[Fracture, ...]]:
        """Has there been a fragility fracture, and which: unknown while the energy or the list is not known."""
        fragile = tuple(f for f in self.record.fractures if f.low_energy is Known.YES)
        if fragile:
            return Known.YES, fragile
        unclear = any(f.low_energy is Known.UNKNOWN for f in self.record.fractures)
        if unclear or self.record.fractures_recorded is not Known.YES:
            return Known.UNKNOWN, ()
        return Known.NO, ()


def seen_of(record: Record) -> Seen:
    """One record, indexed; the last one is kept at hand, since an assessment and its rules ask about the same."""
    global _last
    last = _last
    if last is None or last.record is not record:
        last = _last = Seen(record)
    return last


_last: Seen | None = None


def any_known(*states: Known) -> Known:
    """Kleene's or: one yes is enough, no needs every one."""
    if Known.YES in states:
        return Known.YES
    return Known.UNKNOWN if Known.UNKNOWN in states else Known.NO


def months_between(earlier: date, later: date) -> float:
    """Calendar months from one day to another; the part of the last month is counted in days."""
    whole = (later.year - earlier.year) * MONTHS_PER_YEAR + later.month - earlier.month
    return whole + (later.day - earlier.day) / DAYS_PER_MONTH


def dated(what: Measurement) -> str:
    """A measurement as a basis: what was written, when, and where."""
    when = what.date.isoformat() if what.date else UNDATED
    return f"{_title(what.quantity)}: {what.original}, {when} ({what.source})"


@cache
def _title(quantity: str) -> str:
    table = quantities()
    return table[quantity].title if quantity in table else quantity.replace("_", " ")


def once(ask: Callable[[Seen], Answer]) -> Callable[[Seen], Answer]:
    """A question that is answered once for each person."""

    @wraps(ask)
    def kept(seen: Seen) -> Answer:
        try:
            answer: Answer = seen.kept[ask]
        except KeyError:
            answer = seen.kept[ask] = ask(seen)
        return answer

    return kept


def said(what: Condition) -> str:
    """A statement about a condition as a basis: what was said, when, and where."""
    when = what.date.isoformat() if what.date else UNDATED
    return f"{titles().get(what.name, what.name)}: {what.status}, {when} ({what.source})"


def _keep_newest(kept: dict[str, Dated], name: str, one: Dated) -> bool:
    """Keep the newer of two; say whether there were two."""
    other = kept.get(name)
    if other is None:
        kept[name] = one
        return False
    if (one.date or date.min) > (other.date or date.min):
        kept[name] = one
    return True
