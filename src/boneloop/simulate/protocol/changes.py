"""Changes: a number that is set to another value for a time, and the two courses that go on by themselves.

    [[change]]                          [estrogen]                    [gfr]
    what = "vitamin_d"                  course = "menopause"          fall = "50 mL/min"
    to = 1.0       # or factor = 2      onset_age = "49 years"        over = "10 years"
    at = "1 year"                                                     start = "1 year"
    until = "2 years"

Where two changes of one number overlap, the one that began last holds; when it ends, the other one holds again.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from boneloop.simulate.protocol.dosing import Frame
from boneloop.simulate.protocol.numbers import AGE, GFR, MENOPAUSE_AGE, Number
from boneloop.simulate.protocol.page import Page
from boneloop.simulate.protocol.quantity import Calendar
from boneloop.simulate.protocol.section import Section, each, one

KEYS = ("what", "to", "factor", "at", "until", "who")
COURSES = ("menopause", "off")


@dataclass(frozen=True)
class Change:
    """A number that is something else from ``at`` until ``until`` (hours; infinite for ever).

    place   in the model
    to      the new value in the model's unit; None where a factor on the person's own is given
    who     ids; everybody if None
    """

    place: str
    at: float
    until: float
    to: float | None
    factor: float = 1.0
    who: frozenset[str] | None = None

    def value(self, own: float) -> float:
        """What the number is then, for somebody whose own it is else."""
        return own * self.factor if self.to is None else self.to


@dataclass(frozen=True)
class EstrogenCourse:
    """Estrogen that falls at the menopause.

    everybody  follows it; else those with an age at menopause
    onset      age in years at which the transition begins; None: from the person's age at menopause, or as printed
    """

    everybody: bool = False
    onset: float | None = None


@dataclass(frozen=True)
class Fall:
    """GFR that loses ``lost`` mL/min in ``hours``, from ``start`` on, by the same share in every hour."""

    lost: float
    start: float
    hours: float


def changes(page: Page, frame: Frame, known: Mapping[str, Number]) -> tuple[Change, ...]:
    """The rows [[change]]; what is wrong is written on the page."""
    first: list[tuple[Change, Section]] = []
    for section in each(page, "change"):
        change = _change(section, frame, known)
        if change:
            for other, place in first:
                if _collide(change, other):
                    section.fault(
                        f"two changes of one number at one time: the other is in line {page.line(place.path)}"
                    )
            first.append((change, section))
    return tuple(change for change, _ in first)


def _change(section: Section, frame: Frame, known: Mapping[str, Number]) -> Change | None:
    section.only(KEYS)
    who, number = frame.who(section), _number(section, known)
    at = section.time("at", frame.calendar, "1 year", "a change lies before the start of the protocol, in the past")
    until = section.time("until", frame.calendar, "2 years", above=at or 0.0)
    if "at" not in section:
        section.fault('when: at = "1 year"')
    elif at is not None and at >= frame.duration:
        section.fault(f"a change before the end of the protocol at {frame.duration:g} h", section.table["at"], "at")
    if ("to" in section) == ("factor" in section):
        section.fault("either to = a new value, or factor = a number on the person's own")
    if number is None or at is None:
        return None
    to, factor = section.number("to", number.read), section.amount("factor", "1", "0.5")
    if to is None and factor is None:
        return None
    if factor is not None and factor <= 0 and number.above:
        section.fault("more than 0", factor, "factor")
    return Change(number.place, at, math.inf if until is None else until, to, 1.0 if factor is None else factor, who)


def _number(section: Section, known: Mapping[str, Number]) -> Number | None:
    name = section.text("what")
    if name is None:
        if "what" not in section:
            section.fault('what changes: what = "vitamin_d"')
        return None
    number = known.get(name)
    if number is None:
        plain = [word for word, one in known.items() if one.place not in (AGE, MENOPAUSE_AGE)]
        names = plain if "." in name else [word for word in plain if "." not in word]
        section.page.unknown((*section.path, "what"), name, names, "number")
    elif number.place in (AGE, MENOPAUSE_AGE):
        section.fault("a number that can change; age goes on by itself", name, "what")
        return None
    return number


def _collide(one: Change, other: Change) -> bool:
    same = one.place == other.place and one.at == other.at
    return same and (one.who is None or other.who is None or bool(one.who & other.who))


def estrogen_course(page: Page) -> EstrogenCourse | None:
    """The table [estrogen]; None if it turns the course off. Without it those with an age at menopause follow it."""
    section = one(page, "estrogen")
    if section is None:
        return EstrogenCourse()
    section.only(("course", "onset_age"))
    onset = section.number("onset_age", _years)
    if "course" not in section:
        section.fault('course = "menopause" or "off"')
    course = section.choice("course", COURSES, "menopause")
    if course == "off" and "onset_age" in section:
        section.fault("no age of onset where the course is off", section.table["onset_age"], "onset_age")
    return EstrogenCourse(everybody=True, onset=onset) if course == "menopause" else None


def _years(value: object) -> float:
    return Number("onset_age", "", math.nan, {"year": 1.0}, "49 years", bare=True, lowest=0, above=True).read(value)


def gfr_fall(page: Page, frame: Frame, clock: Calendar) -> Fall | None:
    """The table [gfr]; ``clock`` is the calendar of the kidney, which in the published form has longer years."""
    section = one(page, "gfr")
    if section is None:
        return None
    section.only(("fall", "over", "start"))
    for key, example in (("fall", "20 mL/min"), ("over", "10 years")):
        if key not in section:
            section.fault(f'{key} = "{example}"')
    lost = section.amount("fall", "mL/min", "20 mL/min", above=0)
    hours = section.time("over", clock, "10 years", above=0)
    start = section.time("start", frame.calendar, "1 year")
    return Fall(lost, start or 0.0, hours) if lost and hours else None


def check_gfr(page: Page, fall: Fall | None, rows: tuple[Change, ...], lowest: tuple[str, float]) -> None:
    """GFR either falls or is set, and nobody loses more than they have; ``lowest`` is who has least, and how much."""
    if fall is None:
        return
    if any(change.place == GFR for change in rows):
        page.fault(("gfr",), "either a course of GFR or changes of gfr, not both")
    who, least = lowest
    if fall.lost >= least:
        page.fault(("gfr", "fall"), f"less than the GFR of every patient; {who} has {least:g} mL/min", fall.lost)
