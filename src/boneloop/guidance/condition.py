"""Conditions of rules: small expressions over facts, in a logic of three values.

    { fact = "osteoporosis" }                     is it so
    { fact = "vitamin_d", below = 50 }            a number; also at_most, above, at_least
    { fact = "renal_function", at_most = "bisphosphonate_renal.clearance_below" }   a number of the registry
    { all = [ ... ] }   { any = [ ... ] }   { not = { ... } }   { always = true }

A fact is yes, no or unknown, or a number that is known only within an interval. Kleene's tables hold: unknown never
counts as no, and an answer that the unknown part cannot change is given without it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from boneloop.errors import EvidenceError
from boneloop.evidence.registry import load
from boneloop.types import Known


@dataclass(slots=True, unsafe_hash=True)
class Interval:
    """A number known to lie between two others; both the same when it is known. Not changed once it is made."""

    low: float = -math.inf
    high: float = math.inf

    @classmethod
    def of(cls, value: float | None) -> Interval:
        """One number, or none known."""
        return cls() if value is None else cls(value, value)


Fact: TypeAlias = Known | Interval
Facts: TypeAlias = Mapping[str, Fact]


@dataclass(frozen=True, slots=True)
class Is:
    """A fact of yes and no."""

    fact: str


@dataclass(frozen=True, slots=True)
class Compare:
    """A number against a limit. ``how`` is at_most, below, at_least or above."""

    fact: str
    how: str
    limit: float


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite."""

    part: Condition


@dataclass(frozen=True, slots=True)
class All:
    """Every part; true when empty."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Some:
    """At least one part; false when empty."""

    parts: tuple[Condition, ...]


Condition: TypeAlias = Is | Compare | Not | All | Some
COMPARISONS = ("at_most", "below", "at_least", "above")
YES, NO, UNKNOWN = Known.YES, Known.NO, Known.UNKNOWN
OPPOSITE = {YES: NO, NO: YES, UNKNOWN: UNKNOWN}


def parse(table: Mapping[str, Any], place: str) -> Condition:
    """Make a condition of its TOML form.

    Raises EvidenceError naming the place.
    """
    keys = set(table)
    if keys == {"always"} and table["always"] is True:
        return All(())
    if keys == {"all"}:
        return All(tuple(parse(part, place) for part in table["all"]))
    if keys == {"any"}:
        return Some(tuple(parse(part, place) for part in table["any"]))
    if keys == {"not"}:
        return Not(parse(table["not"], place))
    if keys == {"fact"}:
        return Is(table["fact"])
    how = keys - {"fact"}
    if "fact" in keys and len(how) == 1 and how <= set(COMPARISONS):
        (word,) = how
        return Compare(table["fact"], word, _limit(table[word]))
    raise EvidenceError(f"{place}: not a condition: {dict(table)!r}")


def _limit(given: float | str) -> float:
    """A number, or the value of a registry entry in its own unit."""
    if isinstance(given, str):
        entry = load()[given]
        return entry.number(entry.unit)
    return float(given)


def compiled(condition: Condition) -> Callable[[Facts], Known]:
    """The condition as a function of the facts; made once for each rule, asked for every person."""
    match condition:
        case Is(fact):
            return _asked(fact)
        case Compare(fact, how, limit):
            return _compared(fact, COMPARE[how], limit)
        case Not(part):
            inner = compiled(part)
            return lambda facts: OPPOSITE[inner(facts)]
        case All(parts):
            return _joined([compiled(part) for part in parts if part != All(())], NO, YES)
        case Some(parts):
            return _joined([compiled(part) for part in parts], YES, NO)


def _asked(fact: str) -> Callable[[Facts], Known]:
    def asked(facts: Facts) -> Known:
        state = facts[fact]
        return state if type(state) is Known else _state(state)

    return asked


def _compared(fact: str, compare: Callable[[Interval, float], Known], limit: float) -> Callable[[Facts], Known]:
    def compared(facts: Facts) -> Known:
        number = facts[fact]
        return compare(number if type(number) is Interval else _interval(number), limit)

    return compared


def _joined(parts: Sequence[Callable[[Facts], Known]], ends: Known, otherwise: Known) -> Callable[[Facts], Known]:
    """Kleene's and (ends with the first no) or or (ends with the first yes)."""
    if len(parts) == 1:
        return parts[0]

    def joined(facts: Facts) -> Known:
        answer = otherwise
        for part in parts:
            state = part(facts)
            if state is ends:
                return ends
            if state is UNKNOWN:
                answer = UNKNOWN
        return answer

    return joined


def evaluate(condition: Condition, facts: Facts) -> Known:
    """Yes, no or unknown."""
    return compiled(condition)(facts)


def undecided(condition: Condition, facts: Facts) -> tuple[str, ...]:
    """The facts that keep an unknown condition from being decided; empty when it is decided."""
    state, facts_open = _open(condition, facts)
    return tuple(dict.fromkeys(facts_open)) if state is UNKNOWN else ()


def _open(condition: Condition, facts: Facts) -> tuple[Known, list[str]]:
    """The state of a condition, and what keeps it open where it is unknown."""
    match condition:
        case Is(fact):
            state = _state(facts[fact])
            return state, [fact] if state is UNKNOWN else []
        case Compare(fact, how, limit):
            state = COMPARE[how](_interval(facts[fact]), limit)
            return state, [fact] if state is UNKNOWN else []
        case Not(part):
            state, found = _open(part, facts)
            return OPPOSITE[state], found
        case All(parts) | Some(parts):
            ends = NO if isinstance(condition, All) else YES
            answer, waiting = OPPOSITE[ends], []
            for part in parts:
                state, found = _open(part, facts)
                if state is ends:
                    return ends, []
                if state is UNKNOWN:
                    answer = UNKNOWN
                    waiting += found
            return answer, waiting


def used(condition: Condition) -> frozenset[str]:
    """All facts a condition looks at."""
    match condition:
        case Is(fact) | Compare(fact, _, _):
            return frozenset((fact,))
        case Not(part):
            return used(part)
        case All(parts) | Some(parts):
            return frozenset(fact for part in parts for fact in used(part))


def _state(fact: Fact) -> Known:
    if isinstance(fact, Interval):
        raise EvidenceError("a number is compared with a limit, not asked whether it is so")
    return fact


def _interval(fact: Fact) -> Interval:
    if not isinstance(fact, Interval):
        raise EvidenceError("a fact of yes and no is not compared with a limit")
    return fact


def _at_most(number: Interval, limit: float) -> Known:
    return YES if number.high <= limit else NO if number.low > limit else UNKNOWN


def _below(number: Interval, limit: float) -> Known:
    return YES if number.high < limit else NO if number.low >= limit else UNKNOWN


def _at_least(number: Interval, limit: float) -> Known:
    return YES if number.low >= limit else NO if number.high < limit else UNKNOWN


def _above(number: Interval, limit: float) -> Known:
    return YES if number.low > limit else NO if number.high <= limit else UNKNOWN


COMPARE: Mapping[str, Callable[[Interval, float], Known]] = {
    "at_most": _at_most,
    "below": _below,
    "at_least": _at_least,
    "above": _above,
}


def both(one: Known, other: Known) -> Known:
    """Kleene's and."""
    if NO in (one, other):
        return NO
    return UNKNOWN if UNKNOWN in (one, other) else YES
