"""Tables: rows of text out of CSV and Parquet, with the place of every row.

CSV is read as it is, row by row. Parquet, and any filter in SQL, goes through DuckDB, which is loaded only then.
"""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from boneloop.errors import FileError, InputError
from boneloop.exchange.columns import columns
from boneloop.exchange.files import lines_of, utf8

if TYPE_CHECKING:
    import duckdb

Row = tuple[int, dict[str, str]]
"""The number of a row, as a spreadsheet counts (the header is row 1), and its cells by column."""

_CHUNK = 1024
_ROW = "boneloop_row"
_DELIMITERS = ",;\t"


def header_of(path: Path, kind: str) -> list[str]:
    """The column names of a table.

    Raises FileError for one without columns, or with two of one name.
    """
    if kind == "parquet":
        with closing(_connected()) as database:
            return [str(name) for name, *_ in _asked(database, "DESCRIBE SELECT * FROM read_parquet(?)", path)]
    with closing(lines_of(path)) as lines:
        text = _text_of(next(lines))
    names = [name.strip() for name in next(csv.reader([text], delimiter=_delimiter(text)))]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise FileError("row 1", "every column once", ", ".join(twice))
    return names


def rows_of(path: Path, kind: str, where: str | None = None) -> Iterator[Row | InputError]:
    """The rows of a table; an error in the place of a row that has more or fewer cells than the header.

    where  a condition in SQL on the columns of the table
    Raises FileError for a file that cannot be read, and for a condition that DuckDB does not understand.
    """
    if kind == "parquet":
        yield from _parquet_rows(path, where)
        return
    header = header_of(path, kind)
    chosen = _chosen(path, where, header) if where else None
    for number, cells in enumerate(_cells(path), start=2):
        if chosen is not None and number not in chosen:
            continue
        if len(cells) != len(header):
            yield InputError(f"row {number}", f"{len(header)} cells, as in the header", f"{len(cells)} cells")
        else:
            yield number, {name: cell.strip() for name, cell in zip(header, cells, strict=True)}


def _cells(path: Path) -> Iterator[list[str]]:
    with closing(lines_of(path)) as lines:
        first = _text_of(next(lines))
        try:
            yield from csv.reader((_text_of(line) for line in lines), delimiter=_delimiter(first))
        except csv.Error as error:
            raise FileError("the whole file", f"CSV: {error}") from None


def _text_of(line: tuple[int, bytes]) -> str:
    number, text = line
    return utf8(text, f"line {number}").decode()


def _delimiter(header: str) -> str:
    """Comma, semicolon or tab: the one that gives most columns that we know, then most columns."""

    def found(delimiter: str) -> tuple[int, int]:
        names = [name.strip(' "') for name in header.strip().split(delimiter)]
        return len(set(names) & columns().keys()), len(names)

    return max(_DELIMITERS, key=found)


def _connected() -> duckdb.DuckDBPyConnection:
    import duckdb

    return duckdb.connect()


def _asked(
    database: duckdb.DuckDBPyConnection, query: str, path: Path, where: str = ""
) -> Iterator[tuple[object, ...]]:
    """The rows of a query on one file.

    Raises InputError naming the condition if that is what was not understood, FileError else.
    """
    import duckdb

    try:
        cursor = database.execute(query, [str(path)])
        while chunk := cursor.fetchmany(_CHUNK):
            yield from chunk
    except duckdb.Error as error:
        reason = str(error).split("\n", 1)[0]
        if where:
            raise FileError("--where", f"a condition in SQL on the columns of the file: {reason}", where) from None
        raise FileError("the whole file", f"a table that can be read: {reason}") from None


def _chosen(path: Path, where: str, header: list[str]) -> set[int]:
    """The numbers of the CSV rows for which a condition holds; rows that do not fit the header are kept to be refused.

    DuckDB guesses the types, and gets to see the whole rows only: one broken row must not change what the others mean.
    """
    kept: set[int] = set()
    with tempfile.TemporaryDirectory() as folder, closing(_connected()) as database:
        copy = Path(folder) / "rows.csv"
        with copy.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow([*header, _ROW])
            for number, cells in enumerate(_cells(path), start=2):
                if len(cells) == len(header):
                    writer.writerow([*cells, number])
                else:
                    kept.add(number)
        query = f"SELECT {_ROW} FROM read_csv(?, header = true, delim = ',', quote = '\"') WHERE ({where})"
        return kept | {int(str(row[0])) for row in _asked(database, query, copy, where)}


def _parquet_rows(path: Path, where: str | None) -> Iterator[Row]:
    header = header_of(path, "parquet")
    texts = ", ".join(f"CAST({quoted(name)} AS VARCHAR)" for name in header)
    condition = f" WHERE ({where})" if where else ""
    query = f"SELECT file_row_number + 2, {texts} FROM read_parquet(?, file_row_number = true){condition}"
    with closing(_connected()) as database:
        for number, *cells in _asked(database, query, path, where or ""):
            yield int(str(number)), dict(zip(header, (_text(cell) for cell in cells), strict=True))


def _text(cell: object) -> str:
    """A cell as text; a missing value, and the NaN that tables of numbers use for one, is empty."""
    text = "" if cell is None else str(cell).strip()
    return "" if text.lower() == "nan" else text


def quoted(name: str) -> str:
    """A column name as SQL writes it."""
    return '"' + name.replace('"', '""') + '"'


def selected(
    path: Path, kind: str, wanted: list[str], where: str | None, order: str, limit: int | None
) -> Iterator[dict[str, float | str | None]]:
    """Chosen columns of a table of numbers, as numbers, in a fixed order; a column that the file lacks is left out.

    wanted  columns; order is the one to sort by; where a condition in SQL
    Single-precision numbers come as the shortest decimal that means them (0.985, not 0.98500001).
    """
    reading = "read_parquet(?)" if kind == "parquet" else "read_csv(?)"
    with closing(_connected()) as database:
        described = list(_asked(database, f"DESCRIBE SELECT * FROM {reading}", path))
        types = {str(name): str(sort) for name, sort, *_ in described}
        if order not in types:
            raise FileError("the header", f"a column {order}", ", ".join(list(types)[:5]))
        names = [name for name in wanted if name in types]
        shown = ", ".join(_as_number(name, types[name]) for name in names)
        query = f"SELECT {shown} FROM {reading}"
        query += f" WHERE ({where})" if where else ""
        query += f" ORDER BY {quoted(order)}" + (f" LIMIT {int(limit)}" if limit is not None else "")
        for cells in _asked(database, query, path, where or ""):
            yield dict(zip(names, cells, strict=True))  # type: ignore[arg-type]


def _as_number(name: str, sort: str) -> str:
    if sort in ("VARCHAR", "DATE"):
        return f"CAST({quoted(name)} AS VARCHAR)"
    return f"CAST(CAST({quoted(name)} AS VARCHAR) AS DOUBLE)"
