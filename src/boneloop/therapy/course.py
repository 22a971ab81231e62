"""A course: one treatment from one month to another, at one dose, checked when it is made.

What cannot be lived is refused with the place, the rule and the value. What can be lived but should not be done
without a reason is not refused: see ``cautions``.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from boneloop.errors import PlanError
from boneloop.evidence.registry import load
from boneloop.therapy.kinds import INJECTION, KINDS, SHARE, Kind

MODELED, FULL = "modeled", "full"


@dataclass(frozen=True)
class Course:
    """One treatment of a plan; months count from the plan's start.

    kind          a name in ``kinds.KINDS``
    stop_month    first month without it; None for as long as the plan runs
    dose          in dose_unit; 1 is the usual treatment where dose_unit is "1"
    every_months  from one injection to the next, or from one repetition to the next; None if neither
    lasts_months  length of one repetition; None for all along
    adherence     "modeled": the person may give it up, depending on mood; "full": taken as planned
    """

    kind: str
    start_month: int
    stop_month: int | None
    dose: float
    dose_unit: str
    every_months: int | None
    lasts_months: int | None
    adherence: str

    def runs(self, month: int) -> bool:
        """Whether the course runs in ``month``."""
        if month < self.start_month or (self.stop_month is not None and month >= self.stop_month):
            return False
        since = month - self.start_month
        if self.lasts_months is None:
            return True
        return (since % self.every_months if self.every_months else since) < self.lasts_months

    @property
    def words(self) -> str:
        """The course as a sentence a patient can follow."""
        kind = KINDS[self.kind]
        parts = [kind.title if kind.form == SHARE else f"{kind.title} {self.dose:g} {self.dose_unit}"]
        if kind.form == SHARE and self.dose < 1:
            parts.append(f"at {self.dose:.0%} of the usual dose")
        if kind.form == INJECTION:
            parts.append(f"every {_months(self.every_months)}")
        if self.lasts_months:
            parts.append(f"for {_months(self.lasts_months)}")
            parts += [f"repeated every {_months(self.every_months)}"] if self.every_months else []
        parts.append("from the start" if self.start_month == 0 else f"from month {self.start_month}")
        if self.stop_month is not None:
            parts.append(f"until month {self.stop_month}")
        if self.adherence == FULL and kind.persistence:
            parts.append("taken as planned")
        return ", ".join(parts)


def _months(count: int | None) -> str:
    return "month" if count == 1 else f"{count} months"


def course(
    kind: str,
    start_month: int = 0,
    stop_month: int | None = None,
    dose: float | None = None,
    every_months: int | None = None,
    lasts_months: int | None = None,
    adherence: str = MODELED,
    dose_unit: str | None = None,
    *,
    place: str = "course",
    past: bool = False,
) -> Course:
    """Make a course; what is not given is as usual for the kind.

    place  named in errors; past  allow months before the start, to replay what a person already took
    Raises PlanError.
    """
    sort = _known(kind, place)
    _whole(start_month, "start_month", None if past else 0, place)
    if stop_month is not None:
        _whole(stop_month, "stop_month", None, place)
        if stop_month <= start_month:
            raise PlanError(f"{place}, stop_month", f"after start_month ({start_month})", stop_month)
    if dose_unit is not None and dose_unit != sort.dose_unit:
        raise PlanError(f"{place}, dose_unit", f"the dose of {kind} is in {sort.dose_unit!r}", dose_unit)
    every, lasts = _rhythm(sort, every_months, lasts_months, place)
    if adherence not in (MODELED, FULL):
        raise PlanError(f"{place}, adherence", f"{MODELED!r} or {FULL!r}", adherence)
    amount = sort.usual_dose if dose is None else _dose(sort, dose, place)
    return Course(kind, start_month, stop_month, amount, sort.dose_unit, every, lasts, adherence)


def _known(kind: Any, place: str) -> Kind:
    if not isinstance(kind, str) or kind not in KINDS:
        raise PlanError(f"{place}, kind", f"one of {', '.join(KINDS)}", kind)
    return KINDS[kind]


def _whole(value: Any, name: str, least: int | None, place: str) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or (least is not None and value < least):
        floor = "" if least is None else f", {least} or more"
        raise PlanError(f"{place}, {name}", f"a whole number of months{floor}", value)


def _rhythm(kind: Kind, every: Any, lasts: Any, place: str) -> tuple[int | None, int | None]:
    for name, value in (("every_months", every), ("lasts_months", lasts)):
        if value is not None:
            _whole(value, name, 1, place)
    if kind.form == INJECTION:
        if lasts is not None:
            raise PlanError(f"{place}, lasts_months", f"not for {kind.name}, which is a single dose each time", lasts)
        return every or kind.usual_interval, None
    if lasts is None:
        lasts = _usual_length(kind)
    if every is not None and (lasts is None or lasts > every):
        raise PlanError(
            f"{place}, every_months", "at least lasts_months, which says how long each repetition is", every
        )
    return every, lasts


def _usual_length(kind: Kind) -> int | None:
    identity = f"regimen.{kind.name}_lasts"
    return int(load().number(identity, "month")) if identity in load().entries else None


def _dose(kind: Kind, dose: Any, place: str) -> float:
    where = f"{place}, dose"
    if isinstance(dose, bool) or not isinstance(dose, int | float) or not 0 <= dose < math.inf:
        raise PlanError(where, f"a number in {kind.dose_unit}, 0 or more", dose)
    if kind.form == SHARE and dose > 1:
        raise PlanError(where, f"for {kind.name} a share of the usual treatment, 0 to 1", dose)
    times = load().number("regimen.most_times_usual")
    if dose > times * kind.usual_dose:
        rule = f"at most {times:g} times the usual {kind.usual_dose:g} {kind.dose_unit}"
        raise PlanError(where, f"{rule}; a weekly tablet is written as its dose per day", dose)
    return float(dose)
