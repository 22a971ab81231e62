"""The machine of a run, in words: processor, cores, system, versions, and how busy it was with other things."""

from __future__ import annotations

import os
import platform
from pathlib import Path

from boneloop.bench.results import Machine
from boneloop.kernel.engines import has_native

PACKAGES = ("numpy", "scipy", "llvmlite")


def described() -> Machine:
    """This one, now."""
    from boneloop.kernel.native.engine import cores
    from boneloop.report.provenance import version

    return Machine(
        processor=_processor(),
        cores=cores(),
        system=f"{platform.system()} {platform.machine()}",
        python=f"{platform.python_implementation()} {platform.python_version()}",
        vectors=_vectors(),
        packages={name: version(name) for name in PACKAGES if name != "llvmlite" or has_native()},
        load_before=load(),
    )


def load() -> float | None:
    """Busy processes, mean over the last minute; None where the system does not tell."""
    return round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None


def _processor() -> str:
    told = Path("/proc/cpuinfo")
    if told.exists():
        for line in told.read_text("utf-8", "replace").splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()


def _vectors() -> str:
    if not has_native():
        return "no native engine here"
    from boneloop.kernel.native.machine import this_machine

    found = this_machine()
    return f"{found.processor}, vectors of {found.bits} bits{', fused multiply-add' if found.fused else ''}"
