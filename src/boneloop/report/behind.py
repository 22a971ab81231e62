"""Where the numbers of a report come from: for each outcome, what is read, and through which stations the rest acts."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from boneloop.compare.forecast import OUTCOMES
from boneloop.compare.origins import Origin
from boneloop.errors import FileError
from boneloop.evidence.registry import Registry
from boneloop.report.basis import NumberRow, count_words, number_rows
from boneloop.report.words import spoken

NUMBERS = "numbers.csv"
EMBEDDED = "data-numbers"
"""The element of a report that holds the same."""
_FIXED = ("id", "belief", "status", "value", "unit", "source", "where")
_DATA = re.compile(rf'<script type="application/json" id="{EMBEDDED}">(.*?)</script>', re.DOTALL)


@dataclass(frozen=True, slots=True)
class StationBehind:
    """One station on the way to an outcome: how far, in words, and how many numbers act there."""

    name: str
    away: str
    count: int


@dataclass(frozen=True, slots=True)
class OutcomeBehind:
    """Where one outcome comes from, for a reader; read: the numbers of its own formula, the least checked first."""

    name: str
    title: str
    total: int
    counts: dict[str, int]
    read: tuple[NumberRow, ...]
    stations: tuple[StationBehind, ...]
    staying: int
    start: int


@dataclass(frozen=True, slots=True)
class Behind:
    """All outcomes, and the numbers of each group that several of them share: stations, staying, start."""

    outcomes: tuple[OutcomeBehind, ...]
    groups: tuple[tuple[str, str, tuple[NumberRow, ...]], ...]


def behind_view(origins: Mapping[str, Origin], registry: Registry) -> Behind:
    """What the page shows; outcomes in the order of ``OUTCOMES``."""
    ordered = [origins[name] for name in OUTCOMES if name in origins]
    return Behind(tuple(_outcome(origin, registry) for origin in ordered), tuple(_groups(ordered, registry)))


def _outcome(origin: Origin, registry: Registry) -> OutcomeBehind:
    return OutcomeBehind(
        origin.outcome,
        OUTCOMES[origin.outcome].title,
        len(origin.ids),
        count_words(registry, origin.ids),
        tuple(number_rows(registry, origin.read)),
        tuple(StationBehind(step.station, away(step.steps), len(step.numbers)) for step in origin.steps),
        len(origin.staying),
        len(origin.start),
    )


def away(steps: int) -> str:
    """How far a station is from an outcome."""
    return "read directly" if not steps else "one arrow away" if steps == 1 else f"{steps} arrows away"


def _groups(origins: Sequence[Origin], registry: Registry) -> Iterator[tuple[str, str, tuple[NumberRow, ...]]]:
    """Key, title and numbers of everything that is shared."""
    stations: dict[str, set[str]] = {}
    for origin in origins:
        for step in origin.steps:
            stations.setdefault(step.station, set()).update(step.numbers)
    for station in sorted(stations):
        title = f"{spoken(station)}: its own rates, the arrows into it, and treatments that act there"
        yield station, title, tuple(number_rows(registry, stations[station]))
    for key, title in (
        ("staying", "Who stays on a treatment"),
        ("start", "Where a person is placed at the start, what is not known of them, and their natural course"),
    ):
        ids = {identity for origin in origins for identity in getattr(origin, key)}
        if ids:
            yield key, title, tuple(number_rows(registry, ids))


def embedded(origins: Mapping[str, Origin], registry: Registry) -> dict[str, Any]:
    """What the page holds for ``boneloop evidence --in report.html``: ids, and by outcome the places of each role."""
    ids = sorted({identity for origin in origins.values() for identity in origin.ids})
    place = {identity: index for index, identity in enumerate(ids)}
    roles: dict[str, dict[str, list[int]]] = {}
    for outcome, origin in origins.items():
        for identity, role in origin.roles().items():
            roles.setdefault(outcome, {}).setdefault(role, []).append(place[identity])
    return {"digest": registry.digest, "belief": registry.belief, "ids": ids, "roles": roles}


def write_numbers_csv(path: Path, origins: Mapping[str, Origin], registries: Iterable[Registry]) -> None:
    """Every number behind a forecast, a row each: status, value, source, and what it is to each outcome.

    Several registries: the numbers under each belief, one after the other.
    """
    roles = {outcome: origin.roles() for outcome, origin in origins.items()}
    ids = sorted({identity for found in roles.values() for identity in found})
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow((*_FIXED, *roles))
        for registry in registries:
            for identity in ids:
                entry = registry[identity]
                value = " ".join(
                    f"{v:.6g}" for v in (entry.value if isinstance(entry.value, tuple) else (entry.value,))
                )
                about = (identity, registry.belief, entry.word, value, entry.unit, entry.source, entry.where)
                writer.writerow((*about, *(found.get(identity, "") for found in roles.values())))


@dataclass(frozen=True, slots=True)
class Told:
    """What a file of a forecast tells: by outcome, the role of each number.

    digest  of the registry it was made with, "" where the file does not say it
    """

    place: str
    digest: str
    roles: dict[str, dict[str, str]]


def told_by(path: Path) -> Told:
    """What a report, a table or the folder of a forecast tells of where its outcomes come from.

    Raises FileError for a file that tells nothing of it.
    """
    if path.suffix.lower() in (".html", ".htm"):
        return _of_page(path)
    table = (path if path.is_dir() else path.parent) / NUMBERS
    if not path.exists() or not table.exists():
        raise FileError(
            str(path), f"a folder of a forecast, or a file in it, with {NUMBERS}; or a report.html", path.name
        )
    return _of_table(table)


def _of_page(path: Path) -> Told:
    try:
        found = _DATA.search(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as fault:
        raise FileError(str(path), "a report of boneloop", type(fault).__name__) from fault
    if not found:
        raise FileError(str(path), "a report of a forecast, which holds where its numbers come from", path.name)
    data = json.loads(found[1])
    ids = data["ids"]
    roles = {
        outcome: {ids[place]: role for role, places in by_role.items() for place in places}
        for outcome, by_role in data["roles"].items()
    }
    return Told(str(path), data["digest"], roles)


def _of_table(table: Path) -> Told:
    with table.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    if not rows or not set(_FIXED) < set(rows[0]):
        raise FileError(
            str(table), f"the columns {', '.join(_FIXED)}, then outcomes", ", ".join(rows[0]) if rows else ""
        )
    outcomes = [name for name in rows[0] if name not in _FIXED]
    roles = {outcome: {row["id"]: row[outcome] for row in rows if row[outcome]} for outcome in outcomes}
    origin = table.with_name("provenance.json")
    digest = json.loads(origin.read_text("utf-8")).get("evidence_digest", "") if origin.exists() else ""
    return Told(str(table), digest if isinstance(digest, str) else "", roles)
