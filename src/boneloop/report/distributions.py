"""How the people of a cohort differ: a histogram for each of a few quantities, and how many are not known."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from boneloop.report.case import Case
from boneloop.report.patient import lowest_t_score
from boneloop.report.words import number

Read = Callable[[Case], float | None]


@dataclass(frozen=True, slots=True)
class Distribution:
    """Counts of people by bin; ``bins`` are their names.

    simulated  the model said it, nobody measured it
    """

    title: str
    unit: str
    bins: tuple[str, ...]
    counts: tuple[int, ...]
    not_known: int
    simulated: bool


def risk_percent(case: Case) -> float | None:
    """Median risk of a major fracture at the horizon under the reference plan, percent."""
    risk = case.risk()
    return 100 * risk if risk >= 0 else None


def t_score(case: Case) -> float | None:
    """The lowest T-score known."""
    score = lowest_t_score(case.assessment)
    return score.value if score else None


def pain(case: Case) -> float | None:
    """Pain now on the 0-10 scale."""
    profile = case.assessment.profile
    return 10 * profile.pain.value if profile and profile.pain else None


def phq9(case: Case) -> float | None:
    """The PHQ-9 total."""
    score = case.assessment.score("phq9")
    return score.value if score else None


def cycle_number(case: Case) -> float | None:
    """Median cycle number, untreated."""
    return case.forecast.circle.cycle_number[0] if case.forecast else None


SIMULATED = (risk_percent, cycle_number)
"""What is read from a forecast."""


def distributions(cases: Sequence[Case]) -> tuple[Distribution, ...]:
    """The five histograms of the first page."""
    risks = _cuts(cases, risk_percent, 5, 40)
    numbers = _cuts(cases, cycle_number, 0.1, 1)
    t_scores = [-4.0, -3.5, -3.0, -2.5, -2.0, -1.5, -1.0, -0.5, 0.0]
    return (
        _histogram("Risk of a major fracture, no plan", "% at the horizon", cases, risk_percent, risks, 0),
        _histogram("Lowest T-score", "SD", cases, t_score, t_scores, 1),
        _histogram("Pain now", "0–10", cases, pain, [1, 2, 3, 4, 5, 6, 7, 8, 9], 0),
        _histogram("Depressive symptoms, PHQ-9", "0–27", cases, phq9, [5, 10, 15, 20], 0),
        _histogram("Cycle number, untreated", "median", cases, cycle_number, numbers, 1),
    )


def _cuts(cases: Iterable[Case], read: Read, step: float, least: float) -> list[float]:
    """Inner bin edges in steps, up to the highest value seen."""
    highest = max([least, *(v for c in cases if (v := read(c)) is not None)])
    return [step * i for i in range(1, math.ceil(highest / step))]


def _histogram(
    title: str, unit: str, cases: Sequence[Case], read: Read, cuts: Sequence[float], digits: int
) -> Distribution:
    """Bins between the cuts; the first and the last are open."""
    values = [v for c in cases if (v := read(c)) is not None and math.isfinite(v)]
    edges = [-math.inf, *cuts, math.inf]
    counts = tuple(sum(low <= v < high for v in values) for low, high in pairwise(edges))
    between = (f"{number(a, digits)} to <{number(b, digits)}" for a, b in pairwise(cuts))
    bins = (f"<{number(cuts[0], digits)}", *between, f"{number(cuts[-1], digits)} or more")
    return Distribution(title, unit, bins, counts, len(cases) - len(values), read in SIMULATED)
