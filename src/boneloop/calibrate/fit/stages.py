"""The stages of a full refit, in order: each is a module of this folder with a function ``run(request) -> Fitted``.

A later stage takes the numbers that an earlier one found. A stage whose module also has ``problem(request) -> Problem``
can be checked for coverage, and, with ``METHOD``, says how it is solved.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

from boneloop.calibrate.fit.fitted import Fitted
from boneloop.calibrate.fit.problem import Problem, Request
from boneloop.calibrate.fit.solving import Method
from boneloop.errors import EvidenceError
from boneloop.evidence import layers
from boneloop.evidence.registry import Registry, assemble

ORDER = ("bone", "mind", "falls", "beyond_density")


@dataclass(frozen=True)
class Stage:
    """One stage of a refit."""

    name: str
    module: ModuleType

    @property
    def about(self) -> str:
        """What is fitted to what, in a line."""
        return (self.module.__doc__ or "").strip().splitlines()[0]

    def run(self, request: Request) -> Fitted:
        """Fit it."""
        found = self.module.run(request)
        if not isinstance(found, Fitted):
            raise EvidenceError(f"stage {self.name}: run gave {type(found).__name__}, not Fitted")
        return found

    def problem(self, request: Request) -> Problem:
        """What it fits.

        Raises EvidenceError where the stage is no single least-squares problem.
        """
        if not hasattr(self.module, "problem"):
            raise EvidenceError(
                f"stage {self.name} is no single problem of least squares: its coverage is checked apart"
            )
        found = self.module.problem(request)
        if not isinstance(found, Problem):
            raise EvidenceError(f"stage {self.name}: problem gave {type(found).__name__}, not Problem")
        return found

    @property
    def method(self) -> Method:
        """How it is solved."""
        return getattr(self.module, "METHOD", Method())


def stages(names: Sequence[str] = ()) -> tuple[Stage, ...]:
    """The stages of these names, all where there are none, in the order of a refit.

    Raises EvidenceError for a name that is no stage.
    """
    known = [name for name in ORDER if find_spec(f"boneloop.calibrate.fit.{name}")]
    if unknown := [name for name in names if name not in known]:
        raise EvidenceError(f"no stage {unknown[0]!r}: there are {', '.join(known) or 'none'}")
    wanted = [name for name in known if not names or name in names]
    return tuple(Stage(name, import_module(f"boneloop.calibrate.fit.{name}")) for name in wanted)


def registry_before(stage: str, fresh: Path | None = None) -> Registry:
    """The numbers that a stage starts from: the fits of the stages before it, none of its own or of later ones.

    fresh  a folder of newly written fits, which go before the stored ones
    """
    before = ORDER[: ORDER.index(stage)]
    stored = {file.name: file for file in layers.stored_fits()}
    if fresh is not None:
        stored |= {file.name: file for file in fresh.glob("*.toml")}
    return assemble("evidence", [stored[f"{name}.toml"] for name in before if f"{name}.toml" in stored])
