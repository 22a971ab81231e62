"""Where a result comes from: versions, numbers, belief, seed, precision, device, input and options."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Iterable, Iterator, Mapping
from importlib import metadata
from pathlib import Path
from typing import Any

from boneloop.evidence.registry import Registry

PACKAGES = ("boneloop", "numpy", "scipy")
_BLOCK = 1 << 20


def provenance(
    *registries: Registry,
    seed: int,
    draws: int,
    inputs: Iterable[Path],
    options: Mapping[str, Any],
    wall_seconds: float,
    precision: str = "float64",
    device: str = "cpu",
) -> dict[str, Any]:
    """What ``provenance.json`` holds.

    registries  the numbers under each belief that took part: one, or two side by side
    inputs   files, or folders whose files are all named; their folders' own paths are left out
    options  of the command, as given
    """
    return {
        "versions": {**{name: version(name) for name in PACKAGES}, "python": platform.python_version()},
        "machine": f"{platform.system()} {platform.machine()}",
        **_beliefs(registries),
        "seed": seed,
        "draws": draws,
        "precision": precision,
        "device": device,
        "wall_seconds": round(wall_seconds, 3),
        "inputs": input_digests(inputs),
        "options": {name: str(value) if isinstance(value, Path) else value for name, value in options.items()},
    }


def _beliefs(registries: tuple[Registry, ...]) -> dict[str, Any]:
    """The digest of the numbers and the belief; of more than one belief, each with its digest."""
    first, *others = registries
    if not others:
        return {"evidence_digest": first.digest, "belief": first.belief}
    each = [{"belief": one.belief, "evidence_digest": one.digest} for one in registries]
    return {"belief": " and ".join(one.belief for one in registries), "beliefs": each}


def input_digests(paths: Iterable[Path]) -> list[dict[str, str]]:
    """Name and SHA-256 of every file."""
    return [{"name": name, "sha256": digest(path)} for name, path in _files(paths)]


def version(package: str) -> str:
    """The installed version, or "not installed"."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "not installed"


def digest(path: Path) -> str:
    """SHA-256 of a file, read in pieces."""
    found = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_BLOCK):
            found.update(piece)
    return found.hexdigest()


def _files(inputs: Iterable[Path]) -> Iterator[tuple[str, Path]]:
    for path in inputs:
        if path.is_dir():
            for file in sorted(p for p in path.rglob("*") if p.is_file()):
                yield f"{path.name}/{file.relative_to(path).as_posix()}", file
        else:
            yield path.name, path
