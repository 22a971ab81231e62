#!/usr/bin/env python3
"""Write the tables of docs/cycle and docs/therapy.md from the registry, between their markers.

A page asks for the numbers it needs, by id, with a star for "all of these"; the table is written below the marker:

    <!-- numbers: stress_to_bone.* mineral.dietary_calcium -->
    <!-- end -->

``<!-- gains -->`` asks for the gain matrix instead. Everything else on a page is written by hand.

python scripts/make_cycle_docs.py            write the tables
python scripts/make_cycle_docs.py --check    only say which pages are not current
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path

from boneloop.cycle import loop, stability
from boneloop.evidence.entry import Entry, Spread
from boneloop.evidence.registry import Registry, Source, load
from boneloop.simulate.lanes import body_parameters

DOCS = Path(__file__).parents[1] / "docs"
_BLOCK = re.compile(r"^(<!-- (numbers|gains)(?:: ([^\n>]*?))? -->)\n.*?^<!-- end -->$", re.MULTILINE | re.DOTALL)
_HEAD = "| number | value | varies | status |\n|---|---|---|---|\n"
_SYMBOLS = dict(zip(loop.FAST_NAMES, ("n", "h", "i", "x_P", "x_C", "D", "A", "l"), strict=True))


def pages() -> list[Path]:
    """The pages whose tables are written here."""
    return [*sorted((DOCS / "cycle").glob("*.md")), DOCS / "therapy.md"]


def written(text: str) -> str:
    """The page with every table as the registry has it now."""
    return _BLOCK.sub(lambda block: f"{block[1]}\n{_block(block[2], block[3] or '')}<!-- end -->", text)


def _block(kind: str, asked: str) -> str:
    return gains() if kind == "gains" else numbers(asked.split())


def numbers(patterns: list[str]) -> str:
    """A table of the entries that match, in the order of the patterns, and the sources that it names."""
    registry, other = load("evidence"), load("hypothesis")
    entries = list(chosen(patterns, registry))
    rows = [_row(entry, other[entry.id]) for entry in entries]
    cited = dict.fromkeys(entry.source for entry in entries if entry.source != "team")
    return _HEAD + "".join(rows) + ("\n" if cited else "") + "".join(_source(registry.sources[key]) for key in cited)


def _source(source: Source) -> str:
    return f"- `{source.key}`: {source.title}. {source.journal}{', doi ' + source.doi if source.doi else ''}\n"


def chosen(patterns: list[str], registry: Registry) -> Iterator[Entry]:
    """Every entry that a pattern asks for, once; a pattern that finds none is an error."""
    seen: set[str] = set()
    for pattern in patterns:
        found = [entry for entry in registry if fnmatchcase(entry.id, pattern)]
        if not found:
            raise SystemExit(f"no number matches {pattern!r}")
        yield from (entry for entry in found if entry.id not in seen)
        seen |= {entry.id for entry in found}


def _row(entry: Entry, other: Entry) -> str:
    value = _value(entry)
    if entry.value != other.value:
        value += f"; *hypothesis* {_value(other)}"
    basis = _basis(entry)
    cells = (f"`{entry.id}`" + (f"<br>{basis}" if basis else ""), value, _varies(entry), entry.word)
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n"


def _value(entry: Entry) -> str:
    unit = "" if entry.unit == "1" else f" {entry.unit}"
    if isinstance(entry.value, tuple):
        knots = zip(entry.value, entry.over, strict=True)
        return ", ".join(f"{value:g} at {at:g}" for value, at in knots) + f" ({entry.over_unit}){unit}"
    return f"{entry.value:g}{unit}"


def _varies(entry: Entry) -> str:
    interval = f"95 % {entry.interval[0]:g} to {entry.interval[1]:g}" if entry.interval else ""
    return "; ".join(part for part in (interval, _law(entry.spread)) if part) or "no"


def _law(spread: Spread) -> str:
    match spread.law:
        case "normal":
            return f"normal, sd {spread.sd:g}"
        case "lognormal" if spread.relative:
            return f"log-normal, sd {spread.relative:g} of the mean"
        case "lognormal":
            return f"log-normal, sd of the logarithm {spread.sd_log:g}"
        case "uniform":
            return f"uniform, {spread.low:g} to {spread.high:g}"
        case _:
            return ""


def _basis(entry: Entry) -> str:
    place = re.sub(r",? ?docs/\S+", "", entry.where)
    source = f"`{entry.source}`" if entry.source != "team" else ""
    return "; ".join(part for part in (source, place, entry.note) if part)


def gains() -> str:
    """The gain matrix at full strength: row = to, column = from."""
    setting = stability.Setting(loop.Person(), body_parameters(load(), {}))
    symbols = list(_SYMBOLS.values())
    table = "| to, from | " + " | ".join(symbols) + " |\n|" + "---|" * (len(symbols) + 1) + "\n"
    for symbol, row in zip(symbols, stability.gain_matrix(setting)[0], strict=True):
        table += f"| **{symbol}** | " + " | ".join(f"{gain:g}" if gain else "" for gain in row) + " |\n"
    return f"{table}\nCycle number {stability.cycle_number(setting)[0]:.6f}.\n"


def stale() -> list[Path]:
    """The pages whose tables are not what the registry says."""
    return [page for page in pages() if written(text := page.read_text("utf-8")) != text]


def main(arguments: list[str]) -> None:
    """Write the tables, or only check them."""
    changed = stale()
    if "--check" in arguments:
        sys.exit("".join(f"not current: {page.relative_to(DOCS.parent)}\n" for page in changed) or None)
    for page in changed:
        page.write_text(written(page.read_text("utf-8")), "utf-8")
        print(f"wrote {page.relative_to(DOCS.parent)}")


if __name__ == "__main__":
    main(sys.argv[1:])
