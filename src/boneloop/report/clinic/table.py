"""The clinic's table, written one person after the other: CSV and JSON as they come, Parquet from the CSV at the end.

Memory does not grow with the number of people. A cell that is empty (null in JSON and Parquet) is not known.
"""

from __future__ import annotations

import csv
import json
import math
import os
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, closing
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO

from boneloop.report.clinic.columns import BETWEEN, KINDS, Cell, Column, columns
from boneloop.report.clinic.person import Person

MEMORY = "256MB"
"""What the conversion to Parquet may take."""
DIGITS = 6
COLUMN_HEADS = ("column", "kind", "unit", "words")


class TableWriter:
    """``patients.csv``, ``patients.json`` and ``patients.parquet`` of one folder; a context in which rows are added.

    The files appear when the context ends well; nothing half-written is left under their names.
    """

    def __init__(self, folder: Path) -> None:
        self.rows = 0
        self._paths = {kind: folder / f"patients.{kind}" for kind in ("csv", "json", "parquet")}
        self._open = ExitStack()

    def __enter__(self) -> TableWriter:
        self._csv, self._json = (self._opened(kind) for kind in ("csv", "json"))
        self._writer = csv.writer(self._csv, lineterminator="\n")
        self._writer.writerow([column.name for column in columns()])
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self._json.write("\n]\n" if self.rows else "[]\n")
            self._open.close()
            if kind is None:
                parquet(_partial(self._paths["csv"]), _partial(self._paths["parquet"]), columns())
                for path in self._paths.values():
                    os.replace(_partial(path), path)
        finally:
            for path in self._paths.values():
                _partial(path).unlink(missing_ok=True)

    def add(self, person: Person) -> int:
        """Write one person; the number of the row, counted from 1 without the header."""
        cells = [(column.name, plain(column.of(person))) for column in columns()]
        self._writer.writerow([text(cell) for _, cell in cells])
        self._json.write(",\n" if self.rows else "[\n")
        self._json.write(json.dumps(dict(cells), ensure_ascii=False, allow_nan=False))
        self.rows += 1
        return self.rows

    def _opened(self, kind: str) -> TextIO:
        return self._open.enter_context(_partial(self._paths[kind]).open("w", encoding="utf-8", newline=""))


def _partial(path: Path) -> Path:
    return path.with_name(path.name + ".partial")


def plain(cell: Cell) -> Any:
    """A cell as JSON has it: numbers with six significant digits, days as text, not known as None."""
    if isinstance(cell, float):
        return float(f"{cell:.{DIGITS}g}") + 0 if math.isfinite(cell) else None
    if isinstance(cell, date):
        return cell.isoformat()
    return cell if cell is None or isinstance(cell, str | int) else [part.replace(BETWEEN, ", ") for part in cell]


def text(cell: Any) -> str:
    """A plain cell as CSV has it."""
    if isinstance(cell, list):
        return BETWEEN.join(cell)
    return "" if cell is None else f"{cell:.{DIGITS}g}" if isinstance(cell, float) else str(cell)


def parquet(source: Path, target: Path, of: Sequence[Column]) -> None:
    """A table in Parquet from the same table in CSV, with the kinds of its columns; an empty cell is null."""
    types = {column.name: "VARCHAR" if column.kind == "list" else KINDS[column.kind] for column in of}
    chosen = ", ".join(_chosen(column) for column in of)
    query = f"COPY (SELECT {chosen} FROM {csv_source(types)}) TO '{quoted(target)}' (FORMAT parquet)"
    ask(query, [str(source)])


def _chosen(column: Column) -> str:
    name = f'"{column.name}"'
    if column.kind != "list":
        return name
    return f"CASE WHEN {name} IS NULL THEN [] ELSE string_split({name}, '{BETWEEN}') END AS {name}"


def csv_source(types: Mapping[str, str], *, header: bool = True) -> str:
    """The words of SQL for a CSV file of ours, whose path is the value of the query; an empty cell is null."""
    read_as = f"header = {str(header).lower()}, delim = ',', quote = '\"', escape = '\"', auto_detect = false"
    return f"read_csv(?, {read_as}, columns = {dict(types)})"


def ask(query: str, values: Sequence[str]) -> None:
    """Run one query of DuckDB on files, with little memory."""
    import duckdb

    with closing(duckdb.connect(config={"memory_limit": MEMORY, "threads": 1})) as database:
        database.execute(query, list(values))


def quoted(path: Path) -> str:
    """A path inside a text of SQL."""
    return str(path).replace("'", "''")


def write_columns(path: Path) -> None:
    """The documentation of the table, beside it."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMN_HEADS)
        writer.writerows((column.name, column.kind, column.unit, column.words) for column in columns())
