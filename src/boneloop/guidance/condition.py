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
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from boneloop.errors import EvidenceError
from boneloop.evidence.registry import load
from boneloop.types import Known


@dataclass(frozen=True, slots=True)
class Interval:
    """A number known to lie between two others; both the same when it is known."""

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


def evaluate(condition: Condition, facts: Facts) -> Known:
    """Yes, no or unknown."""
    match condition:
        case Is(fact):
            return _state(facts[fact])
        case Compare(fact, how, limit):
            return _compare(_interval(facts[fact]), how, limit)
        case Not(part):
            return _opposite(evaluate(part, facts))
        case All(parts):
            return _opposite(_any(_opposite(evaluate(part, facts)) for part in parts))
        case Some(parts):
            return _any(evaluate(part, facts) for part in parts)


def undecided(condition: Condition, facts: Facts) -> tuple[str, ...]:
    """The facts that keep an unknown condition from being decided; empty when it is decided."""
    if evaluate(condition, facts) is not Known.UNKNOWN:
        return ()
    match condition:
        case Is(fact) | Compare(fact, _, _):
            return (fact,)
        case Not(part):
            return undecided(part, facts)
        case All(parts) | Some(parts):
            return tuple(dict.fromkeys(fact for part in parts for fact in undecided(part, facts)))


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


def _compare(number: Interval, how: str, limit: float) -> Known:
    match how:
        case "at_most":
            surely, never = number.high <= limit, number.low > limit
        case "below":
            surely, never = number.high < limit, number.low >= limit
        case "at_least":
            surely, never = number.low >= limit, number.high < limit
        case _:
            surely, never = number.low > limit, number.high <= limit
    return Known.YES if surely else Known.NO if never else Known.UNKNOWN


def both(one: Known, other: Known) -> Known:
    """Kleene's and."""
    return _opposite(_any((_opposite(one), _opposite(other))))


def _opposite(state: Known) -> Known:
    return {Known.YES: Known.NO, Known.NO: Known.YES, Known.UNKNOWN: Known.UNKNOWN}[state]


def _any(states: Any) -> Known:
    found = set(states)
    return Known.YES if Known.YES in found else Known.UNKNOWN if Known.UNKNOWN in found else Known.NO
