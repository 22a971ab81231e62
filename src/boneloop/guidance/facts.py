"""Facts: what the rules may ask about a person, each with the words in which it is asked when nobody knows.

The table is ``facts.toml``. A number that is only half known is an interval: a fracture list that nobody called whole
gives "at least two"; without a body weight, kidney function is "at most the estimated GFR". What no record carries
stays unknown, so that a rule that needs it always ends as a question. A laboratory value that is old or has no date can
still speak against a drug; it no longer clears one.

Facts are found when a rule asks for them, once for each person.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

from boneloop.assess.assessment import Assessment, Score, Trend
from boneloop.assess.seen import Seen, seen_of
from boneloop.errors import EvidenceError
from boneloop.evidence.registry import load
from boneloop.guidance.condition import Fact, Interval
from boneloop.types import Known

if TYPE_CHECKING:
    from datetime import date

HOWS = ("condition", "taking", "quantity", "score", "laboratory", "record", "recorded", "computed")


@dataclass(frozen=True, slots=True)
class FactRow:
    """One row of the table; its fields are explained there."""

    name: str
    words: str
    how: str
    conditions: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    drugs: tuple[str, ...] = ()
    quantities: tuple[str, ...] = ()
    scores: tuple[str, ...] = ()
    forms: tuple[str, ...] = ()
    fractures: bool = False
    warns: str = ""
    after: str = ""


@cache
def table() -> Mapping[str, FactRow]:
    """Every fact by name.

    Raises EvidenceError for a row that breaks the format.
    """
    text = (resources.files("boneloop.guidance") / "facts.toml").read_text(encoding="utf-8")
    return {name: _row(name, row) for name, row in tomllib.loads(text).items()}


def _row(name: str, fields: Mapping[str, object]) -> FactRow:
    told: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in fields.items()}
    made = FactRow(name, **told)
    if made.how not in HOWS or (made.how == "laboratory") != bool(made.warns):
        raise EvidenceError(f"guidance/facts.toml, {name}: how is one of {HOWS}; a laboratory fact warns low or high")
    return made


FACTS: Mapping[str, str] = {name: row.words for name, row in table().items()}
"""Every fact by name, with the words in which it is asked for."""


class Person(dict[str, Fact]):
    """The facts about one person, each found when it is first asked for.

    framework  the one chosen, "" for none
    """

    def __init__(self, assessment: Assessment, framework: str = "") -> None:
        super().__init__()
        self.assessment = assessment
        self.framework = framework
        self.seen = seen_of(assessment.record)
        self.scores = {score.name: score for score in assessment.scores}

    def __missing__(self, name: str) -> Fact:
        found = self[name] = _finders()[name](self)
        return found

    def number(self, score: str) -> Interval:
        """The value of a score."""
        made = self.scores.get(score)
        return Interval.of(made.value if made else None)

    def trend(self, name: str) -> Trend | None:
        """How a score has changed since the first one."""
        by_name = {trend.name: trend for trend in self.assessment.trends}
        return by_name.get(f"{name}_since_first") or by_name.get(name)

    def recent(self, day: date | None) -> bool:
        """A day no longer ago than the limit for laboratory values; not a value without a date."""
        ago = self.seen.months_ago(day)
        return ago is not None and ago <= _freshness()


@cache
def _freshness() -> float:
    return load().number("freshness.laboratory", "month")


def facts(assessment: Assessment, framework: str = "") -> Person:
    """Every fact of ``FACTS`` about one person."""
    return Person(assessment, framework)


Finder = Callable[[Person], Fact]


@cache
def _finders() -> Mapping[str, Finder]:
    """How each fact is found."""
    return {name: _finder(row) for name, row in table().items()}


def _finder(row: FactRow) -> Finder:
    match row.how:
        case "condition":
            return lambda person: person.seen.any_condition(*row.conditions)
        case "recorded":
            return lambda person: Known.of(person.seen.any_condition(*row.conditions) is Known.YES)
        case "taking":
            return lambda person: taking(person.seen, row)
        case "quantity":
            return lambda person: _quantity(person, row)
        case "score":
            return lambda person: person.number(row.scores[0])
        case "laboratory":
            return lambda person: _laboratory(person, row)
        case _:
            from boneloop.guidance.computed import COMPUTED

            return COMPUTED[row.name]


def _quantity(person: Person, row: FactRow) -> Interval:
    found = person.seen.newest(row.quantities[0])
    return Interval.of(found.value if found else None)


def _laboratory(person: Person, row: FactRow) -> Interval:
    made: Score | None = person.scores.get(row.scores[0]) if row.scores else None
    measured = person.seen.newest(row.quantities[0]) if row.quantities else None
    value = made.value if made else measured.value if measured else None
    if value is None:
        return Interval()
    day = made.date if made else measured.date if measured else None
    if person.recent(day):
        return Interval(value, value)
    return Interval(-math.inf, value) if row.warns == "low" else Interval(value, math.inf)


def taking(seen: Seen, row: FactRow) -> Known:
    """Is one of these drugs or classes taken now."""
    if not seen.record.medications:
        return seen.taking("")
    answer = seen.taking(*row.classes) if row.classes else Known.NO
    for drug in row.drugs:
        if answer is Known.YES:
            break
        state = seen.taking_drug(drug)
        answer = answer if state is Known.NO else state
    return answer
