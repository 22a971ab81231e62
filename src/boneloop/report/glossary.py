"""The words of reports and documents: what each means in one sentence, and the page that says more."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources


@dataclass(frozen=True, slots=True)
class Word:
    """One word. page: of the documents, below docs; empty if none says more. in_report: reports explain it."""

    word: str
    means: str
    page: str = ""
    in_report: bool = False


@dataclass(frozen=True, slots=True)
class Subject:
    """The words of one field, from A to Z."""

    title: str
    words: tuple[Word, ...]


@cache
def glossary() -> tuple[Subject, ...]:
    """All words, field by field."""
    file = resources.files("boneloop.report") / "glossary.toml"
    found = tomllib.loads(file.read_text(encoding="utf-8"))
    return tuple(Subject(subject["title"], _words(subject["words"])) for subject in found.values())


def _words(table: dict[str, dict[str, str | bool]]) -> tuple[Word, ...]:
    made = (
        Word(word, str(of["means"]), str(of.get("page", "")), bool(of.get("report", False)))
        for word, of in table.items()
    )
    return tuple(sorted(made, key=lambda one: one.word.lower()))


def words_of_a_report() -> tuple[Subject, ...]:
    """The words that a report explains, for a reader who has nothing else at hand."""
    kept = (Subject(s.title, tuple(word for word in s.words if word.in_report)) for s in glossary())
    return tuple(subject for subject in kept if subject.words)
