"""The scorer: answers in, a total with its band out, or no total and the reason.

A missing answer is never a zero. A total is given when all items are answered, or when the table's own rule lets a few
be missing (it is then called prorated); in every other case there is none. An answer that needs a person at once is
reported whatever the total, and on forms that are not finished.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from boneloop.errors import InstrumentError
from boneloop.instruments.table import Instrument, instrument

ROUNDING = 1e-9
"""Two totals closer than this are the same total."""


@dataclass(slots=True)
class Scored:
    """What a questionnaire says; not changed once it is made, and not frozen because so many are made.

    value      the total (or mean), None when the rule of completeness is not met or the instrument has no total
    subscales  by name; a scale with too few answers is absent
    status     complete, prorated, incomplete
    missing    numbers of the items without an answer
    alerts     numbers of the items whose answer needs a person at once
    """

    instrument: str
    value: float | None
    subscales: Mapping[str, float]
    band: str
    status: str
    missing: tuple[int, ...]
    alerts: tuple[int, ...] = ()
    notes: tuple[str, ...] = field(default=())


def score(instrument_name: str, items: Mapping[int, float], total: float | None = None) -> Scored:
    """Score one form.

    items  answer by item number, counted from 1; a missing item is absent
    total  the total as recorded; used alone when no item is known, else only compared

    Raises InstrumentError naming the instrument, the item, what was expected and what came.
    """
    form = instrument(instrument_name)
    if not (form.ordinary.issuperset(items.values()) and form.known.keys() >= items.keys()):
        _refuse_strange(form, items)
    skipped = form.not_applicable
    answered = {n: items[n] for n in form.counted if n in items and items[n] not in skipped}
    if total is not None:
        _refuse_strange_total(form, total)
    if form.scoring == "scales":
        return _scales(form, answered)
    if not answered and total is not None:
        return _recorded_total(form, total)
    if form.scoring == "profile":
        return _profile(form, answered, total)
    return _total(form, answered, total)


def alerts(instrument_name: str, items: Mapping[int, float]) -> tuple[int, ...]:
    """Items whose answer needs a person at once; works on unfinished forms and on forms that cannot be scored."""
    form = instrument(instrument_name)
    return tuple(item for item, least in form.alert.items() if items.get(item, -math.inf) >= least)


def real_change(before: Scored, after: Scored) -> bool:
    """Is the change at least the smallest that matters, between two complete totals of one instrument?"""
    form = instrument(after.instrument)
    if before.instrument != after.instrument:
        raise InstrumentError(f"{form.title} is not compared with {instrument(before.instrument).title}")
    if before.value is None or after.value is None or form.real_change is None:
        return False
    both_complete = before.status == after.status == "complete"
    return both_complete and abs(after.value - before.value) >= form.real_change


def _refuse_strange(form: Instrument, items: Mapping[int, float]) -> None:
    if items and form.scoring == "total only":
        raise InstrumentError(f"{form.title}: expected the total only ({form.licence}), got answers to items")
    for item in items:
        if item not in form.known:
            raise InstrumentError(f"{form.title}: expected items 1 to {form.items}, got item {item!r}")
    for item, answer in items.items():
        lowest, highest = form.known[item]
        strange = not lowest <= answer <= highest or (form.whole and answer != int(answer))
        if strange and answer not in form.not_applicable:
            raise _strange_answer(form, item, answer)


def _strange_answer(form: Instrument, item: int, answer: float) -> InstrumentError:
    lowest, highest = form.allowed(item)
    kind = "a whole number from " if form.whole else ""
    return InstrumentError(f"{form.title}, item {item}: expected {kind}{lowest:g} to {highest:g}, got {answer!r}")


def _refuse_strange_total(form: Instrument, total: float) -> None:
    if form.total_range is None:
        raise InstrumentError(f"{form.title}: it has scales and no total, got total {total!r}")
    lowest, highest = form.total_range
    if not lowest <= total <= highest:
        raise InstrumentError(f"{form.title}: expected a total from {lowest:g} to {highest:g}, got {total!r}")


def _recorded_total(form: Instrument, total: float) -> Scored:
    notes = () if form.scoring == "total only" else ("total as recorded; its items were not seen",)
    return Scored(form.name, float(total), {}, form.band(total), "complete", form.counted, (), notes)


def _total(form: Instrument, answered: Mapping[int, float], recorded: float | None) -> Scored:
    missing = () if len(answered) == len(form.counted) else _missing(form, answered)
    sounded = alerts(form.name, answered) if form.alert else ()
    if not answered or len(missing) > form.missing.allowed or set(missing) & set(form.missing.never):
        reason = _why_no_total(form, missing)
        return Scored(form.name, None, {}, "", "incomplete", missing, sounded, (reason, *_partial(recorded)))
    total = _sum(form, answered)
    if not missing:
        value = total / len(answered) if form.scoring == "mean" else total
        notes = _differs(form, value, recorded)
        return Scored(form.name, float(value), {}, form.band(value), "complete", missing, sounded, notes)
    value = total / len(answered) if form.scoring == "mean" else total / len(answered) * len(form.counted)
    if form.missing.round_up:
        value = math.ceil(value - ROUNDING)
    notes = (f"prorated from {len(answered)} of {len(form.counted)} answers", *_partial(recorded))
    return Scored(form.name, float(value), {}, form.band(value), "prorated", missing, sounded, notes)


def _sum(form: Instrument, answered: Mapping[int, float]) -> float:
    """The sum of the answers, those of reversed items turned around."""
    plain = sum(answered.values())
    if not form.reversed:
        return plain
    lowest, highest = form.answers
    return plain + sum(lowest + highest - 2 * answered[n] for n in form.reversed if n in answered)


def _scales(form: Instrument, answered: Mapping[int, float]) -> Scored:
    worth = {
        n: key.values[int(answered[n] - form.answers[0])] for key in form.recode for n in key.items if n in answered
    }
    found, too_few = {}, []
    for scale, members in form.scales.items():
        values = [worth[n] for n in members if n in worth]
        if values and len(values) >= form.missing.least_answered * len(members):
            found[scale] = sum(values) / len(values)
        else:
            too_few.append(f"{scale}: {len(values)} of {len(members)} items answered, no score")
    missing = _missing(form, answered)
    counted = {n for members in form.scales.values() for n in members}
    status = "incomplete" if too_few else "prorated" if counted & set(missing) else "complete"
    return Scored(form.name, None, found, "", status, missing, (), tuple(too_few))


def _profile(form: Instrument, answered: Mapping[int, float], recorded: float | None) -> Scored:
    missing = _missing(form, answered)
    levels = {form.names[n - 1]: float(level) for n, level in answered.items()}
    status = "incomplete" if missing else "complete"
    if recorded is None:
        return Scored(form.name, None, levels, "", status, missing, (), ("the index needs a value set",))
    note = "index as recorded; the value set behind it is not named"
    return Scored(form.name, float(recorded), levels, form.band(recorded), status, missing, (), (note,))


def _missing(form: Instrument, answered: Mapping[int, float]) -> tuple[int, ...]:
    return tuple(n for n in form.counted if n not in answered)


def _why_no_total(form: Instrument, missing: tuple[int, ...]) -> str:
    named = ", ".join(f"{n} ({form.names[n - 1]})" if form.names else str(n) for n in missing)
    never = sorted(set(missing) & set(form.missing.never))
    rule = f"at most {form.missing.allowed} may be missing" if form.missing.allowed else "all items are needed"
    if never and len(missing) <= form.missing.allowed:
        rule = f"item {never[0]} is never filled in"
    return f"no total: {rule}; missing: {named}"


def _partial(recorded: float | None) -> tuple[str, ...]:
    if recorded is None:
        return ()
    return (f"the recorded total {recorded:g} is not used: it may be the plain sum of an unfinished form",)


def _differs(form: Instrument, value: float, recorded: float | None) -> tuple[str, ...]:
    if recorded is None or abs(recorded - value) < ROUNDING:
        return ()
    return (f"the recorded total {recorded:g} differs from the answers, which give {value:g}; the answers are used",)
