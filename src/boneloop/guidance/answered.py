"""Answered: somebody has dealt with what a rule says; it is quiet for a while, so that what is new can be seen.

An answer has one of six reasons and a day. It stands until its time is over, until something that the rule looks at is
recorded with a later day, or where the rule looks at something without a day: nobody can say if that is new. What is
for today, and what forbids a treatment, is said again whatever was answered. Answers live in a file of the site:

    patient,rule,reason,date
    anna,X03,specialist-plan,2026-08-01
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from boneloop.assess.seen import UNDATED
from boneloop.errors import FileError, InputError
from boneloop.evidence.registry import load
from boneloop.guidance.facts import Person
from boneloop.guidance.rule import Rule, rules
from boneloop.guidance.why import TAKEN, inputs_of

REASONS = {
    "patient-declined": "the patient declined",
    "done-elsewhere": "already done elsewhere",
    "specialist-plan": "a specialist has planned otherwise",
    "data-wrong": "the data are wrong",
    "palliative": "not what matters now: palliative care",
    "other": "another reason",
}
"""Why a rule was put aside: stable codes, so that they can be counted."""
_DAY = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")
COLUMNS = ("patient", "rule", "reason", "date")


@dataclass(frozen=True, slots=True)
class Answered:
    """One rule put aside for one person.

    reason  a code of ``REASONS``; day: when it was answered
    """

    patient: str
    rule: str
    reason: str
    day: date

    @property
    def words(self) -> str:
        """The answer for a reader."""
        return f"{self.rule}: answered {self.day.isoformat()}, {REASONS[self.reason]}"


def read_answers(path: Path) -> tuple[Answered, ...]:
    """The answers of a CSV file with the columns patient, rule, reason and date.

    Raises FileError for a file that cannot be read or lacks a column, InputError naming row, column, rule and value.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file)
            if missing := [name for name in COLUMNS if name not in (rows.fieldnames or ())]:
                raise FileError(path.name, f"columns {', '.join(COLUMNS)}", f"without {', '.join(missing)}")
            return tuple(_answer(row, f"{path.name}, row {number}") for number, row in enumerate(rows, start=2))
    except OSError as fault:
        raise FileError(str(path), f"a readable file ({fault.strerror})") from None
    except UnicodeDecodeError:
        raise FileError(str(path), "a table in UTF-8") from None


def _answer(row: dict[str, str | None], place: str) -> Answered:
    patient, rule, reason, day = ((row[name] or "").strip() for name in COLUMNS)
    if not patient:
        raise InputError(f"{place}, column patient", "the id of a person")
    if rule not in {one.id for one in rules()}:
        raise InputError(f"{place}, column rule", "the id of a rule", rule)
    if reason not in REASONS:
        raise InputError(f"{place}, column reason", f"one of {', '.join(REASONS)}", reason)
    try:
        return Answered(patient, rule, reason, date.fromisoformat(day))
    except ValueError:
        raise InputError(f"{place}, column date", "a day, such as 2026-08-01", day) from None


def standing(rule: Rule, person: Person, answers: Sequence[Answered]) -> Answered | None:
    """The answer that keeps a rule quiet for this person today, if there is one."""
    who = person.seen.record.id
    mine = [one for one in answers if one.rule == rule.id and one.patient == who]
    newest = max(mine, key=lambda one: one.day, default=None)
    if newest is None or rule.today or rule.verb == "AVOID":
        return None
    ago = (person.seen.record.as_of - newest.day).days
    if not 0 <= ago <= quiet_days():
        return None
    days = list(_days(rule, person))
    return None if any(day is None or day > newest.day for day in days) else newest


@cache
def quiet_days() -> float:
    """How long an answered rule is quiet, days."""
    return load().number("answered_rule.quiet", "day")


def _days(rule: Rule, person: Person) -> Iterator[date | None]:
    """The days of everything in the record that a rule looks at, as it is shown; None for what has no day."""
    for name in rule.needs:
        for line in inputs_of(name, person):
            found = [day for text in _DAY.findall(line) if (day := _day(text)) is not None]
            undated = UNDATED in line or (TAKEN in line and not found)
            yield from [*found, None] if undated else found


def _day(text: str) -> date | None:
    """A day; None for digits in the name of a file that only look like one."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
