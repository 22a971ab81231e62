#!/usr/bin/env python3
"""Write the pages of docs/validation/results from what `boneloop validate` found: tables, figures, misses with reasons.

boneloop validate --out DIR
python scripts/make_validation_docs.py DIR [--courses DIR2]

DIR holds results.json and the figures. DIR2 is the same for the time courses of trials, whose points are not ours to
hand on: of them only counts and mean errors of each arm are written. Nothing in that folder is written by hand.
"""

from __future__ import annotations

import argparse
import json
import math
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from boneloop.calibrate.targets.format import GROUPS
from boneloop.report.validation.shown import number, signed

DOCS = Path(__file__).parents[1] / "docs/validation/results"
ROLES = {"calibrate": "Calibration targets", "check": "Checks"}
Row = dict[str, Any]
_MADE = "<!-- made by scripts/make_validation_docs.py -->"


def pages(found: dict[str, Any], courses: dict[str, Any] | None, figures: Sequence[str]) -> dict[str, str]:
    """Every page by file name."""
    groups = {g: [row for row in found["results"] if row["group"] == g] for g in GROUPS}
    kept = {group: rows for group, rows in groups.items() if rows}
    made = {f"{group}.md": "\n".join(_group(group, rows, figures)) + "\n" for group, rows in kept.items()}
    return made | {"index.md": "\n".join(_overview(found, kept, courses)) + "\n"}


def _overview(found: dict[str, Any], groups: dict[str, list[Row]], courses: dict[str, Any] | None) -> Iterator[str]:
    origin = found["provenance"]
    yield from ("# Simulated against published", "", _MADE, "")
    yield f"{_headline(found['summary']['calibrate'])} **Checks**, to which nothing is fitted, are counted apart."
    yield f"Made with `boneloop validate`, belief *{origin['belief']}*, {origin['draws']} draws, seed {origin['seed']},"
    yield f"numbers `{origin['evidence_digest']}`. How a number is found: [](../../how-to/validate.md)."
    yield from (
        "",
        "| what | inside | miss | not judged | refused | inside of the checks |",
        "|---|---|---|---|---|---|",
    )
    for group, rows in groups.items():
        mine, checks = (_counts([row for row in rows if row["role"] == role]) for role in ROLES)
        share = f"{checks['inside']} of {checks['inside'] + checks['miss']}" if sum(checks.values()) else "–"
        cells = " | ".join(str(mine[verdict]) for verdict in mine)
        yield f"| [{GROUPS[group]}]({group}.md) | {cells} | {share} |"
    yield from _errors(found["summary"]["mean_absolute_error"])
    for role, title in ROLES.items():
        yield from _misses([row for row in found["results"] if row["role"] == role], f"{title}: misses")
    if courses:
        yield from _courses(courses)
    yield from ("", "```{toctree}", ":hidden:", "", *groups, "```")


def _headline(counts: dict[str, Any]) -> str:
    share = f" ({100 * counts['share_inside']:.0f} %)" if counts["judged"] else ""
    return f"**{counts['inside']} of {counts['judged']} calibration targets inside{share}.**"


def _counts(rows: Sequence[Row]) -> dict[str, int]:
    verdicts = [row["verdict"] for row in rows]
    return {verdict: verdicts.count(verdict) for verdict in ("inside", "miss", "not judged", "refused")}


def _errors(found: Sequence[Row]) -> Iterator[str]:
    if not found:
        return
    yield from ("", "## Mean absolute error", "")
    yield from ("| outcome | error, percent points | goal | over |", "|---|---|---|---|")
    for one in found:
        over = f"{one['arms']} arms or contrasts, {one['results']} results"
        yield f"| {one['title']} | {number(one['error'])} | at most {one['goal']:g} | {over} |"


def _misses(rows: Sequence[Row], title: str) -> Iterator[str]:
    misses = [row for row in rows if row["verdict"] == "miss"]
    if not misses:
        return
    yield from ("", f"## {title}", "", "| result | published | simulated | why |", "|---|---|---|---|")
    for row in misses:
        why = row["reason"] or "not known yet"
        yield f"| `{row['id']}` {_plain(row['title'])} | {_published(row)} | {_simulated(row)} | {_plain(why)} |"


