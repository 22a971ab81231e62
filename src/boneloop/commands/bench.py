"""``boneloop bench``: how fast and how exact the engines are here, beside other tools."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from boneloop.commands import terminal
from boneloop.commands.status import Status

EXAMPLES = {
    "boneloop bench --quick": "a minute: our engines alone",
    "boneloop bench --peers --out benchmarks.json": "everything, with a page and a figure beside the record",
    "boneloop bench --only den --only chain": "two cases",
}

Out = Annotated[
    Path | None,
    typer.Option(
        "--out",
        "-o",
        metavar="F.json",
        dir_okay=False,
        help="Write the record here, and beside it a page (.md) and a figure (.svg).",
        show_default=False,
    ),
]
Peers = Annotated[bool, typer.Option("--peers", help="Run the other tools that are installed, on the same cases.")]
Pythons = Annotated[
    list[Path],
    typer.Option(
        "--peers-python",
        metavar="PYTHON",
        exists=True,
        dir_okay=False,
        help="Where to look for them: a Python of another environment. May be repeated.",
        show_default=False,
    ),
]
Only = Annotated[
    list[str], typer.Option("--only", metavar="CASE", help="This case alone. May be repeated.", show_default=False)
]
Quick = Annotated[bool, typer.Option("--quick", help="About a minute; rougher.")]


def bench(
    out: Out = None,
    peers: Peers = False,
    quick: Quick = False,
    only: Only = [],  # noqa: B006 (typer makes a new list each time)
    peers_python: Pythons = [],  # noqa: B006
) -> None:
    """Measure this machine: throughput, errors, memory and first calls, case by case, ours beside other tools.

    One contestant at a time, each in a process of its own. Leave the machine alone meanwhile: other work on it makes
    all figures worse, though hardly the ratios.
    """
    from boneloop.bench import page
    from boneloop.bench.cases import cases
    from boneloop.bench.run import CHAIN, Asked, run

    known = [*cases(), CHAIN]
    unknown = [name for name in only if name not in known]
    if unknown:
        raise typer.BadParameter(f"there is no case {unknown[0]!r}; there are {', '.join(known)}", param_hint="--only")
    if out is not None and out.suffix != ".json":
        raise typer.BadParameter(f"expected a name that ends with .json, got {out.name!r}", param_hint="--out")
    if out is not None and not out.parent.is_dir():
        raise typer.BadParameter(f"there is no folder {str(out.parent)!r}", param_hint="--out")
    pythons = (*(str(python) for python in peers_python), sys.executable)
    asked = Asked(tuple(only), peers or bool(peers_python), quick, pythons)
    with terminal.progress("bench", 1) as told:
        found = run(asked, lambda _, done, of: told(done, of))
    terminal.results().print(
        page.markdown(found, f"{out.stem}.svg" if out else "benchmarks.svg"), markup=False, soft_wrap=True
    )
    if out is not None:
        page.write(out, found)
        terminal.say(f"Written: {out}, with {out.stem}.md and {out.stem}.svg beside it.")
    if not any(answer.rows for answer in found.answers) and not found.chain:
        raise typer.Exit(Status.NOTHING_USABLE)
