#!/usr/bin/env python3
"""Write the pages of docs/safety that are made from data: hazards, promises, terms, and what it is built on.

python scripts/make_safety_pages.py            write the pages
python scripts/make_safety_pages.py --check    only say whether they are current
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections import defaultdict
from pathlib import Path
from typing import Any

from boneloop.instruments.table import Instrument, instrument, names
from boneloop.report.fhir.forms import may_be_asked

FOLDER = Path(__file__).parents[1] / "docs/safety"
Row = dict[str, Any]
HAZARDS = """# Hazards

What could harm a person by way of this tool, and what stands against it. Severity (1 to 5) is that of the harm if
nobody notices, probability (1 to 5) is before any control; both are judgments of ours. Every test named here exists and
runs with the others: a test reads the list (`docs/safety/hazards.toml`), from which this page is written.

"""
PROMISES = """# Promises and the tests that show them

What the assessment of a person is meant to do, sentence by sentence, each with the tests that fail when it does not.
Where a part is not there yet, that is said. The list is `docs/safety/promises.toml`; a test reads it.
"""
BUILT_ON = """# What it is built on

Software of others that every installation has (software of unknown provenance, in the words of IEC 62304): what it is
used for, and tests that would fail if it went wrong there. The versions that were tested are pinned in
`requirements.txt`.

"""
TERMS = """# Terms of questionnaires

What the tables in `instruments/tables` say of each questionnaire: whose it is, what of it is here, and where it was
published. `NOTICE` has the same, with the risk engines. A contribution that brings licensed wording fails the tests.

| questionnaire | here | terms | source |
|---|---|---|---|
"""


def pages() -> dict[Path, str]:
    """The pages by file, as the data have them now."""
    hazards = tomllib.loads((FOLDER / "hazards.toml").read_text("utf-8"))["hazard"]
    promises = tomllib.loads((FOLDER / "promises.toml").read_text("utf-8"))["promise"]
    return {
        FOLDER / "hazards.md": hazards_page(hazards),
        FOLDER / "promises.md": promises_page(promises),
        FOLDER / "terms.md": terms_page(),
        FOLDER / "built_on.md": built_on_page(
            dependencies(), tomllib.loads((FOLDER / "built_on.toml").read_text("utf-8"))
        ),
    }


def hazards_page(hazards: list[Row]) -> str:
    """The table of all hazards, then each with its controls and tests."""
    grave = sorted(hazards, key=lambda one: -one["severity"] * one["probability"])
    table = "| | hazard | severity × probability | tests |\n|---|---|---|---|\n" + "".join(
        f"| [{one['id']}](#{one['id'].lower()}) | {one['hazard']} | {one['severity']} × {one['probability']} | "
        f"{len(one['tests'])} |\n"
        for one in grave
    )
    return HAZARDS + table + "".join(_hazard(one) for one in hazards)


def _hazard(one: Row) -> str:
    controls = "".join(f"- {control}\n" for control in one["controls"])
    return (
        f"\n## {one['id']}\n\n**{one['hazard']}** Severity {one['severity']}, probability {one['probability']}.\n\n"
        f"*Cause.* {one['cause']}\n\n{controls}\n*What remains.* {one['remains']}\n\n{_tests(one['tests'])}"
    )


def _tests(nodes: list[str]) -> str:
    by_file: dict[str, list[str]] = defaultdict(list)
    for node in nodes:
        file, _, name = node.partition("::")
        by_file[file].append(name)
    return "".join(f"- `{file}`\n" + "".join(f"  - `{name}`\n" for name in found) for file, found in by_file.items())


def promises_page(promises: list[Row]) -> str:
    """What the assessment promises, and the tests that show it."""
    parts: dict[str, list[Row]] = defaultdict(list)
    for one in promises:
        parts[one["part"]].append(one)
    return PROMISES + "".join(f"\n## {part}\n" + "".join(map(_promise, found)) for part, found in parts.items())


def _promise(one: Row) -> str:
    missing = f"\n*Not there.* {one['open']}\n" if one.get("open") else ""
    return f"\n**{one['id']}. {one['promise']}**\n{missing}\n{_tests(one['tests'])}"


def terms_page() -> str:
    """Every questionnaire with its terms, and what of it is here."""
    forms = sorted((instrument(name) for name in names()), key=lambda form: form.title.lower())
    return TERMS + "".join(f"| {form.title} | {_here(form)} | {form.licence} | `{form.source}` |\n" for form in forms)


def _here(form: Instrument) -> str:
    if not form.items:
        return "scores only"
    if not may_be_asked(form):
        return "answers by number, no words"
    return "answers by number" if not form.names else "answers, with topics in our own words"


def dependencies() -> dict[str, str]:
    """The packages that every installation has, each with the versions that are allowed."""
    project = tomllib.loads((FOLDER.parents[1] / "pyproject.toml").read_text("utf-8"))["project"]
    found = {}
    for one in project["dependencies"]:
        name, versions = re.fullmatch(r"([\w-]+)(.*)", one.partition(";")[0].strip()).groups()
        found[name] = versions
    return found


def built_on_page(allowed: dict[str, str], rows: Row) -> str:
    """The packages of others, what they are for, and the tests that would show if one were wrong."""
    head = "| package | versions | for | if it were wrong |\n|---|---|---|---|\n"
    return BUILT_ON + head + "".join(_package(name, versions, rows[name]) for name, versions in allowed.items())


def _package(name: str, versions: str, row: Row) -> str:
    tests = ", ".join(f"`{node.rpartition('::')[2]}`" for node in row["shown_by"])
    return f"| {name} | `{versions}` | {row['for']} | {tests} |\n"


def main(arguments: list[str]) -> None:
    """Write the pages, or only check them."""
    made = pages()
    if "--check" in arguments:
        late = [page.name for page, text in made.items() if not page.exists() or page.read_text("utf-8") != text]
        sys.exit(f"not current: {', '.join(late)}\n" if late else None)
    for page, text in made.items():
        page.write_text(text, "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
