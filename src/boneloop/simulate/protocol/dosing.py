"""Dosing: what is given, how much, when, and to whom. A dose acts from its time on; a row of that time is before it.

drug = "denosumab"        with amount = "60 mg": into its depot at each time
drug = "teriparatide"     with amount = "20 ug": likewise
drug = "calcium"          elemental; "500 mg" every "12 hours" is spread evenly over the twelve hours,
                          "1000 mg/day" from start to until
into = "calcitriol"       an amount straight into a state of the engine, in the state's unit

every, start, count or until, skip    dose number k + 1 at start + k every, those in skip left out
times                                 or the times themselves
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from boneloop.cycle.body.mineral.dimensions import HOURS_PER_DAY
from boneloop.simulate.protocol import quantity
from boneloop.simulate.protocol.observables import STATE_UNITS
from boneloop.simulate.protocol.page import Page
from boneloop.simulate.protocol.quantity import Calendar, QuantityError
from boneloop.simulate.protocol.section import MOST, Section, each, known

DRUGS = {"denosumab": ("mg", "60 mg"), "teriparatide": ("ug", "20 ug"), "calcium": ("mg", "500 mg")}
KEYS = ("drug", "into", "amount", "every", "start", "count", "until", "times", "skip", "who")
IN_THE_PAST = "a dose lies before the start of the protocol, in the past; times count from 0"
_ROUNDING = 1e-9


@dataclass(frozen=True)
class Dose:
    """An amount at some times.

    what    denosumab (mg), teriparatide (ug), or a state (in its own unit)
    times   hours
    who     ids; everybody if None
    """

    what: str
    amount: float
    times: tuple[float, ...]
    who: frozenset[str] | None = None


@dataclass(frozen=True)
class Supplement:
    """Calcium, mg a day, during some spans of hours."""

    rate: float
    spans: tuple[tuple[float, float], ...]
    who: frozenset[str] | None = None


@dataclass(frozen=True)
class Frame:
    """What every row of a protocol is read within: its calendar, its duration in hours, the ids of its people.

    A duration that could not be read is infinite, so that nothing is said to lie beyond it.
    """

    calendar: Calendar
    duration: float
    ids: Collection[str]

    def who(self, section: Section) -> frozenset[str] | None:
        """Whom a row is about; everybody if it does not say."""
        names = section.texts("who")
        for name in names or ():
            if name not in self.ids:
                section.page.unknown((*section.path, "who"), name, list(self.ids)[:20], "patient")
        return None if names is None else frozenset(names)


def dosing(page: Page, frame: Frame) -> tuple[Dose | Supplement, ...]:
    """The rows [[give]] that can be lived; what is wrong with the others is written on the page."""
    found = (_given(section, frame) for section in each(page, "give"))
    return tuple(row for row in found if row)


def _given(section: Section, frame: Frame) -> Dose | Supplement | None:
    section.only(KEYS)
    who, what = frame.who(section), _what(section)
    if what is None:
        return None
    if "amount" not in section:
        section.fault(f'how much: amount = "{_measure(what)[1]}"')
        return None
    if what == "drug calcium":
        return _supplement(section, frame, who)
    unit, example = _measure(what)
    amount = section.amount("amount", unit, example, above=0)
    times = _times(section, frame)
    return Dose(what.removeprefix("drug "), amount, times, who) if amount and times else None


def _what(section: Section) -> str | None:
    """ "drug x" or the name of a state; None if it is neither."""
    if ("drug" in section) == ("into" in section):
        section.fault('what is given: either drug = "denosumab" or into = a state of the engine')
        return None
    drug = section.text("drug")
    if drug is None:
        state = section.text("into")
        return _among(section, "into", state, STATE_UNITS, "state") if state else None
    name = _among(section, "drug", drug, DRUGS, "drug of the mineral engine")
    return f"drug {name}" if name else None


def _among(section: Section, key: str, word: str, words: Mapping[str, Any], what: str) -> str | None:
    try:
        return known(word, words, what)
    except QuantityError as rule:
        section.fault(str(rule), word, key)
        return None


def _measure(what: str) -> tuple[str, str]:
    if what.startswith("drug "):
        return DRUGS[what.removeprefix("drug ")]
    return STATE_UNITS[what], f"1 {STATE_UNITS[what]}"


def _supplement(section: Section, frame: Frame, who: frozenset[str] | None) -> Supplement | None:
    """Calcium as a rate: the engine's gut takes what a day brings, not a single tablet."""
    try:
        _, unit = quantity.split(section.table["amount"], "500 mg")
    except QuantityError:
        unit = "mg"
    if "/" in unit:
        rate = section.amount("amount", "mg/day", "1000 mg/day", above=0)
        spans = _span(section, frame)
    else:
        amount = section.amount("amount", "mg", "500 mg", above=0)
        every, times = _every(section, frame), _times(section, frame)
        if not every:
            section.fault('calcium is given every so often, as every = "12 hours", or by the day, as "1000 mg/day"')
        if not (amount and every and times):
            return None
        rate = amount * HOURS_PER_DAY / every
        spans = _joined([(time, time + every) for time in times])
    return Supplement(rate, spans, who) if rate and spans else None


