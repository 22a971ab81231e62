"""FHIR out of a command: where it goes, and what every resource rests on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from boneloop.commands import terminal

if TYPE_CHECKING:
    from boneloop.assess.assessment import Assessment
    from boneloop.guidance.advice import Advice
    from boneloop.report.fhir.document import Told

SUFFIXES = (".json", ".ndjson", ".ndjson.gz")


def check_fhir_name(out: Path) -> None:
    """Complain about a name under which no FHIR can be written, before any work is done."""
    if "." in out.name and not out.name.lower().endswith(SUFFIXES):
        raise typer.BadParameter(f"ends in {', '.join(SUFFIXES)}, or is a folder", param_hint="--fhir")


def write_fhir(out: Path, assessments: Iterable[Assessment], advise: Callable[[Assessment], Advice]) -> None:
    """Write what was assessed, with what the guidelines that were asked for say of it."""
    from boneloop.report.fhir.document import each, write

    out.parent.mkdir(parents=True, exist_ok=True)
    count = write(out, each(_told(assessments, advise)))
    terminal.say(f"{count} patients as FHIR R4: {out}")


def _told(assessments: Iterable[Assessment], advise: Callable[[Assessment], Advice]) -> Iterator[Told]:
    from boneloop.report.fhir.document import Told

    known = (*origin(), *belief_origin("evidence"))
    return (Told(one, advise(one), origin=known) for one in assessments)


def forecast_line(told: Told) -> str:
    """One person with a forecast as one line of FHIR."""
    from boneloop.report.fhir.document import bundle, line, resources_of

    return line(bundle(resources_of(told)))


def origin() -> tuple[tuple[str, str], ...]:
    """The version."""
    from boneloop.report.provenance import version

    return (("version", version("boneloop")),)


def belief_origin(belief: str) -> tuple[tuple[str, str], ...]:
    """The belief, and the digest of its numbers."""
    from boneloop.evidence.registry import load

    return ("belief", belief), ("evidence", load(belief).digest)
