"""Facts that are made from courses of drugs: which, since when, how many doses, what followed.

A course that is taken now and has no first day was taken for an unknown time; a drug that is known not to be taken, for
none. What is not on a list that nobody called whole is unknown.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from datetime import date

from boneloop.assess import bone_drugs
from boneloop.assess.seen import Seen
from boneloop.evidence.registry import load
from boneloop.guidance.condition import Fact, Interval
from boneloop.guidance.facts import FactRow, Person, table, taking
from boneloop.patient.drugs import drugs
from boneloop.patient.record import Medication
from boneloop.types import Known

FOREVER = Interval(0, math.inf)
NEVER = Interval(0, 0)
ON = ("bone_drug_months", "oral_bisphosphonate_months", "bisphosphonate_months", "ssri_months", "ppi_months")
PAUSES = ("alendronate_pause_months", "risedronate_pause_months", "zoledronate_pause_months")


def courses(seen: Seen, row: FactRow) -> tuple[Medication, ...]:
    """The courses that a fact is about."""
    return seen.courses(*row.classes, *row.drugs)


def begun(seen: Seen, row: FactRow) -> date | None:
    """First day of the longest of these courses that is taken now; None if none is, or it has no day."""
    days = [_first(course) for course in courses(seen, row) if course.active is Known.YES]
    known = [day for day in days if day is not None]
    return min(known) if known and len(known) == len(days) else None


def _first(course: Medication) -> date | None:
    return min((day for day in (course.start, *course.given) if day is not None), default=None)


def _last(course: Medication) -> date | None:
    return max((day for day in (course.stop, *course.given) if day is not None), default=None)


def _since(person: Person, ago: Callable[[Seen, date | None], float | None]) -> Callable[[FactRow], Interval]:
    def measured(row: FactRow) -> Interval:
        state = taking(person.seen, row)
        if state is not Known.YES:
            return NEVER if state is Known.NO else FOREVER
        since = ago(person.seen, begun(person.seen, row))
        return FOREVER if since is None else Interval.of(since)

    return measured


def _months_on(name: str) -> Callable[[Person], Interval]:
    return lambda person: _since(person, Seen.months_ago)(table()[name])


def _days_on(name: str) -> Callable[[Person], Interval]:
    return lambda person: _since(person, Seen.days_ago)(table()[name])


def _age_at_start(person: Person) -> Interval:
    row = table()["age_at_bisphosphonate_start"]
    return Interval.of(person.seen.age_on(begun(person.seen, row)))


def _ever(person: Person, row: FactRow) -> Known:
    """Was it ever taken: yes with any course that is more than a no without dates."""
    found = courses(person.seen, row)
    if any(c.active is Known.YES or c.start or c.stop or c.given for c in found):
        return Known.YES
    if any(c.active is Known.UNKNOWN for c in found):
        return Known.UNKNOWN
    return Known.NO if person.seen.record.medications_recorded is Known.YES else Known.UNKNOWN


def _months_taken(name: str) -> Callable[[Person], Interval]:
    """How long all courses together have lasted; a daily drug is a course of treatment once in a life."""

    def taken(person: Person) -> Interval:
        row = table()[name]
        ever = _ever(person, row)
        if ever is not Known.YES:
            return NEVER if ever is Known.NO else FOREVER
        total, whole = 0.0, person.seen.record.medications_recorded is Known.YES
        for course in courses(person.seen, row):
            start = person.seen.months_ago(course.start)
            end = 0.0 if course.active is Known.YES else person.seen.months_ago(course.stop)
            if start is None or end is None:
                whole = False
            else:
                total += start - end
        return Interval(total, total if whole else math.inf)

    return taken


def _pause(name: str) -> Callable[[Person], Interval]:
    """Months since the last of these drugs, where no other bone drug is taken now; 0 while it is taken or never was."""

    def paused(person: Person) -> Interval:
        row = table()[name]
        ever, now = _ever(person, row), person["on_bone_drug"]
        if ever is Known.NO or now is Known.YES:
            return NEVER
        last = max((day for c in courses(person.seen, row) if (day := _last(c)) is not None), default=None)
        ago = person.seen.months_ago(last)
        if ever is not Known.YES or ago is None:
            return FOREVER
        covered = max((drugs()[drug].every_months or 0 for drug in row.drugs), default=0)
        months = max(0.0, ago - covered)
        return Interval(months, months) if now is Known.NO else Interval(0, months)

    return paused


def _zoledronate_months(person: Person) -> Interval:
    """Months since the first infusion, while it is taken."""
    return _since(person, Seen.months_ago)(table()["zoledronate_months"])


def _given_denosumab(person: Person) -> bone_drugs.Denosumab | None:
    return bone_drugs.denosumab(person.seen)


def _denosumab_ever(person: Person) -> Known:
    return Known.YES if _given_denosumab(person) else _absent(person)


def _denosumab_months(person: Person) -> Interval:
    given = _given_denosumab(person)
    return Interval.of(given.months if given else None)


def _denosumab_first(person: Person) -> Interval:
    if _denosumab_ever(person) is Known.NO:
        return NEVER
    days = [day for course in person.seen.courses("denosumab") for day in course.given]
    return Interval.of(person.seen.months_ago(min(days))) if days else FOREVER


def _denosumab_doses(person: Person) -> Interval:
    given = _given_denosumab(person)
    if given is None:
        return NEVER if _denosumab_ever(person) is Known.NO else FOREVER
    return Interval(1, math.inf) if given.doses is None else Interval.of(given.doses)


def _not_covered(person: Person) -> Known:
    given = _given_denosumab(person)
    return Known.UNKNOWN if given is None or given.last is None else Known.of(not given.covered_by)


def _romosozumab_doses(person: Person) -> Interval:
    row = table()["romosozumab_doses"]
    ever = _ever(person, row)
    if ever is not Known.YES:
        return NEVER if ever is Known.NO else FOREVER
    doses = sum(len(course.given) for course in courses(person.seen, row))
    return Interval(
        max(1, doses), doses if doses and person.seen.record.medications_recorded is Known.YES else math.inf
    )


def _absent(person: Person) -> Known:
    """What is not on a drug list: no, if the list is known to be whole."""
    return Known.NO if person.seen.record.medications_recorded is Known.YES else Known.UNKNOWN


def _anabolic_ended(person: Person) -> Known:
    seen = person.seen
    ended = [m for m in seen.courses(*bone_drugs.ANABOLICS) if m.active is Known.NO]
    if not ended:
        return Known.NO if _absent(person) is Known.NO else Known.UNKNOWN
    stops = [m.stop for m in ended if m.stop is not None]
    after = seen.courses(*bone_drugs.ANTIRESORPTIVES)
    if any(m.active is Known.YES for m in after) or seen.taking(*bone_drugs.ANABOLICS) is Known.YES:
        return Known.NO
    followed = [m for m in after if stops and m.start is not None and m.start >= max(stops)]
    return Known.NO if followed else Known.YES if _absent(person) is Known.NO else Known.UNKNOWN


def _fracture_on_treatment(person: Person) -> Known:
    """Did a bone break at low energy while a bone drug was taken, by the days of both."""
    record = person.seen.record
    taken = courses(person.seen, table()["fracture_on_treatment"])
    broken = [f for f in record.fractures if f.low_energy is not Known.NO]
    meets = {_meets(course, f.date, record.as_of) for course in taken for f in broken if f.low_energy is Known.YES}
    if Known.YES in meets:
        return Known.YES
    whole = record.fractures_recorded is Known.YES and record.medications_recorded is Known.YES
    open_ended = {_meets(course, f.date, record.as_of) for course in taken for f in broken} - {Known.NO}
    return Known.NO if whole and not open_ended else Known.UNKNOWN


def _meets(course: Medication, day: date | None, today: date) -> Known:
    first, last = _first(course), today if course.active is Known.YES else _last(course)
    if day is None or first is None:
        return Known.UNKNOWN
    if day < first:
        return Known.NO
    return Known.UNKNOWN if last is None else Known.of(day <= last)


def _two_antiresorptives(person: Person) -> Known:
    states = [person.seen.taking(name) for name in table()["two_antiresorptives"].classes]
    if states.count(Known.YES) >= 2:
        return Known.YES
    return Known.NO if states.count(Known.YES) + states.count(Known.UNKNOWN) < 2 else Known.UNKNOWN


def _cns_drugs(person: Person) -> Interval:
    if not person.seen.record.medications:
        return NEVER if _absent(person) is Known.NO else FOREVER
    found = courses(person.seen, table()["cns_drugs"])
    taken = len({c.drug for c in found if c.active is Known.YES})
    perhaps = {c.drug for c in found if c.active is not Known.NO}
    none = all(person.seen.taking(name) is Known.NO for name in table()["cns_drugs"].classes)
    whole = none or person.seen.record.medications_recorded is Known.YES
    return Interval(taken, len(perhaps) if whole else math.inf)


def _dose(name: str) -> Callable[[Person], Interval]:
    def dose(person: Person) -> Interval:
        (drug,) = table()[name].drugs
        state = person.seen.taking_drug(drug)
        if state is not Known.YES:
            return NEVER if state is Known.NO else FOREVER
        doses = [c.dose_mg for c in person.seen.courses(drug) if c.active is Known.YES]
        known = [one for one in doses if one is not None]
        return Interval(sum(known), sum(known) if len(known) == len(doses) else math.inf)

    return dose


def _glucocorticoid(person: Person) -> Interval:
    measured = person.seen.newest("glucocorticoid_mg_per_day")
    if measured is not None:
        return Interval.of(measured.value)
    none_taken = Known.NO in (person.seen.taking("glucocorticoid"), person.seen.condition("glucocorticoid_use"))
    return NEVER if none_taken else FOREVER


def _glucocorticoid_months(person: Person) -> Interval:
    """Since when it is taken; a recorded long-term use is at least that of its definition."""
    by_course = _since(person, Seen.months_ago)(table()["glucocorticoid_months"])
    if person.seen.condition("glucocorticoid_use") is Known.YES:
        least = load().number("glucocorticoid_course.long_from", "month")
        return Interval(max(by_course.low, least), max(by_course.high, least))
    if person.seen.condition("glucocorticoid_use") is Known.NO and by_course.low == 0:
        return NEVER
    return by_course


COMPUTED: Mapping[str, Callable[[Person], Fact]] = {
    **{name: _months_on(name) for name in ON},
    **{name: _days_on(name) for name in ("oral_bisphosphonate_days", "antidepressant_days", "opioid_days")},
    **{name: _pause(name) for name in PAUSES},
    **{name: _months_taken(name) for name in ("teriparatide_months", "abaloparatide_months")},
    **{name: _dose(name) for name in ("citalopram_mg", "escitalopram_mg")},
    "age_at_bisphosphonate_start": _age_at_start,
    "anabolic_ended_uncovered": _anabolic_ended,
    "cns_drugs": _cns_drugs,
    "denosumab": _denosumab_ever,
    "denosumab_doses": _denosumab_doses,
    "denosumab_months": _denosumab_months,
    "denosumab_months_since_first": _denosumab_first,
    "denosumab_not_covered": _not_covered,
    "fracture_on_treatment": _fracture_on_treatment,
    "glucocorticoid": _glucocorticoid,
    "glucocorticoid_months": _glucocorticoid_months,
    "romosozumab_doses": _romosozumab_doses,
    "two_antiresorptives": _two_antiresorptives,
    "zoledronate_months": _zoledronate_months,
}
