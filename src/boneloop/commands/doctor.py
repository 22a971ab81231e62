"""``boneloop doctor``: is this machine ready? Each check tries the thing itself."""

from __future__ import annotations

import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import typer

from boneloop.commands import terminal
from boneloop.commands.status import Status


def doctor() -> None:
    """Say whether this machine is ready: Python, packages, disk, evidence, a patient assessed, the engine's arithmetic.

    **Example**

    * `boneloop doctor` : exit status 1 if anything that is needed is missing
    """
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
    from importlib.metadata import requires, version

    names = [line for line in requires("boneloop") or [] if "extra ==" not in line]
    bare = [name.partition(";")[0].strip().split(">")[0].split("=")[0].split("<")[0].strip() for name in names]
    return ", ".join(f"{name} {version(name)}" for name in ["boneloop", *bare])


def _disk() -> str:
    with tempfile.TemporaryDirectory(dir=Path.cwd(), prefix="boneloop-doctor-") as folder:
        (Path(folder) / "probe").write_bytes(b"probe")
    return f"can write to {Path.cwd()}"


def _evidence() -> str:
    from boneloop.evidence.registry import BELIEFS, load

    return "; ".join(f"{belief}: {len(load(belief).entries)} numbers, digest {load(belief).digest}" for belief in BELIEFS)


CHECKS: dict[str, Callable[[], str]] = {
    "python": _python,
    "packages": _packages,
    "disk": _disk,
    "evidence": _evidence,
}
