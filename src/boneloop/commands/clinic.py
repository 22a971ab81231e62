"""``boneloop assess PATIENTS --out DIR``: everybody in one folder: table, indicators, worklists and a page."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from boneloop.commands import terminal
from boneloop.commands.fhir import write_fhir
from boneloop.commands.status import Status

if TYPE_CHECKING:
    from boneloop.assess.assessment import Assessment
    from boneloop.exchange.refusal import Refusal
    from boneloop.guidance.advice import Advice
    from boneloop.report.clinic.gathering import Clinic

WRITTEN = (
    "patients.csv", "patients.json", "patients.parquet", "columns.csv", "worklists.csv", "indicators.csv",
    "indicators.json", "summary.json", "rejects.ndjson", "cohort.html",
)  # fmt: skip
STEP = 50
"""The progress bar is moved after so many people."""


def is_folder(out: Path) -> bool:
    """Is a folder meant: it is one, or the name has no ending."""
    return out.is_dir() or not out.suffix


def check_apart(patients: Iterable[Path], out: Path) -> None:
    """Complain about a folder that is itself read, or holds what is read: one would be taken for the other."""
    if out.is_file():
        raise typer.BadParameter(f"{out} is a file: choose a folder", param_hint="--out")
    here = out.resolve()
    for path in patients:
        if path.is_dir() and here.is_relative_to(path.resolve()):
            raise typer.BadParameter(f"lies in {path}, which is read: choose another folder", param_hint="--out")
        if path.resolve().parent == here and path.name in WRITTEN:
            raise typer.BadParameter(f"{path} is read and would be overwritten", param_hint="--out")


def run(
    out: Path,
    found: Iterable[Assessment | Refusal],
    advise: Callable[[Assessment], Advice],
    *,
    inputs: Iterable[Path],
    options: Mapping[str, Any],
    fhir: Path | None = None,
) -> Status:
    """Take in everybody, one after the other, and leave the folder; how the command ends."""
    from boneloop.report.clinic.files import write_indicators, write_summary
    from boneloop.report.clinic.gathering import Clinic
    from boneloop.report.clinic.page import write_page
    from boneloop.report.clinic.table import write_columns

    begun = time.monotonic()
    out.mkdir(parents=True, exist_ok=True)
    with Clinic(out) as clinic:
        people = _taken_in(clinic, found, advise)
        if fhir is None:
            for _ in people:
                pass
        else:
            write_fhir(fhir, people, advise)
    told = _provenance(inputs, options, time.monotonic() - begun)
    write_indicators(out, clinic.indicators())
    write_columns(out / "columns.csv")
    write_summary(out / "summary.json", clinic, told)
    write_page(out / "cohort.html", clinic, told)
    _say(out, clinic)
    if not clinic.used:
        return Status.NOTHING_USABLE
    return Status.PARTLY if clinic.refused.total() else Status.DONE


def _taken_in(
    clinic: Clinic, found: Iterable[Assessment | Refusal], advise: Callable[[Assessment], Advice]
) -> Iterator[Assessment]:
    """Those who can be used, each after it was taken in; the bar moves."""
    from boneloop.exchange.refusal import Refusal

    with terminal.progress("assessing", None) as move:
        for item in found:
            if isinstance(item, Refusal):
                clinic.refuse(item)
                continue
            clinic.add(item, advise(item))
            if clinic.used % STEP == 0:
                move(clinic.used, None)
            yield item


def _provenance(inputs: Iterable[Path], options: Mapping[str, Any], seconds: float) -> dict[str, Any]:
    from boneloop.evidence.registry import load
    from boneloop.report.provenance import input_digests, version

    return {
        "version": version("boneloop"),
        "evidence_digest": load().digest,
        "inputs": input_digests(path for path in inputs if path.exists()),
        "options": dict(options),
        "wall_seconds": round(seconds, 1),
    }


def _say(out: Path, clinic: Clinic) -> None:
    terminal.say(
        f"{clinic.read} people read: {clinic.used} used, {clinic.lost} refused, "
        f"{clinic.incomplete} incomplete. Open {out / 'cohort.html'}"
    )
    terminal.say_refusals(clinic.refusals, out / "rejects.ndjson", clinic.refused.total())
