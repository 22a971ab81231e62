"""Why: for everything an assessment says, what went in (with dates and places), the rule, and what came out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from boneloop.assess.assessment import Assessment, Flag, Risk, Score, Trend
from boneloop.assess.questionnaires import NAMES
from boneloop.instruments.table import instrument, names
from boneloop.patient.record import Answers, Record


@dataclass(frozen=True, slots=True)
class Why:
    """One thing said, and why.

    kind    flag, score, risk, trend
    inputs  each with its value, its date and the row or resource it was read from
    note    what must stand beside it, disclaimers among it
    """

    kind: str
    title: str
    result: str
    inputs: tuple[str, ...]
    rule: str
    note: str = ""


def explain(assessment: Assessment) -> tuple[Why, ...]:
    """Flags first, then scores, trends and risks, in the order of the assessment."""
    return tuple(
        (
            *map(_flag, assessment.flags),
            *(_score(assessment.record, score) for score in assessment.scores),
            *map(_trend, assessment.trends),
            *map(_risk, assessment.risks),
        )
    )


def _flag(flag: Flag) -> Why:
    return Why("flag", flag.code, f"{flag.severity}: {flag.message}", flag.basis, flag.rule)


def _score(record: Record, score: Score) -> Why:
    shown = [score.shown, score.band if score.band and score.band not in score.shown else ""]
    shown.append("" if score.status == "complete" else score.status)
    result = ", ".join(part for part in shown if part)
    return Why("score", score.title, result, (*score.basis, *_answers(record, score)), score.rule)


def _trend(trend: Trend) -> Why:
    days = f"{trend.before_date.isoformat()} to {trend.after_date.isoformat()}"
    result = f"{trend.before:g} to {trend.after:g} {trend.unit} ({trend.change:+.3g}), {days}: {trend.verdict}"
    return Why("trend", trend.title, result, trend.basis, trend.rule)


def _risk(risk: Risk) -> Why:
    over = f", {risk.years:g} years" if risk.years else ""
    return Why("risk", f"{risk.title}, {risk.outcome}{over}", risk.shown, risk.basis, risk.rule, risk.note)


def _answers(record: Record, score: Score) -> Iterator[str]:
    """The answers behind a questionnaire's score, item by item, the missing ones too."""
    form = _form(record, score)
    if form is None or not form.items:
        return
    table = instrument(form.instrument)
    said = []
    for number in table.counted:
        name = f" {table.names[number - 1]}" if table.names else ""
        said.append(f"{number}{name}: {form.items[number]:g}" if number in form.items else f"{number}{name}: missing")
    yield f"answers: {', '.join(said)}"


def _form(record: Record, score: Score) -> Answers | None:
    for given in {a.instrument for a in record.answers} & set(names()):
        scales = {f"{given}_{scale}" for scale in instrument(given).scales}
        if score.name == NAMES.get(given, given) or score.name in scales:
            newest = record.latest_answers(given)
            return newest if newest is not None and newest.date == score.date else None
    return None
