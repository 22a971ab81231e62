"""The page about guidance holds the rules as they are."""

from __future__ import annotations

from pathlib import Path

from loading import loaded

from boneloop.guidance.rule import rules

SCRIPT = Path(__file__).parents[2] / "scripts/make_guidance_docs.py"


def test_the_table_of_all_rules_is_current() -> None:
    script = loaded(SCRIPT)
    page = script.PAGE.read_text("utf-8")
    assert script.written(page) == page, "run: python scripts/make_guidance_docs.py"
    assert all(f"| `{rule.id}` |" in page for rule in rules())
