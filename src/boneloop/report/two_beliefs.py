"""The two beliefs on a person's page, as data: each outcome under both, and in sentences what the belief changes.

The second belief is assumed throughout, and nothing here leaves without saying so.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from boneloop.compare.contrast import Contrast, Paired, Table
from boneloop.compare.forecast import Forecast, Outcome, PlanForecast
from boneloop.report.case import Case
from boneloop.report.ranges import Ranges, ranges
from boneloop.report.words import (
    MINUS,
    Spread,
    at_horizon,
    banded,
    better,
    change,
    number,
    outcome_of,
    short_title,
)

SHOWN = (
    "fracture_any",
    "fracture_hip",
    "fracture_vertebra",
    "death",
    "falls",
    "bmd_change",
    "pain",
    "phq9",
    "gad7",
    "function",
    "utility",
    "qaly",
    "calcium",
)
FIGURES = ("fracture_any", "fracture_hip", "bmd_change", "pain", "phq9", "qaly")
_RELIEF = {"pain": "pain (0 to 10)", "phq9": "PHQ-9"}
_PERCENT = 100
_GAINS_DECIMALS = 2


@dataclass(frozen=True, slots=True)
class SidedRow:
    """One outcome under one plan: under each belief with its band, and the difference, draw by draw, with its error."""

    title: str
    note: str
    first: str
    second: str
    difference: str
    error: str


@dataclass(frozen=True, slots=True)
class SidedPlan:
    """One plan under both beliefs."""

    name: str
    style: int
    rows: tuple[SidedRow, ...]


@dataclass(frozen=True, slots=True)
class SidedArrow:
    """One arrow that is active under a belief, with its share under each."""

    title: str
    first: str
    second: str
    active: str


@dataclass(frozen=True, slots=True)
class BeliefsView:
    """What stands on a person's page when both beliefs were asked for; ``names`` of the first and the second."""

    names: tuple[str, str]
    sentences: tuple[str, ...]
    plans: tuple[SidedPlan, ...]
    figures: tuple[tuple[str, str, Ranges], ...]
    arrows: tuple[SidedArrow, ...]
    years: str


def beliefs_view(case: Case) -> BeliefsView | None:
    """The two beliefs side by side; None where only one was asked for."""
    first, second, contrast = case.forecast, case.other, case.contrast
    if first is None or second is None or contrast is None:
        return None
    return BeliefsView(
        names=contrast.beliefs,
        sentences=tuple(_sentences(first, second, contrast)),
        plans=tuple(_plan(index, first, second, contrast) for index in range(len(first.plans))),
        figures=tuple(_figure(name, first, second, contrast) for name in FIGURES if name in first.plans[0].bands),
        arrows=tuple(_arrows(first, second, contrast)),
        years=number(first.years, 0),
    )


def _plan(index: int, first: Forecast, second: Forecast, contrast: Contrast) -> SidedPlan:
    one, other = first.plans[index], second.plans[index]
    changed = contrast.changes[one.plan]
    names = [name for name in SHOWN if name in one.bands and name in changed]
    rows = tuple(_row(outcome_of(name), one, other, changed[name]) for name in names)
    return SidedPlan(short_title(one.title), index, rows)


def _row(outcome: Outcome, one: PlanForecast, other: PlanForecast, changed: Paired) -> SidedRow:
    return SidedRow(
        outcome.title,
        better(outcome),
        _cell(outcome, at_horizon(one, outcome.name)),
        _cell(outcome, at_horizon(other, outcome.name)),
        signed(outcome, changed),
        change(outcome, changed.error, unit=False, finer=1).lstrip("+"),
    )


def _cell(outcome: Outcome, spread: Spread | None) -> str:
    return banded(outcome, spread) if spread else "not forecast"


def signed(outcome: Outcome, paired: Paired) -> str:
    """A difference with its sign and its band."""
    point, low, high = (change(outcome, value, unit=False) for value in (paired.point, paired.p05, paired.p95))
    unit = {"%": " points", "probability": " points", "QALY": " QALY"}.get(outcome.unit, "")
    return f"{point}{unit} ({low} to {high})"


def _figure(name: str, first: Forecast, second: Forecast, contrast: Contrast) -> tuple[str, str, Ranges]:
    """A row for each plan under each belief, the two beliefs of a plan one below the other."""
    outcome, rows = outcome_of(name), []
    scale = _PERCENT if outcome.unit == "probability" else 1
    for style, pair in enumerate(zip(first.plans, second.plans, strict=True)):
        for belief, plan in zip(contrast.beliefs, pair, strict=True):
            spread = at_horizon(plan, name) or Spread(math.nan, math.nan, math.nan)
            drawn = Spread(scale * spread.median, scale * spread.p05, scale * spread.p95)
            rows.append((f"{short_title(plan.title)}, {belief}", _cell(outcome, spread), style, drawn))
    return outcome.title, better(outcome), ranges(rows, 0.0)


