"""The numbers that a result rests on: each with its source, the unchecked ones first, and how many of each kind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from boneloop.evidence.entry import Entry
from boneloop.evidence.registry import Registry

WORDS = ("recalled", "assumed", "fitted", "verified")
MEANING = {
    "recalled": "from memory of the literature, still to be read off the source",
    "assumed": "a choice of this model, with no measurement behind it",
    "fitted": "found by a fit of this model to published results",
    "verified": "read in the named source",
}
_LAWS = {
    "fixed": "fixed",
    "normal": "drawn, normal",
    "lognormal": "drawn, log-normal",
    "logitnormal": "drawn, logit-normal",
    "uniform": "drawn, uniform",
}


@dataclass(frozen=True, slots=True)
class NumberRow:
    """One number as a reader sees it; fit: what a fit made of its prior; other: the same under a second belief."""

    id: str
    value: str
    interval: str
    word: str
    drawn: str
    population: str
    source: str
    where: str
    note: str
    fit: str = ""
    other: str = ""


def count_words(registry: Registry, ids: Iterable[str]) -> dict[str, int]:
    """How many numbers of each kind, the least checked first."""
    counts = Counter(registry[identity].word for identity in set(ids))
    return {word: counts.get(word, 0) for word in WORDS}


def number_rows(registry: Registry, ids: Iterable[str], other: Registry | None = None) -> list[NumberRow]:
    """The numbers of ``ids``, the least checked first, then by id.

    other  the numbers under a second belief, named where they are not the same

    Raises EvidenceError for an id that the registry lacks.
    """
    entries = sorted((registry[identity] for identity in set(ids)), key=lambda e: (WORDS.index(e.word), e.id))
    return [_row(registry, entry, other) for entry in entries]


def differing(registry: Registry, other: Registry) -> int:
    """In how many numbers two beliefs differ."""
    return sum(entry != other[entry.id] for entry in registry)


def _row(registry: Registry, entry: Entry, other: Registry | None) -> NumberRow:
    return NumberRow(
        entry.id,
        _value(entry),
        f"{_short(entry.interval[0])} to {_short(entry.interval[1])}" if entry.interval else "not reported",
        entry.word,
        _LAWS[entry.spread.law],
        entry.population,
        cited(registry, entry),
        entry.where,
        entry.note,
        _fit(registry, entry),
        _under(entry, other[entry.id]) if other else "",
    )


def cited(registry: Registry, entry: Entry) -> str:
    """Where a number was published; a fit of this model, or its own choice, where it was not."""
    source = registry.sources.get(entry.source)
    if source:
        return f"{source.title}. {source.journal}" + (f". doi {source.doi}" if source.doi else "")
    fit = registry.fit_of(entry.id)
    return f"fit of this model: {fit.title}" if fit else "own choice of this model"


def _fit(registry: Registry, entry: Entry) -> str:
    fit = registry.fit_of(entry.id)
    if fit is None or entry.prior is None:
        return ""
    told = "the targets say next to nothing about it" if entry.id in fit.uninformed else "informed by the targets"
    return f"Fit {fit.stage}, {told}; prior {_value(entry.prior)}, {_LAWS[entry.prior.spread.law]}."


def _under(entry: Entry, other: Entry) -> str:
    """The number under a second belief, "" where it is the same."""
    if entry == other:
        return ""
    return f"{_value(other)}, {other.word}, {_LAWS[other.spread.law]}"


def _value(entry: Entry) -> str:
    """The value with its unit; a curve by its ends and its knots."""
    unit = "" if entry.unit == "1" else f" {entry.unit}"
    if not isinstance(entry.value, tuple):
        return _short(entry.value) + unit
    knots = f"{len(entry.over)} points, {_short(entry.over[0])} to {_short(entry.over[-1])} {entry.over_unit}"
    return f"{_short(entry.value[0])} to {_short(entry.value[-1])}{unit}; curve of {knots}"


def _short(value: float) -> str:
    return f"{value:.5g}".replace("-", "−")
