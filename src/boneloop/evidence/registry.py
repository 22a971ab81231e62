"""The registry: all entries under one belief, and the parameters made from them.

    numbers/*.toml   [table.entry] value, unit, spread, population, source, where, status, checked
    sources.toml     [key] title, journal, doi
    beliefs/*.toml   title, about, and [replace."table.entry"] fields that take the place of the number's own

A parameter class names its unit field by field (``Annotated[Scalar, Unit("1/day")]``); its entry is
``table.field`` and is converted once, here.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, TypeVar, get_type_hints

import numpy as np

from boneloop import units
from boneloop.errors import EvidenceError
from boneloop.evidence.entry import Entry, parse
from boneloop.types import Array, Unit

P = TypeVar("P")
BELIEFS = ("evidence", "hypothesis")


@dataclass(frozen=True)
class Source:
    """Where numbers come from. An empty doi was not seen."""

    key: str
    title: str
    journal: str
    doi: str


@dataclass(frozen=True)
class Registry:
    """All entries under one belief.

    belief   "evidence" or "hypothesis"
    entries  by id
    sources  by key
    digest   of every file read, so that a result can name the numbers it came from
    """

    belief: str
    about: str
    entries: Mapping[str, Entry]
    sources: Mapping[str, Source]
    digest: str

    def __getitem__(self, identity: str) -> Entry:
        try:
            return self.entries[identity]
        except KeyError:
            raise EvidenceError(f"no number {identity!r} in the registry; `boneloop evidence` lists them") from None

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries.values())

    def number(self, identity: str, unit: str = "1") -> float:
        """One number in ``unit``."""
        return self[identity].number(unit)

    def at(self, identity: str, x: Array | float, unit: str = "1", logarithmic: bool = False) -> Array:
        """A curve read at ``x``: straight between knots (of the logarithm, if asked), flat beyond the last ones."""
        knots, values = self[identity].curve(unit)
        if logarithmic:
            return np.asarray(np.exp(np.interp(x, knots, np.log(values))))
        return np.asarray(np.interp(x, knots, values))

    def parameters(self, kind: type[P], table: str, draws: Mapping[str, Array] | None = None) -> P:
        """The parameters of ``kind``: each field from ``table.field``, in the unit the field declares.

        draws  values by id, in the entry's own unit, that take the place of the registry's single numbers
        """
        values: dict[str, Any] = {}
        for name, unit in declared_units(kind).items():
            entry = self[f"{table}.{name}"]
            if draws is not None and entry.id in draws:
                values[name] = draws[entry.id] * units.factor(entry.unit, unit)
            else:
                values[name] = entry.number(unit)
        return kind(**values)


def declared_units(kind: type) -> dict[str, str]:
    """The unit of each field of a parameter class."""
    found = {}
    for name, hint in get_type_hints(kind, include_extras=True).items():
        unit = [note for note in getattr(hint, "__metadata__", ()) if isinstance(note, Unit)]
        if not unit:
            raise EvidenceError(f"{kind.__module__}.{kind.__name__}.{name} declares no unit")
        found[name] = unit[0].symbol
    return found


@cache
def load(belief: str = "evidence") -> Registry:
    """Read the registry under one belief.

    Raises EvidenceError for an unknown belief or a file that breaks the format.
    """
    if belief not in BELIEFS:
        raise EvidenceError(f"belief is one of {BELIEFS}, not {belief!r}")
    digest = hashlib.sha256()
    tables = _numbers(digest)
    creed = _read(f"beliefs/{belief}.toml", digest)
    for identity, change in creed.get("replace", {}).items():
        if identity not in tables:
            raise EvidenceError(f"beliefs/{belief}.toml replaces {identity!r}, which is not in the registry")
        tables[identity] = {**tables[identity], **change}
    sources = {key: Source(key, s["title"], s["journal"], s["doi"]) for key, s in _read("sources.toml", digest).items()}
    entries = {identity: parse(identity, table) for identity, table in tables.items()}
    for entry in entries.values():
        if entry.source != "team" and entry.source not in sources:
            raise EvidenceError(f"{entry.id}: source {entry.source!r} is not in sources.toml")
    return Registry(belief, creed["about"], entries, sources, digest.hexdigest()[:16])


def _numbers(digest: Any) -> dict[str, dict[str, Any]]:
    tables: dict[str, dict[str, Any]] = {}
    folder = resources.files("boneloop.evidence") / "numbers"
    for file in sorted(folder.iterdir(), key=lambda item: item.name):
        if not file.name.endswith(".toml"):
            continue
        for table, entries in _read(f"numbers/{file.name}", digest).items():
            for name, fields in entries.items():
                if f"{table}.{name}" in tables:
                    raise EvidenceError(f"numbers/{file.name}: {table}.{name} stands in another file too")
                tables[f"{table}.{name}"] = fields
    return tables


def _read(name: str, digest: Any) -> dict[str, Any]:
    data = (resources.files("boneloop.evidence") / name).read_bytes()
    digest.update(name.encode() + b"\0" + data)
    return tomllib.loads(data.decode())
