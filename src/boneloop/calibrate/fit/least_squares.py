"""Bounded least squares with normal priors, many vectors at a time.

    minimize ½ |r(u)|² + ½ |W (u − m)|²,   low ≤ u ≤ high

r  residuals in standard errors        u  scores of the free numbers (see ``problem``)
W, m  prior of the scores: identity and 0, unless another posterior is the prior

Levenberg-Marquardt: one batch holds the differences of the Jacobian, a second one the steps at several dampings;
every start climbs in the same batches. A coordinate at its end that wants to go farther is held there.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass

import numpy as np

from boneloop.errors import EvidenceError
from boneloop.types import Array, Mask

Ends = tuple[Array, Array]
"""The lowest and the highest scores, each of shape (numbers,)."""
Climb = Generator[Array, Array, "Solution"]
_DAMPINGS = 10.0 ** np.arange(-2, 4)
"""Trial dampings of one iteration, as factors on the last one that served."""
_FIRST_DAMPING = 1e-3
_DAMPING_RANGE = 1e-8, 1e8


@dataclass(frozen=True)
class Settings:
    """How long and how closely to look.

    iterations  at most; difference: half the width of a difference quotient, in scores
    renewed     differences at every place; without, at the first one only, mended by what each step shows (Broyden):
                far fewer points, and an end close to the bottom but not quite at it
    gain        stop when an iteration lowers the sum by less; step: or moves less; slope: or the gradient is smaller
    """

    iterations: int = 40
    difference: float = 0.01
    renewed: bool = True
    gain: float = 1e-4
    step: float = 1e-4
    slope: float = 1e-3


@dataclass(frozen=True)
class Prior:
    """A normal prior of the scores: mean, and the root W of its precision, shape (numbers, numbers)."""

    mean: Array
    root: Array

    @classmethod
    def standard(cls, count: int) -> Prior:
        """Mean 0, standard deviation 1, each for itself."""
        return cls(np.zeros(count), np.eye(count))

    def pulls(self, scores: Array) -> Array:
        """The residuals of the prior at ``scores`` (numbers, vectors)."""
        return self.root @ (scores - self.mean[:, None])


@dataclass(frozen=True)
class Solution:
    """Where a climb ended.

    scores       of the free numbers
    residuals    there; jacobian: their derivative by the scores, shape (results, numbers)
    cost         half the sum of squares, prior included
    at_end       which scores stand at an end of their range
    reason       why it stopped
    """

    scores: Array
    residuals: Array
    jacobian: Array
    cost: float
    at_end: Mask
    reason: str
    iterations: int


def minimize(
    residuals: Callable[[Array], Array],
    starts: Array,
    ends: Ends,
    *,
    prior: Prior | None = None,
    settings: Settings | None = None,
    say: Callable[[str], None] = lambda line: None,
) -> list[Solution]:
    """The solutions of all ``starts`` (numbers, starts), the best first.

    Raises EvidenceError where no start can be evaluated.
    """
    found = minimize_each(residuals, starts, ends, None, prior=prior, settings=settings, say=say)
    good = sorted((s for s in found if np.isfinite(s.cost)), key=lambda s: s.cost)
    if not good:
        raise EvidenceError("no start of the fit can be evaluated: the residuals there are not finite")
    return good


def minimize_each(
    residuals: Callable[[Array], Array],
    starts: Array,
    ends: Ends,
    offsets: Array | None,
    *,
    prior: Prior | None = None,
    settings: Settings | None = None,
    say: Callable[[str], None] = lambda line: None,
) -> list[Solution]:
    """One solution for each of ``starts``, in their order; an infinite cost where one cannot be evaluated.

    offsets  taken off the residuals of each start, shape (results, starts): each start with results of its own
    """
    prior, settings = prior or Prior.standard(len(starts)), settings or Settings()
    climbs = [_climb(np.clip(start, *ends), ends, prior, settings) for start in starts.T]
    asked = {index: next(climb) for index, climb in enumerate(climbs)}
    done: dict[int, Solution] = {}
    while asked:
        answers = np.split(_once_each(residuals, np.hstack(list(asked.values()))), _cuts(asked), axis=1)
        asked, waiting = {}, dict(zip(asked, answers, strict=True))
        for index, answer in waiting.items():
            try:
                own = answer if offsets is None else answer - offsets[:, [index]]
                asked[index] = climbs[index].send(own)
            except StopIteration as stop:
                done[index] = stop.value
                say(f"start {index + 1}: {stop.value.cost:.4g} after {stop.value.iterations}: {stop.value.reason}")
    return [done[index] for index in sorted(done)]


def _once_each(residuals: Callable[[Array], Array], points: Array) -> Array:
    """The residuals of every point; a point that is there twice is worked out once."""
    single, place = np.unique(points, axis=1, return_inverse=True)
    return np.asarray(residuals(single)[:, place.reshape(-1)])


def _cuts(asked: dict[int, Array]) -> Array:
    return np.cumsum([points.shape[1] for points in asked.values()])[:-1]


def _climb(scores: Array, ends: Ends, prior: Prior, settings: Settings) -> Climb:
    """One start: asks for residuals of some vectors, is answered, ends with its solution."""
    damping, iteration, reason = _FIRST_DAMPING, 0, ""
    here, slopes = np.empty(0), np.empty((0, 0))
    while True:
        if settings.renewed or not iteration:
            points = difference_points(scores, ends, settings.difference)
            here, slopes = jacobian((yield points), points)
        cost = float(_costs(here[:, None], scores[:, None], prior)[0])
        gradient: Array = slopes.T @ here + prior.root.T @ prior.pulls(scores[:, None])[:, 0]
        held = ((scores <= ends[0]) & (gradient > 0)) | ((scores >= ends[1]) & (gradient < 0))
        if not np.isfinite(cost) or not np.isfinite(slopes).all():
            return Solution(scores, here, slopes, np.inf, held, "the residuals are not finite there", iteration)
        if reason or iteration >= settings.iterations or np.abs(gradient[~held]).max(initial=0) < settings.slope:
            reason = reason or ("the slope is flat" if iteration < settings.iterations else "out of iterations")
            return Solution(scores, here, slopes, cost, held, reason, iteration)
        trials, found, dampings = yield from _tried(scores, gradient, slopes, held, damping, prior, ends, cost)
        costs = _costs(found, trials, prior)
        best = int(np.argmin(costs))
        if not costs[best] < cost:
            return Solution(scores, here, slopes, cost, held, "no step gains", iteration)
        iteration += 1
        step, gained = trials[:, best] - scores, cost - costs[best]
        slopes = _mended(slopes, step, found[:, best] - here)
        scores, here, damping = trials[:, best], found[:, best], float(np.clip(dampings[best], *_DAMPING_RANGE))
        if gained < settings.gain:
            reason = "the last step gained next to nothing"
        elif np.abs(step).max() < settings.step:
            reason = "the last step was next to nothing"


def _mended(slopes: Array, step: Array, change: Array) -> Array:
    """Slopes that say of the last step what it did: Broyden's smallest change of the matrix."""
    return np.asarray(slopes + np.outer(change - slopes @ step, step) / (step @ step))


