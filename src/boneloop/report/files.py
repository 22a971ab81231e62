"""The files beside the page: patients.csv, rejects.ndjson, provenance.json, and the table of an assessment.

Numbers have a fixed form (six significant digits, no negative zero, empty where not defined), so that the same
forecasts give the same bytes.
"""

from __future__ import annotations

import csv
import json
import math
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, TextIO

import numpy as np

from boneloop.assess.assessment import Assessment
from boneloop.compare.forecast import OUTCOMES, Band, Forecast, PlanBands, PlanForecast, Tabled
from boneloop.errors import FileError, InputError
from boneloop.guidance.advice import Advice
from boneloop.guidance.rule import Rule
from boneloop.report.words import at_times
from boneloop.types import Array

PATIENT_COLUMNS = ("patient", "plan", "outcome", "unit", "year", "median", "p05", "p95", "mcse")
CHANCE_COLUMNS = ("patient", "plan", "outcome", "year", "chance", "standard_error")
BELIEF_COLUMN = 1
"""Where the belief stands in a row of either table, if the table holds more than one."""
ASSESSMENT_COLUMNS = ("patient", "kind", "domain", "name", "title", "value", "shown", "band", "status", "date", "basis")
ASSESSMENT_SUFFIXES = (".csv", ".json", ".ndjson")


def write_patients_csv(path: Path, forecasts: Iterable[Forecast], *, append: bool = False) -> int:
    """Write a row for each patient, plan, outcome and whole year; return how many rows.

    append  go on in a file that has its header already; forecasts may come in as many pieces as memory asks for
    """
    return _write_rows(path, PATIENT_COLUMNS, map(patient_rows, forecasts), append)


def write_chances_csv(path: Path, forecasts: Iterable[Forecast], *, append: bool = False) -> int:
    """Write the chance of each event, a row for each patient, plan, outcome and whole year; return how many rows.

    The chance of a person is the mean over the draws; the median in patients.csv is that of a typical draw, which is
    lower where much about the person is not known.
    """
    return _write_rows(path, CHANCE_COLUMNS, map(chance_rows, forecasts), append)


def _write_rows(path: Path, columns: tuple[str, ...], pieces: Iterable[Iterable[tuple[str, ...]]], append: bool) -> int:
    headed = append and path.exists() and path.stat().st_size > 0
    count = 0
    with path.open("a" if append else "w", encoding="utf-8", newline="") as file:
        if not headed:
            csv.writer(file, lineterminator="\n").writerow(columns)
        for piece in pieces:
            count += written_rows(file, piece)
    return count


def written_rows(file: TextIO, rows: Iterable[tuple[str, ...]]) -> int:
    """Write rows without their header; return how many."""
    kept = list(rows)
    csv.writer(file, lineterminator="\n").writerows(kept)
    return len(kept)


def write_pieces(path: Path, columns: tuple[str, ...], pieces: Iterable[str]) -> None:
    """A table from its header and pieces of rows that were written before."""
    partial = path.with_name(path.name + ".partial")
    with partial.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerow(columns)
        file.writelines(pieces)
    os.replace(partial, path)


def write_joined(path: Path, pieces: Iterable[str]) -> None:
    """A file of lines from pieces that were written before."""
    partial = path.with_name(path.name + ".partial")
    with partial.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(pieces)
    os.replace(partial, path)


def with_belief(columns: tuple[str, ...], belief: str = "belief") -> tuple[str, ...]:
    """A row with the belief beside the person; without a belief, the heads of the columns."""
    return (*columns[:BELIEF_COLUMN], belief, *columns[BELIEF_COLUMN:])


def patient_rows(forecast: Forecast | Tabled) -> Iterator[tuple[str, ...]]:
    """The rows of one person, in the order of the plans, of ``OUTCOMES`` and of the years 0 to the horizon."""
    years = np.arange(math.floor(forecast.years) + 1, dtype=np.float64)
    for plan in forecast.plans:
        at = _reader(plan.years, years)
        for name, band in _known_outcomes(plan):
            unit = OUTCOMES[name].unit if name in OUTCOMES else ""
            columns = [at(values) for values in (band.median, band.p05, band.p95, band.mcse)]
            for year, *values in zip(years.tolist(), *columns, strict=True):
                yield (forecast.profile.id, plan.plan, name, unit, f"{year:.0f}", *(_fixed(v) for v in values))


