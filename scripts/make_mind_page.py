#!/usr/bin/env python3
"""Write the tables and the figure of docs/validation/mind.md: what was published, and what the model says to it.

    <!-- fitted -->        results that the stage "mind" of a fit may use
    <!-- checks -->        results that nothing was fitted to
    <!-- lags -->          cross-lags of panel studies
    <!-- associations -->  the survey's cross-section and a simulated one
    <!-- end -->

python scripts/make_mind_page.py ../shared/data      about five minutes on one core
"""

from __future__ import annotations

import argparse
import math
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from boneloop.calibrate import associations, panel
from boneloop.calibrate.fast_circle import lived
from boneloop.calibrate.fit.mind import GROUPS, made_people
from boneloop.calibrate.targets.format import Result, Study
from boneloop.calibrate.targets.lives import Lives, looked_up, parts
from boneloop.calibrate.targets.reading import own_files, read_all
from boneloop.calibrate.within_person import standardized_lags
from boneloop.evidence.registry import Registry, load

PAGE = Path(__file__).parents[1] / "docs/validation/mind.md"
FIGURE = PAGE.with_suffix(".svg")
PEOPLE, SECTION = 400, 20_000
_BLOCK = re.compile(r"^(<!-- (fitted|checks|lags|associations) -->)\n.*?^<!-- end -->$", re.MULTILINE | re.DOTALL)
_INSIDE = 1.96
_PANELS = (("panel.pain_to_depression", 0, 1, "PAIN-03"), ("panel.depression_to_pain", 1, 0, "PAIN-04"))
_WORDS = {"depression": "depression", "pain": "pain", "function_loss": "lost function"}


@dataclass(frozen=True)
class Row:
    """One result: what was published, what the model says, how far apart in published standard errors."""

    result: Result
    study: Study
    said: float
    error: float

    @property
    def distance(self) -> float:
        """In published standard errors, or in parts of the stated tolerance."""
        r = self.result
        scale = r.standard_error if r.standard_error is not None else r.tolerance
        off = math.log(self.said / r.value) if r.on_log_scale else self.said - r.value
        return off / scale if scale else math.nan

    @property
    def inside(self) -> bool:
        """Inside the published interval, or within two standard errors, or within the tolerance."""
        r = self.result
        if r.interval:
            return r.interval[0] <= self.said <= r.interval[1]
        return abs(self.distance) <= (2 if r.se is not None else 1)


def rows(registry: Registry) -> list[Row]:
    """Every result of the groups of this page, in the fast circle of many made-up people."""
    found = []
    values = {"circle.strength": np.array([registry.number("circle.strength")])}
    for study in read_all(own_files())[0]:
        some = [r for r in study.results if r.group in GROUPS]
        if some and all(r.kind != "rank" for r in some):
            found += _of_study(study, some, registry, values)
    return found


def _of_study(study: Study, some: list[Result], registry: Registry, values: dict[str, np.ndarray]) -> list[Row]:
    people = made_people(study, some, registry, 1, PEOPLE)
    lives: dict[str, Lives] = {}
    for name, who in people.items():
        months = math.ceil(max(max(r.month, r.from_month, 1) for r in some if name in r.arms))
        lives[name] = lived(who, study.arms[name].plan, registry, values, months)
    found = []
    for result in some:
        own = {arm: lives[arm] for arm in result.arms}
        whole, *groups = (
            float(looked_up(result, {arm: one.some(part) for arm, one in own.items()})[0]) for part in parts(PEOPLE)
        )
        found.append(Row(result, study, whole, float(np.std(groups, ddof=1) / math.sqrt(len(groups)))))
    return found


def of_results(some: list[Row]) -> str:
    """A table of results."""
    head = "| code | what | published | simulated (± Monte-Carlo) | distance | |\n|---|---|---|---|---|---|\n"
    return head + "".join(_result_line(row) for row in some)


def _result_line(row: Row) -> str:
    r = row.result
    interval = f" ({r.interval[0]:g} to {r.interval[1]:g})" if r.interval else f" ± {r.se:.2g}" if r.se else ""
    published = f"{r.value:g}{interval}{'' if r.status == 'verified' else ', recalled'}"
    verdict = "inside" if row.inside else f"**miss**: {r.reason or 'see below'}"
    what = f"{row.study.title}: {r.title}"
    return f"| {r.id} | {what} | {published} | {row.said:.3g} ± {row.error:.1g} | {row.distance:+.1f} | {verdict} |\n"


