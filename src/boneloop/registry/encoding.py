"""A record as text and back: JSON whose keys are sorted, so that the same record always has the same bytes."""

from __future__ import annotations

import hashlib

import msgspec

from boneloop.errors import RecordError
from boneloop.patient.record import Record


def encode(record: Record) -> bytes:
    """The record as JSON.

    Raises RecordError if something in it would not come back as it was: JSON has no infinity and no not-a-number.
    """
    kept = decode(_text(record))
    if kept != record:
        raise RecordError(record.id, "a stored record must come back as it was")
    return _text(kept)  # what came back: 71 and 71.0 years are one age and have one text


def _text(record: Record) -> bytes:
    return msgspec.json.encode(msgspec.to_builtins(record, str_keys=True, order="sorted"))


def decode(text: bytes) -> Record:
    """The record that ``encode`` wrote. Raises RecordError naming the field that does not fit."""
    try:
        return msgspec.json.decode(text, type=Record)
    except msgspec.DecodeError as misfit:
        raise RecordError("stored record", str(misfit)) from misfit


def digest(content: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(content).hexdigest()
