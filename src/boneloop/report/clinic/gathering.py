"""Everybody of a clinic, taken in one after the other: the table grows on disk, the page keeps only what it shows.

Of each list the most urgent people are kept and the others counted; of refusals the first, and their rules counted.
"""

from __future__ import annotations

import csv
import heapq
import json
import os
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import TextIO, TypeVar

from boneloop.assess.assessment import Assessment
from boneloop.assess.seen import Seen
from boneloop.exchange.refusal import Refusal
from boneloop.guidance.advice import Advice
from boneloop.guidance.tally import Count, Tally
from boneloop.guidance.worklists import entries, worklists
from boneloop.report.clinic.columns import DOMAINS
from boneloop.report.clinic.person import Person
from boneloop.report.clinic.shown import Listed, Shown, shown
from boneloop.report.clinic.table import TableWriter, ask, csv_source, quoted

Key = TypeVar("Key")
LISTED = 200
"""How many people a list of the page holds; everybody on it stands in ``worklists.csv``."""
REFUSALS_SHOWN = 200
RULES_KEPT = 1000
"""So many different rules and reasons are counted one by one; the rest together."""
OTHER = "other reasons"
WORKLIST_COLUMNS = ("worklist", "place", "patient", "row", "reason", "since")


class Clinic:
    """What is gathered; a context, at whose good end all tables stand in the folder.

    used, incomplete   people assessed, and those of them of whom something could not be made
    refused            refusals by level: file, patient, row, value
    """

    def __init__(self, folder: Path) -> None:
        self.used = self.incomplete = 0
        self.refused: Counter[str] = Counter()
        self.why_refused: Counter[tuple[str, str]] = Counter()
        self.why_incomplete: Counter[str] = Counter()
        self.refusals: list[Refusal] = []
        self.listed_count: Counter[str] = Counter()
        self.tally = Tally()
        self._lost: set[str] = set()
        self._known: Counter[str] = Counter()
        self._heaps: dict[str, list[tuple[int, float, int, Listed]]] = {one.name: [] for one in worklists()}
        self._folder, self._table, self._open = folder, TableWriter(folder), ExitStack()

    def __enter__(self) -> Clinic:
        self._open.enter_context(self._table)
        self._rejects = self._opened("rejects.ndjson.partial")
        self._lists = csv.writer(self._opened("worklists.csv.unsorted"), lineterminator="\n")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._open.__exit__(kind, error, trace)
            if kind is None:
                self._sort_lists()
                os.replace(self._file("rejects.ndjson.partial"), self._file("rejects.ndjson"))
        finally:
            for name in ("worklists.csv.unsorted", "rejects.ndjson.partial"):
                self._file(name).unlink(missing_ok=True)

    def add(self, assessment: Assessment, advice: Advice) -> None:
        """Take in one person."""
        seen = Seen(assessment.record)
        since, said = self.tally.add(seen)
        person = Person(assessment, seen, advice, since, said, entries(assessment, seen))
        row = self._table.add(person)
        self.used += 1
        self._lost.discard(person.id)
        self._known.update(assessment.completeness)
        if person.incomplete:
            self.incomplete += 1
            for why in person.incomplete:
                _count(self.why_incomplete, why, OTHER)
        self._list(person, row)

    def refuse(self, refusal: Refusal) -> None:
        """Take in something that was refused."""
        self._rejects.write(json.dumps(refusal.as_json(), ensure_ascii=False) + "\n")
        self.refused[refusal.level] += 1
        if refusal.level in ("patient", "row"):
            self._lost.add(refusal.patient or f"{refusal.file}, {refusal.place}")
        _count(self.why_refused, (refusal.level, refusal.rule), (refusal.level, OTHER))
        if len(self.refusals) < REFUSALS_SHOWN:
            self.refusals.append(refusal)

    @property
    def lost(self) -> int:
        """People of whom nothing could be used: refused whole, or with every row."""
        return len(self._lost)

    @property
    def read(self) -> int:
        """People found in the files, used or lost."""
        return self.used + self.lost

    def known(self) -> Mapping[str, float]:
        """The mean share of key items known, by domain; empty without people."""
        return {domain: self._known[domain] / self.used for domain in DOMAINS} if self.used else {}

    def listed(self, worklist: str) -> list[Listed]:
        """The most urgent people of one list, the first first."""
        return [one for *_, one in sorted(self._heaps[worklist], key=lambda kept: kept[:-1], reverse=True)]

    def people(self) -> list[Shown]:
        """Everybody on a list of the page, in the order of the table."""
        found = {listed.person.row: listed.person for heap in self._heaps.values() for *_, listed in heap}
        return [found[row] for row in sorted(found)]

    def indicators(self) -> Sequence[Count]:
        """The eleven indicators of those seen so far."""
        return self.tally.result()

    def _list(self, person: Person, row: int) -> None:
        seen = shown(person, row) if person.entries else None
        for entry in person.entries:
            since = entry.since.isoformat() if entry.since else ""
            self._lists.writerow((entry.worklist, entry.group, entry.weight, person.id, row, entry.reason, since))
            self.listed_count[entry.worklist] += 1
            if seen is not None:
                keep = (-entry.group, entry.weight, -row, Listed(seen, entry))
                heap = self._heaps[entry.worklist]
                (heapq.heappush if len(heap) < LISTED else heapq.heappushpop)(heap, keep)

    def _opened(self, name: str) -> TextIO:
        return self._open.enter_context(self._file(name).open("w", encoding="utf-8", newline=""))

    def _file(self, name: str) -> Path:
        return self._folder / name

    def _sort_lists(self) -> None:
        """``worklists.csv``: every list in the order of urgency, with the place of each person on it."""
        heads = ("worklist", "class", "weight", "patient", "row", "reason", "since")
        kinds = ("VARCHAR", "INT", "DOUBLE", "VARCHAR", "BIGINT", "VARCHAR", "VARCHAR")
        order = " ".join(f"WHEN '{one.name}' THEN {place}" for place, one in enumerate(worklists()))
        place = "row_number() OVER (PARTITION BY worklist ORDER BY class, weight DESC, row) AS place"
        chosen = ", ".join(place if name == "place" else name for name in WORKLIST_COLUMNS)
        source = csv_source(dict(zip(heads, kinds, strict=True)), header=False)
        ask(
            f"COPY (SELECT {chosen} FROM {source} ORDER BY CASE worklist {order} END, place) "
            f"TO '{quoted(self._file('worklists.csv'))}' (HEADER)",
            [str(self._file("worklists.csv.unsorted"))],
        )


def _count(counter: Counter[Key], key: Key, other: Key) -> None:
    counter[key if key in counter or len(counter) < RULES_KEPT else other] += 1
