"""Why a rule speaks, is silent or asks: its condition in words, each fact as known, and where the fact was read."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from boneloop.assess.seen import UNDATED, dated, said
from boneloop.guidance.condition import All, Compare, Condition, Fact, Interval, Is, Not, evaluate
from boneloop.guidance.facts import FACTS, Person, table
from boneloop.guidance.rule import MARKS, Rule
from boneloop.patient.record import Medication
from boneloop.types import Known

COMPARED = {"at_most": "at most", "below": "below", "at_least": "at least", "above": "above"}

TAKEN = "taken now"


@dataclass(frozen=True, slots=True)
class RuleWhy:
    """One rule about one person.

    state      yes: it speaks; no: it is silent; unknown: it asks
    condition  in words, one line for each part, with what is known of each fact
    inputs     what the record holds of the facts that the rule looks at, with dates and places
    origin     guideline, year, section, strength, how it was seen, when it is to be read again
    """

    rule: Rule
    state: Known
    condition: tuple[str, ...]
    inputs: tuple[str, ...]
    origin: str


def why(rule: Rule, person: Person, state: Known) -> RuleWhy:
    """Everything that led to the state of one rule."""
    lines = [*_lines(rule.when, person, 0)]
    if rule.scope != All(()):
        lines = ["asked only where", *_lines(rule.scope, person, 1), "and then", *_lines(rule.when, person, 1)]
    facts = (fact for fact in table() if fact in rule.needs)
    inputs = tuple(dict.fromkeys(line for fact in facts for line in inputs_of(fact, person)))
    return RuleWhy(rule, state, tuple(lines), inputs, origin(rule))


def origin(rule: Rule) -> str:
    """Where a rule comes from and how far to trust it."""
    seen = f"{rule.guideline} {rule.year}, {rule.section}; strength: {rule.strength}; {MARKS[rule.mark]}"
    return f"{seen}; source {rule.source}; to be read again by {rule.review_by.isoformat()}"


def _lines(condition: Condition, person: Person, depth: int) -> Iterator[str]:
    indent = "  " * depth
    match condition:
        case Is(fact):
            yield f"{indent}{_named(fact)}: {person[fact]}"
        case Compare(fact, how, limit):
            state = evaluate(condition, person)
            yield f"{indent}{_named(fact)} ({shown(person[fact])}) {COMPARED[how]} {limit:g}: {state}"
        case Not(part):
            yield f"{indent}not: {evaluate(condition, person)}"
            yield from _lines(part, person, depth + 1)
        case All(parts):
            if not parts:
                yield f"{indent}always"
                return
            yield f"{indent}all of: {evaluate(condition, person)}"
            for part in parts:
                yield from _lines(part, person, depth + 1)
        case _:
            yield f"{indent}any of: {evaluate(condition, person)}"
            for part in condition.parts:
                yield from _lines(part, person, depth + 1)


def _named(fact: str) -> str:
    return fact.replace("_", " ")


def shown(fact: Fact) -> str:
    """A fact as a reader sees it: yes, no, unknown, or a number as far as known."""
    if not isinstance(fact, Interval):
        return str(fact)
    if fact.low == fact.high:
        return "never" if fact.low == math.inf else f"{fact.low:.3g}"
    parts = [f"at least {fact.low:.3g}" if fact.low not in (-math.inf, 0) else ""]
    parts.append(f"at most {fact.high:.3g}" if fact.high != math.inf else "")
    return " and ".join(part for part in parts if part) or "unknown"


def inputs_of(fact: str, person: Person) -> Iterator[str]:
    """What the record holds of a fact, each with its date and where it was read; what it lacks, in words."""
    row, seen = table()[fact], person.seen
    found = [dated(m) for name in row.quantities if (m := seen.newest(name)) is not None]
    found += [said(c) for name in row.conditions if (c := seen.statement(name)) is not None]
    found += [_course(course) for course in seen.courses(*row.classes, *row.drugs)]
    found += [f"{s.title}: {'; '.join(s.basis)}" for name in row.scores if (s := person.scores.get(name)) is not None]
    for answers in seen.answers:
        if answers.instrument in row.forms:
            when = answers.date.isoformat() if answers.date else UNDATED
            given = ", ".join(f"{item}: {answer:g}" for item, answer in sorted(answers.items.items()))
            found.append(f"{answers.instrument}: {given or answers.total}, {when} ({answers.source})")
    if row.fractures:
        for broken in seen.record.fractures:
            when = broken.date.isoformat() if broken.date else UNDATED
            found.append(f"fracture of the {broken.site}, low energy: {broken.low_energy}, {when} ({broken.source})")
        found.append(f"the list of fractures is whole: {seen.record.fractures_recorded}")
    if row.classes or row.drugs:
        found.append(f"the list of drugs is whole: {seen.record.medications_recorded}")
    if fact in ("age", "woman", "man"):
        found.append(f"{seen.record.sex}, {seen.record.age:g} years ({seen.record.source})")
    yield from found or [f"not recorded: {FACTS[fact]}"]


def _course(course: Medication) -> str:
    parts = [f"{course.drug.replace('_', ' ')}, {TAKEN}: {course.active}"]
    parts.append(f"from {course.start.isoformat()}" if course.start else "")
    parts.append(f"to {course.stop.isoformat()}" if course.stop else "")
    parts.append(f"given {', '.join(day.isoformat() for day in course.given)}" if course.given else "")
    parts.append(f"{course.dose_mg:g} mg" if course.dose_mg is not None else "")
    return f"{', '.join(part for part in parts if part)} ({course.source})"
