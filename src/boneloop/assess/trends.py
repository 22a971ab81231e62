"""Trends: two dated readings of one thing, and whether the change between them counts.

    density         beyond the least significant change, 2.77 x the error of one scan (same scanner)
    questionnaires  at least the smallest change that matters to patients, between two complete totals
    tests           the same, where one is published

The newest reading is compared with the one before it, and with the first where there are more than two: many small
steps can make a large one. Readings without a date are not compared. Below the limit nothing is called better or worse.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from functools import cache
from typing import NamedTuple

from boneloop.assess.assessment import Trend
from boneloop.assess.seen import Seen, dated
from boneloop.errors import InstrumentError
from boneloop.evidence.registry import load
from boneloop.instruments.scorer import ROUNDING, Scored, score
from boneloop.instruments.table import Instrument, instrument
from boneloop.patient.quantities import quantities
from boneloop.patient.record import Answers

BETTER, WORSE, SAME = "better", "worse", "no real change"
SITES = ("bmd_total_hip", "bmd_femoral_neck", "bmd_lumbar_spine")


class Limit(NamedTuple):
    """The smallest change of a quantity that counts; ``least`` None where none is published."""

    domain: str
    least: float | None
    higher_is_better: bool
    rule: str


class Reading(NamedTuple):
    """One dated value; ``whole`` says whether it may be compared."""

    day: date
    value: float
    basis: str
    whole: bool = True


def trends(seen: Seen) -> tuple[Trend, ...]:
    """Every quantity and questionnaire that was seen on two days or more."""
    if not seen.repeated:
        return ()
    return tuple(found for name in sorted(seen.repeated) for found in _of(seen, name))


def _of(seen: Seen, name: str) -> Iterator[Trend]:
    if name in quantities():
        limit = limits().get(name)
        if limit is None:
            return
        row = quantities()[name]
        series = [Reading(m.date, m.value, dated(m)) for m in seen.record.series(name) if m.date is not None]
        yield from _compared(name, row.title, row.unit, limit, series)
        return
    forms = [a for a in seen.record.answers if a.instrument == name and a.date is not None]
    yield from _of_form(name, sorted(forms, key=lambda a: a.date or date.min))


def _of_form(name: str, forms: Sequence[Answers]) -> Iterator[Trend]:
    try:
        form = instrument(name)
        made = [(score(name, a.items, a.total), a) for a in forms]
    except InstrumentError:
        return
    if form.scoring != "scales":
        series = [r for scored, a in made if (r := _reading(scored, scored.value, a)) is not None]
        yield from _compared(name, form.title, "points", _limit(form, form.domain), series)
        return
    for scale in form.scales:
        series = [r for scored, a in made if (r := _reading(scored, scored.subscales.get(scale), a)) is not None]
        limit = _limit(form, form.scale_domains[scale])
        yield from _compared(f"{name}_{scale}", f"{form.title}, {scale.replace('_', ' ')}", "points", limit, series)


def _reading(scored: Scored, value: float | None, answers: Answers) -> Reading | None:
    if value is None or answers.date is None:
        return None
    basis = f"{value:g}, {scored.status}, {answers.date.isoformat()} ({answers.source})"
    return Reading(answers.date, value, basis, scored.status == "complete")


def _limit(form: Instrument, domain: str) -> Limit:
    rule = f"smallest change that matters: {form.real_change:g} points ({form.source})" if form.real_change else ""
    return Limit(domain, form.real_change, form.direction == "higher is better", rule)


def _compared(name: str, title: str, unit: str, limit: Limit, series: Sequence[Reading]) -> Iterator[Trend]:
    """The newest against the one before, then against the first."""
    if not series:
        return
    newest, earlier = series[-1], [r for r in series if r.day < series[-1].day]
    if not earlier:
        return
    yield _trend(name, title, unit, limit, earlier[-1], newest)
    if earlier[0].day < earlier[-1].day:
        yield _trend(f"{name}_since_first", f"{title}, since the first", unit, limit, earlier[0], newest)


def _trend(name: str, title: str, unit: str, limit: Limit, before: Reading, after: Reading) -> Trend:
    verdict = _verdict(limit, before, after)
    days = (before.value, before.day, after.value, after.day)
    return Trend(limit.domain, name, title, unit, *days, limit.least, verdict, limit.rule, (before.basis, after.basis))


def _verdict(limit: Limit, before: Reading, after: Reading) -> str:
    if limit.least is None:
        return "not judged: no smallest change that matters is published here"
    if not (before.whole and after.whole):
        return "not judged: one of the two forms is not complete"
    change = after.value - before.value
    if abs(change) < limit.least - ROUNDING:
        return SAME
    return BETTER if (change > 0) == limit.higher_is_better else WORSE


@cache
def limits() -> dict[str, Limit]:
    """The quantities that are compared over time."""
    registry = load()
    errors = registry.number("trend.errors_of_two")
    scan = registry.number("observe.bmd_error", "g/cm2")
    change = f"least significant change: {errors:g} x {scan:g} g/cm2, the error of one scan, on the same scanner"
    found = {site: Limit("bone", errors * scan, True, change) for site in SITES}
    for test, unit, better in (("gait_speed", "m/s", True), ("tug", "s", False), ("grip_strength", "kg", True)):
        least = registry.number(f"trend.{test}", unit)
        source = registry[f"trend.{test}"].source
        found[test] = Limit("function", least, better, f"smallest change that matters: {least:g} {unit} ({source})")
    found["chair_stand_5"] = Limit("function", None, False, "")
    for quantity, name in (("pain_nrs", "nrs"), ("sppb", "sppb")):
        form = instrument(name)
        found[quantity] = _limit(form, form.domain)
    return found