def _joined(spans: list[tuple[float, float]]) -> tuple[tuple[float, float], ...]:
    """Spans that follow each other without a gap, but for rounding, as one."""
    joined: list[tuple[float, float]] = []
    for begin, end in sorted(spans):
        if joined and abs(begin - joined[-1][1]) < _ROUNDING * end:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((begin, end))
    return tuple(joined)


def _span(section: Section, frame: Frame) -> tuple[tuple[float, float], ...]:
    for key in ("every", "count", "times", "skip"):
        if key in section:
            section.fault("an amount by the day is given from start to until, without this", section.table[key], key)
    begin = section.time("start", frame.calendar, "1 month", IN_THE_PAST) or 0.0
    end = section.time("until", frame.calendar, "2 years", above=begin)
    if begin >= frame.duration:
        section.fault("a start before the end of the protocol", section.table["start"], "start")
    return ((begin, frame.duration if end is None else end),)


def _every(section: Section, frame: Frame) -> float | None:
    every = section.time("every", frame.calendar, "6 months", above=0)
    return float(every) if every else None


def _times(section: Section, frame: Frame) -> tuple[float, ...]:
    """The hours of the doses, those in ``skip`` left out."""
    if "times" in section:
        for key in ("every", "start", "count", "until"):
            if key in section and not (key == "every" and section.table.get("drug") == "calcium"):
                section.fault("either times or every, start, count and until", section.table[key], key)
        planned = section.times("times", frame.calendar, "6 months", IN_THE_PAST) or ()
        key = "times"
    else:
        planned, key = _repeated(section, frame), "count" if "count" in section else "start"
    late = [time for time in planned if time >= frame.duration]
    if late:
        number = planned.index(late[0]) + 1
        rule = f"every dose before the end of the protocol; dose {number} would be at {late[0]:g} h, the end is at"
        section.fault(f"{rule} {frame.duration:g} h", section.table.get(key, ""), key if key in section else None)
        return ()
    return _without(section, planned)


def _repeated(section: Section, frame: Frame) -> tuple[float, ...]:
    start = section.time("start", frame.calendar, "1 month", IN_THE_PAST)
    every, count = _every(section, frame), section.whole("count")
    until = section.time("until", frame.calendar, "3 years", above=start or 0.0)
    if "start" in section and start is None:
        return ()
    begin = start or 0.0
    if "count" in section and "until" in section:
        section.fault("either count or until", section.table["until"], "until")
    if "every" not in section:
        for key in ("count", "until"):
            if key in section and not (key == "count" and count == 1):
                section.fault('how often: every = "6 months"', section.table[key], key)
        return (begin,)
    if not every:
        return ()
    if count is None:
        end = min(frame.duration if until is None else until, frame.duration)
        if math.isinf(end):
            return (begin,)
        count = max(math.ceil((end - begin) / every - _ROUNDING), 1)
    if count > MOST:
        section.fault(f"at most {MOST:,} doses", section.table["every"], "every")
        return ()
    return tuple(begin + number * every for number in range(count))


def _without(section: Section, planned: tuple[float, ...]) -> tuple[float, ...]:
    skipped = section.wholes("skip") or ()
    for number in skipped:
        if number > len(planned):
            section.fault(f"the number of a dose that is planned, 1 to {len(planned)}", number, "skip")
    kept = tuple(time for number, time in enumerate(planned, start=1) if number not in skipped)
    if planned and not kept:
        section.fault("at least one dose that is not skipped", list(skipped), "skip")
    return kept
