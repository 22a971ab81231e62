"""The numbers behind an outcome: of a person like many, or as a report or the folder of a forecast tells it."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from boneloop.commands import evidence_shown, terminal
from boneloop.commands.request import ALL_PLANS, usable_plans
from boneloop.commands.status import Status
from boneloop.compare.forecast import OUTCOMES
from boneloop.evidence.registry import Registry
from boneloop.report.behind import Told, away, told_by

if TYPE_CHECKING:
    from boneloop.commands.evidence import Chosen
    from boneloop.compare.origins import Mover

YEARS = 10
SHOWN_MOVERS = 10
AGE = 75
"""Of the woman who is asked where nobody's report is given."""
_MOVED_UNDER = "none", "integrated"
_LAST = 99


def show(registry: Registry, outcome: str, inside: Path | None, chosen: Chosen, as_json: bool) -> None:
    """Answer ``--outcome`` and ``--in``."""
    movers: Mapping[str, Sequence[Mover]] = {}
    if inside:
        told = told_by(inside)
    else:
        told, movers = _asked(registry, outcome)
    if outcome and outcome not in told.roles:
        near = ", ".join(difflib.get_close_matches(outcome, told.roles, n=3, cutoff=0.3)) or ", ".join(told.roles)
        terminal.complain(f"no outcome {outcome!r} of {told.place}. Near it: {near}")
        raise typer.Exit(Status.NOTHING_USABLE)
    roles = {name: _chosen(registry, found, chosen) for name, found in told.roles.items() if outcome in ("", name)}
    if outcome and not roles.get(outcome):
        terminal.complain(f"{told.place} has no such number behind {outcome}")
        raise typer.Exit(Status.NOTHING_USABLE)
    if as_json:
        evidence_shown.print_json(_data(registry, told, roles, movers))
        return
    _warn(registry, told)
    if outcome:
        _one(registry, outcome, roles[outcome], movers)
    else:
        _overview(registry, told, roles)


def _asked(registry: Registry, outcome: str) -> tuple[Told, Mapping[str, Sequence[Mover]]]:
    """Ask the model of a woman of whom nothing else is known, under the four usual plans."""
    from boneloop.compare.origins import origins
    from boneloop.patient.profile import Profile
    from boneloop.types import Sex

    plans, _ = usable_plans(ALL_PLANS)
    found = origins(
        Profile("anybody", float(AGE), Sex.FEMALE, "US"), plans, registry, YEARS, movers=_MOVED_UNDER if outcome else ()
    )
    roles = {name: origin.roles() for name, origin in found.items()}
    return Told(f"a woman of {AGE} in the US", registry.digest, roles), found[
        outcome
    ].movers if outcome in found else {}


def _chosen(registry: Registry, roles: Mapping[str, str], chosen: Chosen) -> dict[str, str]:
    from boneloop.commands.evidence import matching

    named = {entry.id for entry in matching(registry, chosen.identity)}
    kept = {entry.id for entry in chosen.of(registry, (registry[i] for i in roles if i in registry.entries))}
    return {identity: role for identity, role in roles.items() if identity in kept & named}


def _warn(registry: Registry, told: Told) -> None:
    if told.digest and told.digest != registry.digest:
        terminal.say(
            f"{told.place} was made with other numbers or under another belief (digest {told.digest}; here "
            f"{registry.digest}): its ids are right, values and status are those of now."
        )


def _overview(registry: Registry, told: Told, roles: Mapping[str, Mapping[str, str]]) -> None:
    table = terminal.plain_table(
        f"Where the outcomes of {told.place} come from", "outcome", "numbers", "read", "how far checked"
    )
    for name, found in roles.items():
        entries = [registry[identity] for identity in found]
        read = sum(role == "read" for role in found.values())
        table.add_row(name, str(len(found)), str(read), evidence_shown.words_of(entries))
    out = terminal.results()
    out.print(table)
    out.print("read: by the outcome's own formula; the others act through the stations. One of them: --outcome NAME.")


def _one(registry: Registry, outcome: str, roles: Mapping[str, str], movers: Mapping[str, Sequence[Mover]]) -> None:
    out = terminal.results()
    entries = [registry[identity] for identity in roles]
    title = OUTCOMES[outcome].title if outcome in OUTCOMES else outcome
    out.print(f"{title}: {len(roles)} numbers, {evidence_shown.words_of(entries)}.")
    for plan, found in movers.items():
        if found:
            out.print(f"What moves it most under {plan!r}, a standard deviation higher, after {YEARS} years:")
            for mover in found[:SHOWN_MOVERS]:
                out.print(f"    {mover.id}  {100 * mover.share:+.1f} %  ({registry[mover.id].word})", markup=False)
    for role in sorted(set(roles.values()), key=_nearness):
        here = sorted(identity for identity, own in roles.items() if own == role)
        out.print(f"{_role(role)}: {len(here)} numbers")
        for identity in here:
            entry = registry[identity]
            source = "" if entry.source == "team" else entry.source
            out.print(f"    {identity}  {entry.word}  {source}".rstrip(), markup=False)


def _nearness(role: str) -> tuple[int, str]:
    """What is read first, then station after station, then who stays on treatment and the start."""
    station, _, steps = role.partition(":")
    return (int(steps) + 1 if steps else -1 if role == "read" else _LAST, station)


def _role(role: str) -> str:
    station, _, steps = role.partition(":")
    if steps:
        return f"{station}, {away(int(steps))}"
    return {
        "read": "Read by its own formula",
        "staying": "Who stays on a treatment",
        "start": "The start: what is not known of a person, their natural course",
    }[role]


def _data(
    registry: Registry,
    told: Told,
    roles: Mapping[str, Mapping[str, str]],
    movers: Mapping[str, Sequence[Mover]],
) -> dict[str, Any]:
    return {
        "of": told.place,
        "digest": told.digest,
        "belief": registry.belief,
        "outcomes": {
            name: [
                {"id": identity, "role": role, "status": registry[identity].word} for identity, role in found.items()
            ]
            for name, found in roles.items()
        },
        "movers": {
            plan: [{"id": m.id, "change": m.change, "share": m.share} for m in found] for plan, found in movers.items()
        },
    }
