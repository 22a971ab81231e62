"""What the patient's sheet is made from: the record without the answer that is for a person, not for paper.

Item 9 of the PHQ-9 asks about thoughts of death or self-harm. The sheet of the patient is made from a record out of
which every such answer, every total that contains it, every recorded finding of such thoughts and every note of the
reader has been taken. What is not there cannot be printed, hinted at or hidden in markup, and a sheet is the same to
the last byte whatever was answered.

Mood is then read from items 1 to 8, which is the PHQ-8 with the cut points of the PHQ-9. A form of which only the total
is known cannot be taken apart: it gives a word for its severity and no number.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from boneloop.instruments.table import instrument, names
from boneloop.patient.record import Answers, Record

FORM = "phq9"
NEVER_PRINTED = ("suicidal_thoughts", "self_harm_concern")


@dataclass(frozen=True, slots=True)
class Mood:
    """Depressive symptoms on one day: points of items 1 to 8, or of a total (``of_items`` False), and their band."""

    points: float
    band: str
    day: date | None
    of_items: bool


def without_the_private(record: Record) -> Record:
    """The record from which the patient's sheet is made."""
    kept = [form for answers in record.answers if (form := _without(answers)) is not None]
    stated = tuple(one for one in record.conditions if one.name not in NEVER_PRINTED)
    return replace(record, answers=tuple(kept), conditions=stated, notes=())


def _without(answers: Answers) -> Answers | None:
    if answers.instrument not in names():
        return answers
    alert = instrument(answers.instrument).alert
    if not alert or not answers.items:
        return answers if answers.items or answers.total is not None else None
    items = {number: answer for number, answer in answers.items.items() if number not in alert}
    return replace(answers, items=items, total=None) if items else None


def moods(record: Record) -> tuple[Mood, ...]:
    """Every PHQ-9 of a record without the private answers, oldest first; unfinished ones are left out."""
    forms = [one for one in record.answers if one.instrument == FORM]
    found = [mood for one in sorted(forms, key=lambda one: one.date or date.min) if (mood := _mood(one)) is not None]
    return tuple(found)


def _mood(answers: Answers) -> Mood | None:
    form = instrument(FORM)
    counted = [n for n in form.counted if n not in form.alert]
    if not answers.items:
        if answers.total is None or form.total_range is None:
            return None
        lowest, highest = form.total_range
        in_range = lowest <= answers.total <= highest
        return Mood(answers.total, form.band(answers.total), answers.date, of_items=False) if in_range else None
    given = [answers.items.get(n) for n in counted]
    if any(answer is None or answer not in form.ordinary for answer in given):
        return None
    points = sum(answer for answer in given if answer is not None)
    return Mood(points, form.band(points), answers.date, of_items=True)


def changed(moods: tuple[Mood, ...]) -> str:
    """better, worse or no real change between the two newest; "" where they cannot be compared."""
    least = instrument(FORM).real_change
    if len(moods) < 2 or least is None:
        return ""
    before, after = moods[-2], moods[-1]
    if not (before.of_items and after.of_items) or before.day is None or after.day is None or before.day == after.day:
        return ""
    change = after.points - before.points
    if abs(change) < least:
        return "no real change"
    return "worse" if change > 0 else "better"
