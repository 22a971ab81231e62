"""How ``boneloop evidence`` shows numbers and findings: one, a list, the tables; for a reader or as JSON."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from boneloop.commands import terminal
from boneloop.evidence.entry import Entry, Spread
from boneloop.evidence.published import Finding, codes, told
from boneloop.evidence.registry import Registry

PARTNERS = 5
"""So many of the numbers that one is drawn with are named, those with a correlation worth naming."""
_WORTH = 0.1


def words_of(entries: Sequence[Entry]) -> str:
    """How many of each kind: "12 verified, 3 recalled, 5 fitted, 9 assumed"."""
    count = Counter(entry.word for entry in entries)
    return ", ".join(f"{count[word]} {word}" for word in ("verified", "recalled", "fitted", "assumed") if count[word])


def _value(entry: Entry) -> str:
    if isinstance(entry.value, tuple):
        low, high = min(entry.value), max(entry.value)
        return f"{low:g} to {high:g} over {entry.over[0]:g} to {entry.over[-1]:g} {entry.over_unit}"
    return f"{entry.value:g}"


def _with_unit(entry: Entry) -> str:
    return _value(entry) + ("" if entry.unit == "1" else f" {entry.unit}")


def _curve(entry: Entry) -> str:
    if not isinstance(entry.value, tuple):
        return ""
    return ", ".join(f"{value:g} at {knot:g}" for knot, value in zip(entry.over, entry.value, strict=True))


def _interval(entry: Entry) -> str:
    return "not reported" if entry.interval is None else f"{entry.interval[0]:g} to {entry.interval[1]:g}"


def _law(spread: Spread) -> str:
    """How a forecast draws it: "lognormal, sd_log 0.3"."""
    if spread.law == "fixed":
        return "fixed: never drawn"
    parts = {name: size for name, size in asdict(spread).items() if name != "law" and size}
    return ", ".join([spread.law, *(f"{name} {size:g}" for name, size in parts.items())])


def _source(registry: Registry, entry: Entry) -> str:
    if entry.source == "team":
        return "the boneloop team"
    source = registry.sources[entry.source]
    return f"{source.title}. {source.journal}" + (f". doi {source.doi}" if source.doi else "")


def tables(registry: Registry) -> None:
    """Every table, with how far its numbers are checked."""
    of_table: dict[str, list[Entry]] = {}
    for entry in registry:
        of_table.setdefault(entry.id.partition(".")[0], []).append(entry)
    table = terminal.plain_table(f"Numbers under the belief {registry.belief!r}", "table", "numbers", "how far checked")
    for name, entries in sorted(of_table.items()):
        table.add_row(name, str(len(entries)), words_of(entries))
    out = terminal.results()
    out.print(table)
    out.print(f"{len(registry.entries)} numbers: {words_of(list(registry))}. Digest {registry.digest}.")
    for fit in registry.fits.values():
        left = f", {len(fit.uninformed)} of them left at their prior" if fit.uninformed else ""
        out.print(f"Fit {fit.stage}: {fit.title}; {len(fit.replaced)} numbers{left}. Again: {fit.command}")
    out.print(registry.about)


def listed(registry: Registry, entries: Sequence[Entry]) -> None:
    """A row for each number."""
    table = terminal.plain_table("", "id", "value", "unit", "95 % interval", "checked", "source")
    for entry in entries:
        fit = registry.fit_of(entry.id)
        source = f"fit {fit.stage}" if fit else entry.source
        table.add_row(entry.id, _value(entry), entry.unit, _interval(entry), entry.word, source)
    out = terminal.results()
    out.print(table)
    out.print(f"{len(entries)} numbers: {words_of(entries) or 'none to be checked'}.")


def one(registry: Registry, entry: Entry) -> None:
    """Everything that is known of a number."""
    from boneloop.evidence.uses import users

    rows = {
        "id": entry.id,
        "value": _with_unit(entry),
        "curve": _curve(entry),
        "95 % interval": _interval(entry),
        "drawn from": _law(entry.spread),
        "population": entry.population,
        "source": _source(registry, entry),
        "where": entry.where,
        "checked": f"{entry.word} ({entry.status})",
        "note": entry.note,
        **_of_fit(registry, entry),
        **{one.code: f"{one.about}: {one.shown}; {one.people}; {one.cited} ({one.checked})" for one in _named(entry)},
        "read by": ", ".join(users(entry.id)) or "no module: it is the basis of other numbers, or of tests",
        "stands in": entry.file,
        "belief": registry.belief,
    }
    _print_rows(rows)


def _of_fit(registry: Registry, entry: Entry) -> dict[str, str]:
    """What took the place of a number: a fit, with its prior and what informed it; a belief, with what it replaced."""
    if entry.prior is None:
        return {}
    before = (
        f"{_with_unit(entry.prior)}, {_law(entry.prior.spread)} ({_source(registry, entry.prior)}, {entry.prior.word})"
    )
    fit = registry.fit_of(entry.id)
    if fit is None:
        return {"without": f"{before}: what it is without the belief {registry.belief!r}"}
    informed = "stays at its prior" if entry.id in fit.uninformed else "informed by the targets"
    return {
        "fit": f"{fit.stage}, {fit.title}: {informed}",
        "prior": before,
        "targets": ", ".join(fit.targets),
        "drawn with": _partners(registry, entry),
        "again": fit.command,
    }


def partners(registry: Registry, entry: Entry) -> list[tuple[str, float]]:
    """The numbers that a number is drawn together with, and the correlation of their scores, the strongest first."""
    fit = registry.fit_of(entry.id)
    if fit is None or fit.joint is None or entry.id not in fit.joint.names:
        return []
    return [(name, r) for name, r in fit.joint.partners(entry.id) if name not in registry.believed]


def _partners(registry: Registry, entry: Entry) -> str:
    named = [f"{name} ({r:+.2f})" for name, r in partners(registry, entry)[:PARTNERS] if abs(r) >= _WORTH]
    return ", ".join(named)


def _named(entry: Entry) -> list[Finding]:
    return told(_texts(entry))


def _texts(entry: Entry) -> list[str]:
    """Where a number may name a finding: in its own words, and in those of what it took the place of."""
    own = [entry.where, entry.note, entry.population]
    return own + (_texts(entry.prior) if entry.prior else [])


def as_json(registry: Registry, entries: Sequence[Entry]) -> None:
    """The same as a JSON list."""
    print_json([as_data(registry, entry) for entry in entries])


def as_data(registry: Registry, entry: Entry) -> dict[str, Any]:
    """One number as plain data."""
    from boneloop.evidence.uses import users

    fit = registry.fit_of(entry.id)
    return {
        "id": entry.id,
        **_figures(entry),
        "population": entry.population,
        "source": entry.source,
        "citation": _source(registry, entry),
        "where": entry.where,
        "status": entry.word,
        "note": entry.note,
        "file": entry.file,
        "belief": registry.belief,
        "prior": _figures(entry.prior) | {"status": entry.prior.word} if entry.prior else None,
        "fit": {"stage": fit.stage, "targets": list(fit.targets), "informed": entry.id not in fit.uninformed}
        if fit
        else None,
        "drawn_with": dict(partners(registry, entry)),
        "findings": [one.code for one in _named(entry)],
        "read_by": list(users(entry.id)),
    }


def _figures(entry: Entry) -> dict[str, Any]:
    spread = {name: size for name, size in asdict(entry.spread).items() if size}
    curve = {"over": list(entry.over), "over_unit": entry.over_unit} if entry.over else {}
    value = list(entry.value) if isinstance(entry.value, tuple) else entry.value
    return {"value": value, "unit": entry.unit, **curve, "interval": entry.interval, "spread": spread}


def print_json(data: Any) -> None:
    """Data as JSON on standard output, never wrapped."""
    print(json.dumps(data, ensure_ascii=False, indent=2))


def findings(registry: Registry, published: Sequence[Finding], json_wanted: bool) -> None:
    """Published findings: one with everything that rests on it, or a row for each."""
    if json_wanted:
        print_json([asdict(found) for found in published])
    elif len(published) == 1:
        _show_finding(registry, published[0])
    else:
        table = terminal.plain_table("", "code", "finding", "size", "in whom", "read")
        for found in published:
            table.add_row(found.code, found.about, found.shown, found.people, found.checked)
        terminal.results().print(table)


def _show_finding(registry: Registry, found: Finding) -> None:
    resting = [entry.id for entry in registry if found.code in codes(" ".join(_texts(entry)))]
    fits = [fit.stage for fit in registry.fits.values() if any(t.split("/")[0] == found.code for t in fit.targets)]
    _print_rows(
        {
            "code": found.code,
            "finding": found.about,
            "size": found.shown,
            "in whom": found.people,
            "source": found.cited,
            "read": found.checked,
            "note": found.note,
            "numbers": ", ".join(resting) or "none names it",
            "fits": ", ".join(fits),
            "held against": _held_against(found.code),
        }
    )


def _held_against(code: str) -> str:
    """The target files that hold a finding, with what it is there for."""
    from boneloop.calibrate.targets.roles import uses

    found = [f"{use.study} ({', '.join(filter(None, (use.part, use.role)))})" for use in uses().get(code, ())]
    return ", ".join(found) or "no target file has it"


def _print_rows(rows: Mapping[str, str]) -> None:
    out = terminal.results()
    for name, text in rows.items():
        if text:
            out.print(f"{name:>14}  {text}", markup=False)
