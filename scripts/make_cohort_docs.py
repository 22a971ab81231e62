#!/usr/bin/env python3
"""Write the tables of docs/how-to/cohort.md from the code: the columns of the table, and the eleven indicators.

python scripts/make_cohort_docs.py            write the tables
python scripts/make_cohort_docs.py --check    only say whether the page is current
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from pathlib import Path

from boneloop.guidance.indicators import indicators
from boneloop.guidance.rule import MARKS
from boneloop.report.clinic.columns import columns

PAGE = Path(__file__).parents[1] / "docs/how-to/cohort.md"
_BLOCK = re.compile(r"^<!-- (columns|indicators) -->\n.*?^<!-- end -->$", re.MULTILINE | re.DOTALL)


def written(text: str) -> str:
    """The page with its tables as the code has them now."""
    made = {"columns": _columns, "indicators": _indicators}
    return _BLOCK.sub(lambda found: f"<!-- {found[1]} -->\n{made[found[1]]()}<!-- end -->", text)


def _columns() -> str:
    rows = ((f"`{column.name}`", column.kind, column.unit, column.words) for column in columns())
    return _table(("column", "kind", "unit", "what"), rows)


def _indicators() -> str:
    rows = (
        (
            str(one.number),
            f"**{one.title}**",
            one.published,
            one.numerator,
            one.denominator,
            one.no,
            one.cannot,
            MARKS[one.mark],
        )
        for one in indicators()
    )
    return _table(("", "indicator", "the source says", "counted", "of", "no is", "what may be missing", "seen"), rows)


def _table(heads: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [heads, tuple("---" for _ in heads), *rows]
    return "".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |\n" for line in lines)


def main(arguments: list[str]) -> None:
    """Write the tables, or only check them."""
    text = PAGE.read_text("utf-8")
    if "--check" in arguments:
        sys.exit("not current: docs/how-to/cohort.md" if written(text) != text else None)
    PAGE.write_text(written(text), "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
