"""Indicators of a fracture liaison service: what each of the eleven counts, as data, and the times they allow.

What they are stands in ``liaison.toml``, with the words of the source and how each was seen; what a record answers to
them stands in ``liaison.py``.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any, NamedTuple

from boneloop.errors import EvidenceError
from boneloop.evidence.registry import load
from boneloop.guidance.rule import MARKS

COMPLETENESS = "complete"


class Answer(StrEnum):
    """What a record says to an indicator; NOT_YET: its time is not over."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"
    NOT_YET = "not yet"


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator; its fields are explained in ``liaison.toml``."""

    number: int
    name: str
    title: str
    published: str
    numerator: str
    denominator: str
    mark: str
    no: str
    cannot: str
    levels: tuple[str, ...]
    never_no: bool = False
    within: str = ""


class Times(NamedTuple):
    """The times of the indicators."""

    assessed_within: timedelta
    started_within: timedelta
    prescribed_at: timedelta


@cache
def _table() -> Mapping[str, Any]:
    text = (resources.files("boneloop.guidance") / "liaison.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def indicators() -> tuple[Indicator, ...]:
    """All eleven, in order.

    Raises EvidenceError for a file that breaks the format.
    """
    made = tuple(Indicator(**{**row, "levels": tuple(row["levels"])}) for row in _table()["indicator"])
    if [one.number for one in made] != list(range(1, len(made) + 1)) or any(one.mark not in MARKS for one in made):
        raise EvidenceError(f"guidance/liaison.toml: indicators numbered from 1, with marks of {sorted(MARKS)}")
    return made


@cache
def source() -> str:
    """The key of the source of the indicators."""
    return str(_table()["source"])


@cache
def times() -> Times:
    """The times of the indicators, from the registry."""
    registry = load()
    within = registry.number("liaison.assessed_within", "day"), registry.number("liaison.started_within", "day")
    return Times(*(timedelta(days=days) for days in (*within, registry.number("liaison.prescribed_at", "day"))))


@cache
def read_again_by() -> date:
    """The day by which the indicators are to be held against their source again."""
    day: date = _table()["review_by"]
    return day


@cache
def recent() -> float:
    """How long ago a fracture may lie to be asked about, months."""
    return load().number("recent_fracture.within", "month")


@cache
def youngest() -> float:
    """From which age on a fracture may be a sentinel one, years."""
    return load().number("liaison.youngest", "year")
