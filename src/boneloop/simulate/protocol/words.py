"""Words: what a protocol means, as its reader would check it: who, how long, what is given when, what is recorded."""

from __future__ import annotations

import math
from collections.abc import Iterator

from boneloop.cycle.body.mineral.dimensions import HOURS_PER_DAY
from boneloop.simulate.protocol.changes import Change
from boneloop.simulate.protocol.dosing import DRUGS, Dose, Supplement
from boneloop.simulate.protocol.numbers import Number, numbers
from boneloop.simulate.protocol.observables import STATE_UNITS
from boneloop.simulate.protocol.people import Person
from boneloop.simulate.protocol.reading import Protocol

SHOWN = 6
_FORMS = {"smooth": "smooth, real calendar", "published": "published, months of 28 days"}
_STARTS = {"rest": "everybody at their own rest", "listed": "the printed baseline"}


def story(protocol: Protocol) -> Iterator[tuple[str, str]]:
    """The protocol in rows: what, and how."""
    calendar = protocol.calendar
    known = {number.place: number for number in reversed(numbers(protocol.p).values())}
    yield "form", _FORMS[protocol.form]
    yield "precision", f"{protocol.precision}, tolerance {protocol.tolerance:g}"
    yield "duration", f"{protocol.duration / HOURS_PER_DAY:.6g} days"
    yield "start", _STARTS[protocol.start]
    for person in protocol.people[:SHOWN]:
        yield f"patient {person.id}", _person(person, known)
    if len(protocol.people) > SHOWN:
        yield "", f"and {len(protocol.people) - SHOWN} more patients"
    for dose in protocol.doses:
        yield "give", _dose(dose)
    for supplement in protocol.supplements:
        yield "give", _supplement(supplement)
    for change in protocol.changes:
        yield "change", _change(change, known[change.place])
    if protocol.estrogen and (protocol.estrogen.everybody or "course.menopause_age" in _told(protocol)):
        onset = protocol.estrogen.onset
        yield "estrogen", "falls at the menopause" + (f", from {onset:g} years on" if onset else "")
    if protocol.fall:
        fall = protocol.fall
        yield (
            "GFR",
            f"falls by {fall.lost:g} mL/min in {fall.hours / calendar.year:g} years from {_time(fall.start)} on",
        )
    yield "record", ", ".join(one.column for one in protocol.record.what)
    times = protocol.record.times
    yield "rows", f"{protocol.rows:,}: {len(times):,} times of each patient, {_time(times[0])} to {_time(times[-1])}"


def _told(protocol: Protocol) -> set[str]:
    return {place for person in protocol.people for place in person.values}


def _person(person: Person, known: dict[str, Number]) -> str:
    said = (f"{known[place].name} {known[place].spoken(value)}" for place, value in person.values.items())
    return ", ".join(said) or "a healthy adult, as printed"


def _dose(dose: Dose) -> str:
    unit = DRUGS[dose.what][0] if dose.what in DRUGS else STATE_UNITS[dose.what]
    times = ", ".join(_time(time) for time in dose.times[:SHOWN])
    more = f" and {len(dose.times) - SHOWN} more" if len(dose.times) > SHOWN else ""
    count = f"{len(dose.times)} doses" if len(dose.times) > 1 else "once"
    return f"{dose.what} {dose.amount:g} {unit}, {count}: {times}{more}{_who(dose.who)}"


def _supplement(supplement: Supplement) -> str:
    spans = ", ".join(f"{_time(begin)} to {_time(end)}" for begin, end in supplement.spans[:SHOWN])
    return f"calcium {supplement.rate:g} mg/day, {spans}{_who(supplement.who)}"


def _change(change: Change, number: Number) -> str:
    value = f"{change.factor:g} times the own" if change.to is None else number.spoken(change.to)
    end = "" if math.isinf(change.until) else f" to {_time(change.until)}"
    return f"{number.name}: {value}, {_time(change.at)}{end or ' on'}{_who(change.who)}"


def _who(who: frozenset[str] | None) -> str:
    return "" if who is None else f"; {', '.join(sorted(who))} only"


def _time(hours: float) -> str:
    """Hours as days, the unit that is the same in both calendars."""
    return f"{hours:g} h" if 0 < hours < 2 * HOURS_PER_DAY else f"day {hours / HOURS_PER_DAY:.6g}"
