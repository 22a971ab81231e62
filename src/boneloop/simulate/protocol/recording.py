"""Recording: at which times is looked, and at what.

[record]
what = ["calcium", "pth"]         # or a group: "readings", "states", "fluxes"
every = "1 day"                   # from start to until, the whole protocol if left out
times = ["6 hours"]               # and these
after_doses = ["1 hour"]          # and so long after every dose
clock = "day"                     # the unit of the column of times

[[record.window]]                 # and more densely for some time
every = "1 hour"
until = "2 days"
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from boneloop.simulate.protocol.dosing import Dose, Frame
from boneloop.simulate.protocol.observables import GROUPS, Observable, group, observables
from boneloop.simulate.protocol.page import Page
from boneloop.simulate.protocol.section import MOST, Section, one
from boneloop.types import Array

CLOCKS = {"hour": "time_h", "day": "time_d", "week": "time_weeks", "month": "time_months", "year": "time_years"}
_KEYS = ("what", "every", "start", "until", "times", "after_doses", "clock", "window")
_WINDOW = ("every", "start", "until")
_ROUNDING = 1e-9


@dataclass(frozen=True)
class Record:
    """What the table holds.

    what    its columns, after the patient and the time
    times   hours, rising; a row of the time of a dose is before the dose
    clock   the unit of the column of times
    """

    what: tuple[Observable, ...]
    times: Array
    clock: str


def recording(page: Page, frame: Frame, doses: Iterable[object]) -> Record:
    """The table that is asked for; what is wrong is written on the page."""
    section = one(page, "record")
    if section is None:
        if "record" not in page.document:
            page.fault((), 'nothing to record: a table [record] with what = ["calcium", "pth"] and every = "1 day"')
        return Record((), np.empty(0), "day")
    section.only(_KEYS)
    clock = section.choice("clock", tuple(CLOCKS), "day")
    found = [time for part in _windows(section) for time in _regular(part, frame)]
    found += section.times("times", frame.calendar, "6 hours") or ()
    for delay in section.times("after_doses", frame.calendar, "1 hour") or ():
        given = (time for dose in doses if isinstance(dose, Dose) for time in dose.times)
        found += [time + delay for time in given if time + delay <= frame.duration]
    return Record(_what(section), _checked(section, frame, found), clock)


def _what(section: Section) -> tuple[Observable, ...]:
    known = observables()
    found: dict[str, Observable] = {}
    for word in section.texts("what") or ():
        if word in GROUPS:
            found.update({one.word: one for one in group(word)})
        elif word in known:
            found[word] = known[word]
        else:
            section.page.unknown((*section.path, "what"), word, (*GROUPS, *known), "word")
    if not section.table.get("what"):
        section.fault('nothing to record: what = ["calcium", "pth"]', key="what" if "what" in section else None)
    return tuple(found.values())


def _windows(section: Section) -> Iterator[Section]:
    if "every" in section:
        yield section
    else:
        for key in ("start", "until"):
            if key in section:
                section.fault('how often: every = "1 day"', section.table[key], key)
    windows: Any = section.table.get("window", [])
    if not isinstance(windows, list) or not all(isinstance(window, dict) for window in windows):
        section.fault("each is a table [[record.window]] with every, start and until", key="window")
        return
    for number, window in enumerate(windows):
        part = Section(section.page, (*section.path, "window", number), window)
        part.only(_WINDOW)
        if "every" not in part:
            part.fault('how often: every = "1 hour"')
        yield part


def _regular(section: Section, frame: Frame) -> list[float]:
    """The times of one window, both ends included."""
    every = section.time("every", frame.calendar, "1 day", above=0)
    begin = section.time("start", frame.calendar, "1 month") or 0.0
    end = section.time("until", frame.calendar, "1 year", above=begin)
    end = frame.duration if end is None else min(end, frame.duration)
    if not every or math.isinf(end):
        return []
    count = (end - begin) / every
    if count > MOST:
        section.fault(f"at most {MOST:,} rows for each patient", section.table["every"], "every")
        return []
    return [min(begin + step * every, end) for step in range(math.floor(count + _ROUNDING) + 1)]


def _checked(section: Section, frame: Frame, found: list[float]) -> Array:
    if not any(key in section for key in ("every", "times", "window", "after_doses")):
        section.fault('nothing to record: every = "1 day", or times = [...]')
    times = np.unique(np.array(found, dtype=np.float64))
    if len(times) and times[-1] > frame.duration:
        section.fault(f"times up to the end of the protocol at {frame.duration:g} h", f"{times[-1]:g} h", "times")
    return times
