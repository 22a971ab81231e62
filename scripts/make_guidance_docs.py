#!/usr/bin/env python3
"""Write the table of all rules in docs/how-to/guidance.md from the rule files, between its markers.

python scripts/make_guidance_docs.py            write the table
python scripts/make_guidance_docs.py --check    only say whether the page is current
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from pathlib import Path

from boneloop.assess.framework import FRAMEWORKS
from boneloop.guidance.rule import EVERYWHERE, FAMILIES, MARKS, Rule, rules

PAGE = Path(__file__).parents[1] / "docs/how-to/guidance.md"
_BLOCK = re.compile(r"^<!-- rules -->\n.*?^<!-- end -->$", re.MULTILINE | re.DOTALL)
_HEAD = "| rule | says | guideline, strength | status | read again by |\n|---|---|---|---|---|\n"


def written(text: str) -> str:
    """The page with the table as the rule files have it now."""
    return _BLOCK.sub(lambda _: f"<!-- rules -->\n{tables()}<!-- end -->", text)


def tables() -> str:
    """How many rules are on, then a table for each part of a framework."""
    count = Counter(rule.status for rule in rules())
    head = f"{len(rules())} rules: {count['on']} on, {count['to be confirmed']} to be confirmed.\n"
    parts = dict.fromkeys(
        rule.framework for rule in sorted(rules(), key=lambda r: (r.framework != EVERYWHERE, r.framework))
    )
    return head + "".join(f"\n### {_title(part)}\n\n{_HEAD}{_rows(part)}" for part in parts) + "\n"


def _title(part: str) -> str:
    if part == EVERYWHERE:
        return "Under every framework, and under none"
    read_by = [FRAMEWORKS[name] for name, family in FAMILIES.items() if name and part in family]
    return f"`{part}`: read under {', '.join(read_by)}"


def _rows(part: str) -> str:
    found = sorted((rule for rule in rules() if rule.framework == part), key=lambda r: (r.id[0], r.id))
    return "".join(_row(rule) for rule in found)


def _row(rule: Rule) -> str:
    speaks_of_plans = " *(of plans)*" if rule.only_for_plans else ""
    cells = (
        f"`{rule.id}`",
        f"**{rule.verb.lower()}**{speaks_of_plans} {rule.message}",
        f"{rule.guideline} {rule.year}, {rule.section}; {rule.strength} (`{rule.source}`)",
        f"{rule.status}: {MARKS[rule.mark]}" if rule.status == "on" else rule.status,
        rule.review_by.isoformat(),
    )
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n"


def main(arguments: list[str]) -> None:
    """Write the table, or only check it."""
    text = PAGE.read_text("utf-8")
    if "--check" in arguments:
        sys.exit("not current: docs/how-to/guidance.md\n" if written(text) != text else None)
    PAGE.write_text(written(text), "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
