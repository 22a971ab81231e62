"""The page of a validation: one file that opens offline, with a figure and a table for each group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from markupsafe import Markup

from boneloop.calibrate.targets.format import GROUPS
from boneloop.calibrate.targets.judge import MISS
from boneloop.calibrate.targets.run import Findings, Found
from boneloop.calibrate.targets.summary import MeanError, Tally, mean_errors, of_role, tally
from boneloop.errors import InputError
from boneloop.report.files import write_whole
from boneloop.report.offline import asset, environment, flat, policy
from boneloop.report.validation import shown
from boneloop.report.validation.files import figures

ROLE_TITLES = {"calibrate": "Calibration targets", "check": "Checks"}


@dataclass(frozen=True)
class Row:
    """One result in words."""

    id: str
    title: str
    citation: str
    published: str
    interval: str
    simulated: str
    band: str
    monte_carlo: str
    verdict: str
    distance: str
    status: str
    is_miss: bool
    why: str


@dataclass(frozen=True)
class Section:
    """A group under one role: its counts, figures and rows."""

    anchor: str
    title: str
    counts: Tally
    figures: tuple[Markup, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Part:
    """One role: its sections and counts, and the misses with their reasons."""

    role: str
    title: str
    counts: Tally
    sections: tuple[Section, ...]
    misses: tuple[Row, ...]


def write_page(
    path: Path,
    findings: Sequence[Findings],
    *,
    refused: Sequence[InputError],
    provenance: Mapping[str, Any],
    belief_about: str,
) -> None:
    """Write report.html."""
    parts = [part(findings, role) for role in ROLE_TITLES]
    html = (
        environment()
        .get_template("validation.html.j2")
        .render(
            policy=policy([]),
            style=Markup(asset("templates", "report.css")),
            headline=headline(tally(of_role(findings, "calibrate"))),
            parts=[one for one in parts if one.sections],
            errors=errors(mean_errors(findings)),
            studies=[one.study for one in findings],
            left_out=sum(one.left_out for one in findings),
            refused=[str(error) for error in refused],
            belief_about=belief_about,
            provenance=flat(provenance),
        )
    )
    write_whole(path, html)


def headline(counts: Tally) -> str:
    """The one line that sums up the calibration targets."""
    said = f"{counts.inside} of {counts.judged} calibration targets inside"
    said += f" ({100 * counts.share:.0f}\u00a0%)" if counts.judged else ""
    further = [
        f"{counts.explained} of the {counts.miss} misses with a reason" if counts.miss else "",
        f"{counts.not_judged} not judged" if counts.not_judged else "",
        f"{counts.refused} refused" if counts.refused else "",
    ]
    return "; ".join(filter(None, [said, *further]))


def errors(found: Sequence[MeanError]) -> list[tuple[str, str, str, str]]:
    """The mean absolute errors as rows: outcome, error, goal, over what."""
    return [
        (
            one.title,
            f"{one.error:.2g} points" if one.error < 10 else f"{one.error:.0f} points",
            f"{'✓' if one.error <= one.goal else '✗'} at most {one.goal:g}",
            f"{one.arms} arms or contrasts, {one.results} results",
        )
        for one in found
    ]


def part(findings: Sequence[Findings], role: str) -> Part:
    """Everything of one role."""
    citations = {one.study.id: one.study for one in findings}
    found = of_role(findings, role)
    sections = []
    for group, title in GROUPS.items():
        own = [one for one in found if one.result.group == group]
        if own:
            wanted = [svg for name, svg in figures(findings, group).items() if ("_checks" in name) == (role == "check")]
            rows = tuple(row(one, citations[one.result.study].citation) for one in own)
            sections.append(Section(f"{role}-{group}", title, tally(own), tuple(map(Markup, wanted)), rows))
    misses = tuple(one for section in sections for one in section.rows if one.is_miss)
    return Part(role, ROLE_TITLES[role], tally(found), tuple(sections), misses)


def row(one: Found, citation: str) -> Row:
    """One result in words."""
    result = one.result
    return Row(
        id=result.id,
        title=result.title,
        citation=citation,
        published=shown.published(result),
        interval=shown.published_interval(result),
        simulated=shown.simulated(result, one.simulated),
        band=shown.band(result, one.simulated),
        monte_carlo=shown.monte_carlo(one.simulated),
        verdict=shown.verdict(one),
        distance=shown.distance(one),
        status=result.status,
        is_miss=one.verdict.verdict == MISS,
        why=shown.why(one),
    )
