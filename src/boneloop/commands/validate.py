"""``boneloop validate``: published results beside what the model says to them."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from boneloop.commands import options, terminal
from boneloop.commands.status import Status

if TYPE_CHECKING:
    from boneloop.calibrate.targets.format import Study
    from boneloop.calibrate.targets.run import Findings, Order
    from boneloop.errors import InputError

EXAMPLES = {
    "boneloop validate --out agreement": "all results that come with the package",
    "boneloop validate my-trial.toml more-trials/ --out agreement": "results of your own",
    "boneloop validate --group bone --group markers --role calibrate --out bone": "some of them",
    "boneloop validate --out agreement --require 0.9": "fail where fewer than 90 % of the targets are inside",
    "boneloop validate --list": "the studies and what they hold; run nothing",
}
SHOWN_REFUSALS = 10


class Role(StrEnum):
    """Which results are run."""

    CALIBRATE = "calibrate"
    CHECK = "check"
    ALL = "all"


def validate(
    files: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="[TARGETS...]",
            help="Target files, or folders of them. Left out: those of the package.",
            show_default=False,
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", metavar="DIR", file_okay=False, help="The folder to write.", show_default=False),
    ] = None,
    draws: Annotated[
        int | None,
        typer.Option(min=2, metavar="N", help="Draws of the model's numbers; left out, 25, or as a study asks."),
    ] = None,
    people: Annotated[
        int | None,
        typer.Option(min=2, metavar="N", help="Made-up people of each arm; left out, 40, or as a study asks."),
    ] = None,
    seed: options.Seed = 1,
    belief: options.BeliefOption = options.Belief.EVIDENCE,
    role: Annotated[Role, typer.Option(help="Calibration targets, checks, or both.")] = Role.ALL,
    group: Annotated[
        list[str] | None, typer.Option("--group", metavar="GROUP", help="Only results of this group; repeatable.")
    ] = None,
    require: Annotated[
        float | None,
        typer.Option(
            min=0, max=1, metavar="SHARE", help="Exit with 4 where fewer of the calibration targets are inside."
        ),
    ] = None,
    jobs: options.Jobs = None,
    list_: Annotated[bool, typer.Option("--list", help="Name the studies; run nothing.")] = False,
) -> None:
    """Run published results against the model and show each beside the simulated one.

    DIR then holds `report.html` (one file, opens offline), `results.csv`, `results.json` and a figure for each group.
    A target file says who took part, what each arm was given, and what was published; its format stands in the
    documentation, and anybody can write one. What cannot be run is refused by name, and the others still run.

    Exit status: 0 done, misses included; 1 nothing usable; 2 wrong usage; 3 done, but some files or results were
    refused; 4 done, but the share of calibration targets inside is below `--require`.
    """
    from boneloop.calibrate.targets.reading import files_in, own_files, read_all

    _check_groups(group or [])
    if out is None and not list_:
        raise typer.BadParameter("the folder to write", param_hint="--out")
    found = files_in(files) if files else own_files()
    studies, refused = read_all(found)
    studies = [kept for study in studies if (kept := _asked(study, role, group or [])).results]
    if list_:
        _list(studies, refused)
        raise typer.Exit(Status.PARTLY if refused and studies else Status.NOTHING_USABLE if refused else Status.DONE)
    if not studies:
        _say_refused(refused)
        terminal.complain("nothing to run: no usable result")
        raise typer.Exit(Status.NOTHING_USABLE)
    from boneloop.calibrate.targets.run import Order

    assert out is not None
    order = Order(draws, people, seed, belief.value, jobs or os.cpu_count() or 1)
    told = {"role": role.value, "group": group or [], "people": people, "require": require}
    raise typer.Exit(_run(studies, refused, order, out, list(found), told))


def _check_groups(groups: Sequence[str]) -> None:
    from boneloop.calibrate.targets.format import GROUPS

    for group in groups:
        if group not in GROUPS:
            raise typer.BadParameter(f"one of {', '.join(GROUPS)}, not {group!r}", param_hint="--group")


def _asked(study: Study, role: Role, groups: Sequence[str]) -> Study:
    """The study with those of its results that are asked for."""
    from dataclasses import replace

    kept = [one for one in study.results if role in (Role.ALL, one.role) and (not groups or one.group in groups)]
    return replace(study, results=tuple(kept))


def _list(studies: Sequence[Study], refused: Sequence[InputError]) -> None:
    table = terminal.plain_table("Studies", "study", "title", "to calibrate", "checks", "groups")
    for study in studies:
        roles = [one.role for one in study.results]
        groups = ", ".join(dict.fromkeys(one.group for one in study.results))
        table.add_row(study.id, study.title, str(roles.count("calibrate")), str(roles.count("check")), groups)
    terminal.results().print(table)
    _say_refused(refused)


def _say_refused(refused: Sequence[InputError]) -> None:
    if refused:
        terminal.say(f"Refused: {len(refused)}")
    for error in refused[:SHOWN_REFUSALS]:
        terminal.say(f"  {error}")
    if len(refused) > SHOWN_REFUSALS:
        terminal.say(f"  and {len(refused) - SHOWN_REFUSALS} more, all in the report")


def _run(
    studies: Sequence[Study],
    refused: list[InputError],
    order: Order,
    out: Path,
    inputs: Sequence[Path],
    told: dict[str, Any],
) -> Status:
    from boneloop.calibrate.targets.run import run_all
    from boneloop.calibrate.targets.summary import of_role, tally
    from boneloop.report.validation.page import headline

    begun = time.monotonic()
    out.mkdir(parents=True, exist_ok=True)
    try:
        with terminal.progress("Validate", len(studies)) as advance:
            findings = list(run_all(studies, order, advance))
    except KeyboardInterrupt:
        terminal.complain("stopped; nothing was written")
        return Status.INTERRUPTED
    refused += [one.refusal for study in findings for one in study.found if one.refusal]
    _write(findings, refused, order, out, inputs, told, time.monotonic() - begun)
    _say_refused(refused)
    counts = tally(of_role(findings, "calibrate"))
    terminal.say(f"{headline(counts)}: {out / 'report.html'}")
    if not any(one.simulated for study in findings for one in study.found):
        return Status.NOTHING_USABLE
    if told["require"] is not None and counts.share < told["require"]:
        terminal.complain(f"--require {told['require']:g}: {counts.share:.3f} of the calibration targets are inside")
        return Status.FALLS_SHORT
    return Status.PARTLY if refused else Status.DONE


def _write(
    findings: Sequence[Findings],
    refused: Sequence[InputError],
    order: Order,
    out: Path,
    inputs: Sequence[Path],
    told: dict[str, Any],
    seconds: float,
) -> None:
    from boneloop.calibrate.targets.run import USUAL_DRAWS
    from boneloop.evidence.registry import load
    from boneloop.report.provenance import provenance
    from boneloop.report.validation.files import write_figures, write_results
    from boneloop.report.validation.page import write_page

    registry = load(order.belief)
    origin = provenance(
        registry,
        seed=order.seed,
        draws=order.draws or USUAL_DRAWS,
        inputs=[path for path in inputs if path.exists()],
        options=told,
        wall_seconds=seconds,
    )
    write_results(out, findings, refused, origin)
    write_figures(out, findings)
    write_page(out / "report.html", findings, refused=refused, provenance=origin, belief_about=registry.about)
