"""The command line: which commands there are, and how they end when something goes wrong."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from boneloop.commands import assess, bench, demo, doctor, evidence, export, forecast, simulate, terminal, validate
from boneloop.commands.status import Status
from boneloop.errors import BoneloopError

ABOUT = """The open digital twin of osteoporosis, pain and mood, and of their integrated treatment.

Research and decision support for qualified people; no regulator has cleared it. It shows, with its basis, what a
clinician would review."""
FIRST_STEPS = {
    "boneloop demo": "made-up patients, four care plans, ten years, one report",
    "boneloop assess bundle.json": "scores, risks, flags and gaps of your own patients",
    "boneloop forecast clinic.csv --out ten-years": "care plans side by side",
    "boneloop evidence --unverified": "the numbers that nobody has checked yet",
}
EXIT_STATUS = (
    "Exit status: 0 done; 1 nothing usable in the input; 2 wrong usage; 3 done, but some of the input was refused."
)

app = typer.Typer(
    name="boneloop",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
COMMANDS = {
    "demo": demo,
    "assess": assess,
    "forecast": forecast,
    "simulate": simulate,
    "validate": validate,
    "export": export,
    "evidence": evidence,
    "doctor": doctor,
    "bench": bench,
}
for name, room in COMMANDS.items():
    command = getattr(room, name)
    app.command(name, help=terminal.lesson(command.__doc__, room.EXAMPLES))(command)


def _version(wanted: bool) -> None:
    if wanted:
        from boneloop.report.provenance import version

        typer.echo(f"boneloop {version('boneloop')}")
        raise typer.Exit()


@app.callback(help=terminal.lesson(ABOUT, FIRST_STEPS), epilog=EXIT_STATUS)
def boneloop(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Show it.")] = False,
) -> None:
    """The program itself, without a command."""


def main() -> None:
    """Run the command line; what boneloop raises on purpose, or a disk refuses, becomes one line on standard error."""
    try:
        app()
    except BoneloopError as error:
        terminal.complain(str(error))
        sys.exit(Status.NOTHING_USABLE)
    except KeyboardInterrupt:
        sys.exit(Status.INTERRUPTED)
    except BrokenPipeError:  # the reader of our output, `head` say, has seen enough
        sys.stderr.close()
    except OSError as error:
        if error.filename is None:
            raise
        terminal.complain(f"{error.filename}: a place that can be read and written ({error.strerror})")
        sys.exit(Status.NOTHING_USABLE)
