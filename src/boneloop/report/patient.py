"""The page of one person, as data: what the record says and what the assessment makes of it, already in words."""

from __future__ import annotations

from dataclasses import dataclass

from boneloop.assess.assessment import Assessment, Flag, Risk, Score
from boneloop.compare.forecast import OUTCOMES
from boneloop.evidence.registry import Registry
from boneloop.patient.profile import Reading
from boneloop.patient.record import Record
from boneloop.report.case import Case, reference
from boneloop.report.outlook import OutlookView, outlook_view
from boneloop.report.two_beliefs import BeliefsView, beliefs_view
from boneloop.report.words import amount, at_horizon, day, number, readable, short_title, spoken

DOMAINS = {
    "bone": "Bone",
    "fracture_risk": "Fracture risk",
    "pain": "Pain",
    "mind": "Mind",
    "function": "Function",
    "wellbeing": "Wellbeing",
}


@dataclass(frozen=True, slots=True)
class Tile:
    """One figure at the top of the page: what, how much, and what it rests on."""

    title: str
    shown: str
    detail: str
    simulated: bool = False
    known: bool = True


@dataclass(frozen=True, slots=True)
class Fact:
    """One recorded item: what, the value as written, when, where it was read."""

    what: str
    value: str
    date: str
    source: str


@dataclass(frozen=True, slots=True)
class PatientView:
    """Everything on the page of one person; ``outlook`` is None where no forecast was made."""

    number: int
    id: str
    about: str
    as_of: str
    source: str
    safety: tuple[Flag, ...]
    flags: tuple[Flag, ...]
    tiles: tuple[Tile, ...]
    facts: tuple[Fact, ...]
    completeness: tuple[tuple[str, int], ...]
    scores: tuple[tuple[str, tuple[Score, ...]], ...]
    risks: tuple[Risk, ...]
    gaps: tuple[tuple[str, str, str], ...]
    advice: tuple[str, ...]
    not_forecast: str
    notes: tuple[str, ...]
    outlook: OutlookView | None
    beliefs: BeliefsView | None


def patient_view(case: Case, position: int, registry: Registry) -> PatientView:
    """The page of one person; ``position`` is its number in the report, counted from 1."""
    assessment, record = case.assessment, case.assessment.record
    flags = case.flags()
    return PatientView(
        number=position,
        id=record.id,
        about=", ".join(filter(None, (spoken(record.sex.value), f"{number(record.age, 0)} years", record.country))),
        as_of=day(record.as_of),
        source=record.source,
        safety=tuple(f for f in flags if f.severity == "safety"),
        flags=tuple(f for f in flags if f.severity != "safety"),
        tiles=_tiles(case),
        facts=_facts(record),
        completeness=tuple(
            (DOMAINS.get(d, spoken(d)), round(100 * share)) for d, share in assessment.completeness.items()
        ),
        scores=_scores(assessment),
        risks=assessment.risks,
        gaps=tuple((_domain(g.domain), g.item[:1].upper() + g.item[1:], g.why) for g in assessment.gaps),
        advice=case.advice,
        not_forecast=assessment.not_forecast,
        notes=record.notes,
        outlook=outlook_view(case.forecast, registry) if case.forecast and case.forecast.plans else None,
        beliefs=beliefs_view(case),
    )


def _domain(name: str) -> str:
    return DOMAINS.get(name, spoken(name))


def lowest_t_score(assessment: Assessment) -> Score | None:
    """The T-score that counts: the lowest of those known."""
    known = [s for s in assessment.scores if s.name.startswith("t_score") and s.value is not None]
    return min(known, key=lambda s: s.value or 0.0) if known else None


def _tiles(case: Case) -> tuple[Tile, ...]:
    assessment, profile = case.assessment, case.assessment.profile
    return (
        *_simulated_tiles(case),
        _score_tile("Lowest T-score", lowest_t_score(assessment)),
        _reading_tile("Pain", profile.pain if profile else None, 10, 1),
        _score_tile("Mood, PHQ-9", assessment.score("phq9")),
        _reading_tile("Physical function", profile.function_loss if profile else None, 100, 0, lost=True),
    )


def _simulated_tiles(case: Case) -> list[Tile]:
    """The range stands large and the median small: no forecast is one number."""
    forecast = case.forecast
    if forecast is None or not forecast.plans:
        return []
    tiles, plan, outcome = [], reference(forecast.plans), OUTCOMES["fracture_any"]
    spread = at_horizon(plan, outcome.name)
    if spread:
        shown = f"{amount(outcome, spread.p05, unit=False)} to {amount(outcome, spread.p95)}"
        title = f"Major fracture within {number(forecast.years, 0)} years"
        tiles.append(
            Tile(title, shown, f"expected {amount(outcome, spread.median)}; {short_title(plan.title)}", simulated=True)
        )
    median, low, high = (number(v, 2) for v in forecast.circle.cycle_number)
    detail = f"median {median}; {forecast.circle.informed_by}"
    tiles.append(Tile("Cycle number, untreated", f"{low} to {high}", detail, simulated=True))
    return tiles


def _reading_tile(title: str, reading: Reading | None, full: float, decimals: int, lost: bool = False) -> Tile:
    if reading is None:
        return Tile(title, "not known", "nothing recorded", known=False)
    value = full * (1 - reading.value if lost else reading.value)
    return Tile(title, f"{number(value, decimals)} of {full:g}", f"{readable(reading.instrument)}, {day(reading.date)}")


def _score_tile(title: str, score: Score | None) -> Tile:
    if score is None or score.value is None:
        return Tile(title, "not known", (readable(score.shown) if score else "") or "nothing recorded", known=False)
    return Tile(title, readable(score.shown), ", ".join(part for part in (score.band, day(score.date)) if part))


def _facts(record: Record) -> tuple[Fact, ...]:
    """The newest value of everything recorded, as it was written."""
    facts = []
    for quantity in dict.fromkeys(m.quantity for m in record.measurements):
        if newest := record.latest(quantity):
            facts.append(Fact(spoken(quantity), readable(newest.original), day(newest.date), newest.source))
    for instrument in dict.fromkeys(a.instrument for a in record.answers):
        if answers := record.latest_answers(instrument):
            total = f"total {answers.total:g}" if answers.total is not None else f"{len(answers.items)} items answered"
            facts.append(Fact(instrument.upper().replace("_", " "), total, day(answers.date), answers.source))
    for fracture in record.fractures:
        energy = f"low energy: {fracture.low_energy.value}"
        facts.append(Fact(f"Fracture, {fracture.site}", energy, day(fracture.date), fracture.source))
    for condition in record.conditions:
        facts.append(Fact(spoken(condition.name), condition.status.value, day(condition.date), condition.source))
    for taken in record.medications:
        what = f"{spoken(taken.drug)} ({taken.drug_class.replace('_', ' ')})"
        facts.append(Fact(what, f"taken now: {taken.active.value}", day(taken.start), taken.source))
    return tuple(facts)


def _scores(assessment: Assessment) -> tuple[tuple[str, tuple[Score, ...]], ...]:
    domains = dict.fromkeys([*DOMAINS, *(s.domain for s in assessment.scores)])
    grouped = ((_domain(d), tuple(s for s in assessment.scores if s.domain == d)) for d in domains)
    return tuple((title, scores) for title, scores in grouped if scores)
