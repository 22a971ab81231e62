"""Tables: the results as CSV or Parquet, a row for each patient and time, units in the names of the columns.

CSV has as many digits as the precision holds (10 or 7); Parquet has the numbers themselves. A table is written beside
its place and moved there when it is whole, so that nobody meets half of one.
"""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from boneloop.errors import FileError
from boneloop.simulate.protocol.numbers import numbers
from boneloop.simulate.protocol.reading import Protocol
from boneloop.simulate.protocol.recording import CLOCKS
from boneloop.simulate.protocol.running import Piece, Stopped
from boneloop.types import Array

SUFFIXES = (".csv", ".parquet")
DIGITS = {"double": 10, "single": 7}
STOPPED = ("patient", "time_h", "reason")

Take = Callable[[Piece], None]
"""Adds the rows of a piece to a table."""


def columns(protocol: Protocol) -> tuple[str, ...]:
    """The names of the columns."""
    return ("patient", CLOCKS[protocol.record.clock], *(one.column for one in protocol.record.what))


def clock(protocol: Protocol) -> Array:
    """The times of the rows in the unit of their column."""
    return protocol.record.times / protocol.calendar.hours(1.0, protocol.record.clock)


@contextmanager
def writing(path: Path, protocol: Protocol) -> Iterator[Take]:
    """Write a table piece by piece; at the end it is at ``path``, at an error nothing is.

    Raises FileError for another suffix than .csv and .parquet.
    """
    if path.suffix.lower() not in SUFFIXES:
        raise FileError(str(path), f"the table of a simulation ends in {' or '.join(SUFFIXES)}", path.suffix)
    partial = path.with_name(f"{path.name}.{os.getpid()}.partial")
    kind = _csv if path.suffix.lower() == ".csv" else _parquet
    try:
        with kind(partial, protocol) as take:
            yield take
        os.replace(partial, path)
    finally:
        partial.unlink(missing_ok=True)


@contextmanager
def _csv(path: Path, protocol: Protocol) -> Iterator[Take]:
    digits = DIGITS[protocol.precision]
    form = ",".join(["%s", f"%.{max(DIGITS.values())}g", *[f"%.{digits}g"] * len(protocol.record.what)]) + "\n"
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(_line(columns(protocol)))

        def take(piece: Piece) -> None:
            for person, rows in _rows(protocol, piece):
                who = _line([person]).rstrip("\n")
                file.write("".join(form % (who, *row) for row in rows.tolist()))

        yield take


@contextmanager
def _parquet(path: Path, protocol: Protocol) -> Iterator[Take]:
    import duckdb

    names = columns(protocol)
    with duckdb.connect() as database:
        kinds = ", ".join(f'"{name}" {"VARCHAR" if name == "patient" else "DOUBLE"}' for name in names)
        database.execute(f"CREATE TABLE rows ({kinds})")

        def take(piece: Piece) -> None:
            found = list(_rows(protocol, piece))
            if not found:
                return
            who = np.array([person for person, rows in found for _ in rows], dtype=object)
            values = np.concatenate([rows for _, rows in found]).T
            database.register("piece", dict(zip(names, [who, *np.ascontiguousarray(values)], strict=True)))
            database.execute("INSERT INTO rows SELECT * FROM piece")
            database.unregister("piece")

        yield take
        where = str(path).replace("'", "''")
        database.execute(f"COPY rows TO '{where}' (FORMAT parquet)")


def _rows(protocol: Protocol, piece: Piece) -> Iterator[tuple[str, Array]]:
    """Each patient with the rows there are: the time, then what is recorded; no negative zero."""
    times = clock(protocol)
    for index, person in enumerate(piece.people):
        kept = piece.kept[:, index]
        if kept.any():
            yield person.id, np.column_stack([times, piece.values[:, :, index].T])[kept] + 0.0


def _line(cells: Iterable[object]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(cells)
    return text.getvalue()


def beside(path: Path, what: str) -> Path:
    """The companion of a table: F.csv has F.stopped.csv."""
    return path.with_name(f"{path.stem}.{what}")


def write_stopped(path: Path, stopped: Sequence[Stopped]) -> None:
    """Write who stopped, at which hour, and why."""
    lines = [_line(STOPPED), *(_line([one.id, f"{one.hour:.10g}", one.reason]) for one in stopped)]
    path.write_text("".join(lines), encoding="utf-8", newline="")


def write_people(path: Path, protocol: Protocol) -> None:
    """Write by which numbers each patient differs from the printed adult, units in the names of the columns."""
    told = {place for person in protocol.people for place in person.values}
    known = [number for number in _first_names(protocol) if number.place in told]
    header = ["patient", *(_column(number.name, number.unit) for number in known)]
    rows = [header]
    for person in protocol.people:
        values = ((person.values.get(number.place), number.factors[number.unit]) for number in known)
        rows.append([person.id, *("" if value is None else f"{value / factor:.10g}" for value, factor in values)])
    path.write_text("".join(map(_line, rows)), encoding="utf-8", newline="")


def _first_names(protocol: Protocol) -> list[Any]:
    """Each number once, by the first of its names."""
    by_place: dict[str, Any] = {}
    for number in numbers(protocol.p).values():
        by_place.setdefault(number.place, number)
    return list(by_place.values())


def _column(name: str, unit: str) -> str:
    plain = unit.lower().replace("%", "percent").replace("/", "_per_").replace(" ", "_")
    return name if unit == "1" else f"{name}_{plain}"
