"""What a validation leaves behind: results.csv, results.json, one SVG for each group."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from boneloop.calibrate.targets.format import GROUPS, ROLES, Result
from boneloop.calibrate.targets.judge import interval_95
from boneloop.calibrate.targets.run import Findings, Found
from boneloop.calibrate.targets.summary import mean_errors, of_role, tally
from boneloop.errors import InputError
from boneloop.report.files import refusal, write_whole
from boneloop.report.validation.courses import over_time, split
from boneloop.report.validation.forest import forest

COLUMNS = (
    "study", "id", "title", "group", "role", "kind", "outcome", "measure", "arm", "against", "from_month", "month",
    "unit", "published", "published_low", "published_high", "published_se", "tolerance", "status", "simulated", "p025",
    "p05", "p95", "p975", "monte_carlo_error", "verdict", "distance", "combined_distance", "people", "draws", "reason",
    "citation", "doi",
)  # fmt: skip


def write_results(
    out: Path, findings: Sequence[Findings], refused: Sequence[InputError], origin: Mapping[str, Any]
) -> None:
    """Write results.csv and results.json."""
    rows = [_row(study, one) for study in findings for one in study.found]
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows([_fixed(row[name]) for name in COLUMNS] for row in rows)
    write_whole(out / "results.csv", text.getvalue())
    whole = {
        "summary": summary(findings),
        "results": [{name: _plain(value) for name, value in row.items()} for row in rows],
        "refused": [refusal(error) for error in refused],
        "provenance": dict(origin),
    }
    write_whole(out / "results.json", json.dumps(whole, ensure_ascii=False, indent=2, default=str) + "\n")


def summary(findings: Sequence[Findings]) -> dict[str, Any]:
    """The counts by role, and the mean absolute errors."""
    counts = {role: tally(of_role(findings, role)) for role in ROLES}
    return {
        **{role: {**asdict(one), "judged": one.judged, "share_inside": one.share} for role, one in counts.items()},
        "mean_absolute_error": [asdict(one) for one in mean_errors(findings)],
    }


def write_figures(out: Path, findings: Sequence[Findings]) -> dict[str, list[str]]:
    """Write the figures of each group; their SVG by group."""
    drawn = {group: figures(findings, group) for group in GROUPS}
    for made in drawn.values():
        for name, svg in made.items():
            write_whole(out / f"{name}.svg", svg)
    return {group: list(made.values()) for group, made in drawn.items() if made}


def figures(findings: Sequence[Findings], group: str) -> dict[str, str]:
    """The SVG of a group by file name: calibration targets, checks, and the courses over time."""
    made: dict[str, str] = {}
    for role, words in (("calibrate", "calibration targets"), ("check", "checks")):
        found = [one for one in of_role(findings, role) if one.result.group == group and one.simulated]
        courses, others = split(found)
        name = group if role == "calibrate" else f"{group}_checks"
        if any(one.result.kind != "rank" for one in others):
            made[name] = forest(f"{GROUPS[group]}: {words}", others)
        if courses:
            made[f"{name}_over_time"] = over_time(f"{GROUPS[group]} over time: {words}", courses)
    return made


def _row(study: Findings, one: Found) -> dict[str, Any]:
    result, found, verdict = one.result, one.simulated, one.verdict
    low, high = _interval(result)
    return {
        **{name: getattr(result, name) for name in COLUMNS if hasattr(result, name)},
        "arm": " > ".join(result.order) or result.arm,
        "published": result.value,
        "published_low": low,
        "published_high": high,
        "published_se": result.standard_error,
        "simulated": found.median if found else None,
        **{name: getattr(found, name) if found else None for name in ("p025", "p05", "p95", "p975")},
        "monte_carlo_error": found.monte_carlo if found else None,
        "verdict": verdict.verdict,
        "distance": verdict.distance,
        "combined_distance": verdict.combined,
        "people": study.people,
        "draws": study.draws,
        "reason": str(one.refusal) if one.refusal else result.reason,
        "citation": study.study.citation,
        "doi": study.study.doi,
    }


def _interval(result: Result) -> tuple[float | None, float | None]:
    return interval_95(result) if result.interval is not None or result.se is not None else (None, None)


def _plain(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _fixed(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.6g}" if math.isfinite(value) and value else "0" if value == 0 else ""
    return str(value)
