"""``boneloop assess``: scores, risks, flags, gaps and guidance for every patient in some files. No simulation."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from boneloop.commands import clinic, options, sheets, terminal
from boneloop.commands.apart import check_file_apart
from boneloop.commands.fhir import check_fhir_name, write_fhir
from boneloop.commands.people import Asked, assessed, gather, only

if TYPE_CHECKING:
    from rich.console import Console

    from boneloop.assess.assessment import Assessment
    from boneloop.guidance.advice import Advice
    from boneloop.guidance.answered import Answered

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
    "boneloop assess bundle.json --explain --patient anna": "inputs, formula and result of each number and rule",
    "boneloop assess bundle.json --framework UK": "with the rules of one framework",
    "boneloop assess clinic.csv --out scores.csv": "a row for each score, risk, flag and gap",
    "boneloop assess records/ --out clinic --as-of 2026-11-23": "everybody: table, indicators, worklists, a page",
    "boneloop assess clinic.csv --patient anna --proposed plans": "the care plans that the rules lead to, as files",
    "boneloop assess clinic.csv --fhir people.ndjson": "record, scores, risks, flags and proposals as FHIR R4",
    "boneloop assess bundle.json --sheets out --sheet both --language zh": "sheets to print, in Chinese",
    'boneloop assess survey.parquet --format nhanes --where "RIDAGEYR >= 65" --limit 100': "part of a survey",
}


def assess(
    patients: options.Patients,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            "-o",
            metavar="FILE|DIR",
            help="Write .csv, .json or .ndjson; into a folder: table, indicators, worklists and a page of everybody.",
            show_default=False,
        ),
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
        bool, typer.Option("--explain", help="Also why: inputs, dates, places and rule behind each number and rule.")
    ] = False,
    patient: Annotated[str, typer.Option("--patient", metavar="ID", help="Only this person.", show_default=False)] = "",
    framework: Annotated[
        str,
        typer.Option(
            "--framework",
            metavar="NAME",
            help="Whose rules: UK, US, China, or one of the frameworks by name. Left out: that of each country.",
            show_default=False,
        ),
    ] = "",
    confirm: Annotated[
        str,
        typer.Option(
            "--confirm",
            metavar="RULES",
            help="Rules written from memory that your site has checked and turns on: X03,N04.",
            show_default=False,
        ),
    ] = "",
    answered: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Rules that somebody has dealt with (patient,rule,reason,date); quiet for 90 days.",
            show_default=False,
        ),
    ] = None,
    pseudonyms: Annotated[
        Path | None,
        typer.Option(
            metavar="KEYFILE",
            help="Everybody under another name and at other times, by a secret key; to hand results on.",
            show_default=False,
        ),
    ] = None,
    proposed: Annotated[
        Path | None,
        typer.Option(
            "--proposed",
            metavar="DIR",
            help="Of one person: write the care plans that the rules lead to, for `forecast --plans`.",
            show_default=False,
        ),
    ] = None,
    sheets_folder: sheets.Folder = None,
    sheet: sheets.For = sheets.Sheet.CLINICIAN,
    language: sheets.Language = sheets.Tongue.EN,
    contact: sheets.Contact = "",
) -> None:
    """Score each patient: bone, fracture risk, pain, mind, function, quality of life; flags; what is missing; guidance.

    Safety messages come first. Nothing is simulated.
    """
    folder = out is not None and clinic.is_folder(out)
    if out is not None and not folder and out.suffix.lower() not in SUFFIXES:
        raise typer.BadParameter(
            f"ends in {', '.join(SUFFIXES)}, or is a folder, not {out.suffix!r}", param_hint="--out"
        )
    read = [*patients, *(file for file in (answered, pseudonyms) if file is not None)]
    if out is not None and not folder:
        check_file_apart(read, out, "--out")
    if fhir is not None:
        check_fhir_name(fhir)
        check_file_apart(read, fhir, "--fhir")
    if sheets_folder is not None:
        sheets.check_folder(sheets_folder)
    elif sheet is not sheets.Sheet.CLINICIAN or language is not sheets.Tongue.EN or contact:
        raise typer.BadParameter("missing, but an option of the sheets is given", param_hint="--sheets")
    for name, value in (("--sheets", sheets_folder), ("--proposed", proposed), ("--pseudonyms", pseudonyms)):
        if folder and value is not None:
            raise typer.BadParameter("a run of its own, without --out of a folder", param_hint=name)
    if pseudonyms is not None and answered is not None:
        raise typer.BadParameter("a run of its own, without --answered, which names people", param_hint="--pseudonyms")
    day = as_of.date() if as_of else None
    guide = _guide(framework, confirm, answered)
    key = _key(pseudonyms)
    asked = Asked(format=format, where=where, limit=limit, as_of=day, strict=strict, framework=framework or None)
    if out is not None and folder:
        clinic.check_apart(patients, out)
        options_given = {**asked._asdict(), "patient": patient, "confirm": confirm, "answered": answered}
        found = only(assessed(patients, **asked._asdict()), patient)
        told = clinic.run(out, found, guide.advice, inputs=patients, options=options_given, fhir=fhir)
        raise typer.Exit(told)
    people = gather(patients, patient=patient, key=key, **asked._asdict())
    rejects = None
    if out is not None:
        rejects = _write(out, people.assessments, None if key else people.rows(), guide)
    if fhir is not None:
        write_fhir(fhir, people.assessments, guide.advice)
    if sheets_folder is not None:
        sheets.write_sheets(sheets_folder, people.assessments, guide.advice, sheet, language, contact)
    if proposed is not None:
        _write_proposals(proposed, people.assessments, guide)
    if out is None and fhir is None and sheets_folder is None and proposed is None:
        _show(terminal.results(), people.assessments, explain, guide)
    terminal.say_refusals(people.refusals, rejects)
    raise typer.Exit(people.status(len(people.assessments)))


class Guide:
    """Whose rules are read, which of those written from memory a site has turned on, and which somebody answered."""

    def __init__(self, framework: str, confirmed: tuple[str, ...], answers: tuple[Answered, ...] = ()) -> None:
        self.framework, self.confirmed, self.answers = framework or None, confirmed, answers

    def advice(self, assessment: Assessment) -> Advice:
        """What the rules say of one person."""
        from boneloop.guidance.advice import advise

        return advise(assessment, self.framework, self.confirmed, self.answers)


def _guide(framework: str, confirm: str, answered: Path | None) -> Guide:
    """The guide that was asked for; a name that does not exist, or a file of answers that is none, is wrong usage."""
    from boneloop.assess.framework import choose
    from boneloop.errors import InputError
    from boneloop.guidance.advice import refuse_unknown
    from boneloop.guidance.answered import read_answers

    confirmed = tuple(name.strip() for name in confirm.split(",") if name.strip())
    try:
        choose(framework or None, "")
        refuse_unknown(confirmed)
    except InputError as fault:
        hint = "--confirm" if "confirmed" in fault.place else "--framework"
        raise typer.BadParameter(str(fault), param_hint=hint) from None
    try:
        return Guide(framework, confirmed, read_answers(answered) if answered else ())
    except InputError as fault:
        raise typer.BadParameter(str(fault), param_hint="--answered") from None


def _key(file: Path | None) -> bytes | None:
    """The key of the pseudonyms; a file without one is wrong usage."""
    from boneloop.errors import FileError
    from boneloop.exchange.pseudonyms import read_key

    try:
        return read_key(file) if file else None
    except FileError as fault:
        raise typer.BadParameter(str(fault), param_hint="--pseudonyms") from None


def _write(
    out: Path, assessments: Sequence[Assessment], rows: Sequence[dict[str, str]] | None, guide: Guide
) -> Path | None:
    """Write the table, and what was refused beside it; the path of the latter.

    rows  None under pseudonyms: refusals quote files, ids and values, so they are shown here and not written
    """
    from boneloop.report.files import write_assessments, write_rejects

    out.parent.mkdir(parents=True, exist_ok=True)
    count = write_assessments(out, assessments, guide.advice)
    terminal.say(f"{count} patients assessed: {out}")
    if rows is None:
        return None
    rejects = out.with_suffix(".rejects.ndjson")
    write_rejects(rejects, rows)
    return rejects


def _write_proposals(folder: Path, assessments: Sequence[Assessment], guide: Guide) -> None:
    """Write one file for each plan; they are of one person, since each person has others."""
    from boneloop.guidance.proposals import as_toml, proposals

    if len(assessments) != 1:
        raise typer.BadParameter(f"one person, not {len(assessments)}: add --patient ID", param_hint="--proposed")
    folder.mkdir(parents=True, exist_ok=True)
    names = []
    for one in proposals(guide.advice(assessments[0])):
        names.append(folder / f"{one.plan.name}.toml")
        names[-1].write_text(as_toml(one), encoding="utf-8")
    plans = ",".join(map(str, names))
    terminal.say(f"{len(names)} care plans for {assessments[0].record.id}: boneloop forecast ... --plans {plans}")


def _show(console: Console, assessments: Sequence[Assessment], explain: bool, guide: Guide) -> None:
    from boneloop.commands.explained import print_advice, print_completeness, print_reasons
    from boneloop.guidance.advice import is_off, reasons
    from boneloop.report.terminal import print_assessment

    if len(assessments) > SHOWN_IN_FULL and not explain:
        _show_safety(console, assessments)
        _show_table(console, assessments)
        return
    for assessment in assessments:
        print_assessment(console, assessment)
        print_completeness(console, assessment)
        print_advice(console, guide.advice(assessment))
        if explain:
            why = reasons(assessment, guide.framework, guide.confirmed)
            off = [one.rule.id for one in why if is_off(one.rule, guide.confirmed)]
            print_reasons(console, assessment, why, off)


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
