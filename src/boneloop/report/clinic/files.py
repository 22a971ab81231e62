"""The indicators as data, and what the run was: counts, reasons, where the numbers come from."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from boneloop.guidance.indicators import source
from boneloop.guidance.rule import MARKS
from boneloop.guidance.tally import Count
from boneloop.guidance.worklists import worklists
from boneloop.report.clinic.gathering import Clinic
from boneloop.report.clinic.table import plain, text
from boneloop.report.files import write_whole

COUNTED = ("denominator", "yes", "no", "unknown", "not_yet", "share", "lowest", "highest", "level", "cannot")


def indicator_rows(counts: Sequence[Count]) -> list[dict[str, Any]]:
    """A row for each indicator and group: what is counted, how many of whom, and what cannot be said."""
    return [_row(count) for count in counts]


def _row(count: Count) -> dict[str, Any]:
    one = count.indicator
    return {
        "number": one.number,
        "name": one.name,
        "title": one.title,
        "group": count.group.value,
        **{name: plain(getattr(count, name)) for name in COUNTED},
        "published": one.published,
        "counts": one.numerator,
        "of": one.denominator,
        "no_is": one.no,
        "mark": one.mark,
        "mark_means": MARKS[one.mark],
        "source": source(),
    }


def write_indicators(folder: Path, counts: Sequence[Count]) -> None:
    """``indicators.csv`` and ``indicators.json``."""
    rows = indicator_rows(counts)
    write_whole(folder / "indicators.json", json.dumps(rows, ensure_ascii=False, indent=2) + "\n")
    with (folder / "indicators.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows({name: text(cell) for name, cell in row.items()} for row in rows)


def summary(clinic: Clinic, provenance: Mapping[str, Any]) -> dict[str, Any]:
    """How many were read, used, refused and incomplete, and why; how many stand on each list."""
    return {
        "read": clinic.read,
        "used": clinic.used,
        "lost": clinic.lost,
        "refused": {level: clinic.refused[level] for level in ("file", "patient", "row", "value")},
        "why_refused": [
            {"level": level, "rule": rule, "count": count} for (level, rule), count in clinic.why_refused.most_common()
        ],
        "incomplete": clinic.incomplete,
        "why_incomplete": [{"why": why, "count": count} for why, count in clinic.why_incomplete.most_common()],
        "known": {domain: plain(share) for domain, share in clinic.known().items()},
        "worklists": {one.name: clinic.listed_count[one.name] for one in worklists()},
        "sentinel_fracture": {group.value: count for group, count in clinic.tally.people.items()},
        "no_sentinel_fracture": dict(clinic.tally.left_out.most_common()),
        "provenance": dict(provenance),
    }


def write_summary(path: Path, clinic: Clinic, provenance: Mapping[str, Any]) -> None:
    """``summary.json``."""
    write_whole(path, json.dumps(summary(clinic, provenance), ensure_ascii=False, indent=2, default=str) + "\n")
