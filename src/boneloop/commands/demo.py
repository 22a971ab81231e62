"""``boneloop demo``: the bundled made-up patients, all of it, a report in a folder."""

from __future__ import annotations

from pathlib import Path

import typer

from boneloop.commands import options, terminal
from boneloop.commands.request import Request, run
from boneloop.commands.status import Status

TO_LOOK_AT = """
Open {report} in a browser; it needs no network. Look at
  - the first page: who has a safety message, and how the plans differ in the whole group
  - one person's circle: which arrows are active, and the cycle number
  - the plans side by side: what a bone drug changes, what care for the mind changes, and how wide the bands are
  - "not known, assumed": what you would measure next
  - the basis: where each number comes from, and which ones nobody has checked yet

The patients are made up. Your own: boneloop forecast --help"""

EXAMPLES = {
    "boneloop demo": "",
    "boneloop demo --out other-belief --belief hypothesis": "the contested statements at face value",
    "boneloop demo --out two-beliefs --belief both": "both beliefs side by side",
}


def demo(
    out: options.Folder = Path("demo-report"),
    draws: options.Draws = 100,
    seed: options.Seed = 1,
    years: options.Years = 10,
    belief: options.BeliefsOption = options.Beliefs.EVIDENCE,
    jobs: options.Jobs = None,
) -> None:
    """Forecast the bundled made-up patients under four care plans and leave a report."""
    from boneloop.exchange import demo_path

    title = "Made-up patients: care plans side by side"
    status = run(
        Request((demo_path(),), out, years=years, draws=draws, seed=seed, belief=belief.value, jobs=jobs, title=title)
    )
    if status is not Status.NOTHING_USABLE:
        terminal.results().print(TO_LOOK_AT.format(report=out / "report.html"), markup=False, soft_wrap=True)
    raise typer.Exit(status)
