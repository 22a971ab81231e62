"""``boneloop evidence``: where any number comes from, in the registry, in a report, behind an outcome."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from enum import StrEnum
from fnmatch import fnmatchcase
from pathlib import Path
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
    "boneloop evidence mood_to_fracture.falls": "one number: its source, prior, fit, and what reads it",
    "boneloop evidence --unverified": "measured numbers that nobody has checked yet",
    "boneloop evidence --status assumed --search 'exercise hip'": "of one kind, that speak of something",
    "boneloop evidence --outcome fracture_hip": "every number behind an outcome, and what moves it",
    "boneloop evidence --in ten-years/report.html": "where the outcomes of a report come from",
    "boneloop evidence stress_to_bone --belief hypothesis": "the same under the other belief",
    "boneloop evidence BMD-18": "one published finding, and the numbers that rest on it",
    "boneloop evidence FALL": "the findings of one subject",
}


class Word(StrEnum):
    """How far a number is checked: the word that reports print."""

    VERIFIED = "verified"
    RECALLED = "recalled"
    FITTED = "fitted"
    ASSUMED = "assumed"


def evidence(
    identity: Annotated[
        str,
        typer.Argument(
            metavar="[ID]", help="An id, its beginning, or a pattern: `bone`, `*.half_effect`; or a finding: `BMD-18`."
        ),
    ] = "",
    unverified: Annotated[bool, typer.Option("--unverified", help="Only numbers still to be checked.")] = False,
    status: Annotated[Word | None, typer.Option(help="Only numbers of this kind.", show_default=False)] = None,
    search: Annotated[
        str, typer.Option(metavar="WORDS", help="Only numbers that speak of all these words.", show_default=False)
    ] = "",
    outcome: Annotated[
        str, typer.Option(metavar="NAME", help="The numbers behind this outcome: `fracture_hip`.", show_default=False)
    ] = "",
    inside: Annotated[
        Path | None,
        typer.Option(
            "--in", metavar="FILE", help="A report.html, or a file or folder of a forecast.", show_default=False
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, for another program.")] = False,
    belief: options.BeliefOption = options.Belief.EVIDENCE,
) -> None:
    """Show where a number comes from: value, unit, interval, population, source, fit, findings, how far checked.

    With --outcome, or --in a report: which numbers stand behind an outcome, and through which stations of the circle.
    """
    from boneloop.evidence.registry import load

    registry = load(belief.value)
    if outcome or inside:
        from boneloop.commands import evidence_behind

        evidence_behind.show(registry, outcome, inside, Chosen(identity, unverified, status, search), as_json)
        return
    if published := _published(identity):
        from boneloop.commands import evidence_shown

        evidence_shown.findings(registry, published, as_json)
        return
    _numbers(registry, Chosen(identity, unverified, status, search), as_json)


class Chosen:
    """Which numbers are asked for."""

    def __init__(self, identity: str, unverified: bool, status: Word | None, search: str) -> None:
        self.identity, self.unverified = identity, unverified
        self.status, self.search = status, search.lower().split()

    @property
    def everything(self) -> bool:
        """Whether nothing is left out."""
        return not (self.identity or self.unverified or self.status or self.search)

    def of(self, registry: Registry, entries: Iterable[Entry]) -> list[Entry]:
        """Those of the entries that are asked for, apart from the id."""
        return [
            entry
            for entry in entries
            if (not self.unverified or to_be_checked(registry, entry))
            and (self.status is None or entry.word == self.status.value)
            and (not self.search or _speaks(registry, entry, self.search))
        ]


def to_be_checked(registry: Registry, entry: Entry) -> bool:
    """Recalled from memory; or fitted, but left at a prior that was."""
    fit = registry.fit_of(entry.id)
    left = fit is not None and entry.id in fit.uninformed and entry.prior is not None
    return entry.word == "recalled" or (left and entry.prior is not None and entry.prior.word == "recalled")


def _speaks(registry: Registry, entry: Entry, words: list[str]) -> bool:
    source = registry.sources.get(entry.source)
    cited = f"{source.title} {source.journal}" if source else "boneloop team"
    about = (entry.id, entry.id.replace("_", " "), entry.population, entry.note, entry.where, entry.source, cited)
    text = " ".join(about).lower()
    return all(word in text for word in words)


def _numbers(registry: Registry, chosen: Chosen, as_json: bool) -> None:
    from boneloop.commands import evidence_shown

    named = matching(registry, chosen.identity)
    if not named:
        near = difflib.get_close_matches(chosen.identity, list(registry.entries), n=3, cutoff=0.3)
        terminal.complain(f"no number {chosen.identity!r} in the registry. Near it: {', '.join(near) or 'none'}")
        raise typer.Exit(Status.NOTHING_USABLE)
    found = chosen.of(registry, named)
    if as_json:
        evidence_shown.as_json(registry, found)
    elif len(found) == 1:
        evidence_shown.one(registry, found[0])
    elif chosen.everything:
        evidence_shown.tables(registry)
    else:
        evidence_shown.listed(registry, found)


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
