"""Which published findings the model is fitted to, and which it is only held against: by the code of the finding.

Only the names of results and their roles are read here, so that it costs next to nothing; ``reading`` checks the files.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

_ROLES = ("calibrate", "check")


@dataclass(frozen=True, slots=True)
class Use:
    """One result of a target file. part: what stands after the code of the finding ("DRG-30/hip": "hip")."""

    study: str
    part: str
    role: str


@cache
def uses() -> Mapping[str, tuple[Use, ...]]:
    """The results of the package's own target files, by the code of the finding that each one is."""
    found: dict[str, list[Use]] = {}
    folder = resources.files("boneloop.calibrate.targets") / "files"
    for file in sorted((f for f in folder.iterdir() if f.name.endswith(".toml")), key=lambda f: f.name):
        document = tomllib.loads(file.read_text(encoding="utf-8"))
        for result in document.get("result", ()):
            code, _, part = str(result["id"]).partition("/")
            found.setdefault(code, []).append(Use(document["study"]["id"], part, result["role"]))
    return {code: tuple(of) for code, of in found.items()}


def role_of(code: str) -> str:
    """How a finding is used: a role, both of them, or "" where no target file has it."""
    return _both(use.role for use in uses().get(code, ()))


def _both(roles: Iterable[str]) -> str:
    found = set(roles)
    return " and ".join(role for role in _ROLES if role in found)
