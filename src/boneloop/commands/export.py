"""``boneloop export``: the model as a file for other programs."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from boneloop.commands import terminal
from boneloop.commands.status import Status

if TYPE_CHECKING:
    from boneloop.simulate.protocol.people import Person
    from boneloop.simulate.protocol.reading import Protocol

EXAMPLES = {
    "boneloop export sbml --out engine.xml": "the mineral engine by itself, smooth form",
    "boneloop export sbml --form published --out published.xml": "the same as printed, with its jumps",
    "boneloop export sbml --protocol denosumab-stopped --out doses.xml": "a patient of a protocol, with the doses",
}


class What(StrEnum):
    """What can be exported."""

    SBML = "sbml"


class FormName(StrEnum):
    """The forms of the mineral engine."""

    SMOOTH = "smooth"
    PUBLISHED = "published"


def export(
    what: Annotated[What, typer.Argument(help="The format: sbml (Level 3 Version 1).", show_default=False)],
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", "-o", metavar="F.xml", dir_okay=False, help="Left out: standard output.", show_default=False
        ),
    ] = None,
    form: Annotated[
        FormName | None,
        typer.Option(help="Left out: what the protocol says, or smooth.", show_default=False),
    ] = None,
    protocol: Annotated[
        str,
        typer.Option(
            metavar="PROTOCOL.toml",
            help="Doses, changes and courses of a file or of `simulate --list`.",
            show_default=False,
        ),
    ] = "",
    patient: Annotated[
        str, typer.Option(metavar="ID", help="Who, where a protocol has several patients.", show_default=False)
    ] = "",
    force: Annotated[bool, typer.Option("--force", help="Write over a document that is there.")] = False,
) -> None:
    """Write the mineral engine as SBML, which libRoadRunner, COPASI and AMICI read.

    The document holds the equations, every number with its unit, the start values and, with a protocol, the doses and
    changes of one patient as events. Other programs find the same course as boneloop within their tolerance.
    """
    if protocol and form:
        raise typer.BadParameter("the protocol says its form itself", param_hint="--form")
    if out is not None:
        _check_place(out, force)
    asked = _asked(protocol, (form or FormName.SMOOTH).value)
    text = _text(asked, _person(asked, patient))
    if out is None:
        typer.echo(text, nl=False)
    else:
        out.write_text(text, encoding="utf-8")
        terminal.say(f"{asked.title}: {out}")


def _check_place(out: Path, force: bool) -> None:
    if not out.parent.is_dir():
        raise typer.BadParameter(f"there is no folder {out.parent}", param_hint="--out")
    if out.exists() and not force:
        raise typer.BadParameter(f"{out} is there already; --force writes over it", param_hint="--out")


def _asked(name: str, form: str) -> Protocol:
    """The protocol of that name; else the engine by itself."""
    from boneloop.errors import ProtocolError
    from boneloop.simulate.mineral_as_sbml import engine_alone
    from boneloop.simulate.protocol.reading import read

    if not name:
        return engine_alone(form)
    try:
        return read(name)
    except ProtocolError as error:
        for fault in error.faults:
            terminal.complain(str(fault))
        raise typer.Exit(Status.NOTHING_USABLE) from None


def _person(protocol: Protocol, wanted: str) -> Person:
    known = {person.id: person for person in protocol.people}
    if wanted in known:
        return known[wanted]
    if wanted or len(known) > 1:
        some = ", ".join(list(known)[:5]) + (" ..." if len(known) > 5 else "")
        raise typer.BadParameter(f"one of the protocol's {len(known)} patients: {some}", param_hint="--patient")
    return next(iter(known.values()))


def _text(protocol: Protocol, person: Person) -> str:
    from boneloop.evidence.registry import load
    from boneloop.report.provenance import version
    from boneloop.simulate.mineral_as_sbml import document

    origin = f"Written by boneloop {version('boneloop')}, evidence {load().digest}."
    return document(protocol, person, origin)
