"""The date of the next denosumab, for a patient: the one date that must not be missed."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date

from boneloop.assess.bone_drugs import denosumab, interval, stopped
from boneloop.assess.seen import MONTHS_PER_YEAR, Seen
from boneloop.report.language import Language


@dataclass(frozen=True, slots=True)
class Injection:
    """When the last dose was, when the next is due, and what to do."""

    last: str
    due: str
    says: str


def injection(seen: Seen, to: Language) -> Injection | None:
    """The next denosumab; None for who has none, is covered by another drug, or stopped after one dose."""
    found = denosumab(seen)
    if found is None or found.covered_by:
        return None
    if found.last is None:
        return Injection("", "", _stopped(to) if stopped(seen) else to.text("Tell us the date of your last injection."))
    if stopped(seen) and found.doses is not None and found.doses < interval().doses_with_rebound:
        return None
    due = months_later(found.last, round(interval().due_after))
    late = due < seen.record.as_of
    says = to.text("This date has passed. Call us today.") if late else to.text("Do not miss it and do not put it off.")
    return Injection(to.date(found.last), to.date(due), says)


def _stopped(to: Language) -> str:
    return to.text("You had denosumab before. Tell us the date of your last injection.")


def months_later(day: date, months: int) -> date:
    """The same day so many calendar months later; the last of the month where it has no such day."""
    years, month = divmod(day.month - 1 + months, MONTHS_PER_YEAR)
    year = day.year + years
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
