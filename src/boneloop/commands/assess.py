"""``boneloop assess``: scores, risks, flags and gaps of every patient in some files. No simulation."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from boneloop.commands import options, terminal
from boneloop.commands.fhir import check_fhir_name, write_fhir
from boneloop.commands.people import gather

if TYPE_CHECKING:
    from rich.console import Console

    from boneloop.assess.assessment import Assessment

SUFFIXES = (".csv", ".json", ".ndjson")
SHOWN_IN_FULL = 5
COLUMNS = {
    "bone": "who_class",
    "PHQ-9": "phq9",
    "GAD-7": "gad7",
    "pain": "pain_nrs",
    "PEG": "peg",
}

EXAMPLES = {
    "boneloop assess bundle.json": "up to five people in full, more as a table",
    "boneloop assess bundle.json --explain": "with the basis of each number",
    "boneloop assess clinic.csv --out scores.csv": "a row for each score, risk, flag and gap",
    "boneloop assess clinic.csv --fhir people.ndjson": "record, scores, risks, flags and proposals as FHIR R4",
    'boneloop assess survey.parquet --format nhanes --where "RIDAGEYR >= 65" --limit 100': "part of a survey",
}


def assess(
    patients: options.Patients,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", metavar="FILE", help="Write .csv, .json or .ndjson.", show_default=False),
    ] = None,
    fhir: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write FHIR R4: .json, .ndjson, .ndjson.gz or a folder.", show_default=False),
    ] = None,
    format: options.FormatOption = options.Format.AUTO,
    where: options.Where = "",
    limit: options.Limit = None,
    as_of: options.AsOf = None,
    strict: options.Strict = False,
    explain: Annotated[
        bool, typer.Option("--explain", help="Also the inputs, dates and rule behind each number.")
    ] = False,
) -> None:
    """Score each patient: bone, fracture risk, pain, mind, function, quality of life; flags; what is missing.

    Safety messages come first. Nothing is simulated.
    """
    if out is not None and out.suffix.lower() not in SUFFIXES:
        raise typer.BadParameter(f"ends in {', '.join(SUFFIXES)}, not {out.suffix!r}", param_hint="--out")
    if fhir is not None:
        check_fhir_name(fhir)
    day = as_of.date() if as_of else None
    people = gather(patients, format=format, where=where, limit=limit, as_of=day, strict=strict)
    rejects = None
    if out is not None:
        rejects = _write(out, people.assessments, people.rows())
    if fhir is not None:
        write_fhir(fhir, people.assessments)
    if out is None and fhir is None:
        _show(terminal.results(), people.assessments, explain)
    terminal.say_refusals(people.refusals, rejects)
    raise typer.Exit(people.status(len(people.assessments)))


def _write(out: Path, assessments: Sequence[Assessment], rows: Sequence[dict[str, str]]) -> Path:
    """Write the table, and what was refused beside it; the path of the latter."""
    from boneloop.report.files import write_assessments, write_rejects

    out.parent.mkdir(parents=True, exist_ok=True)
    rejects = out.with_suffix(".rejects.ndjson")
    count = write_assessments(out, assessments)
    write_rejects(rejects, rows)
    terminal.say(f"{count} patients assessed: {out}")
    return rejects


def _show(console: Console, assessments: Sequence[Assessment], explain: bool) -> None:
    from boneloop.report.terminal import print_assessment

    if len(assessments) > SHOWN_IN_FULL and not explain:
        _show_safety(console, assessments)
        _show_table(console, assessments)
        return
    for assessment in assessments:
        print_assessment(console, assessment)
        if explain:
            _show_basis(console, assessment)


def _show_safety(console: Console, assessments: Sequence[Assessment]) -> None:
    for assessment in assessments:
        for flag in assessment.flags:
            if flag.severity == "safety":
                console.print("[bold yellow]Safety[/]", end="  ")
                console.print(f"{assessment.record.id}: {flag.message}", markup=False)


def _show_table(console: Console, assessments: Sequence[Assessment]) -> None:
    table = terminal.plain_table("", "patient", "sex", "age", *COLUMNS, "to look at", "forecast")
    for assessment in assessments:
        record = assessment.record
        shown = [score.shown if (score := assessment.score(name)) else "" for name in COLUMNS.values()]
        look = ", ".join(flag.code for flag in assessment.flags if flag.severity != "info")
        possible = "yes" if assessment.profile else f"no: {assessment.not_forecast}"
        table.add_row(record.id, record.sex.value, f"{record.age:.0f}", *shown, look, possible)
    console.print(table)
    console.print(f"{len(assessments)} patients. Everything of each: --explain, or --out for a file.")


def _show_basis(console: Console, assessment: Assessment) -> None:
    console.print("Basis", style="bold")
    for score in assessment.scores:
        console.print(f"  {score.title}: {'; '.join(score.basis)}", markup=False)
    for risk in assessment.risks:
        note = f" ({risk.note})" if risk.note else ""
        console.print(f"  {risk.title}, {risk.outcome}: {'; '.join(risk.basis)}{note}", markup=False)
    console.print()
