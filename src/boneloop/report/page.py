"""One report.html that opens offline: everything inside, nothing asked of the network, every script known by its sum.

The page carries a content security policy that allows the three scripts written into it by their SHA-256 and nothing
else: no request leaves the page, and text from a patient file can never run.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from importlib import resources
from pathlib import Path, PurePath
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from boneloop.compare.origins import Origin
from boneloop.evidence.registry import Registry
from boneloop.report.basis import MEANING, count_words, differing, number_rows
from boneloop.report.behind import behind_view, embedded
from boneloop.report.case import Case, in_reading_order
from boneloop.report.cohort import cohort_view
from boneloop.report.glossary import words_of_a_report
from boneloop.report.patient import patient_view
from boneloop.report.words import readable

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
    early = _asset("templates", "early.js")
    scripts = [_asset("vendor", "echarts.common.min.js"), _asset("templates", "report.js")]
    return (
        _environment()
        .get_template("report.html.j2")
        .render(
            title=title,
            policy=_policy([early, *scripts]),
            early_script=Markup(early),
            style=Markup(_asset("templates", "report.css")),
            scripts=[Markup(script) for script in scripts],
            cohort=cohort,
            patients=patients,
            people_count=people_count,
            people_shown=len(ordered),
            rejects=[_rejected(item) for item in list(rejects)[:REJECTS_SHOWN]],
            rejects_count=rejects_count,
            numbers=number_rows(registry, used, other),
            counts=count_words(registry, used),
            word_meaning=MEANING,
            words=words_of_a_report(),
            **_beliefs(registry, other),
            behind=behind_view(origins, registry) if origins else None,
            numbers_data=_embedded(embedded(origins, registry)) if origins else "",
            provenance=_flat(provenance),
            cohort_data=_embedded({"bars": [[d.bins, d.counts] for d in cohort.distributions]} if cohort else {}),
            patient_data={p.number: _embedded(p.outlook.data) for p in patients if p.outlook},
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


def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("boneloop.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["readable"] = readable
    return made


def _asset(*parts: str) -> str:
    return resources.files("boneloop.report").joinpath(*parts).read_text(encoding="utf-8")


def _policy(scripts: Sequence[str]) -> str:
    sums = (base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts)
    allowed = " ".join(f"'sha256-{value}'" for value in sums)
    return (
        f"default-src 'none'; script-src {allowed}; style-src 'unsafe-inline'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def _embedded(data: Mapping[str, Any]) -> Markup:
    """JSON that cannot end the script element it stands in."""
    text = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c"))


def _rejected(item: Mapping[str, Any]) -> dict[str, str]:
    """A refusal for a reader: the file by its name alone, so that a shared report does not tell where it lay."""
    said = {name: str(item.get(name, "")) for name in ("place", "patient", "rule", "value")}
    file = PurePath(str(item.get("file", ""))).name
    return {**said, "place": ", ".join(filter(None, (file, said["place"])))}


def _flat(provenance: Mapping[str, Any], above: str = "") -> list[tuple[str, str]]:
    """Nested provenance as rows of name and text."""
    rows: list[tuple[str, str]] = []
    for key, value in provenance.items():
        name = f"{above} › {key}" if above else str(key)
        if isinstance(value, Mapping):
            rows += _flat(value, name)
        elif isinstance(value, (list, tuple)) and any(isinstance(item, Mapping) for item in value):
            for index, item in enumerate(value, 1):
                rows += (
                    _flat(item, f"{name} {index}") if isinstance(item, Mapping) else [(f"{name} {index}", str(item))]
                )
        else:
            text = ", ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)
            rows.append((name.replace("_", " "), text))
    return rows
