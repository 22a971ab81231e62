"""Answers to questionnaires, checked against the instrument's own table as they are read."""

from __future__ import annotations

from boneloop.errors import RecordError
from boneloop.instruments.table import instrument


def checked_answer(name: str, item: int, answer: float, place: str) -> float:
    """The answer, if the questionnaire allows it for that item.

    Raises RecordError else, naming the place, the rule and the answer.
    """
    form = instrument(name)
    if answer in form.not_applicable:
        return answer
    lowest, highest = form.allowed(item)
    if not lowest <= answer <= highest or (form.whole and answer != int(answer)):
        kind = "a whole number from " if form.whole else ""
        raise RecordError(place, f"{form.title}, item {item}: {kind}{lowest:g} to {highest:g}", answer)
    return answer


def checked_total(name: str, total: float, place: str) -> float:
    """The total, if it lies in the range of the questionnaire.

    Raises RecordError else, and for a questionnaire that has no total.
    """
    form = instrument(name)
    if form.total_range is None:
        raise RecordError(place, f"{form.title} has scales and no total", total)
    lowest, highest = form.total_range
    if not lowest <= total <= highest:
        raise RecordError(place, f"{form.title}: a total from {lowest:g} to {highest:g}", total)
    return total
