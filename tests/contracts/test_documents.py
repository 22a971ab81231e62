"""The documents tell the truth: their Python runs, their links lead somewhere, and every option is explained."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
PYTHON = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\((?!https?:|mailto:)([^)#\s]*)(?:#([^)\s]*))?\)")
HEADING = re.compile(r"^(#{1,3}) (.+?)\s*$", re.MULTILINE)
FENCED = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)


def name(page: Path) -> str:
    """The page as it is called in the repository."""
    return str(page.relative_to(ROOT))


@pytest.mark.parametrize("page", [page for page in PAGES if PYTHON.search(page.read_text("utf-8"))], ids=name)
def test_the_python_of_a_page_runs(page: Path, tmp_path: Path) -> None:
    code = "\n".join(PYTHON.findall(page.read_text("utf-8")))
    environment = {**os.environ, "PYTHONWARNINGS": "error", "PYTHONUTF8": "1"}
    run = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
    assert run.stdout.strip(), "an example shows something"


def anchors(page: Path) -> set[str]:
    """The places of a page that a link can name: its headings down to the third level, as the documents build them."""
    headings = (title for _, title in HEADING.findall(FENCED.sub("", page.read_text("utf-8"))))
    plain = (re.sub(r"[`*]|\[([^]]*)\]\([^)]*\)", r"\1", title) for title in headings)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in plain}


def links(page: Path) -> list[tuple[Path, str]]:
    """Where the links of a page lead: the file, and the place in it."""
    found = LINK.findall(FENCED.sub("", page.read_text("utf-8")))
    return [(page.parent / path if path else page, anchor) for path, anchor in found]


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_the_links_of_a_page_lead_to_files(page: Path) -> None:
    assert not [str(file) for file, _ in links(page) if not file.exists()]


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_the_links_of_a_page_lead_to_headings_that_are_there(page: Path) -> None:
    missing = [f"{file.name}#{anchor}" for file, anchor in links(page) if anchor and anchor not in anchors(file)]
    assert not missing


def test_the_search_for_links_finds_those_that_lead_nowhere(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "# A *new* page: one\n[x](gone.md) [](#a-new-page-one) [y](#nowhere)\n```\n[z](code.md)\n```\n", "utf-8"
    )
    assert [(file.name, anchor) for file, anchor in links(page)] == [
        ("gone.md", ""),
        ("page.md", "a-new-page-one"),
        ("page.md", "nowhere"),
    ]
    assert anchors(page) == {"a-new-page-one"}


def test_every_command_and_every_option_is_explained() -> None:
    import typer.main

    from boneloop.cli import app

    explained = (ROOT / "docs/how-to/commands.md").read_text("utf-8")
    for command, parser in typer.main.get_command(app).commands.items():
        assert f"\n## {command}\n" in explained
        for parameter in parser.params:
            longest = max(parameter.opts, key=len)
            if longest.startswith("--") and longest != "--help":
                assert f"`{longest}" in explained or f" {longest}" in explained, f"{command} {longest}"
