"""What a run writes down: one JSON document of typed records, the same for ours and for the peers.

Times are seconds. ``cpu_s`` is processor time of the whole process over ``patients``; ``wall_s`` is the clock with all
cores at work, where that was asked for. Errors are those of ``Case.errors``: the worst patient's, and the median
patient's. A record that could not be made says why in ``failed``.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import msgspec

SCHEMA = 1
_FOLDERS = re.compile(r"(?:[A-Za-z]:)?[/\\\\](?:[\w.+~-]+[/\\\\])+")
_LONGEST = 200


class Row(msgspec.Struct, kw_only=True, omit_defaults=True):
    """One contestant, one case, one relative tolerance.

    rate             patient-decades per processor second
    wall_rate        patient-decades per second of the clock on all cores; None where it was not measured
    taken, refused   steps per patient, where the contestant tells
    """

    case: str
    tolerance: float
    patients: int = 0
    cpu_s: float = 0.0
    rate: float = 0.0
    wall_rate: float | None = None
    judged: int = 0
    worst: float | None = None
    median: float | None = None
    taken: float | None = None
    refused: float | None = None
    failed: str = ""


class Answer(msgspec.Struct, kw_only=True, omit_defaults=True):
    """What one contestant did.

    first_s    from the start of the process to the first patient's result
    cached_s   the same in a fresh process that finds compiled code on the disk
    memory_mb  the largest memory of the process
    floor      ours only: the counted floor of a step, seconds of one core
    """

    contestant: str
    title: str
    version: str = ""
    ours: bool = False
    rows: list[Row] = []
    first_s: float | None = None
    cached_s: float | None = None
    memory_mb: float | None = None
    missing: str = ""
    failed: str = ""


class Rates(msgspec.Struct, kw_only=True):
    """What one core of the machine does at most, per second, in one precision."""

    precision: str
    multiply_add: float
    exponential: float


class Floor(msgspec.Struct, kw_only=True):
    """What a step costs at least: ``operations`` and ``calls`` (exp, log, tanh) at the machine's rates."""

    case: str
    precision: str
    operations: int
    calls: int
    step_s: float


class ChainRow(msgspec.Struct, kw_only=True, omit_defaults=True):
    """The four-state chain: one contestant, one size. ``shares`` are the states' at the end."""

    contestant: str
    title: str
    version: str = ""
    ours: bool = False
    people: int = 0
    cycles: int = 0
    cpu_s: float = 0.0
    rate: float = 0.0
    wall_rate: float | None = None
    shares: list[float] = []
    memory_mb: float | None = None
    missing: str = ""
    failed: str = ""


class Machine(msgspec.Struct, kw_only=True):
    """Where it ran: load is the mean number of busy processes over the minute before begin and end."""

    processor: str
    cores: int
    system: str
    python: str
    vectors: str
    packages: dict[str, str]
    load_before: float | None = None
    load_after: float | None = None


class Results(msgspec.Struct, kw_only=True):
    """A whole run."""

    schema: int
    date: str
    version: str
    quick: bool
    machine: Machine
    rates: list[Rates]
    floors: list[Floor]
    answers: list[Answer]
    chain: list[ChainRow]


def trouble(error: Exception) -> str:
    """What went wrong, in one line."""
    return without_places(f"{type(error).__name__}: {next(iter(str(error).strip().splitlines()), '')}")


def without_places(words: str) -> str:
    """The same without folders: a record may be shown to others. At most 200 characters."""
    return _FOLDERS.sub("", words)[:_LONGEST]


def write(path: Path, record: msgspec.Struct) -> None:
    """Write a record as JSON, whole or not at all."""
    partial = path.with_name(path.name + ".partial")
    partial.write_bytes(msgspec.json.format(msgspec.json.encode(record)) + b"\n")
    os.replace(partial, path)


def read(path: Path) -> Results:
    """Read a run. Raises msgspec.ValidationError if the file is no such record."""
    return msgspec.json.decode(path.read_bytes(), type=Results)
