#!/usr/bin/env python3
"""Write the tables of docs/cycle and docs/therapy.md from the registry, between their markers.

A page asks for the numbers it needs, by id, with a star for "all of these"; the table is written below the marker:

    <!-- numbers: stress_to_bone.* mineral.dietary_calcium -->
    <!-- end -->

``<!-- gains -->`` asks for the gain matrix instead, ``<!-- findings: SUBJECT -->`` for the published findings of a
subject, and ``<!-- showed -->`` for those findings whose code stands on the page. Everything else is written by hand.

python scripts/make_cycle_docs.py            write the tables
python scripts/make_cycle_docs.py --check    only say which pages are not current
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from pathlib import Path

from boneloop.calibrate.targets.roles import role_of
from boneloop.cycle import loop, stability
from boneloop.evidence.entry import Entry, Spread
from boneloop.evidence.layers import Fit
from boneloop.evidence.published import Finding, findings, told
from boneloop.evidence.registry import Registry, Source, load
from boneloop.simulate.lanes import body_parameters

DOCS = Path(__file__).parents[1] / "docs"
_BLOCK = re.compile(
    r"^(<!-- (numbers|gains|findings|showed)(?:: ([^\n>]*?))? -->)\n.*?^<!-- end -->$", re.MULTILINE | re.DOTALL
)
_HEAD = "| number | value | varies | status |\n|---|---|---|---|\n"
_FOUND = "| code | finding | size | in whom | source | read | used |\n|---|---|---|---|---|---|---|\n"
_USED = {"calibrate": "fit", "check": "check", "calibrate and check": "fit, check"}
_SYMBOLS = dict(zip(loop.FAST_NAMES, ("n", "h", "i", "x_P", "x_C", "D", "A", "l"), strict=True))


def pages() -> list[Path]:
    """The pages whose tables are written here."""
    return [*sorted((DOCS / "cycle").glob("*.md")), DOCS / "therapy.md"]


def page_of(identity: str) -> Path | None:
    """The page whose table shows a number, the page of its station or arrow before any other."""
    shown = [page for page in pages() if f"| `{identity}`" in page.read_text("utf-8")]
    return next((page for page in shown if identity.startswith(f"{page.stem}.")), shown[0] if shown else None)


def written(text: str) -> str:
    """The page with every table as the registry has it now."""
    text = _BLOCK.sub(lambda block: f"{block[1]}\n{_block(block[2], block[3] or '', '')}<!-- end -->", text)
    return _BLOCK.sub(
        lambda block: (
            f"{block[1]}\n{_block(block[2], block[3] or '', text)}<!-- end -->" if block[2] == "showed" else block[0]
        ),
        text,
    )


def _block(kind: str, asked: str, page: str) -> str:
    match kind:
        case "gains":
            return gains()
        case "findings":
            return published(one for one in findings().values() if one.subject == asked)
        case "showed":
            return published(told([page]))
        case _:
            return numbers(asked.split())


def published(found: Iterable[Finding]) -> str:
    """A table of published findings."""
    rows = [
        (
            f.code,
            f.about,
            f.shown + (f"<br>{f.note}" if f.note else ""),
            f.people,
            f.cited,
            f.checked,
            _USED.get(role_of(f.code), ""),
        )
        for f in found
    ]
    return _FOUND + "".join("| " + " | ".join(_cell(text) for text in row) + " |\n" for row in rows) if rows else ""


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def numbers(patterns: list[str]) -> str:
    """A table of the entries that match, in the order of the patterns, and the sources that it names."""
    registry, other = load("evidence"), load("hypothesis")
    entries = list(chosen(patterns, registry))
    rows = [_row(entry, registry, other[entry.id]) for entry in entries]
    cited = dict.fromkeys(entry.source for entry in entries if entry.source != "team")
    below = [_source(registry.sources[key]) for key in cited]
    below += [_fit(fit) for fit in registry.fits.values() if any(entry.id in fit.replaced for entry in entries)]
    return _HEAD + "".join(rows) + ("\n" if below else "") + "".join(below)


def _fit(fit: Fit) -> str:
    return f"- fit `{fit.stage}`: {fit.title}; again with `{fit.command}`\n"


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


def _row(entry: Entry, registry: Registry, other: Entry) -> str:
    value, varies, status = _value(entry), _varies(entry), entry.word
    fit = registry.fit_of(entry.id)
    if fit and entry.prior:
        value += f"<br>prior {_value(entry.prior)}"
        varies += f"<br>prior {_varies(entry.prior)}"
        status += f" (`{fit.stage}`)" + ("<br>stays at its prior" if entry.id in fit.uninformed else "")
    if entry.value != other.value:
        value += f"; *hypothesis* {_value(other)}"
    basis = _basis(entry)
    cells = (f"`{entry.id}`" + (f"<br>{basis}" if basis else ""), value, varies, status)
    return "| " + " | ".join(_cell(cell) for cell in cells) + " |\n"


def described(entry: Entry) -> str:
    """The value, and how it varies if it does."""
    varies = _varies(entry)
    return _value(entry) + ("" if varies == "no" else f" ({varies})")


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
        case "logitnormal":
            return f"logit-normal between {spread.low:g} and {spread.high:g}, sd of the logit {spread.sd_logit:g}"
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
