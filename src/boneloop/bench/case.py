"""A case: a recorded model, the patients who live it, and how far off a result is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from boneloop.kernel.dormand_prince import Tolerance
from boneloop.kernel.graph import Graph
from boneloop.kernel.problem import Engine, Problem
from boneloop.types import Array

SMALLEST = 1e-3
"""Errors are relative to a state's size, but to no less than this share of its baseline."""

ABSOLUTE = 1e-3
"""Absolute tolerance as a share of the relative one; states are scaled to about 1."""

TIGHT, TIGHT_STEPS = 1e-10, 10_000_000
"""Relative tolerance of the reference, and the steps it may take."""


class Found(NamedTuple):
    """What a contestant found: ``recorded`` (times, states, patients), and steps per patient where it tells."""

    recorded: NDArray[Any]
    taken: float | None = None
    refused: float | None = None


Solve = Callable[[Problem, float], Found]
"""A contestant at work: all patients of a problem at a relative tolerance."""


@dataclass(frozen=True)
class Case:
    """What every contestant is asked to do.

    name, title  as asked for, and in words
    decades      patient-decades in one patient
    recorded     makes the graph; states are scaled to about 1
    patients     the problem of so many patients; the first are the same whatever their number
    judged       states, by number, that errors are taken over
    """

    name: str
    title: str
    decades: float
    recorded: Callable[[], Graph]
    patients: Callable[[int], Problem]
    judged: Sequence[int]

    @cached_property
    def graph(self) -> Graph:
        """The recorded model."""
        return self.recorded()

    def reference(self, engine: Engine, count: int) -> Array:
        """What is right, shape (times, states, patients): the same method at a far finer tolerance.

        Raises SimulationError if a patient does not arrive.
        """
        problem = replace(self.patients(count), most_steps=TIGHT_STEPS)
        return np.asarray(engine.solve(problem, tolerance(TIGHT)).checked().recorded, dtype=np.float64)

    def errors(self, found: NDArray[np.floating], reference: Array) -> Array:
        """The worst error of each patient over times and judged states, shape (patients,); infinite where it has none.

        found, reference  shape (times, states, patients); of as many patients as both have
        """
        count = min(found.shape[2], reference.shape[2])
        right = reference[:, self.judged, :count]
        off = np.abs(found[:, self.judged, :count] - right) / np.maximum(np.abs(right), SMALLEST)
        worst: Array = np.where(np.isfinite(off), off, np.inf).max(axis=(0, 1))
        return worst


def tolerance(relative: float) -> Tolerance:
    """A tolerance as every contestant has it."""
    return Tolerance(relative, np.asarray(relative * ABSOLUTE))
