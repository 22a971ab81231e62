"""``boneloop export``: the model as SBML, or the questionnaires as FHIR, as files for other programs."""

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
    "boneloop export questionnaires --out forms.json": "PHQ-9, GAD-7, PEG and others as FHIR R4",
}


class What(StrEnum):
    """What can be exported."""

    SBML = "sbml"
    QUESTIONNAIRES = "questionnaires"


class FormName(StrEnum):
    """The forms of the mineral engine."""

    SMOOTH = "smooth"
    PUBLISHED = "published"


def export(
    what: Annotated[
        What, typer.Argument(help="sbml (Level 3 Version 1) or questionnaires (FHIR R4).", show_default=False)
    ],
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", "-o", metavar="FILE", dir_okay=False, help="Left out: standard output.", show_default=False
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
    """Write the mineral engine as SBML, or the questionnaires as FHIR R4.

    SBML is read by libRoadRunner, COPASI and AMICI. The document holds the equations, every number with its unit, the
    start values and, with a protocol, the doses and changes of one patient as events. Other programs find the same
    course as boneloop within their tolerance.
    """
    if protocol and form:
        raise typer.BadParameter("the protocol says its form itself", param_hint="--form")
    if out is not None:
        _check_place(out, force)
    if what is What.QUESTIONNAIRES:
        if form or protocol or patient:
            raise typer.BadParameter("goes with sbml only", param_hint="--form, --protocol, --patient")
        _write(out, _questionnaires(), "Questionnaires")
        return
    asked = _asked(protocol, (form or FormName.SMOOTH).value)
    _write(out, _text(asked, _person(asked, patient)), asked.title)


def _write(out: Path | None, text: str, title: str) -> None:
    if out is None:
        typer.echo(text, nl=False)
    else:
        out.write_text(text, encoding="utf-8")
        terminal.say(f"{title}: {out}")


def _questionnaires() -> str:
    import json

    from boneloop.report.fhir.document import bundle
    from boneloop.report.fhir.forms import questionnaires

    return json.dumps(bundle(questionnaires()), ensure_ascii=False, indent=1) + "\n"


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
