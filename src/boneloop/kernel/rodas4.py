"""The NumPy engine for stiff models: Rodas4 on the recorded graph, adaptive, many patients at once.

Every patient has its own time, step size and error control, as in the native engine, which does the same step for
step; this one is its test oracle, and takes its place where llvmlite has no build.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from boneloop.kernel.coefficients import ALPHA, DENSE, GAMMA, GAMMAS, A, C
from boneloop.kernel.derivative import jacobian
from boneloop.kernel.dormand_prince import Tolerance
from boneloop.kernel.graph import Graph
from boneloop.kernel.problem import Prepared, Problem, Solution, Watch, prepare
from boneloop.kernel.progress import Progress
from boneloop.kernel.sparse_lu import factorization
from boneloop.types import Array, Index, Mask

Rows = NDArray[Any]

SAFETY, SHRINK, GROW = 0.9, 0.2, 6.0
"""The step controller: share of the step the error would allow, and the limits of its change."""

NEARLY_THERE = 1.01
"""A step this much longer would reach the next stop: take it there, so that no tiny step is left."""


class Step(NamedTuple):
    """One step tried: the states after it, its estimated error (both (states, lanes)) and its stages."""

    after: Rows
    error: Rows
    stages: list[Rows]


class Rodas4:
    """Moves the patients of one model; ``kind`` is the precision, float64 or float32."""

    def __init__(self, model: Graph, kind: type = np.float64) -> None:
        if len(model.results) != model.states:
            raise ValueError(f"a model gives one rate per state: {model.states} states, {len(model.results)} rates")
        self.model, self.kind = model, kind
        self.factored = factorization(jacobian(model))

    def solve(self, problem: Problem, tolerance: Tolerance, watch: Watch | None = None) -> Solution:
        """Every patient from its start to its end; a patient that cannot go on stops alone."""
        given = prepare(problem, tolerance, self.model, self.kind)
        progress = Progress(given, given.step)
        moving = progress.moving(np.arange(given.patients))
        while len(moving):
            self._advance(progress, moving)
            moving = progress.moving(moving)
            if watch:
                watch(given.patients - len(moving))
        return progress.solution()

    def attempt(self, y: Rows, p: Rows, time: Array, step: Rows) -> Step:
        """One step from ``y`` for every lane, whatever its error."""
        count, moving = self.model.states, self.factored.moving
        found = self.factored.graph(y, p, time.astype(self.kind), 1 / (step * self.kind(GAMMA)))
        slope, drifts, factors = np.split(found, [count, count + len(moving)])
        inverse, argument = 1 / step, y
        stages: list[Rows] = []
        for a, c, alpha, gamma in zip(A, C, ALPHA, GAMMAS, strict=True):
            if stages:
                argument = y + self.mix(a, stages)
                slope = self.model(argument, p, (time + alpha * step).astype(self.kind))
                slope += inverse * self.mix(c, stages)
            for row, drift in zip(moving, drifts, strict=True):
                slope[row] += self.kind(gamma) * step * drift
            stages.append(self.factored.solve(np.concatenate([slope, factors])))
        return Step(argument + stages[-1], stages[-1], stages)

    def mix(self, weights: tuple[float, ...], stages: list[Rows]) -> Rows:
        """The weighted sum of as many stages as there are weights."""
        total: Rows = self.kind(weights[0]) * stages[0]
        for weight, stage in zip(weights[1:], stages[1:], strict=False):
            total += self.kind(weight) * stage
        return total

    def _advance(self, progress: Progress, moving: Index) -> None:
        """One step for everybody who still moves."""
        given, y, time, stop = progress.given, progress.y[:, moving], progress.time[moving], progress.stop[moving]
        left: Rows = (stop - time).astype(self.kind)
        wanted = np.minimum(progress.step[moving], self.kind(given.longest))
        reaches = wanted * self.kind(NEARLY_THERE) >= left
        step = np.where(reaches, left, wanted)
        with np.errstate(all="ignore"):
            tried = self.attempt(y, progress.p[:, moving], time, step)
            size = error_size(tried.error, y, tried.after, given)
        accepted = size <= 1
        proposed = step * step_factor(size, progress.refused[moving])
        progress.step[moving] = np.where(accepted & reaches, np.maximum(wanted, proposed), proposed)
        progress.note(moving, accepted, reaches | (time + step > time))
        later = np.where(reaches, stop, time + step)
        after = np.maximum(tried.after, given.floor[:, None])
        dense = np.stack([self.mix(weights, tried.stages) for weights in DENSE])
        taken = moving[accepted]
        progress.take(taken, later[accepted], step[accepted], after[:, accepted], dense[..., accepted])
        progress.meet_events(moving[accepted & reaches])
        progress.tire(moving)


def error_size(error: Rows, before: Rows, after: Rows, given: Prepared) -> Rows:
    """Largest over the states of error by allowed error; NaN where a state has no value or fell through its floor."""
    kind = before.dtype.type
    allowed = given.absolute[:, None] + kind(given.relative) * np.maximum(np.abs(before), np.abs(after))
    size = np.max(np.abs(error / allowed), axis=0)
    fell = (after < (given.floor - given.absolute)[:, None]).any(axis=0)
    known: Rows = np.where(fell, kind(np.nan), size)
    return known


def step_factor(size: Rows, refused: Mask) -> Rows:
    """How much longer the next step may be; right after a refused step it does not grow, and NaN shrinks it most."""
    kind = size.dtype.type
    with np.errstate(all="ignore"):
        factor = np.clip(kind(SAFETY) / np.sqrt(np.sqrt(size)), kind(SHRINK), kind(GROW))
    factor = np.where(np.isnan(factor), kind(SHRINK), factor)
    held: Rows = np.where(refused, np.minimum(factor, kind(1)), factor)
    return held
