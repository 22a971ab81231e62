"""The words: one sentence each, none twice, every abbreviation of a report explained, the documents the same."""

from __future__ import annotations

import re
from pathlib import Path
from types import ModuleType

import pytest
from loading import loaded

from boneloop.compare.forecast import OUTCOMES
from boneloop.report.glossary import glossary, words_of_a_report
from boneloop.report.page import report_html

ROOT = Path(__file__).parents[2]
WORDS = [word for subject in glossary() for word in subject.words]
ABBREVIATION = re.compile(r"\b[A-Z][A-Z0-9]{1,}(?:-\d+)?\b")


@pytest.fixture(scope="module")
def script() -> ModuleType:
    """The script that writes the page."""
    return loaded(ROOT / "scripts/make_glossary.py")


@pytest.mark.parametrize("word", WORDS, ids=lambda one: one.word)
def test_a_word_has_one_sentence_and_a_page_that_is_there(word) -> None:
    assert word.means.endswith(".") and not re.search(r"\w{2}\. [A-Z]", word.means), "one sentence"
    assert word.means[0].isupper() or word.means[0].isdigit()
    assert not word.page or (ROOT / "docs" / word.page).is_file()


def test_no_word_is_explained_twice() -> None:
    names = [word.word.lower() for word in WORDS]
    assert sorted(set(names)) == sorted(names)


def test_the_page_says_what_the_reports_say(script: ModuleType) -> None:
    """If this fails after a word has changed: python scripts/make_glossary.py."""
    assert (ROOT / "docs/glossary.md").read_text("utf-8") == script.page()


def test_every_abbreviation_in_the_name_of_an_outcome_is_explained_in_a_report() -> None:
    explained = " ".join(word.word for subject in words_of_a_report() for word in subject.words)
    named = {found for o in OUTCOMES.values() for found in ABBREVIATION.findall(f"{o.title} {o.unit}")}
    assert named and not sorted(name for name in named if name not in explained)


def test_every_kind_of_number_and_both_beliefs_are_explained() -> None:
    names = " ".join(word.word for word in WORDS)
    assert all(word in names for word in ("verified", "recalled", "fitted", "assumed", "evidence", "hypothesis"))


def test_a_report_explains_its_words(made_up: ModuleType) -> None:
    text = report_html([made_up.case()], [], {}, made_up.registry(), "Clinic", 50, 1, 0)
    assert 'id="words"' in text and 'href="#words"' in text
    shown = [word for subject in words_of_a_report() for word in subject.words]
    assert all(f"<dt>{word.word}</dt>" in text for word in shown)
