"""``boneloop assess``: scores, risks, flags and gaps of every patient in some files. No simulation."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from boneloop.commands import options, terminal
from boneloop.commands.people import gather


def assess(
    patients: options.Patients,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", metavar="FILE", help="Write .csv, .json or .ndjson instead of a table."),
    ] = None,
    format: options.FormatOption = options.Format.AUTO,
    where: options.Where = "",
    limit: options.Limit = None,
    as_of: options.AsOf = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="Each score and risk with its inputs, dates and formula; what is missing.")
    ] = False,
) -> None:
    """Score each patient: bone, fracture risk, pain, mind, function, quality of life; flags; what is missing.

    Safety messages come first. Nothing is simulated.

    **Examples**

    * `boneloop assess bundle.json` : a table
    * `boneloop assess bundle.json --explain` : with the basis of each number
    * `boneloop assess clinic.csv --out scores.csv` : a row per patient and score
    * `boneloop assess survey.parquet --format nhanes --where "RIDAGEYR >= 65" --limit 100`
    """
