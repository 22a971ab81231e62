"""Pseudonyms: a record under another name and at another time, to be handed on; without the key nobody turns it back.

    id       a keyed digest of the id: the same person has the same pseudonym under one key, and another under another
    dates    all of one person moved back by the same number of days, 1 to 365, which follows from key and id
    places   files, rows and ids of resources become numbers; notes are left out, since they quote files
    words    what a record calls the reference of a T-score is left out, since anything may stand there

Ages, sexes, countries, values and the times between them stay: a rare combination of them can still tell who it is.
Whoever knows the true day of the assessment can tell by how much the dates of everybody were moved.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from boneloop.errors import FileError
from boneloop.patient.record import Record

SHORTEST_KEY = 16
"""Bytes."""
_NAMED = "named in the record"
_LONGEST_SHIFT = 365
_LETTERS = 16


def read_key(path: Path) -> bytes:
    """The key in a file, line ends left off.

    Raises FileError for a file that cannot be read or a key that is too short to keep anybody out.
    """
    try:
        key = path.read_bytes().strip()
    except OSError as fault:
        raise FileError(str(path), f"a readable file ({fault.strerror})") from None
    if len(key) < SHORTEST_KEY:
        raise FileError(str(path), f"a key of {SHORTEST_KEY} bytes or more", f"{len(key)} bytes")
    return key


def pseudonym(key: bytes, patient: str) -> str:
    """The name of a person under a key."""
    return f"p{_digest(key, 'id', patient)[:_LETTERS]}"


def shift(key: bytes, patient: str) -> timedelta:
    """By how much the dates of a person are moved back under a key."""
    return timedelta(days=1 + int(_digest(key, "days", patient), 16) % _LONGEST_SHIFT)


def _digest(key: bytes, what: str, patient: str) -> str:
    return hmac.new(key, f"{what}\x1f{patient}".encode(), hashlib.sha256).hexdigest()


def pseudonymous(record: Record, key: bytes) -> Record:
    """The record under its pseudonym, with its dates moved and without the places where it was read."""
    earlier, places = shift(key, record.id), _Places()

    def moved(day: date | None) -> date | None:
        return None if day is None else day - earlier

    return replace(
        record,
        id=pseudonym(key, record.id),
        as_of=record.as_of - earlier,
        source="pseudonymous record",
        notes=(),
        measurements=tuple(
            replace(m, date=moved(m.date), source=places[m.source], reference=_NAMED if m.reference else "")
            for m in record.measurements
        ),
        answers=tuple(replace(a, date=moved(a.date), source=places[a.source]) for a in record.answers),
        fractures=tuple(replace(f, date=moved(f.date), source=places[f.source]) for f in record.fractures),
        conditions=tuple(replace(c, date=moved(c.date), source=places[c.source]) for c in record.conditions),
        medications=tuple(
            replace(
                m,
                start=moved(m.start),
                stop=moved(m.stop),
                given=tuple(day - earlier for day in m.given),
                source=places[m.source],
            )
            for m in record.medications
        ),
    )


class _Places(dict[str, str]):
    """Places by number, in the order in which they are first met."""

    def __missing__(self, place: str) -> str:
        made = self[place] = f"place {len(self) + 1}"
        return made
