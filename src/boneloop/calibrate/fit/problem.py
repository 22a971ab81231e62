"""What a stage hands over to be fitted: free numbers with their priors, and residuals in standard errors.

A free number moves on the standard normal score of its own prior law (normal, lognormal, logitnormal, uniform), so
that the prior of every score is normal with mean 0 and standard deviation 1, whatever the number's unit and range.

    value = prior law at score u,        residual = (simulated − published) / standard error
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from boneloop.errors import EvidenceError
from boneloop.evidence.entry import Entry, Spread
from boneloop.evidence.registry import Registry
from boneloop.types import Array

Residuals = Callable[[Array], Array]
"""(numbers, vectors) in the entries' own units -> (results, vectors), in standard errors; not finite: cannot be."""

AT_ONCE = 160
"""So many vectors are handed to a stage together: enough to fill the lanes, few enough to hold in memory."""
FARTHEST = 6.0
"""No fit looks farther from its prior than so many of the prior's standard deviations."""


@dataclass(frozen=True)
class Free:
    """One number that the fit may move.

    id, value, spread  of its prior
    unit               of the value
    low, high          the fit stays between them, in that unit
    """

    id: str
    value: float
    spread: Spread
    unit: str = "1"
    low: float = -math.inf
    high: float = math.inf

    @classmethod
    def of(cls, entry: Entry, *, spread: Spread | None = None, low: float = -math.inf, high: float = math.inf) -> Free:
        """A number of the registry, by its own spread or by another one.

        Raises EvidenceError for a curve, and for a number that has no spread where none is given.
        """
        if isinstance(entry.value, tuple):
            raise EvidenceError(f"{entry.id} is a curve: a fit moves single numbers")
        law = spread or entry.spread
        if law.law == "fixed":
            raise EvidenceError(f"{entry.id} has no spread: a fit needs a prior for every number that it moves")
        return cls(entry.id, entry.value, law, entry.unit, low, high)

    def at(self, score: Array) -> Array:
        """The number at each score, in its own unit."""
        return self.spread.at_score(self.value, score)

    def ends(self) -> tuple[float, float]:
        """The lowest and the highest score of the fit."""
        low, high = self.spread.reach()
        lowest = self.spread.score(self.value, self.low) if self.low > low else -math.inf
        highest = self.spread.score(self.value, self.high) if self.high < high else math.inf
        return max(lowest, -FARTHEST), min(highest, FARTHEST)


@dataclass(frozen=True)
class Request:
    """What a stage is asked.

    registry  the numbers with the fits of the stages before this one; the priors of this one
    seed      of everything random in the fit
    shared    the folder of the public data sets, None where the stage has to do without
    say       takes a line about how far the fit is
    """

    registry: Registry
    seed: int = 1
    shared: Path | None = None
    say: Callable[[str], None] = lambda line: None

    def data(self, *parts: str) -> Path:
        """A file below the folder of the public data sets.

        Raises EvidenceError where there is no such folder or file.
        """
        if self.shared is None:
            raise EvidenceError(f"this stage reads {'/'.join(parts)}: say where the public data lie with --shared")
        path = self.shared.joinpath(*parts)
        if not path.exists():
            raise EvidenceError(f"{path}: no such file; --shared names the folder of the public data")
        return path


@dataclass(frozen=True)
class Problem:
    """A fit to be made.

    stage      its name, the name of the file that holds its result
    title      in a few words; about: one sentence on what is fitted to what and how
    where      the page that explains it, a path in the repository
    free       the numbers that move
    residuals  of many vectors at once
    labels     what each residual is, in order
    targets    ids of the published results
    """

    stage: str
    title: str
    about: str
    where: str
    free: tuple[Free, ...]
    residuals: Residuals
    labels: tuple[str, ...]
    targets: tuple[str, ...]

    def values(self, scores: Array) -> Array:
        """The numbers at ``scores``, shape (numbers, vectors), in their own units."""
        return np.array([free.at(row) for free, row in zip(self.free, scores, strict=True)])

    def at(self, scores: Array) -> Array:
        """The residuals at ``scores``, (numbers, vectors) -> (results, vectors), ``AT_ONCE`` vectors at a time."""
        values, pieces = self.values(scores), range(0, max(scores.shape[1], 1), AT_ONCE)
        parts = [np.asarray(self.residuals(values[:, first : first + AT_ONCE])) for first in pieces]
        found = np.concatenate(parts, axis=1, dtype=np.float64)
        expected = (len(self.labels), scores.shape[1])
        if found.shape != expected:
            raise EvidenceError(f"stage {self.stage}: residuals of shape {found.shape}, expected {expected}")
        return found

    def ends(self) -> tuple[Array, Array]:
        """The lowest and the highest scores."""
        ends = np.array([free.ends() for free in self.free])
        return ends[:, 0], ends[:, 1]


def free_numbers(registry: Registry, ids: Sequence[str]) -> tuple[Free, ...]:
    """Numbers of the registry, each by its own prior."""
    return tuple(Free.of(registry[identity]) for identity in ids)
