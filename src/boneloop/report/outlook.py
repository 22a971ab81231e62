"""The simulated half of a person's page: the circle, the plans side by side, and the curves that the charts draw.

Nothing here leaves without its band, except the effect of cutting one arrow: that is one central run, labeled so.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from boneloop.compare.forecast import OUTCOMES, Forecast, PlanForecast
from boneloop.evidence.registry import Registry
from boneloop.report.basis import count_words
from boneloop.report.case import reference
from boneloop.report.circle import Drawn, Figure, figure
from boneloop.report.people import Hundred, hundred
from boneloop.report.ranges import Ranges, ranges
from boneloop.report.words import (
    Spread,
    at_horizon,
    at_times,
    at_year,
    banded,
    better,
    change,
    decimals_of,
    number,
    outcome_of,
    plain_float,
    short_title,
    spoken,
)
from boneloop.types import Array

FANS = ("fracture_any", "fracture_hip", "bmd", "pain", "phq9", "function", "utility", "qaly")
CUTS = ("fracture_any", "pain", "phq9", "qaly")
_FROM_ZERO = ("probability", "0-10", "0-27", "0-21", "QALY", "falls")
_SMOOTH_POINTS, _WAVY_POINTS = 41, 121
_CHART_BARS = 10


@dataclass(frozen=True, slots=True)
class PlanView:
    """One care plan in words: its title, a short name, and ``style``, which numbers its color and its line."""

    title: str
    name: str
    style: int
    steps: tuple[str, ...]
    cautions: tuple[str, ...]
    cycle_number: str
    people: Hundred | None
    is_reference: bool


@dataclass(frozen=True, slots=True)
class ChartTable:
    """One chart, and the same as a table: a row for each year, a cell for each plan."""

    key: str
    title: str
    unit: str
    better: str
    rows: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class CutTable:
    """What cutting one arrow changes in one outcome at the horizon, the largest first."""

    key: str
    title: str
    better: str
    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class OutlookView:
    """The circle, the plans, the charts, and what they rest on; ``data`` goes into the page for the charts."""

    circle: Figure
    arrows: tuple[Drawn, ...]
    cycle_number: str
    informed_by: str
    prior_only: bool
    self_feeding: str
    local_gain: str
    trap: str
    amplification: tuple[tuple[str, str], ...]
    adjusted: tuple[str, ...]
    plans: tuple[PlanView, ...]
    cycle_ranges: Ranges
    charts: tuple[ChartTable, ...]
    horizon: tuple[tuple[str, str, str, str, tuple[str, ...]], ...]
    cuts: tuple[CutTable, ...]
    years: str
    draws: int
    seed: int
    belief: str
    known: tuple[str, ...]
    assumed: tuple[str, ...]
    notes: tuple[str, ...]
    counts: dict[str, int]
    data: dict[str, Any]


def outlook_view(forecast: Forecast, registry: Registry) -> OutlookView:
    """Everything that a forecast says of one person.

    Raises EvidenceError if the forecast used a number that the registry lacks.
    """
    circle, drawn = forecast.circle, figure(forecast.circle)
    charts = tuple(_chart_table(forecast, name) for name in FANS if any(name in p.bands for p in forecast.plans))
    cuts = tuple(table for name in CUTS if (table := _cut_table(forecast, name)).rows)
    return OutlookView(
        circle=drawn,
        arrows=tuple(sorted(drawn.arrows, key=lambda d: (d.rank == 0, d.rank, -d.arrow.share))),
        cycle_number=_three(circle.cycle_number),
        informed_by=circle.informed_by,
        prior_only=circle.informed_by.startswith("prior"),
        self_feeding=_share(circle.self_feeding),
        local_gain=_three(circle.local_gain),
        trap=_share(circle.trap),
        amplification=tuple((spoken(name), number(value, 2)) for name, value in circle.amplification.items()),
        adjusted=circle.adjusted,
        plans=tuple(_plan_view(forecast, index) for index in range(len(forecast.plans))),
        cycle_ranges=_cycle_ranges(forecast),
        charts=charts,
        horizon=_horizon(forecast),
        cuts=cuts,
        years=number(forecast.years, 0),
        draws=forecast.draws,
        seed=forecast.seed,
        belief=forecast.belief,
        known=forecast.known,
        assumed=forecast.assumed,
        notes=forecast.notes,
        counts=count_words(registry, forecast.numbers_used),
        data={
            "plans": [short_title(p.title) for p in forecast.plans],
            "fans": [_fan(forecast, chart.key) for chart in charts],
            "cuts": [_bars(forecast, table) for table in cuts],
        },
    )


def _three(value: tuple[float, float, float]) -> str:
    median, low, high = (number(v, 2) for v in value)
    return f"{median} ({low} to {high})"


def _share(value: float) -> str:
    return "none" if value == 0 else "fewer than 1 in 100" if value < 0.01 else f"{100 * value:.0f} in 100"


def _plan_view(forecast: Forecast, index: int) -> PlanView:
    plan, compared = forecast.plans[index], reference(forecast.plans)
    risk = at_horizon(plan, "fracture_any")
    before = None if plan is compared else at_horizon(compared, "fracture_any")
    return PlanView(
        title=plan.title,
        name=short_title(plan.title),
        style=index,
        steps=plan.steps,
        cautions=plan.cautions,
        cycle_number=_three(plan.cycle_number),
        people=hundred(risk, before, "break a bone") if risk else None,
        is_reference=plan is compared,
    )


def _cycle_ranges(forecast: Forecast) -> Ranges:
    now = ("Untreated", _three(forecast.circle.cycle_number), -1, Spread(*forecast.circle.cycle_number))
    treated = [
        (short_title(p.title), _three(p.cycle_number), i, Spread(*p.cycle_number)) for i, p in enumerate(forecast.plans)
    ]
    untreated_is_a_plan = any(p.plan == "none" for p in forecast.plans)
    return ranges(treated if untreated_is_a_plan else [now, *treated], 1.0, holds=(0.0, 1.2))


def _chart_table(forecast: Forecast, name: str) -> ChartTable:
    outcome = outcome_of(name)
    years = range(math.floor(forecast.years) + 1)
    rows = tuple((f"{year}", tuple(_cell(plan, name, year) for plan in forecast.plans)) for year in years)
    return ChartTable(name, outcome.title, _unit_words(outcome.unit), better(outcome), rows)


def _cell(plan: PlanForecast, name: str, year: float) -> str:
    if name not in plan.bands:
        return "not forecast"
    return banded(outcome_of(name), at_year(plan.bands[name], plan.years, year))


def _unit_words(unit: str) -> str:
    return {"probability": "% of people like this one", "1": "relative to now", "g/cm2": "g/cm²"}.get(unit, unit)


def _horizon(forecast: Forecast) -> tuple[tuple[str, str, str, str, tuple[str, ...]], ...]:
    """Name, title, unit, which way is good, and a cell for each plan."""
    present = [o for o in OUTCOMES.values() if any(o.name in p.bands for p in forecast.plans)]
    return tuple((o.name, o.title, _unit_words(o.unit), better(o), _at_the_end(forecast, o.name)) for o in present)


def _at_the_end(forecast: Forecast, name: str) -> tuple[str, ...]:
    return tuple(_cell(plan, name, float(plan.years[-1])) for plan in forecast.plans)


def _cuts(forecast: Forecast, name: str) -> list[tuple[str, float]]:
    cut = [(a.title, a.when_cut.get(name, math.nan)) for a in forecast.circle.arrows]
    return sorted((c for c in cut if math.isfinite(c[1])), key=lambda c: -abs(c[1]))


def _cut_table(forecast: Forecast, name: str) -> CutTable:
    outcome = outcome_of(name)
    rows = tuple((title, change(outcome, value, finer=1)) for title, value in _cuts(forecast, name))
    return CutTable(name, outcome.title, better(outcome), rows)


def _bars(forecast: Forecast, table: CutTable) -> dict[str, Any]:
    """The longest bars of a table; ``good`` is the sign of a change for the better."""
    outcome = outcome_of(table.key)
    scale = 100 if outcome.unit == "probability" else 1
    zero = change(outcome, 0.0, finer=1)
    bars = [[title, plain_float(scale * v), change(outcome, v, finer=1)] for title, v in _cuts(forecast, table.key)]
    bars = [bar for bar in bars if bar[2] != zero]
    return {"good": -1 if outcome.better == "lower" else 1, "bars": bars[:_CHART_BARS]}


def _fan(forecast: Forecast, name: str) -> dict[str, Any]:
    """The curves of one chart, thinned to what a screen can show: median, p05, p95 of each plan over shared years."""
    outcome = outcome_of(name)
    percent = outcome.unit == "probability"
    longest = max((plan.years for plan in forecast.plans), key=len)
    # What treatment moves up and down within a year needs its months; risks and totals are smooth.
    points = _WAVY_POINTS if outcome.kind == "value" else _SMOOTH_POINTS
    years = longest[np.unique(np.linspace(0, len(longest) - 1, points).round().astype(int))]
    return {
        "percent": percent,
        "zero": outcome.unit in _FROM_ZERO,
        "decimals": decimals_of(outcome),
        "years": [plain_float(float(year)) for year in years],
        "lines": [_curves(plan, name, years, 100.0 if percent else 1.0) for plan in forecast.plans],
    }


def _curves(plan: PlanForecast, name: str, years: Array, scale: float) -> list[list[float | None]]:
    band = plan.bands.get(name)
    if band is None:
        return []
    read = (at_times(years, plan.years, values) for values in (band.point, band.p05, band.p95))
    return [[plain_float(scale * float(v)) for v in curve] for curve in read]
