"""One report.html that opens offline: everything inside, nothing asked of the network, every script known by its sum.

How that is done stands in ``offline``.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from markupsafe import Markup

from boneloop.compare.origins import Origin
from boneloop.evidence.registry import Registry
from boneloop.report.basis import MEANING, count_words, differing, number_rows
from boneloop.report.behind import behind_view, embedded
from boneloop.report.case import Case, in_reading_order
from boneloop.report.cohort import cohort_view
from boneloop.report.glossary import words_of_a_report
from boneloop.report.offline import asset, environment, flat, policy, rejected
from boneloop.report.offline import embedded as as_json
from boneloop.report.patient import patient_view

REJECTS_SHOWN = 200


def write_report(
    path: Path,
    cases: Sequence[Case],
    *,
    rejects: Sequence[Mapping[str, Any]],
    provenance: Mapping[str, Any],
    registry: Registry,
    title: str,
    other: Registry | None = None,
    origins: Mapping[str, Origin] | None = None,
    max_details: int = 50,
    people_count: int | None = None,
    rejects_count: int | None = None,
) -> None:
    """Write the report of these people.

    cases        one makes a page of one person; more make a first page of the cohort with a page for each
    other        the numbers under the second belief, where the people were forecast under both
    origins      where each outcome comes from; without it the page tells only which numbers were used
    rejects      what was refused: file, place, patient, rule, value
    max_details  how many people get a page of their own, safety flags and risk first; everyone is in the table
    people_count, rejects_count  how many there are in all, where only some are handed over

    Raises EvidenceError if a forecast used a number that the registry lacks.
    """
    counts = people_count or len(cases), rejects_count or len(rejects)
    html = report_html(cases, rejects, provenance, registry, title, max_details, *counts, other, origins)
    partial = path.with_name(path.name + ".partial")
    partial.write_text(html, encoding="utf-8", newline="\n")
    os.replace(partial, path)


def report_html(
    cases: Sequence[Case],
    rejects: Sequence[Mapping[str, Any]],
    provenance: Mapping[str, Any],
    registry: Registry,
    title: str,
    max_details: int,
    people_count: int,
    rejects_count: int,
    other: Registry | None = None,
    origins: Mapping[str, Origin] | None = None,
) -> str:
    """The page as text; the arguments of ``write_report``."""
    ordered = in_reading_order(cases)
    detailed = ordered[:max_details]
    patients = [patient_view(case, position, registry) for position, case in enumerate(detailed, 1)]
    cohort = cohort_view(ordered, len(detailed)) if len(ordered) != 1 else None
    used = sorted({identity for case in cases if case.forecast for identity in case.forecast.numbers_used})
    used = sorted({*used, *(identity for origin in (origins or {}).values() for identity in origin.ids)})
    early = asset("templates", "early.js")
    scripts = [asset("vendor", "echarts.common.min.js"), asset("templates", "report.js")]
    return (
        environment()
        .get_template("report.html.j2")
        .render(
            title=title,
            policy=policy([early, *scripts]),
            early_script=Markup(early),
            style=Markup(asset("templates", "report.css")),
            scripts=[Markup(script) for script in scripts],
            cohort=cohort,
            patients=patients,
            people_count=people_count,
            people_shown=len(ordered),
            rejects=[rejected(item) for item in list(rejects)[:REJECTS_SHOWN]],
            rejects_count=rejects_count,
            numbers=number_rows(registry, used, other),
            counts=count_words(registry, used),
            word_meaning=MEANING,
            words=words_of_a_report(),
            **_beliefs(registry, other),
            behind=behind_view(origins, registry) if origins else None,
            numbers_data=as_json(embedded(origins, registry)) if origins else "",
            provenance=flat(provenance),
            cohort_data=as_json({"bars": [[d.bins, d.counts] for d in cohort.distributions]} if cohort else {}),
            patient_data={p.number: as_json(p.outlook.data) for p in patients if p.outlook},
        )
    )


def _beliefs(registry: Registry, other: Registry | None) -> dict[str, Any]:
    """How the page names its belief, or both."""
    each = [one for one in (registry, other) if one]
    return {
        "belief": " and ".join(one.belief for one in each),
        "first_belief": registry.belief,
        "other_belief": other.belief if other else "",
        "beliefs_about": [(one.belief, one.about) for one in each],
        "differing": differing(registry, other) if other else 0,
    }
