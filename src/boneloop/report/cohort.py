"""The first page of a cohort, as data: how people differ, what each plan does on average, and a row for everyone."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from boneloop.compare.forecast import Outcome
from boneloop.report.case import Case, reference
from boneloop.report.distributions import Distribution, distributions, pain, phq9, t_score
from boneloop.report.ranges import Ranges, ranges
from boneloop.report.words import Spread, amount, better, change, counted, number, outcome_of, short_title

Sides = tuple[tuple[str, Sequence[Case]], ...]
EFFECTS = ("fracture_any", "fracture_hip", "bmd_change", "pain", "phq9", "function", "utility", "qaly")


@dataclass(frozen=True, slots=True)
class Effect:
    """What each plan changes against the reference: (plan, mean, spread over people, how many), and the same drawn."""

    title: str
    better: str
    rows: tuple[tuple[str, str, str, str], ...]
    figure: Ranges


@dataclass(frozen=True, slots=True)
class Cell:
    """A table cell: what is shown, and the value to sort by (empty = not known, always last)."""

    shown: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One person in the table.

    page   number of the person's own page, 0 = none in this file
    level  safety, warning or clear
    """

    page: int
    id: str
    safety: tuple[str, ...]
    warnings: int
    level: str
    is_forecast: bool
    cells: tuple[Cell, ...]
    risks: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class CohortView:
    """Everything on the first page."""

    used: int
    forecast: int
    safety: tuple[PersonRow, ...]
    columns: tuple[str, ...]
    plans: tuple[str, ...]
    rows: tuple[PersonRow, ...]
    distributions: tuple[Distribution, ...]
    effects: tuple[Effect, ...]
    compared_with: str
    years: str


def cohort_view(cases: Sequence[Case], pages: int) -> CohortView:
    """The first page for people in reading order; the first ``pages`` of them have a page of their own."""
    plans = plan_titles(cases)
    rows = tuple(_row(case, position if position <= pages else 0, plans) for position, case in enumerate(cases, 1))
    first = next((c.forecast for c in cases if c.forecast and c.forecast.plans), None)
    compared = reference(first.plans).plan if first else ""
    sides = _sides(cases)
    return CohortView(
        used=len(cases),
        forecast=sum(c.forecast is not None for c in cases),
        safety=tuple(row for row in rows if row.safety),
        columns=("Age", "Sex", "T-score", "Pain", "PHQ-9", "Cycle number"),
        plans=tuple(plans.values()),
        rows=rows,
        distributions=distributions(cases),
        effects=tuple(e for name in EFFECTS if (e := _effect(sides, outcome_of(name), plans, compared)).rows),
        compared_with=plans.get(compared, ""),
        years=number(first.years, 0) if first else "",
    )


def plan_titles(cases: Iterable[Case]) -> dict[str, str]:
    """Short title by plan name, in the order in which plans first appear."""
    return {p.plan: short_title(p.title) for c in cases if c.forecast for p in c.forecast.plans}


def _row(case: Case, page: int, plans: Iterable[str]) -> PersonRow:
    record = case.assessment.record
    messages = tuple(f.message for f in case.flags() if f.severity == "safety")
    warnings = case.count("warning")
    return PersonRow(
        page=page,
        id=case.id,
        safety=messages,
        warnings=warnings,
        level="safety" if messages else "warning" if warnings else "clear",
        is_forecast=case.forecast is not None,
        cells=(
            Cell(number(record.age, 0), f"{record.age:g}"),
            Cell(record.sex.value, record.sex.value),
            _value_cell(t_score(case), 1),
            _value_cell(pain(case), 1),
            _value_cell(phq9(case), 0),
            _cycle_cell(case),
        ),
        risks=tuple(_risk_cell(case.at_horizon(plan, "fracture_any")) for plan in plans),
    )


def _risk_cell(spread: Spread | None) -> Cell:
    if spread is None or not math.isfinite(spread.median):
        return Cell("no forecast")
    outcome = outcome_of("fracture_any")
    low, high = (amount(outcome, v, unit=False) for v in (spread.p05, spread.p95))
    return Cell(f"{amount(outcome, spread.median)} ({low}–{high})", f"{spread.median:.6f}")


def _cycle_cell(case: Case) -> Cell:
    if case.forecast is None:
        return Cell("no forecast")
    median, low, high = case.forecast.circle.cycle_number
    return Cell(f"{number(median, 2)} ({number(low, 2)}–{number(high, 2)})", f"{median:.6f}")


def _value_cell(value: float | None, decimals: int) -> Cell:
    return Cell("not known") if value is None else Cell(number(value, decimals), f"{value:g}")


def _sides(cases: Sequence[Case]) -> Sides:
    """The people under each belief that they were forecast under; one belief alone is not named in every row."""
    both = next((c.contrast for c in cases if c.contrast), None)
    if both is None:
        return (("", cases),)
    return ((both.beliefs[0], cases), (both.beliefs[1], [c.under_the_other_belief() for c in cases]))


def _effect(sides: Sides, outcome: Outcome, plans: dict[str, str], compared: str) -> Effect:
    rows, drawn = [], []
    scale = 100 if outcome.unit == "probability" else 1
    each = [(style, *plan, *side) for style, plan in enumerate(plans.items()) for side in sides]
    for style, plan, title, belief, cases in each:
        found = [] if plan == compared else _differences(cases, outcome.name, plan, compared)
        if found:
            name = f"{title}, {belief}" if belief else title
            mean, low, high = float(np.mean(found)), *(float(q) for q in np.quantile(found, (0.05, 0.95)))
            shown, spread = (
                change(outcome, mean),
                f"{change(outcome, low, unit=False)} to {change(outcome, high, unit=False)}",
            )
            rows.append((name, shown, spread, counted(len(found), "person", "people")))
            drawn.append((name, f"{shown} ({spread})", style, Spread(scale * mean, scale * low, scale * high)))
    return Effect(outcome.title, better(outcome), tuple(rows), ranges(drawn, 0.0))


def _differences(cases: Sequence[Case], outcome: str, plan: str, compared: str) -> list[float]:
    """Difference of medians at the horizon, person by person."""
    pairs = ((c.at_horizon(plan, outcome), c.at_horizon(compared, outcome)) for c in cases)
    found = (a.median - b.median for a, b in pairs if a is not None and b is not None)
    return [d for d in found if math.isfinite(d)]
