"""The registry: all entries under one belief, and the parameters made from them.

    numbers/*.toml   every number, with its source
    fits/*.toml      what a fit of the model to published results put in the place of some
    beliefs/*.toml   what a reading of the contested statements puts in the place of some
    sources.toml     [key] title, journal, doi

A parameter class names its unit field by field (``Annotated[Scalar, Unit("1/day")]``); its entry is
``table.field`` and is converted once, here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources.abc import Traversable
from typing import Any, TypeVar, get_type_hints

import numpy as np

from boneloop import units
from boneloop.errors import EvidenceError
from boneloop.evidence import layers
from boneloop.evidence.entry import Entry
from boneloop.evidence.layers import Fit
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

    belief    "evidence" or "hypothesis"
    entries   by id
    sources   by key
    digest    of every file read, so that a result can name the numbers it came from
    fits      by stage
    believed  ids that the belief replaces
    """

    belief: str
    about: str
    entries: Mapping[str, Entry]
    sources: Mapping[str, Source]
    digest: str
    fits: Mapping[str, Fit] = field(default_factory=dict)
    believed: frozenset[str] = frozenset()

    def __getitem__(self, identity: str) -> Entry:
        try:
            return self.entries[identity]
        except KeyError:
            raise EvidenceError(f"no number {identity!r} in the registry; `boneloop evidence` lists them") from None

    def __iter__(self) -> Iterator[Entry]:
        return iter(self.entries.values())

    def fit_of(self, identity: str) -> Fit | None:
        """The fit that found a number; None where none did, or where the belief goes before it."""
        if identity in self.believed:
            return None
        return next((fit for fit in self.fits.values() if identity in fit.replaced), None)

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
    """Read the registry under one belief, with the fits that come with the package.

    Raises EvidenceError for an unknown belief or a file that breaks the format.
    """
    return assemble(belief, layers.stored_fits())


def assemble(belief: str, fits: Iterable[Traversable]) -> Registry:
    """The registry under one belief with these fits, files as ``python -m boneloop.calibrate.fit`` writes them."""
    if belief not in BELIEFS:
        raise EvidenceError(f"belief is one of {BELIEFS}, not {belief!r}")
    digest = hashlib.sha256()
    tables, entries = layers.numbers(digest)
    made = layers.apply_fits(fits, tables, entries, digest)
    creed = layers.read(f"beliefs/{belief}.toml", digest)
    believed = layers.apply_belief(belief, creed, tables, entries)
    found = layers.read("sources.toml", digest)
    sources = {key: Source(key, s["title"], s["journal"], s["doi"]) for key, s in found.items()}
    for entry in entries.values():
        if entry.source != "team" and entry.source not in sources:
            raise EvidenceError(f"{entry.id}: source {entry.source!r} is not in sources.toml")
    return Registry(belief, creed["about"], entries, sources, digest.hexdigest()[:16], made, believed)