def chance_rows(forecast: Forecast | Tabled) -> Iterator[tuple[str, ...]]:
    """The chances of one person, in the order of ``patient_rows``."""
    years = np.arange(math.floor(forecast.years) + 1, dtype=np.float64)
    for plan in forecast.plans:
        at = _reader(plan.years, years)
        for name, band in _known_outcomes(plan):
            if band.expected:
                for year, *values in zip(years.tolist(), at(band.mean), at(band.mean_error), strict=True):
                    yield (forecast.profile.id, plan.plan, name, f"{year:.0f}", *(_fixed(v) for v in values))


def _reader(times: Array, years: Array) -> Callable[[Array], list[float]]:
    """How values at ``times`` are read at whole ``years``: as they are where the forecast has every one of them."""
    places = np.searchsorted(times, years)
    if places[-1] < len(times) and np.array_equal(times[places], years):
        return lambda values: values[places].tolist()
    return lambda values: at_times(years, times, values).tolist()


def _known_outcomes(plan: PlanForecast | PlanBands) -> Iterator[tuple[str, Band]]:
    names = [name for name in OUTCOMES if name in plan.bands]
    for name in names + sorted(set(plan.bands) - set(names)):
        yield name, plan.bands[name]


def _fixed(value: float) -> str:
    """Six significant digits; empty where the value is not defined."""
    if not math.isfinite(value):
        return ""
    text = f"{value:.6g}"
    return "0" if text == "-0" else text


def refusal(error: InputError) -> dict[str, str]:
    """A refused input as a row: place, rule, value."""
    return {"place": error.place, "rule": error.rule, "value": "" if error.value == "" else str(error.value)}


def write_rejects(path: Path, refusals: Iterable[Mapping[str, Any] | InputError], *, append: bool = False) -> int:
    """Write what was refused, one JSON object in a line; return how many."""
    count = 0
    with path.open("a" if append else "w", encoding="utf-8", newline="\n") as file:
        for item in refusals:
            row = refusal(item) if isinstance(item, InputError) else item
            file.write(json.dumps(row, ensure_ascii=False, default=str) + "\n")
            count += 1
    return count


def write_provenance(path: Path, provenance: Mapping[str, Any]) -> None:
    """Write where a result comes from, as JSON."""
    write_whole(path, json.dumps(provenance, ensure_ascii=False, indent=2, default=str) + "\n")


def write_assessments(
    path: Path, assessments: Iterable[Assessment], advise: Callable[[Assessment], Advice] | None = None
) -> int:
    """Write assessments in the form that the suffix names; return how many people.

    advise   what the rules say of one person, to stand in the same file; None for none
    .csv     a row for each score, risk, flag and gap, rule and question
    .json    a list with one object for each person
    .ndjson  one object in a line for each person

    Raises FileError for another suffix.
    """
    kept = list(assessments)
    match path.suffix.lower():
        case ".csv":
            _write_assessment_rows(path, kept, advise)
        case ".json":
            objects = [assessment_object(a, advise) for a in kept]
            write_whole(path, json.dumps(objects, ensure_ascii=False, indent=2, default=str) + "\n")
        case ".ndjson":
            lines = (json.dumps(assessment_object(a, advise), ensure_ascii=False, default=str) + "\n" for a in kept)
            write_whole(path, "".join(lines))
        case suffix:
            raise FileError(str(path), f"the table of an assessment ends in {', '.join(ASSESSMENT_SUFFIXES)}", suffix)
    return len(kept)


