"""``boneloop doctor``: is this machine ready? Each check tries the thing itself."""

from __future__ import annotations

import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import typer

from boneloop.commands import terminal
from boneloop.commands.status import Status

TOLERANCE, ALLOWED = 1e-9, 100
PACKAGES = ("numpy", "scipy", "typer", "rich", "msgspec", "jinja2", "duckdb")
EXAMPLES = {
    "boneloop doctor": "exit status 1 if anything that is needed is missing",
}


def doctor() -> None:
    """Say whether this machine is ready: Python, packages, disk, evidence, a patient assessed, a known forecast."""
    out, healthy = terminal.results(), True
    for title, check in CHECKS.items():
        begun = time.perf_counter()
        try:
            found, good = check(), True
        except Exception as trouble:  # whatever goes wrong in a check is what the check is for
            found, good = f"{type(trouble).__name__}: {trouble}", False
        healthy = healthy and good
        mark = "[green]good[/]" if good else "[bold red]BAD [/]"
        out.print(f"{mark}  {title:<12}", end="")
        out.print(f"{found}  ({time.perf_counter() - begun:.2f} s)", markup=False)
    out.print("This machine is ready." if healthy else "Something that is needed is missing; see the lines marked BAD.")
    if not healthy:
        raise typer.Exit(Status.NOTHING_USABLE)


def _python() -> str:
    version = platform.python_version()
    if sys.version_info < (3, 11):  # noqa: UP036 (an environment may have been made by hand)
        raise RuntimeError(f"needs Python 3.11 or newer, this is {version}")
    return f"{version} on {platform.system()} {platform.machine()}, {os.cpu_count()} processors"


def _packages() -> str:
    from importlib import import_module

    from boneloop.report.provenance import version

    for name in PACKAGES:
        import_module(name)
    return ", ".join(f"{name} {version(name)}" for name in ("boneloop", *PACKAGES))


def _disk() -> str:
    with tempfile.TemporaryDirectory(dir=Path.cwd(), prefix="boneloop-doctor-") as folder:
        (Path(folder) / "probe").write_bytes(b"probe")
    return f"can write to {Path.cwd()}"


def _evidence() -> str:
    from boneloop.evidence.registry import BELIEFS, load

    return "; ".join(
        f"{belief}: {len(load(belief).entries)} numbers, digest {load(belief).digest}" for belief in BELIEFS
    )


def _guidance(today: date | None = None) -> str:
    from boneloop.guidance.rule import past_review, rules

    late = past_review(today or date.today())
    if late:
        ids = ", ".join(rule.id for rule in late)
        raise RuntimeError(f"{len(late)} of {len(rules())} rules are past their date of review, update boneloop: {ids}")
    return f"{len(rules())} rules, the first to be read again by {min(rule.review_by for rule in rules())}"


def _patient() -> str:
    from boneloop.commands.people import gather
    from boneloop.exchange import demo_path

    people = gather([demo_path()])
    if not people.assessments or people.refusals:
        raise RuntimeError(f"of the bundled patients {len(people.refusals)} were refused: {people.refusals[:1]}")
    return f"{len(people.assessments)} bundled patients assessed"


def _engine() -> str:
    """The engine against decay, whose answer is known on paper, with slow and fast lanes side by side."""
    import numpy as np

    from boneloop.kernel.dormand_prince import Tolerance, integrate

    rate, days = np.array([0.001, 0.1, 5.0]), np.full(3, 30.0)
    states, _ = integrate(
        lambda time, state: -rate * state, np.ones((1, 3)), 0 * days, days, 0 * days, Tolerance(TOLERANCE, TOLERANCE)
    )
    error = float(np.abs(states[0] - np.exp(-rate * days)).max())
    if error > ALLOWED * TOLERANCE:
        raise RuntimeError(f"off by {error:.1e} in a case with a known answer")
    return f"off by {error:.1e} in a case with a known answer"


CHECKS: dict[str, Callable[[], str]] = {
    "python": _python,
    "packages": _packages,
    "disk": _disk,
    "evidence": _evidence,
    "guidance": _guidance,
    "patients": _patient,
    "engine": _engine,
}
