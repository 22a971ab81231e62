"""The quick way through a Bundle: what its entries say at a glance, gathered by the person they speak of.

An entry that is not ours costs little more than the look-ups that show it. Whatever is out of the ordinary (a type that
is broken, a date that is none, a reference to somebody else) is a Surprise, and the Bundle is read the careful way.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

import msgspec
from msgspec import Raw

from boneloop.exchange.dates import day_of
from boneloop.exchange.fhir.codes import table
from boneloop.exchange.fhir.gathering import Gathering, Told, subject_key
from boneloop.exchange.fhir.meanings import MEANINGS, meaning_of, parts_are_ours, plainly
from boneloop.exchange.fhir.quick import NOTHING, Glance, Other, Seen, Surprise, whole
from boneloop.exchange.fhir.resources import Reference

_TO_THE_DAY = len("YYYY-MM-DD")
_REFERENCE = msgspec.json.Decoder(Reference)


def gathered(entries: list[Any], file: str, prefix: str) -> Gathering:
    """The entries of a Bundle, as ``quick.entries`` decodes them.

    file, prefix  where the Bundle stands
    Raises Surprise for what is to be read the careful way.
    """
    glances = _Glances(file, prefix)
    for number, entry in enumerate(entries, start=1):
        resource = entry.resource
        if type(resource) is Glance:
            glances.observation(resource, number)
        elif isinstance(resource, Seen):
            glances.visit(resource)
        elif not isinstance(resource, Other):
            glances.keep(resource, str(resource.__struct_config__.tag), number, entry.fullUrl)
    return glances.complete()


class _About:
    """What a Bundle says of one person: what is to be read, and the days of what was seen by how they were written."""

    def __init__(self, key: str, told: list[Told]) -> None:
        self.key = key
        self.told = told
        self.days: dict[str, date] = {}

    def saw(self, written: str) -> None:
        """Something was seen that day. Raises Surprise for a day that is none."""
        try:
            self.days[written] = day_of(written[:_TO_THE_DAY])[0]
        except ValueError as error:
            raise Surprise(str(error)) from None


class _Glances:
    """A Bundle that is being gathered.

    Entries that follow each other speak of the same person as a rule, so the last one is kept at hand.
    """

    def __init__(self, file: str, prefix: str) -> None:
        self._gathering = Gathering("Bundle")
        self._file = file
        self._start = f"{prefix}, " if prefix else ""
        self._everybody: dict[bytes, _About] = {}
        self._subject = _NOBODY
        self._about = _About("", [])

    def observation(self, glance: Glance, number: int) -> None:
        """An observation: the day on which it was made, and what it says if that may be ours."""
        about = self._about if glance.subject == self._subject else self._of(glance.subject)
        written = glance.effectiveDateTime
        if written is not None and written not in about.days and glance.status not in _skipped("observation"):
            about.saw(written)
        code = bytes(glance.code)
        meaning = MEANINGS[code] if code in MEANINGS else meaning_of(code)
        if written is not None:
            if meaning is None and (glance.component is NOTHING or not parts_are_ours(glance)):
                return
            plain = plainly(glance, meaning, about.days, written) if meaning is not None else None
            if plain is not None:
                about.told.append((plain, self._file, self._start))
                return
        self.keep(whole(glance), "Observation", number, None)

    def visit(self, seen: Seen) -> None:
        """A visit: the day on which somebody was seen."""
        about = self._about if seen.subject == self._subject else self._of(seen.subject)
        if seen.contained is not NOTHING:
            raise Surprise("a visit that contains something")
        written = seen.day
        if written is not None and written not in about.days and seen.status not in _skipped("visit"):
            about.saw(written)

    def keep(self, resource: Any, kind: str, number: int, url: str | None) -> None:
        """Anything else that is read, with its place."""
        place = f"{kind}/{resource.id}" if resource.id else f"entry {number}, {kind}"
        self._gathering.keep(resource, self._file, self._start + place, url)

    def complete(self) -> Gathering:
        """The Bundle once all entries are there. Raises Surprise for a person who is not in it."""
        here = self._gathering.names()
        latest: dict[str, date] = {}
        for about in self._everybody.values():
            if about.key not in here:
                raise Surprise(f"speaks of {about.key}")
            if about.days:
                newest = max(about.days.values())
                latest[about.key] = max(latest.get(about.key, newest), newest)
        self._gathering.latest = latest
        return self._gathering

    def _of(self, subject: Raw) -> _About:
        """The person of a reference. Raises Surprise for what is no reference."""
        text = bytes(subject)
        if text not in self._everybody:
            key = _key_of(text)
            self._everybody[text] = _About(key, self._gathering.about(key))
        self._subject, self._about = subject, self._everybody[text]
        return self._about


_NOBODY = Raw(b'"nobody"')


@cache
def _skipped(kind: str) -> frozenset[str]:
    """Statuses with which something is no statement about anybody."""
    return frozenset(table("skip")[kind])


def _key_of(text: bytes) -> str:
    """Whom a reference speaks of, from its JSON."""
    try:
        return subject_key((_REFERENCE.decode(text).reference or "") if text else "")
    except msgspec.MsgspecError as error:
        raise Surprise(str(error)) from None
