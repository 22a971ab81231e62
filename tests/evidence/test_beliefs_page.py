"""The page of the two beliefs: every statement has all its parts, and its tables are those of the registry now."""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path

import pytest

from boneloop.evidence.registry import BELIEFS, load

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs/beliefs.md").read_text("utf-8")
SECTIONS = dict(re.findall(r"^## (S\d+): .*?\n(.*?)(?=^## )", TEXT, re.MULTILINE | re.DOTALL))


@pytest.fixture(scope="module")
def script(monkeypatch_module: pytest.MonkeyPatch):
    """The script that writes the tables."""
    monkeypatch_module.syspath_prepend(str(ROOT / "scripts"))
    spec = importlib.util.spec_from_file_location("make_beliefs_page", ROOT / "scripts/make_beliefs_page.py")
    module = importlib.util.module_from_spec(spec)
    monkeypatch_module.setitem(sys.modules, "make_beliefs_page", module)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def monkeypatch_module():
    """A monkeypatch for the whole file."""
    with pytest.MonkeyPatch.context() as patch:
        yield patch


def test_the_page_has_the_eleven_statements() -> None:
    assert list(SECTIONS) == [f"S{n}" for n in range(1, 12)]


@pytest.mark.parametrize("statement", SECTIONS)
def test_a_statement_says_what_the_text_says_what_people_showed_and_what_it_changes(statement: str) -> None:
    section = SECTIONS[statement]
    assert "**The text.**" in section and "**People showed**" in section
    assert re.search(r"^\| [A-Z]+-\d\d \|", section, re.MULTILINE), "people showed something: name the findings"
    assert f"<!-- person: {statement} -->\n| | *evidence* | *hypothesis*, assumed |" in section


def test_the_tables_of_findings_and_numbers_are_those_of_now(script) -> None:
    """If this fails after a number has changed: python scripts/make_beliefs_page.py."""
    assert script.written(TEXT, person=False) == TEXT


def test_the_patient_was_forecast_with_the_numbers_of_now() -> None:
    """If this fails after a number has changed: python scripts/make_beliefs_page.py."""
    assert all(f"`{load(belief).digest}` ({belief})" in TEXT for belief in BELIEFS)


def test_every_number_in_which_the_beliefs_differ_is_listed_with_a_reason() -> None:
    listed = dict(re.findall(r"^\| `([a-z_0-9.]+)` \|[^|]*\|[^|]*\| ([^|]+) \|$", TEXT, re.MULTILINE))
    first, second = (load(belief) for belief in BELIEFS)
    assert set(listed) == {entry.id for entry in first if entry != second[entry.id]}


def test_every_statement_with_a_table_of_its_own_is_asked_for_on_the_page(script) -> None:
    assert set(script.STATEMENTS) == set(SECTIONS)
