"""Small made-up tables for the command line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

COLUMNS = ("id", "date", "sex", "age", "country", "bmd_total_hip", "pain_nrs", "fractures_recorded")
GOOD = ("anna", "2026-02-01", "female", "74", "US", "0.72", "6", "yes")

Table = Callable[..., Path]


@pytest.fixture
def table(tmp_path: Path) -> Table:
    """Writes a CSV of one good row (anna) and one more: the same with other values, or with more columns."""

    def write(**changed: str) -> Path:
        bad = {**dict(zip(COLUMNS, GOOD, strict=True)), "id": "bert", **changed}
        good = {**dict.fromkeys(bad, ""), **dict(zip(COLUMNS, GOOD, strict=True))}
        rows = [",".join(bad), ",".join(good.values()), ",".join(bad.values())]
        file = tmp_path / "clinic.csv"
        file.write_text("\n".join(rows) + "\n", encoding="utf-8")
        return file

    return write
