"""``boneloop evidence``: every number with its source, and which of them nobody has checked."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Annotated

import typer

from boneloop.commands import options, terminal
from boneloop.commands.status import Status

if TYPE_CHECKING:
    from boneloop.evidence.entry import Entry
    from boneloop.evidence.published import Finding
    from boneloop.evidence.registry import Registry

EXAMPLES = {
    "boneloop evidence": "the tables, and how many numbers of each kind",
    "boneloop evidence stress_to_bone": "one table",
    "boneloop evidence '*.largest_effect'": "a pattern",
    "boneloop evidence --unverified": "measured numbers that nobody has checked yet",
    "boneloop evidence stress_to_bone --belief hypothesis": "the same under the other belief",
    "boneloop evidence BMD-18": "one published finding, and the numbers that rest on it",
    "boneloop evidence FALL": "the findings of one subject",
}


def evidence(
    identity: Annotated[
        str,
        typer.Argument(
            metavar="[ID]", help="An id, its beginning, or a pattern: `bone`, `*.half_effect`; or a finding: `BMD-18`."
        ),
    ] = "",
    unverified: Annotated[bool, typer.Option("--unverified", help="Only numbers still to be checked.")] = False,
    belief: options.BeliefOption = options.Belief.EVIDENCE,
) -> None:
    """Show where a number comes from: value, unit, interval, population, source, fit, findings, how far checked."""
    from boneloop.evidence.registry import load

    registry = load(belief.value)
    if published := _published(identity):
        _show_findings(registry, published)
        return
    found = [entry for entry in matching(registry, identity) if not unverified or entry.word == "recalled"]
    if not found and not (unverified and matching(registry, identity)):
        near = difflib.get_close_matches(identity, list(registry.entries), n=3, cutoff=0.3)
        terminal.complain(f"no number {identity!r} in the registry. Near it: {', '.join(near) or 'none'}")
        raise typer.Exit(Status.NOTHING_USABLE)
    if len(found) == 1:
        _show_one(registry, found[0])
    elif identity or unverified:
        _show_list(found)
    else:
        _show_tables(registry)


def matching(registry: Registry, identity: str) -> list[Entry]:
    """The entries of that id; else those that begin so; else those that fit the pattern."""
    if identity in registry.entries:
        return [registry[identity]]
    begin = [entry for entry in registry if entry.id.startswith(identity)]
    return begin or [entry for entry in registry if fnmatchcase(entry.id, identity)]


def _published(identity: str) -> list[Finding]:
    """The finding of that code, whatever part of it is asked for ("DRG-30/hip"); else those of that subject."""
    from boneloop.evidence.published import findings

    code = identity.partition("/")[0].upper()
    if code in findings():
        return [findings()[code]]
    return [one for one in findings().values() if code and one.code.split("-")[0] == code and identity.isupper()]


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


def _interval(entry: Entry) -> str:
    return "not reported" if entry.interval is None else f"{entry.interval[0]:g} to {entry.interval[1]:g}"


def _source(registry: Registry, entry: Entry) -> str:
    if entry.source == "team":
        return "the boneloop team"
    source = registry.sources[entry.source]
    return f"{source.title}. {source.journal}" + (f". doi {source.doi}" if source.doi else "")


def _show_tables(registry: Registry) -> None:
    tables: dict[str, list[Entry]] = {}
    for entry in registry:
        tables.setdefault(entry.id.partition(".")[0], []).append(entry)
    table = terminal.plain_table(f"Numbers under the belief {registry.belief!r}", "table", "numbers", "how far checked")
    for name, entries in sorted(tables.items()):
        table.add_row(name, str(len(entries)), words_of(entries))
    out = terminal.results()
    out.print(table)
    out.print(f"{len(registry.entries)} numbers: {words_of(list(registry))}. Digest {registry.digest}.")
    out.print(registry.about)


def _show_list(entries: Sequence[Entry]) -> None:
    table = terminal.plain_table("", "id", "value", "unit", "95 % interval", "checked", "source")
    for entry in entries:
        table.add_row(entry.id, _value(entry), entry.unit, _interval(entry), entry.word, entry.source)
    out = terminal.results()
    out.print(table)
    out.print(f"{len(entries)} numbers: {words_of(entries) or 'none to be checked'}.")


def _show_findings(registry: Registry, published: Sequence[Finding]) -> None:
    if len(published) == 1:
        _show_finding(registry, published[0])
        return
    table = terminal.plain_table("", "code", "finding", "size", "in whom", "read")
    for one in published:
        table.add_row(one.code, one.about, one.shown, one.people, one.checked)
    terminal.results().print(table)


def _show_finding(registry: Registry, found: Finding) -> None:
    from boneloop.evidence.published import codes

    resting = [entry.id for entry in registry if found.code in codes(f"{entry.where} {entry.note} {entry.population}")]
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


def _of_fit(registry: Registry, entry: Entry) -> dict[str, str]:
    """What a fit did to a number: its prior, and whether the targets informed it."""
    fit = registry.fit_of(entry.id)
    if fit is None or entry.prior is None:
        return {}
    informed = "stays at its prior" if entry.id in fit.uninformed else "informed by the targets"
    return {
        "fit": f"{fit.stage}, {fit.title}: {informed}",
        "prior": f"{_with_unit(entry.prior)}, {entry.prior.spread.law} ({_source(registry, entry.prior)})",
        "targets": ", ".join(fit.targets),
        "again": fit.command,
    }


def _show_one(registry: Registry, entry: Entry) -> None:
    rows = {
        "id": entry.id,
        "value": _with_unit(entry),
        "95 % interval": _interval(entry),
        "drawn from": entry.spread.law,
        "population": entry.population,
        "source": _source(registry, entry),
        "where": entry.where,
        "checked": f"{entry.word} ({entry.status})",
        "note": entry.note,
        **_of_fit(registry, entry),
        **{one.code: f"{one.about}: {one.shown}; {one.people}; {one.cited} ({one.checked})" for one in _named(entry)},
        "belief": registry.belief,
    }
    _print_rows(rows)


def _named(entry: Entry) -> list[Finding]:
    from boneloop.evidence.published import told

    return told([entry.where, entry.note, entry.population])


def _print_rows(rows: Mapping[str, str]) -> None:
    out = terminal.results()
    for name, text in rows.items():
        if text:
            out.print(f"{name:>14}  {text}", markup=False)