def _arrows(first: Forecast, second: Forecast, contrast: Contrast) -> Iterator[SidedArrow]:
    pairs = zip(first.circle.arrows, second.circle.arrows, strict=True)
    for one, other in sorted(pairs, key=lambda pair: -max(pair[0].share, pair[1].share)):
        under = [belief for belief, arrow in zip(contrast.beliefs, (one, other), strict=True) if arrow.active]
        if under:
            yield SidedArrow(one.title, _share(one.share), _share(other.share), " and ".join(under))


def _share(value: float) -> str:
    return f"{number(_PERCENT * value, 0)}\u00a0%"


def _sentences(first: Forecast, second: Forecast, contrast: Contrast) -> Iterator[str]:
    names = {plan.plan: short_title(plan.title) for plan in first.plans}
    for plan in contrast.effects[contrast.beliefs[0]]:
        yield _cut_sentence("fracture_hip", "a hip fracture", plan, names, first.years, contrast)
    for plan, averages in contrast.averages[contrast.beliefs[0]].items():
        if any(float(change(outcome_of(n), averages[n].point, unit=False).replace(MINUS, "-")) for n in _RELIEF):
            yield _relief_sentence(plan, names, first.years, contrast)
    yield _density_sentence(names, first, second, contrast)
    yield _arrow_sentence(first, second, contrast)
    cycle = [_three(forecast.circle.cycle_number) for forecast in (first, second)]
    yield f"Cycle number without care: {_under(cycle, contrast)}."


def _under(said: Sequence[str], contrast: Contrast) -> str:
    """What is said under each belief, the second marked as assumed."""
    one, other = contrast.beliefs
    return f"{said[0]} under {one} and {said[1]} under {other} (assumed)"


def _cut_sentence(event: str, spoken: str, plan: str, names: dict[str, str], years: float, contrast: Contrast) -> str:
    """A relative change of the chance of an event, signed: a cut is negative."""
    said = [relative(contrast.cuts[belief][plan][event]) for belief in contrast.beliefs]
    against = f"{names[plan]} against {names[contrast.compared]}"
    return f"{against}: the chance of {spoken} within {number(years, 0)} years changes by {_under(said, contrast)}."


def relative(cut: Paired) -> str:
    """A cut of a chance as its relative change in percent, with band and Monte-Carlo error."""
    point, low, high = (_percent(-value) for value in (cut.point, cut.p95, cut.p05))
    return f"{point}\u00a0% ({low} to {high}; Monte-Carlo error {_percent(cut.error).lstrip('+')})"


def _percent(share: float) -> str:
    text = number(_PERCENT * share, 1)
    return f"+{text}" if math.isfinite(share) and share > 0 and float(text) else text


def _relief_sentence(plan: str, names: dict[str, str], years: float, contrast: Contrast) -> str:
    averaged = [f"{words} {_effects(name, plan, contrast.averages, contrast)}" for name, words in _RELIEF.items()]
    gained = _effects("qaly", plan, contrast.effects, contrast)
    against = f"{names[plan]} against {names[contrast.compared]}, averaged over {number(years, 0)} years"
    return f"{against}: {'; '.join(averaged)}. Over all these years: {gained}."


def _effects(name: str, plan: str, tables: dict[str, Table], contrast: Contrast) -> str:
    return _under([signed(outcome_of(name), tables[belief][plan][name]) for belief in contrast.beliefs], contrast)


def _density_sentence(names: dict[str, str], first: Forecast, second: Forecast, contrast: Contrast) -> str:
    outcome, plan = outcome_of("bmd_change"), contrast.compared
    ends = [_cell(outcome, at_horizon(forecast.plan(plan), outcome.name)) for forecast in (first, second)]
    moved = signed(outcome, contrast.changes[plan][outcome.name])
    return (
        f"Bone mineral density changes by {_under(ends, contrast)} in {number(first.years, 0)} years "
        f"({names[plan]}): the belief alone makes {moved}."
    )


def _arrow_sentence(first: Forecast, second: Forecast, contrast: Contrast) -> str:
    active = [{a.title for a in forecast.circle.arrows if a.active} for forecast in (first, second)]
    only = [
        f"{', '.join(sorted(own - rest))} under {belief} only"
        for own, rest, belief in zip(active, active[::-1], contrast.beliefs, strict=True)
        if own - rest
    ]
    shared = f"{len(active[0] & active[1])} arrows are active under both beliefs"
    return f"{shared}; {'; '.join(only)}." if only else f"{shared}, and none under one of them alone."


def _three(value: tuple[float, float, float]) -> str:
    median, low, high = (number(v, _GAINS_DECIMALS) for v in value)
    return f"{median} ({low} to {high})"
