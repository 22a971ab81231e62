"""Options that several commands share, said once."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Belief(StrEnum):
    """Which reading of the contested statements; the registry holds both."""

    EVIDENCE = "evidence"
    HYPOTHESIS = "hypothesis"


class Beliefs(StrEnum):
    """One belief, or both in one run."""

    EVIDENCE = "evidence"
    HYPOTHESIS = "hypothesis"
    BOTH = "both"


class Format(StrEnum):
    """What the patients' files hold; left out, their names and first bytes tell."""

    AUTO = "auto"
    FHIR = "fhir"
    CSV = "csv"
    PARQUET = "parquet"
    NHANES = "nhanes"


Patients = Annotated[
    list[Path],
    typer.Argument(
        metavar="PATIENTS...",
        help="FHIR R4 (Bundle JSON, NDJSON, a folder; gzip or not), CSV or Parquet.",
        show_default=False,
    ),
]
FormatOption = Annotated[Format, typer.Option("--format", help="What PATIENTS hold, where their names do not tell.")]
Where = Annotated[
    str,
    typer.Option(
        metavar="CONDITION",
        help='Only rows that meet it, in SQL on the file\'s columns: "RIDAGEYR >= 65".',
        show_default=False,
    ),
]
Limit = Annotated[int | None, typer.Option(min=1, metavar="N", help="At most so many patients.", show_default=False)]
AsOf = Annotated[
    datetime | None,
    typer.Option(
        formats=["%Y-%m-%d"],
        metavar="DATE",
        help="The day of the assessment. Left out: the latest date in each record.",
        show_default=False,
    ),
]
Strict = Annotated[
    bool,
    typer.Option("--strict", help="Check FHIR element by element against R4 first; what breaks it is refused."),
]
Folder = Annotated[Path, typer.Option("--out", "-o", metavar="DIR", file_okay=False, help="The folder to write.")]
BeliefOption = Annotated[
    Belief, typer.Option(help="evidence: what human data showed. hypothesis: the founding statements at face value.")
]
BeliefsOption = Annotated[
    Beliefs,
    typer.Option(
        "--belief",
        help="evidence: what human data showed. hypothesis: the founding statements at face value. "
        "both: one beside the other, with the same luck.",
    ),
]
Draws = Annotated[int, typer.Option(min=10, metavar="N", help="Lives per patient and plan: parameters, start, luck.")]
Seed = Annotated[int, typer.Option(min=0, metavar="N", help="The same seed gives the same forecast.")]
Years = Annotated[int, typer.Option(min=1, max=30, metavar="N", help="How many years to look ahead.")]
Resume = Annotated[bool, typer.Option("--resume", help="Go on with a forecast that was stopped, in the same folder.")]
Jobs = Annotated[
    int | None,
    typer.Option(
        min=1, metavar="N", help="Processes; left out, one per processor. The result is the same.", show_default=False
    ),
]
