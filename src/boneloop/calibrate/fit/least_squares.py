"""Bounded least squares with normal priors, many vectors at a time.

    minimize ½ |r(u)|² + ½ |W (u − m)|²,   low ≤ u ≤ high

r  residuals in standard errors        u  scores of the free numbers (see ``problem``)
W, m  prior of the scores: identity and 0, unless another posterior is the prior

Levenberg-Marquardt: one batch holds the differences of the Jacobian, a second one the steps at several dampings;
every start climbs in the same batches. A coordinate at its end that wants to go farther is held there. Where the
residuals bend, a step may follow the bend (geodesic acceleration, Transtrum & Sethna 2012).
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
_PROBE = 0.1
"""So far along a step, in scores, its bend is looked for."""
_SHARPEST = 0.75
"""The half of a bend is at most so much of its step."""


@dataclass(frozen=True)
class Settings:
    """How long and how closely to look.

    iterations  at most; difference: half the width of a difference quotient, in scores
    renewed     differences at every place; without, at the first one only, mended by what each step shows (Broyden):
                far fewer points, and an end close to the bottom but not quite at it
    gain        stop when an iteration lowers the sum by less; step: or moves less; slope: or the gradient is smaller
    bends       for valleys that bend: dampings are shares of the prior's precision, steps are tried straight and along
                the bend of the residuals, and the climb stops only where the best step promises less than ``gain``:
                then it is within √(2 gain) posterior standard deviations of the bottom
    """

    iterations: int = 40
    difference: float = 0.01
    renewed: bool = True
    bends: bool = False
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
        reason = reason or _end(gradient, slopes, held, prior, settings, iteration)
        if reason:
            return Solution(scores, here, slopes, cost, held, reason, iteration)
        place = _Place(scores, here, slopes, gradient, held, cost)
        trials, found, dampings = yield from _tried(place, damping, prior, ends, settings)
        costs = _costs(found, trials, prior)
        best = int(np.argmin(costs))
        if not costs[best] < cost:
            return Solution(scores, here, slopes, cost, held, "no step gains", iteration)
        iteration += 1
        step, gained = trials[:, best] - scores, cost - costs[best]
        slopes = _mended(slopes, step, found[:, best] - here)
        scores, here, damping = trials[:, best], found[:, best], float(np.clip(dampings[best], *_DAMPING_RANGE))
        if settings.bends:
            continue
        if gained < settings.gain:
            reason = "the last step gained next to nothing"
        elif np.abs(step).max() < settings.step:
            reason = "the last step was next to nothing"


def _mended(slopes: Array, step: Array, change: Array) -> Array:
    """Slopes that say of the last step what it did: Broyden's smallest change of the matrix."""
    return np.asarray(slopes + np.outer(change - slopes @ step, step) / (step @ step))


def _end(gradient: Array, slopes: Array, held: Mask, prior: Prior, settings: Settings, iteration: int) -> str:
    """Why a climb ends here; empty where it goes on."""
    if iteration >= settings.iterations:
        return "out of iterations"
    if np.abs(gradient[~held]).max(initial=0) < settings.slope:
        return "the slope is flat"
    if settings.bends:
        step = _steps(_damped(slopes, held, np.zeros(1), prior, settings), gradient, held)[:, 0]
        return "the best step promises next to nothing" if -gradient @ step / 2 < settings.gain else ""
    return ""


@dataclass(frozen=True)
class _Place:
    """Where a climb is: scores, residuals, slopes, the gradient of the sum, held scores, and half the sum."""

    scores: Array
    here: Array
    slopes: Array
    gradient: Array
    held: Mask
    cost: float


def _tried(
    at: _Place, damping: float, prior: Prior, ends: Ends, settings: Settings
) -> Generator[Array, Array, tuple[Array, Array, Array]]:
    """Trial steps, their residuals and dampings; shorter and shorter ones until one gains or none is worth trying."""
    while True:
        dampings: Array = np.asarray(damping * _DAMPINGS)
        matrices = _damped(at.slopes, at.held, dampings, prior, settings)
        steps = _steps(matrices, at.gradient, at.held)
        if settings.bends:
            bent = yield from _bent(at, steps, matrices, ends)
            steps, dampings = np.hstack([steps, bent]), np.tile(dampings, 2)
        trials = _inside(at.scores[:, None] + steps, ends)
        found = yield trials
        if _costs(found, trials, prior).min() < at.cost or dampings[-1] >= _DAMPING_RANGE[1]:
            return trials, found, dampings
        damping = float(dampings[-1] / _DAMPINGS[0] * _DAMPINGS[2])


def _damped(slopes: Array, held: Mask, dampings: Array, prior: Prior, settings: Settings) -> list[Array]:
    """The curvature of the scores that are not held, at each damping."""
    free = np.ix_(~held, ~held)
    precision = prior.root.T @ prior.root
    curvature = (slopes.T @ slopes + precision)[free]
    shape = precision[free] if settings.bends else np.diag(np.diag(curvature))
    return [curvature + damping * shape for damping in dampings]


def _steps(matrices: list[Array], gradient: Array, held: Mask) -> Array:
    """The damped steps against a gradient, shape (numbers, dampings); held scores stay."""
    steps = np.zeros((len(gradient), len(matrices)))
    for column, matrix in enumerate(matrices):
        steps[~held, column] = -np.linalg.solve(matrix, gradient[~held])
    return steps


def _bent(at: _Place, steps: Array, matrices: list[Array], ends: Ends) -> Generator[Array, Array, Array]:
    """The steps turned along the bend of the residuals, which a probe a little way along each of them shows."""
    reach = np.minimum(1, _PROBE / np.maximum(np.abs(steps).max(axis=0), _DAMPING_RANGE[0]))
    seen = yield _inside(at.scores[:, None] + reach * steps, ends)
    bend = 2 / reach * ((seen - at.here[:, None]) / reach - at.slopes @ steps)
    pulls = at.slopes.T @ np.where(np.isfinite(bend).all(axis=0), bend, 0)
    turns = [_steps([matrix], pull, at.held)[:, 0] for matrix, pull in zip(matrices, pulls.T, strict=True)]
    turn = np.array(turns).T / 2
    sharp = np.linalg.norm(turn, axis=0) / np.maximum(np.linalg.norm(steps, axis=0), _DAMPING_RANGE[0])
    return np.asarray(steps + turn * np.minimum(1, _SHARPEST / np.maximum(sharp, _SHARPEST)))


def _inside(scores: Array, ends: Ends) -> Array:
    return np.clip(scores, ends[0][:, None], ends[1][:, None])


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
