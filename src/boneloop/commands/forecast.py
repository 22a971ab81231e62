"""``boneloop forecast``: care plans side by side over years, and a report of it."""

from __future__ import annotations

from typing import Annotated

import typer

from boneloop.commands import options
from boneloop.commands.request import ALL_PLANS, Request, run

EXAMPLES = {
    "boneloop forecast clinic.csv --out ten-years": "everything as usual",
    "boneloop forecast bundle.json --out quick --plans none,integrated --draws 40 --years 5": "a quick look",
    "boneloop forecast clinic.csv --out ehr --fhir": "the plans also as FHIR R4, to be loaded elsewhere",
    "boneloop forecast clinic.csv --out mine --plans none,my-plan.toml": "a care plan of your own",
    'boneloop forecast survey.parquet --format nhanes --where "RIDAGEYR >= 65" --out survey': "part of a survey",
    "boneloop forecast region.parquet --out region --draws 20 --resume": "go on with a long run that was stopped",
    "boneloop forecast clinic.csv --out other --belief hypothesis": "the contested statements at face value",
    "boneloop forecast clinic.csv --out sides --belief both": "what the belief alone changes, side by side",
}


def forecast(
    patients: options.Patients,
    out: options.Folder,
    plans: Annotated[
        str, typer.Option(metavar="PLANS", help="Plans by name or as TOML files, separated by commas.")
    ] = ALL_PLANS,
    years: options.Years = 10,
    draws: options.Draws = 100,
    seed: options.Seed = 1,
    belief: options.BeliefsOption = options.Beliefs.EVIDENCE,
    format: options.FormatOption = options.Format.AUTO,
    where: options.Where = "",
    limit: options.Limit = None,
    as_of: options.AsOf = None,
    jobs: options.Jobs = None,
    fhir: Annotated[
        bool, typer.Option("--fhir", help="Also write DIR/forecast.ndjson: FHIR R4, a Bundle each.")
    ] = False,
    strict: options.Strict = False,
    resume: options.Resume = False,
) -> None:
    """Live each care plan with each patient, with the same luck, and show the plans side by side.

    DIR then holds `report.html` (one file, opens offline), `patients.csv`, `numbers.csv`, `rejects.ndjson` and
    `provenance.json`.

    People are taken in groups, so that memory does not grow with their number. Ctrl-C, or a machine that goes down,
    leaves the finished groups in DIR/unfinished: the same command with `--resume` goes on from there.
    """
    day = as_of.date() if as_of else None
    asked = Request(
        tuple(patients),
        out,
        plans,
        years,
        draws,
        seed,
        belief.value,
        format.value,
        where,
        limit,
        day,
        jobs,
        resume,
        fhir=fhir,
        strict=strict,
    )
    raise typer.Exit(run(asked))
