"""Reading: files in, records and refusals out, one after the other, so that any number of patients fits.

Two records of one id are found over the whole input: a light first pass counts the ids, and a person whose id comes
more than once waits until all its records are there. They are joined if they agree and refused together if not. Little
FHIR is held in memory instead and read once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from boneloop.errors import FileError, InputError, RecordError
from boneloop.exchange import nhanes, rows, tables
from boneloop.exchange.fhir import documents
from boneloop.exchange.fhir.gathering import Gathering
from boneloop.exchange.files import FORMATS, find, is_packed, recognized
from boneloop.exchange.person import Person, close, disagreement, joined
from boneloop.exchange.refusal import Refusal
from boneloop.patient.record import Record


def read(
    paths: Sequence[Path | str] | Path | str,
    *,
    format: str | None = None,
    where: str | None = None,
    limit: int | None = None,
    as_of: date | None = None,
    country: str = "",
    strict: bool = False,
) -> Iterator[Record | Refusal]:
    """Everything in the files: a record for each person who can be used, a refusal for everything that cannot.

    paths    files and folders: FHIR R4 (Bundle, NDJSON, single resources), CSV, Parquet, NHANES; gzip or not
    format   fhir, csv, parquet or nhanes; found out from the content if not given
    where    a condition in SQL on the columns of tables
    limit    at most that many people, used or refused
    as_of    the index date of all records; each person's latest date if not given
    country  for records that name none
    strict   every FHIR resource is checked element by element against R4, and refused where it breaks a rule; it takes
             much longer

    What is wrong in one file, row or value never stops the others. Raises InputError only for an unknown ``format``.
    """
    if format is not None and format not in FORMATS:
        raise InputError("format", f"one of {', '.join(FORMATS)}", format)
    listed = [paths] if isinstance(paths, str | Path) else list(paths)
    return _read(listed, format, where, limit, _Closing(as_of, country), strict)


def _read(
    paths: list[Path | str],
    wanted: str | None,
    where: str | None,
    limit: int | None,
    closing: _Closing,
    strict: bool,
) -> Iterator[Record | Refusal]:
    if limit is not None and limit <= 0:
        return
    sources: list[_Source] = []
    for found in find(paths):
        try:
            if isinstance(found, Refusal):
                yield found
            else:
                sources.append(_source(found, wanted, where, limit))
        except InputError as error:
            yield Refusal.of(error, str(found), "file")
        except OSError as error:
            yield Refusal(str(found), "the whole file", "", f"a file that can be read: {error.strerror}", "", "file")
    taken = 0
    small = limit is None and _is_small(sources)
    for item in _matched_at_once(sources, closing, strict) if small else _matched(sources, closing, strict):
        yield item
        taken += isinstance(item, Record) or item.level == "patient"
        if limit is not None and taken >= limit:
            return


@dataclass(frozen=True, slots=True)
class _Closing:
    """How persons become records."""

    as_of: date | None
    country: str

    def record(self, people: list[Person]) -> Iterator[Record | Refusal]:
        told = disagreement(people)
        if told is not None:
            for each in people:
                yield Refusal(each.file, each.place, each.id, *told, "patient")
            return
        person = joined(people)
        try:
            record = close(person, self.as_of, self.country)
        except RecordError as error:
            yield from person.refusals
            yield Refusal.of(error, person.file, "patient", person.id)
            return
        yield from person.refusals
        yield record


@dataclass(frozen=True, slots=True)
class _Source:
    """One file, and how it is read: document, lines, csv, parquet; nhanes says that the table is an extract."""

    path: Path
    kind: str
    nhanes: bool
    where: str | None
    limit: int | None

    def people(self, loose: Gathering) -> Iterator[Person | Refusal]:
        if self.nhanes:
            return nhanes.people(self.path, self.kind, self.where, self.limit)
        if self.kind in ("csv", "parquet"):
            return rows.people(self.path, self.kind, self.where)
        return documents.people(self.path, self.kind == "lines", loose)

    def ids(self) -> Iterator[str]:
        if self.nhanes:
            return nhanes.ids(self.path, self.kind, self.where, self.limit)
        if self.kind in ("csv", "parquet"):
            return rows.ids(self.path, self.kind, self.where)
        return documents.ids(self.path, self.kind == "lines")


def _source(path: Path, wanted: str | None, where: str | None, limit: int | None) -> _Source:
    kind = recognized(path, wanted)
    extract = kind == "nhanes"
    if extract:
        kind = "parquet" if recognized(path, None) == "parquet" else "csv"
    elif kind in ("csv", "parquet") and wanted is None:
        extract = nhanes.is_nhanes(tables.header_of(path, kind))
    if where and kind in ("document", "lines"):
        raise FileError("--where", "a table (CSV, Parquet, NHANES): FHIR has no columns to filter", where)
    return _Source(path, kind, extract, where, limit)


@dataclass(slots=True)
class _Matching:
    """People waiting for the other records of their id."""

    times: Counter[str]
    waiting: dict[str, list[Person]] = field(default_factory=dict)

    def arrived(self, person: Person) -> list[Person]:
        """All records of a person once the last one is here, else nothing."""
        if self.times[person.id] <= 1 and person.id not in self.waiting:
            return [person]
        self.waiting.setdefault(person.id, []).append(person)
        return self._complete(person.id)

    def lost(self, name: str) -> list[Person]:
        """One record of a person was refused: the others may be complete now."""
        self.times[name] -= 1
        return self._complete(name)

    def _complete(self, name: str) -> list[Person]:
        if name in self.waiting and len(self.waiting[name]) >= self.times[name]:
            return self.waiting.pop(name)
        return []


def _matched(sources: list[_Source], closing: _Closing, strict: bool) -> Iterator[Record | Refusal]:
    matching = _Matching(_counted(sources))
    for found in _everyone(sources, strict):
        if isinstance(found, Person):
            complete = matching.arrived(found)
        else:
            yield found
            complete = matching.lost(found.patient) if found.patient and found.level in ("patient", "row") else []
        if complete:
            yield from closing.record(complete)
    for people in matching.waiting.values():
        yield from closing.record(people)


SMALL = 1 << 28
"""So many bytes of unpacked FHIR are read only once: their people, about a sixth of that, are held in memory."""
PACKED = 16
"""So many times larger is FHIR when it is unpacked, at most as a rule."""


def _is_small(sources: list[_Source]) -> bool:
    """Is it so little FHIR that everybody in it can be held at once?"""
    if not all(source.kind in ("document", "lines") for source in sources):
        return False
    with suppress(OSError):
        return sum(s.path.stat().st_size * (PACKED if is_packed(s.path) else 1) for s in sources) <= SMALL
    return False


def _matched_at_once(sources: list[_Source], closing: _Closing, strict: bool) -> Iterator[Record | Refusal]:
    """The same for little input: everybody is read, and then those of one id are put together."""
    everyone = list(_everyone(sources, strict))
    matching = _Matching(Counter(found.id for found in everyone if isinstance(found, Person)))
    for found in everyone:
        if isinstance(found, Refusal):
            yield found
        elif complete := matching.arrived(found):
            yield from closing.record(complete)


def _everyone(sources: list[_Source], strict: bool) -> Iterator[Person | Refusal]:
    """The people of all files, then those whose resources were strewn over them."""
    loose = Gathering("", strict)
    for source in sources:
        try:
            yield from source.people(loose)
        except InputError as error:
            yield Refusal.of(error, str(source.path), "file")
        except OSError as error:
            yield Refusal(str(source.path), "the whole file", "", f"a file that can be read: {error}", "", "file")
    yield from loose.people()


def _counted(sources: list[_Source]) -> Counter[str]:
    """How often each id comes; a single document needs no counting but its own."""
    times: Counter[str] = Counter()
    for source in sources:
        with suppress(InputError, OSError):
            times.update(source.ids())
    return times
