"""A forecast as FHIR: for each care plan a RiskAssessment with bands, and a CarePlan that is one option.

Its outcomes have codes of our own only. A simulated depression score is no PHQ-9 total and never goes by its code; it
is told as a band in an extension and not as an Observation, so that nobody takes it for something that was measured.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np

from boneloop.compare.forecast import OUTCOMES, Band, Forecast, PlanBands, PlanForecast, Tabled
from boneloop.exchange.fhir import ours
from boneloop.report.fhir import codes
from boneloop.report.fhir.conclusions import DISCLAIMER, PER_CENT, ahead, concluded
from boneloop.report.fhir.elements import (
    Element,
    coding,
    concept,
    extension,
    note,
    number,
    reference,
    references,
    without_empty,
    words,
)
from boneloop.report.fhir.record import Written
from boneloop.report.words import at_times
from boneloop.therapy.care_plan import CarePlan

SIMULATION = (
    "Simulated by a model of one person's bone, pain and mood; a band over parameters, start and luck: no single "
    "number is the future. It is not the answer of a validated score."
)
CHANCE = "probability"


def forecasts(
    forecast: Forecast | Tabled, plans: Sequence[CarePlan], made: Written, origin: Sequence[tuple[str, str]]
) -> Iterator[Element]:
    """A RiskAssessment and a CarePlan for each plan.

    plans   as they were lived, for their title and steps
    origin  name and value of what the forecast rests on: belief, seed, draws, evidence, version
    """
    known = {plan.name: plan for plan in plans}
    for plan in forecast.plans:
        risk = _risk(plan, known[plan.plan], forecast.years, made, origin)
        yield risk
        yield _option(plan, known[plan.plan], risk, made, origin)


def _risk(
    plan: PlanForecast | PlanBands, lived: CarePlan, years: float, made: Written, origin: Sequence[tuple[str, str]]
) -> Element:
    told = sorted({*(year for year in codes.table("forecast")["years"] if year <= years), math.floor(years)})
    predictions = [
        _prediction(name, band, plan.years, float(year), made)
        for name, band in plan.bands.items()
        if name in OUTCOMES
        for year in told
    ]
    parts = [part for name, value in (("scenario", plan.plan), *origin) for part in words(name, value)]
    return without_empty(
        {
            **concluded("RiskAssessment", made, "forecast", plan.plan, *(value for _, value in origin)),
            "extension": [{"url": ours.SCENARIO, "extension": parts}],
            "status": "final",
            "method": concept("boneloop model, simulation", coding(ours.FORECAST, "simulation")),
            "code": concept(f"Forecast under the plan: {lived.title}", coding(ours.PLAN, plan.plan)),
            "subject": made.subject,
            "occurrenceDateTime": made.record.as_of.isoformat(),
            "basis": references(made.facts or [made.patient]),
            "prediction": [one for one in predictions if one],
            "note": note(SIMULATION, *(f"{name}: {value}" for name, value in origin), DISCLAIMER),
        }
    )


def _prediction(name: str, band: Band, times: np.ndarray, year: float, made: Written) -> Element:
    """One outcome at one year; empty where the forecast has no value."""
    outcome = OUTCOMES[name]
    at = {part: _at(getattr(band, part), times, year) for part in ("median", "p05", "p95", "mean", "mcse")}
    point = at["mean"] if band.expected else at["median"]
    if not math.isfinite(point):
        return {}
    parts = [extension(part, "Decimal", _rounded(value)) for part, value in at.items() if math.isfinite(value)]
    chance = _rounded(point * PER_CENT) if outcome.kind == CHANCE else None
    return without_empty(
        {
            "extension": [
                {
                    "url": ours.BAND,
                    "extension": [extension("year", "Decimal", number(year)), *words("unit", outcome.unit), *parts],
                }
            ],
            "outcome": concept(f"{outcome.title} (forecast)", coding(ours.FORECAST, name)),
            "probabilityDecimal": chance,
            "whenPeriod": ahead(made.record.as_of, year),
        }
    )


def _at(values: np.ndarray, times: np.ndarray, year: float) -> float:
    return float(at_times(np.array([year]), times, values)[0])


def _rounded(value: float) -> float | int:
    """Six significant digits, as in the tables."""
    return number(float(f"{value:.6g}")) or 0


def _option(
    plan: PlanForecast | PlanBands,
    lived: CarePlan,
    risk: Element,
    made: Written,
    origin: Sequence[tuple[str, str]],
) -> Element:
    steps = lived.steps or ("no new treatment",)
    cautions = plan.cautions if isinstance(plan, PlanForecast) else ()
    return without_empty(
        {
            **concluded("CarePlan", made, "option", plan.plan, *(value for _, value in origin)),
            "status": "draft",
            "intent": "option",
            "category": [concept("Bone, pain and mood together", coding(ours.PLAN, "bone-pain-mood"))],
            "title": lived.title,
            "subject": made.subject,
            "created": made.record.as_of.isoformat(),
            "supportingInfo": [reference(risk)],
            "activity": [{"detail": {"status": "not-started", "description": step}} for step in steps],
            "note": note("One of several options that were compared; nothing is ordered.", *cautions, DISCLAIMER),
        }
    )
