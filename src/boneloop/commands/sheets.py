"""Sheets of paper out of a command: a page for the clinician and two plain pages for the patient."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from boneloop.commands import terminal

if TYPE_CHECKING:
    from boneloop.assess.assessment import Assessment
    from boneloop.guidance.advice import Advice


class Sheet(StrEnum):
    """For whom a sheet is; a patient's is only written where it was asked for."""

    CLINICIAN = "clinician"
    PATIENT = "patient"
    BOTH = "both"

    @property
    def kinds(self) -> tuple[str, ...]:
        """The sheets that are written."""
        return ("clinician", "patient") if self is Sheet.BOTH else (self.value,)


class Tongue(StrEnum):
    """In which language a sheet is written."""

    EN = "en"
    ZH = "zh"


Folder = Annotated[
    Path | None,
    typer.Option("--sheets", metavar="DIR", help="Write sheets to print, HTML, into this folder.", show_default=False),
]
For = Annotated[
    Sheet, typer.Option("--sheet", help="For whom: one page for the clinician, two plain pages for the patient.")
]
Language = Annotated[Tongue, typer.Option("--language", help="Of the sheets: English or simplified Chinese.")]
Contact = Annotated[
    str,
    typer.Option(
        "--contact",
        metavar="TEXT",
        help="Clinic and telephone number on the patient's sheet. Left out: a line to write on.",
        show_default=False,
    ),
]


def check_folder(folder: Path) -> None:
    """Complain about a folder that is a file, before any work is done."""
    if folder.exists() and not folder.is_dir():
        raise typer.BadParameter(f"a folder, not the file {folder}", param_hint="--sheets")


def write_sheets(
    folder: Path,
    assessments: Iterable[Assessment],
    advice: Callable[[Assessment], Advice],
    sheet: Sheet,
    language: Tongue,
    contact: str,
) -> None:
    """Write the sheets of everybody who was assessed."""
    from boneloop.report.sheets.page import write_sheets as write

    folder.mkdir(parents=True, exist_ok=True)
    count = sum(
        len(write(folder, one, advice(one), sheet.kinds, language.value, contact.strip())) for one in assessments
    )
    terminal.say(f"{count} sheets: {folder}")
    if "patient" in sheet.kinds:
        terminal.say("Read a patient's sheet before you hand it over. No regulator has cleared it.")
