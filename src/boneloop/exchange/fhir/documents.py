"""FHIR files: one JSON document, or one object a line; Bundles, single resources, or wrappers around either."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import msgspec

from boneloop.errors import FileError
from boneloop.exchange.fhir import ours, quick
from boneloop.exchange.fhir.bundles import gathered
from boneloop.exchange.fhir.gathering import Gathering
from boneloop.exchange.fhir.patients import identity
from boneloop.exchange.fhir.resources import BUNDLE, ENVELOPE, KIND, LIGHT_BUNDLE
from boneloop.exchange.fhir.strict import faults
from boneloop.exchange.files import lines_of, text_of, utf8
from boneloop.exchange.person import Person
from boneloop.exchange.refusal import Refusal


def people(path: Path, by_line: bool, loose: Gathering) -> Iterator[Person | Refusal]:
    """The people of one file; resources outside a Bundle go to ``loose``.

    by_line  one JSON object a line, else the file is one object
    """
    name = str(path)
    for place, text in _objects(path, by_line):
        try:
            raw, kind = unwrapped(utf8(text, place))
        except FileError as error:
            yield Refusal.of(error, name, "patient" if by_line else "file")
            continue
        except msgspec.MsgspecError as error:
            yield _broken(name, place, error, text)
            continue
        if kind == "Bundle":
            yield from _bundle_people(raw, name, place, loose.strict)
        elif kind:
            loose.add(raw, name, place)
        else:
            rule = "a FHIR resource or Bundle (an object with resourceType)"
            yield Refusal(name, place or "the whole file", "", rule, "", "patient" if by_line else "file")


def ids(path: Path, by_line: bool) -> Iterator[str]:
    """The patient ids of a file, read as lightly as possible; what is broken is passed over here."""
    for _, text in _objects(path, by_line):
        known = _ids_at_a_glance(text)
        if known is not None:
            yield from known
            continue
        try:
            raw, kind = unwrapped(text)
            if kind == "Bundle":
                found = [(e.resource, e.fullUrl) for e in LIGHT_BUNDLE.decode(raw).entry]
            else:
                found = [(KIND.decode(raw), None)]
            yield from (identity(what, url) for what, url in found if what.resourceType == "Patient")
        except msgspec.MsgspecError:
            continue


_PATIENT = b'"Patient"'
_AS_USUAL = re.compile(rb'\{\s*"resourceType"\s*:\s*"Patient"\s*,\s*"id"\s*:\s*"([A-Za-z0-9.-]{1,64})"')
_BUNDLE = re.compile(rb'\s*\{\s*"resourceType"\s*:\s*"Bundle"')
_MADE = re.compile(rb"[0-9a-f]{8}-[0-9a-f]{4}-5")
"""How an id begins that was made of one that FHIR does not allow: that one stands in an identifier."""
_KEPT_ID = ours.PATIENT.encode()


def _ids_at_a_glance(text: bytes) -> list[str] | None:
    """The ids of the patients in a Bundle that begins as Bundles do and names each patient as is usual; None else.

    It may find one too many, in a text or in something contained: then that person only waits until the end.
    """
    if not _BUNDLE.match(text):
        return None
    found = []
    place = text.find(_PATIENT)
    while place >= 0:
        start = text.rfind(b"{", 0, place)
        usual = _AS_USUAL.match(text, start)
        if usual is None:
            return None
        if _MADE.match(usual[1]) and _KEPT_ID in text:
            return None
        found.append(usual[1].decode())
        place = text.find(_PATIENT, usual.end())
    return found


def _objects(path: Path, by_line: bool) -> Iterator[tuple[str, bytes]]:
    if not by_line:
        yield "", text_of(path)
        return
    for number, line in lines_of(path):
        yield f"line {number}", line


def unwrapped(text: bytes) -> tuple[msgspec.Raw, str]:
    """The resource in a line or file, without a wrapper, and its type; "" if there is none.

    Raises msgspec.MsgspecError for what is not JSON.
    """
    raw = msgspec.Raw(text)
    if _BUNDLE.match(text):
        return raw, "Bundle"
    envelope = ENVELOPE.decode(raw)
    if envelope.resourceType:
        return raw, envelope.resourceType
    for inner in (envelope.bundle, envelope.resource):
        if inner:
            return inner, KIND.decode(inner).resourceType
    return raw, ""


def _bundle_people(raw: msgspec.Raw, file: str, place: str, strict: bool) -> Iterator[Person | Refusal]:
    try:
        gathering = _quickly(raw, file, place) if not strict else _carefully(raw, file, place, strict)
    except msgspec.MsgspecError as error:
        yield _broken(file, place, error, bytes(raw))
        return
    if strict:
        yield from _frame_faults(raw, file, place)
    for found in gathering.people():
        if isinstance(found, Refusal) and not found.file:
            found = Refusal(file, place or "the whole file", "", found.rule, "", found.level)
        yield found


def _quickly(raw: msgspec.Raw | bytes, file: str, place: str) -> Gathering:
    """Everything in a Bundle in one pass; a Bundle in which something is out of the ordinary is read carefully."""
    try:
        return gathered(quick.entries(raw), file, place)
    except quick.Surprise:
        return _carefully(raw, file, place, False)


def _carefully(raw: msgspec.Raw | bytes, file: str, place: str, strict: bool) -> Gathering:
    """Everything in a Bundle, resource by resource; each that is broken is refused by itself.

    Raises msgspec.MsgspecError for what is not a Bundle in JSON.
    """
    gathering = Gathering("Bundle", strict)
    for number, entry in enumerate(BUNDLE.decode(raw).entry, start=1):
        if entry.resource:
            gathering.add(entry.resource, file, place, entry.fullUrl, number)
    return gathering


def _frame_faults(raw: msgspec.Raw, file: str, place: str) -> Iterator[Refusal]:
    """What R4 does not allow of the Bundle itself; its resources are looked at one by one."""
    frame = msgspec.json.decode(raw)
    for entry in frame.get("entry") or ():
        if isinstance(entry, dict) and "resource" in entry:
            entry["resource"] = {"resourceType": "Basic", "code": {"text": "looked at by itself"}}
    for fault in faults(frame):
        at = f"{place}, {fault.path}" if place else fault.path
        yield Refusal(file, at, "", fault.rule, fault.value, "value")


def _broken(file: str, place: str, error: msgspec.MsgspecError, text: bytes) -> Refusal:
    """Not JSON, or JSON that ends too early: a line is one lost person, a document is a lost file."""
    end = text.rstrip()[-30:].decode("utf-8", "replace")
    return Refusal(
        file, place or "the whole file", "", f"complete JSON: {error}", f"… {end}", "patient" if place else "file"
    )