def of_lags(registry: Registry, data: Path) -> str:
    """A table of cross-lags: two published ones, and those of the panel of patients."""
    values = {"circle.strength": np.array([registry.number("circle.strength")])}
    two_years = standardized_lags(registry, values, registry.number("panel.years", "year"))[0]
    lines = ["| panel | from → to | within-person β | simulated |\n|---|---|---|---|\n"]
    for name, row, column, code in _PANELS:
        entry = registry[name]
        low, high = entry.interval or (math.nan, math.nan)
        source, _, target = name.removeprefix("panel.").partition("_to_")
        lines.append(
            f"| {code}, 2 years | {source} → {target} | {registry.number(name):.3f} ({low:.3f} to {high:.3f}) "
            f"| {two_years[row, column]:.3f} |\n"
        )
    states = panel.HELP_STATES
    seen = panel.cross_lags(panel.help_panel(data / "help_longitudinal/help_sf36_cesd_longitudinal.csv.gz"))
    own = standardized_lags(registry, values, 1 / 2, states)[0]
    for row, target in enumerate(states):
        for column, source in enumerate(states):
            if row != column:
                lines.append(
                    f"| HELP, half a year (check) | {_WORDS[source]} → {_WORDS[target]} | {seen.beta[row, column]:.2f} "
                    f"± {seen.error[row, column]:.2f} | {own[row, column]:.3f} |\n"
                )
    return "".join(lines)


def of_associations(found: list[associations.Association]) -> str:
    """A table of associations on both sides."""
    lines = ["| association | survey | simulated | distance |\n|---|---|---|---|\n"]
    for one in found:
        digits = 4 if one.unit == "g/cm2" else 2
        sides = [
            f"{value:.{digits}f} ({low:.{digits}f} to {high:.{digits}f})"
            for value, (low, high) in (
                (one.surveyed, one.survey_interval),
                (one.simulated, one.simulated_interval),
            )
        ]
        lines.append(f"| {one.name}, {one.unit} | {sides[0]} | {sides[1]} | {one.distance:+.1f} |\n")
    return "".join(lines)


def figure(some: list[Row], found: list[associations.Association]) -> str:
    """Simulated less published, in published standard errors: results for calibration, checks, associations."""
    fits = [(row.result.id, row.distance) for row in some if row.result.role == "calibrate"]
    checks = [(row.result.id, row.distance) for row in some if row.result.role == "check"]
    survey = [
        (one.name, (one.simulated - one.surveyed) / ((one.survey_interval[1] - one.survey_interval[0]) / 2 / _INSIDE))
        for one in found
    ]
    lines: list[str] = []
    top = 30
    for title, group in (("marked for calibration", fits), ("checks", checks), ("survey, associations", survey)):
        lines.append(f'<text x="8" y="{top}" font-weight="600">{title}</text>')
        for name, distance in group:
            top += 15
            lines += _mark(name, distance, top)
        top += 30
    height = top
    wide = f'x="{_x(-2):.1f}" width="{_x(2) - _x(-2):.1f}"'
    band = f'<rect {wide} y="12" height="{height - 40}" fill="#4477aa" opacity="0.15"/>'
    zero = f'<line x1="{_x(0):.1f}" x2="{_x(0):.1f}" y1="12" y2="{height - 28}" stroke="#4477aa"/>'
    ticks = "".join(
        f'<text x="{_x(at):.1f}" y="{height - 12}" text-anchor="middle">{at:+d}</text>' for at in (-6, -4, -2, 2, 4, 6)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 {height}" font-family="sans-serif" font-size="11" '
        f'fill="#888" role="img"><title>Simulated less published, in published standard errors</title>'
        f"{band}{zero}{''.join(lines)}{ticks}</svg>\n"
    )


def _x(distance: float) -> float:
    return 440 + 28 * max(-6.5, min(6.5, distance))


def _mark(name: str, distance: float, y: float) -> list[str]:
    label = f'<text x="16" y="{y}">{name}</text>'
    if math.isnan(distance):
        return [label]
    if abs(distance) > 6.5:
        way = "M-4,-4 L4,0 L-4,4 Z" if distance > 0 else "M4,-4 L-4,0 L4,4 Z"
        return [label, f'<path transform="translate({_x(distance):.1f},{y - 4})" d="{way}" fill="#cc3311"/>']
    color = "#4477aa" if abs(distance) <= 2 else "#cc3311"
    return [label, f'<circle cx="{_x(distance):.1f}" cy="{y - 4}" r="4" fill="{color}"/>']


def main() -> None:
    """Write the page and its figure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path, help="the folder of the public data sets")
    parser.add_argument("--people", type=int, default=SECTION, help="simulated people of the cross-section")
    asked = parser.parse_args()
    registry = load()
    some = rows(registry)
    found = associations.compared(asked.data / "nhanes/nhanes_bone_mood.parquet", asked.people)
    tables = {
        "fitted": of_results([row for row in some if row.result.role == "calibrate"]),
        "checks": of_results([row for row in some if row.result.role == "check"]),
        "lags": of_lags(registry, asked.data),
        "associations": of_associations(found),
    }
    text = PAGE.read_text("utf-8")
    PAGE.write_text(_BLOCK.sub(lambda block: f"{block[1]}\n{tables[block[2]]}<!-- end -->", text), "utf-8")
    FIGURE.write_text(figure(some, found), "utf-8")
    inside = sum(row.inside for row in some if row.result.role == "calibrate")
    print(f"{inside} of {sum(row.result.role == 'calibrate' for row in some)} results for calibration inside")


if __name__ == "__main__":
    main()
