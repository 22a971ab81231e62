"""Files: found in folders, opened whether packed or not, and recognized by what is in them."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Generator, Iterator, Sequence
from pathlib import Path
from typing import Any

from boneloop.errors import FileError
from boneloop.exchange.refusal import Refusal

FORMATS = ("fhir", "csv", "parquet", "nhanes")
ENDINGS = (".json", ".ndjson", ".jsonl", ".csv", ".tsv", ".parquet")
"""What is read of a folder; other files in it are left alone. Each may be packed with gzip (.gz), Parquet excepted."""

_BUFFER = 1 << 20
_LOOK = 4096
_GZIP, _PARQUET, _BOM = b"\x1f\x8b", b"PAR1", b"\xef\xbb\xbf"


def find(paths: Sequence[Path | str]) -> Iterator[Path | Refusal]:
    """The files of a list of files and folders, folders in the order of their names."""
    for given in paths:
        path = Path(given)
        if path.is_dir():
            inside = sorted(p for p in path.rglob("*") if p.is_file() and _is_ours(p))
            if not inside:
                yield _refused(path, f"a file ending in {', '.join(ENDINGS)}: this folder has none")
            yield from inside
        elif path.is_file():
            yield path
        else:
            yield _refused(path, "a file or folder that exists")


def _is_ours(path: Path) -> bool:
    name = path.name.lower().removesuffix(".gz")
    return name.endswith(ENDINGS) and not any(part.startswith(".") for part in path.parts[-2:])


def _refused(path: Path, rule: str) -> Refusal:
    return Refusal(str(path), "the whole file", "", rule, "", "file")


def is_packed(path: Path) -> bool:
    """Is it a gzip archive?"""
    with path.open("rb") as raw:
        return raw.read(len(_GZIP)) == _GZIP


class _Unpacked(io.RawIOBase):
    """A gzip archive as plain bytes, handed on as they are unpacked; in large pieces, which is faster."""

    def __init__(self, path: Path) -> None:
        self._archive = gzip.GzipFile(path)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        piece = self._archive.read1(len(buffer))
        buffer[: len(piece)] = piece
        return len(piece)

    def close(self) -> None:
        self._archive.close()
        super().close()


def opened(path: Path) -> io.BufferedReader:
    """The bytes of a file, unpacked."""
    return io.BufferedReader(_Unpacked(path) if is_packed(path) else io.FileIO(path), _BUFFER)


def lines_of(path: Path) -> Generator[tuple[int, bytes], None, None]:
    """The lines of a file that are not empty, numbered from 1, without a byte order mark.

    Raises FileError for a broken archive and for a file without any line.
    """
    number = 0
    empty = True
    try:
        with opened(path) as file:
            for number, line in enumerate(file, start=1):
                text = line.removeprefix(_BOM) if number == 1 else line
                if not text.isspace():
                    empty = False
                    yield number, text
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise FileError(f"after line {number}", f"a complete gzip archive: {error}") from None
    if empty:
        raise FileError("the whole file", "something in it: the file is empty")


def text_of(path: Path) -> bytes:
    """The whole text of a file.

    Raises FileError as ``lines_of`` does, and for text that is not UTF-8.
    """
    try:
        with opened(path) as file:
            text = file.read().removeprefix(_BOM)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise FileError("the whole file", f"a complete gzip archive: {error}") from None
    if not text.strip():
        raise FileError("the whole file", "something in it: the file is empty")
    return utf8(text)


def utf8(text: bytes, place: str = "") -> bytes:
    """The text, if it is UTF-8.

    Raises FileError naming the byte, counted from 1.
    """
    if text.isascii():
        return text
    try:
        text.decode("utf-8")
    except UnicodeDecodeError as error:
        where = f"byte {error.start + 1}"
        raise FileError(
            f"{place}, {where}" if place else where, "text in UTF-8", text[error.start : error.start + 1]
        ) from None
    return text


def recognized(path: Path, wanted: str | None) -> str:
    """What a file is: "document" or "lines" (FHIR), "csv", "parquet" or "nhanes".

    wanted  one of FORMATS, or None to look at the file
    Raises FileError for a file that is none of these.
    """
    start = _start_of(path)
    if not start.strip():
        raise FileError("the whole file", "something in it: the file is empty")
    if wanted in ("csv", "parquet", "nhanes"):
        return wanted
    if start.startswith(_PARQUET):
        return "parquet"
    if start.lstrip().startswith((b"{", b"[")):
        return "lines" if _is_by_line(path) else "document"
    if wanted == "fhir":
        raise FileError("the whole file", "JSON that starts with {", start[:20].decode("utf-8", "replace"))
    if path.name.lower().removesuffix(".gz").endswith((".csv", ".tsv", ".txt")) or b"," in start.splitlines()[0]:
        return "csv"
    raise FileError("the whole file", "FHIR JSON or NDJSON, CSV or Parquet", start[:20].decode("utf-8", "replace"))


def _start_of(path: Path) -> bytes:
    try:
        with opened(path) as file:
            return file.peek(_LOOK)[:_LOOK].removeprefix(_BOM)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise FileError("the whole file", f"a complete gzip archive: {error}") from None


def _is_by_line(path: Path) -> bool:
    """One object a line: by the ending of the name, else if the first line is a whole object."""
    name = path.name.lower().removesuffix(".gz")
    if name.endswith((".ndjson", ".jsonl")):
        return True
    if name.endswith(".json"):
        return False
    with opened(path) as file:
        first = file.readline().strip()
        return first.endswith(b"}") and bool(file.readline().strip())