def _tried(
    scores: Array,
    gradient: Array,
    slopes: Array,
    held: Mask,
    damping: float,
    prior: Prior,
    ends: Ends,
    cost: float,
) -> Generator[Array, Array, tuple[Array, Array, Array]]:
    """Trial steps, their residuals and dampings; shorter and shorter ones until one gains or none is worth trying."""
    while True:
        dampings: Array = np.asarray(damping * _DAMPINGS)
        trials = _trials(scores, gradient, slopes, held, dampings, prior, ends)
        found = yield trials
        if _costs(found, trials, prior).min() < cost or dampings[-1] >= _DAMPING_RANGE[1]:
            return trials, found, dampings
        damping = float(dampings[-1] / _DAMPINGS[0] * _DAMPINGS[2])


def _trials(
    scores: Array, gradient: Array, slopes: Array, held: Mask, dampings: Array, prior: Prior, ends: Ends
) -> Array:
    """Where the damped steps lead, shape (numbers, dampings); held scores stay."""
    free = ~held
    curvature = (slopes.T @ slopes + prior.root.T @ prior.root)[np.ix_(free, free)]
    trials = np.repeat(scores[:, None], len(dampings), axis=1)
    for column, damping in enumerate(dampings):
        damped = curvature + damping * np.diag(np.diag(curvature))
        trials[free, column] -= np.linalg.solve(damped, gradient[free])
    return np.clip(trials, ends[0][:, None], ends[1][:, None])


def _costs(residuals: Array, scores: Array, prior: Prior) -> Array:
    """Half the sum of squares of each vector; infinite where a residual is not finite."""
    with np.errstate(invalid="ignore", over="ignore"):
        sums = (residuals**2).sum(axis=0) / 2 + (prior.pulls(scores) ** 2).sum(axis=0) / 2
    return np.where(np.isfinite(sums), sums, np.inf)


def difference_points(scores: Array, ends: Ends, difference: float) -> Array:
    """The point, then each score a little lower and each a little higher, inside the ends: (numbers, 1 + 2 numbers)."""
    step = difference * np.eye(len(scores))
    around = np.hstack([scores[:, None] - step, scores[:, None] + step])
    inside: Array = np.clip(around, ends[0][:, None], ends[1][:, None])
    return np.hstack([scores[:, None], inside])


def jacobian(residuals: Array, points: Array) -> tuple[Array, Array]:
    """Residuals at the middle of ``points`` and their slopes; one-sided where a side cannot be evaluated."""
    count = len(points)
    here = residuals[:, 0]
    sides = residuals[:, 1 : 1 + count], residuals[:, 1 + count :]
    at = points[:, 1 : 1 + count].diagonal(), points[:, 1 + count :].diagonal()
    slopes = np.empty((len(here), count))
    for i in range(count):
        lower, upper = sides[0][:, i], sides[1][:, i]
        low, high = at[0][i], at[1][i]
        if not np.isfinite(lower).all():
            lower, low = here, points[i, 0]
        if not np.isfinite(upper).all():
            upper, high = here, points[i, 0]
        slopes[:, i] = (upper - lower) / (high - low) if high > low else np.nan
    return here, slopes
