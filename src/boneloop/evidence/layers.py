"""The layers of the registry: numbers, then the fits that replace some of them, then the belief that goes before both.

    numbers/*.toml   [table.entry] value, unit, spread, population, source, where, status, checked
    fits/*.toml      [fit] what was fitted to what, [replace."table.entry"] fields, [joint] their correlation,
                     [[direction]] how far the results narrow each principal direction of the posterior
    beliefs/*.toml   title, about, and [replace."table.entry"] fields that take the place of the number's own

What is replaced is not lost: an entry keeps the one that it took the place of as its ``prior``.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any, Protocol

from boneloop.errors import EvidenceError
from boneloop.evidence.entry import Entry, parse
from boneloop.evidence.joint import Joint

Table = dict[str, Any]
FIT_FIELDS = frozenset(("value", "spread", "interval", "population", "status", "checked", "source", "where", "note"))
"""What a fit may replace of a number; its unit stays."""
_TABLES = frozenset(("fit", "replace", "joint", "direction"))
_HEAD = ("title", "about", "command", "seed", "targets")


class Digest(Protocol):
    """What sums up the files read."""

    def update(self, data: bytes, /) -> None:
        """Take some bytes in."""


@dataclass(frozen=True)
class Direction:
    """One way through the space of a fit's numbers: its spread as a share of the prior's, and what it is made of."""

    spread: float
    of: Mapping[str, float]


@dataclass(frozen=True)
class Fit:
    """One fit of the model to published results.

    stage       the name of its file and of the part of the model that was fitted
    command     how to do it again
    targets     ids of the published results
    replaced    ids of the numbers that it found
    uninformed  those of them that the targets say next to nothing about: they stay at their prior
    directions  of its posterior, the best known first
    """

    stage: str
    title: str
    about: str
    command: str
    seed: int
    targets: tuple[str, ...]
    replaced: tuple[str, ...]
    uninformed: frozenset[str]
    joint: Joint | None
    directions: tuple[Direction, ...] = ()


def read(name: str, digest: Digest) -> Table:
    """A TOML file of the package's evidence, taken into the digest."""
    return _parsed(name, resources.files("boneloop.evidence") / name, digest)


def _parsed(name: str, file: Traversable, digest: Digest) -> Table:
    data = file.read_bytes()
    digest.update(name.encode() + b"\0" + data)
    try:
        return tomllib.loads(data.decode())
    except ValueError as fault:
        raise EvidenceError(f"{name}: {fault}") from fault


def _toml(folder: Traversable) -> Iterator[Traversable]:
    if folder.is_dir():
        yield from sorted((f for f in folder.iterdir() if f.name.endswith(".toml")), key=lambda f: f.name)


def stored_fits() -> list[Traversable]:
    """The files of the fits that come with the package."""
    return list(_toml(resources.files("boneloop.evidence") / "fits"))


def numbers(digest: Digest) -> tuple[dict[str, Table], dict[str, Entry]]:
    """The fields and the entry of every number, by id."""
    tables: dict[str, Table] = {}
    entries: dict[str, Entry] = {}
    for file in _toml(resources.files("boneloop.evidence") / "numbers"):
        for table, found in read(f"numbers/{file.name}", digest).items():
            for name, fields in found.items():
                identity = f"{table}.{name}"
                if identity in tables:
                    raise EvidenceError(f"numbers/{file.name}: {identity} stands in another file too")
                tables[identity] = fields
                entries[identity] = parse(identity, fields, file=f"numbers/{file.name}")
    return tables, entries


def apply_fits(
    files: Iterable[Traversable], tables: dict[str, Table], entries: dict[str, Entry], digest: Digest
) -> dict[str, Fit]:
    """Let the fits take the place of numbers; by stage."""
    fits: dict[str, Fit] = {}
    owner: dict[str, str] = {}
    for file in files:
        name = f"fits/{file.name}"
        document = _parsed(name, file, digest)
        for identity, change in document.get("replace", {}).items():
            if identity in owner:
                raise EvidenceError(f"{name} replaces {identity!r}, which {owner[identity]} replaces too")
            owner[identity] = name
            _check_change(name, identity, change)
            _replace(name, identity, change, tables, entries)
        stage = file.name.removesuffix(".toml")
        fits[stage] = _fit(stage, name, document, entries)
    return fits


def apply_belief(
    belief: str, creed: Mapping[str, Any], tables: dict[str, Table], entries: dict[str, Entry]
) -> frozenset[str]:
    """Let a belief take the place of numbers and of fits; the ids that it replaced."""
    for identity, change in creed.get("replace", {}).items():
        _replace(f"beliefs/{belief}.toml", identity, change, tables, entries)
    return frozenset(creed.get("replace", {}))


def _replace(
    name: str, identity: str, change: Mapping[str, Any], tables: dict[str, Table], entries: dict[str, Entry]
) -> None:
    if identity not in tables:
        raise EvidenceError(f"{name} replaces {identity!r}, which is not in the registry")
    tables[identity] = {**tables[identity], **change}
    entries[identity] = parse(identity, tables[identity], file=name, prior=entries[identity])


def _check_change(name: str, identity: str, change: Mapping[str, Any]) -> None:
    unknown = sorted(set(change) - FIT_FIELDS)
    if unknown:
        raise EvidenceError(f"{name}: {identity}: a fit does not replace {', '.join(unknown)}")
    if change.get("status") != "fitted" or change.get("checked") != "not needed":
        raise EvidenceError(f'{name}: {identity}: a fit says status = "fitted", checked = "not needed"')
    if not str(change.get("note", "")).strip():
        raise EvidenceError(f"{name}: {identity}: the note says whether the data informed the number")


def _fit(stage: str, name: str, document: Mapping[str, Any], entries: Mapping[str, Entry]) -> Fit:
    if unknown := sorted(set(document) - _TABLES):
        raise EvidenceError(f"{name}: unknown table {unknown[0]!r}; there are {', '.join(sorted(_TABLES))}")
    head = document.get("fit", {})
    missing = [field for field in _HEAD if field not in head]
    if missing:
        raise EvidenceError(f"{name}: [fit] lacks {', '.join(missing)}")
    replaced = tuple(document.get("replace", {}))
    uninformed = frozenset(head.get("uninformed", ()))
    if stray := sorted(uninformed - set(replaced)):
        raise EvidenceError(f"{name}: [fit] uninformed names {stray[0]!r}, which the fit does not replace")
    joint = None
    if "joint" in document:
        names = _drawn(name, document["joint"].get("names", ()), replaced, entries)
        joint = Joint.of(name, names, document["joint"].get("correlation", ()))
    about = (head["title"], head["about"], head["command"], int(head["seed"]))
    ways = tuple(Direction(float(way["spread"]), dict(way["of"])) for way in document.get("direction", ()))
    return Fit(stage, *about, tuple(head["targets"]), replaced, uninformed, joint, ways)


def _drawn(name: str, names: Sequence[str], replaced: Sequence[str], entries: Mapping[str, Entry]) -> Sequence[str]:
    for identity in names:
        if identity not in replaced:
            raise EvidenceError(f"{name}: [joint] names {identity!r}, which the fit does not replace")
        if not entries[identity].drawn:
            raise EvidenceError(f"{name}: [joint] names {identity!r}, which is not drawn: it has no spread")
    return names