def assessment_object(assessment: Assessment, advise: Callable[[Assessment], Advice] | None = None) -> dict[str, Any]:
    """One assessment as plain data, without the raw record."""
    record = assessment.record
    return {
        "patient": record.id,
        "sex": record.sex.value,
        "age": record.age,
        "country": record.country,
        "as_of": record.as_of.isoformat(),
        "source": record.source,
        "flags": [asdict(flag) for flag in assessment.flags],
        "scores": [{**asdict(s), "date": s.date.isoformat() if s.date else None} for s in assessment.scores],
        "risks": [asdict(risk) for risk in assessment.risks],
        "trends": [asdict(trend) | {"change": trend.change} for trend in assessment.trends],
        "gaps": [asdict(gap) for gap in assessment.gaps],
        "completeness": dict(assessment.completeness),
        "not_forecast": assessment.not_forecast,
        **({"guidance": advice_object(advise(assessment))} if advise else {}),
    }


def advice_object(advice: Advice) -> dict[str, Any]:
    """What the rules say of one person, as plain data."""
    fields = ("id", "verb", "message", "goal", "strength", "guideline", "year", "section", "source", "mark", "status")

    def told(rule: Rule) -> dict[str, Any]:
        return {name: getattr(rule, name) for name in fields} | {"proposes": rule.proposes}

    return {
        "framework": advice.framework,
        "rules": [told(rule) for rule in advice.fired],
        "to_be_confirmed": [told(rule) for rule in advice.to_confirm],
        "not_to_be_offered": [asdict(one) for one in advice.blocked],
        "open_questions": [asdict(question) for question in advice.open_questions],
        "plans": [asdict(plan) for plan in advice.plans],
        "answered": [asdict(answer) for _, answer in advice.answered],
        "past_review": list(advice.past_review),
    }


def advice_rows(who: str, advice: Advice) -> Iterator[tuple[str, ...]]:
    """What the rules say of one person, as rows of an assessment; the switched-off ones say so in their status."""
    for rule in (*advice.fired, *advice.to_confirm):
        yield (
            who,
            "rule",
            rule.goal,
            rule.id,
            rule.message,
            "",
            rule.verb,
            rule.strength,
            rule.status,
            "",
            rule.origin,
        )
    for question in advice.open_questions:
        yield (who, "question", "", question.words, question.words, "", "", "", "", "", ", ".join(question.rules))


def assessment_rows(assessment: Assessment) -> Iterator[tuple[str, ...]]:
    """The rows of one person; safety flags first."""
    who = assessment.record.id
    for flag in sorted(assessment.flags, key=lambda f: f.severity != "safety"):
        yield (who, "flag", "", flag.code, flag.message, "", flag.message, flag.severity, "", "", "; ".join(flag.basis))
    for s in assessment.scores:
        when = s.date.isoformat() if s.date else ""
        value = "" if s.value is None else _fixed(s.value)
        yield (who, "score", s.domain, s.name, s.title, value, s.shown, s.band, s.status, when, "; ".join(s.basis))
    for r in assessment.risks:
        value = "" if r.probability is None else _fixed(r.probability)
        title = f"{r.title}, {r.outcome}" + (f", {r.years:g} years" if r.years else "")
        basis = "; ".join((*r.basis, *([r.note] if r.note else [])))
        yield (who, "risk", "fracture_risk", r.engine, title, value, r.shown, "", "", "", basis)
    for t in assessment.trends:
        shown = f"{t.before:g} to {t.after:g} {t.unit}"
        basis = "; ".join((*t.basis, t.rule))
        day = t.after_date.isoformat()
        yield (who, "trend", t.domain, t.name, t.title, _fixed(t.change), shown, t.verdict, "", day, basis)
    for gap in assessment.gaps:
        yield (who, "gap", gap.domain, gap.item, gap.item, "", gap.why, "", "", "", "")


def _write_assessment_rows(
    path: Path, assessments: Iterable[Assessment], advise: Callable[[Assessment], Advice] | None
) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(ASSESSMENT_COLUMNS)
        for assessment in assessments:
            writer.writerows(assessment_rows(assessment))
            if advise:
                writer.writerows(advice_rows(assessment.record.id, advise(assessment)))


def write_whole(path: Path, text: str) -> None:
    """Write beside, then move: a reader never meets half a file."""
    partial = path.with_name(path.name + ".partial")
    partial.write_text(text, encoding="utf-8", newline="\n")
    os.replace(partial, path)
