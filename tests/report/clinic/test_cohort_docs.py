"""The page about the cohort holds the columns and the indicators as they are."""

from __future__ import annotations

from pathlib import Path

from loading import loaded

from boneloop.report.clinic.columns import KINDS, columns

SCRIPT = Path(__file__).parents[3] / "scripts/make_cohort_docs.py"


def test_the_tables_of_the_page_are_current() -> None:
    script = loaded(SCRIPT)
    page = script.PAGE.read_text("utf-8")
    assert script.written(page) == page, "run: python scripts/make_cohort_docs.py"
    assert all(f"| `{column.name}` |" in page for column in columns())


def test_every_column_has_a_name_of_its_own_a_kind_and_words() -> None:
    made = columns()
    assert len({column.name for column in made}) == len(made)
    assert all(column.kind in KINDS and column.words for column in made)