def _group(group: str, rows: Sequence[Row], figures: Sequence[str]) -> Iterator[str]:
    yield from (f"# {GROUPS[group]}", "", _MADE)
    for role, title in ROLES.items():
        own = [row for row in rows if row["role"] == role]
        if not own:
            continue
        counts = _counts(own)
        yield from ("", f"## {title}", "", f"{counts['inside']} of {counts['inside'] + counts['miss']} inside.")
        stem = group if role == "calibrate" else f"{group}_checks"
        for name in (f"{stem}.svg", f"{stem}_over_time.svg"):
            if name in figures:
                yield from ("", f"![{GROUPS[group]}, {title.lower()}: published intervals and simulated bands]({name})")
        yield from ("", "| result | published | simulated, 95 % band | verdict | distance |", "|---|---|---|---|---|")
        yield from (_line(row) for row in own)
    yield from _sources(rows)


def _line(row: Row) -> str:
    verdict = {"inside": "✓ inside", "miss": "✗ **miss**"}.get(row["verdict"], row["verdict"])
    far = "–" if row["distance"] is None else signed(row["distance"])
    status = "" if row["status"] == "verified" else " *(recalled)*"
    said = f"`{row['id']}` {_plain(row['title'])}{status}"
    return f"| {said} | {_published(row)} | {_simulated(row)} | {verdict} | {far} |"


def _published(row: Row) -> str:
    if row["kind"] == "rank":
        return _plain(row["arm"])
    said = _amount(row["published"], row["unit"])
    if row["published_low"] is None:
        return said
    return f"{said} ({number(row['published_low'], row['unit'])} to {number(row['published_high'], row['unit'])})"


def _simulated(row: Row) -> str:
    if row["simulated"] is None:
        return "not run"
    if row["kind"] == "rank":
        return f"in {100 * row['simulated']:.0f} % of the draws"
    band = f"{number(row['p025'], row['unit'])} to {number(row['p975'], row['unit'])}"
    return f"{_amount(row['simulated'], row['unit'])} ({band})"


def _amount(value: float, unit: str) -> str:
    return number(value, unit) if unit in ("1", "ratio") else f"{number(value, unit)} {unit}"


def _sources(rows: Sequence[Row]) -> Iterator[str]:
    yield from ("", "## Sources", "")
    told = {row["study"]: f"{row['citation']}{', doi ' + row['doi'] if row['doi'] else ''}" for row in rows}
    yield from (f"- `{study}`: {_plain(words)}" for study, words in told.items())


def _courses(found: dict[str, Any]) -> Iterator[str]:
    yield from ("", "## Time courses of trials", "")
    yield "Points digitized by others, which are not part of the package; here is how far off each arm is on average."
    yield from ("", "| trial | arm | outcome | points | inside | mean absolute error |", "|---|---|---|---|---|---|")
    arms: dict[tuple[str, str, str], list[Row]] = {}
    for row in found["results"]:
        arms.setdefault((row["study"], row["arm"], row["outcome"]), []).append(row)
    for (study, arm, outcome), rows in arms.items():
        run = [row for row in rows if row["simulated"] is not None]
        error = math.fsum(abs(row["simulated"] - row["published"]) for row in run) / len(run) if run else math.nan
        names = f"{study.removeprefix('course-')} | {arm.replace('_', ' ')} | {outcome}"
        yield f"| {names} | {len(run)} | {_counts(rows)['inside']} | {number(error)} |"
    yield from _errors(found["summary"]["mean_absolute_error"])


def _plain(words: str) -> str:
    """Words that cannot end a cell of a table or begin a tag."""
    return words.replace("|", "/").replace("<", "&lt;").replace("\n", " ")


def main(arguments: Sequence[str] | None = None) -> None:
    """Read, write, copy the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("results", type=Path, help="the folder that `boneloop validate --out` wrote")
    parser.add_argument("--courses", type=Path, help="the same for the time courses of trials")
    parser.add_argument("--out", type=Path, default=DOCS, help="the folder to write; left out, docs/validation/results")
    asked = parser.parse_args(arguments)
    found = json.loads((asked.results / "results.json").read_text("utf-8"))
    courses = json.loads((asked.courses / "results.json").read_text("utf-8")) if asked.courses else None
    figures = sorted(file.name for file in asked.results.glob("*.svg"))
    asked.out.mkdir(parents=True, exist_ok=True)
    for old in [*asked.out.glob("*.svg"), *asked.out.glob("*.md")]:
        old.unlink()
    for name in figures:
        shutil.copyfile(asked.results / name, asked.out / name)
    for name, text in pages(found, courses, figures).items():
        (asked.out / name).write_text(text, encoding="utf-8")
    print(f"wrote {asked.out}")


if __name__ == "__main__":
    main()
