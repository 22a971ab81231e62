"""Samples of the posterior, to correct the normal law around the best scores where residuals bend.

Importance: draws from a heavy-tailed t around the Laplace law, weighed by the true posterior, the law moved to the
weighed draws and drawn again. Ensemble: walkers that stretch towards one another (Goodman & Weare 2010), half of them
moved at a time in one batch. Both say how many independent draws their sample is worth.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from boneloop.calibrate.fit.least_squares import Prior
from boneloop.calibrate.fit.posterior import Posterior
from boneloop.errors import EvidenceError
from boneloop.types import Array

LogDensity = Callable[[Array], Array]
"""(numbers, vectors) -> log of the posterior density, up to a constant, −inf outside."""

_DEGREES = 5
"""Degrees of freedom of the t law that proposes."""
_ROUNDS = 3
_STRETCH = 2.0
"""The largest stretch of a walker's move; 2 is the usual choice."""
_BURN_IN = 3
"""One part in so many of a walk is left out."""
_WIDENED = 1.1


def log_density(residuals: Callable[[Array], Array], prior: Prior, ends: tuple[Array, Array]) -> LogDensity:
    """The log posterior of the scores: zero outside the ends and where a residual is not finite."""

    def density(scores: Array) -> Array:
        inside = ((scores >= ends[0][:, None]) & (scores <= ends[1][:, None])).all(axis=0)
        found = np.full(scores.shape[1], -np.inf)
        if inside.any():
            kept = scores[:, inside]
            with np.errstate(invalid="ignore", over="ignore"):
                sums = (residuals(kept) ** 2).sum(axis=0) + (prior.pulls(kept) ** 2).sum(axis=0)
            found[inside] = np.where(np.isfinite(sums), -sums / 2, -np.inf)
        return found

    return density


def importance(density: LogDensity, law: Posterior, draws: int, seed: int) -> Posterior:
    """The posterior from weighed draws, ``draws`` in each of three rounds."""
    chance = np.random.default_rng([seed, 1])
    mean, covariance = law.mean, law.covariance * _WIDENED**2
    for _ in range(_ROUNDS):
        sample, proposed = _t_draws(mean, covariance, draws, chance)
        weights = _weights(density(sample) - proposed)
        found = _of_sample("importance", sample, weights, 1 / float((weights**2).sum()))
        if found.effective is None or found.effective < 2 * len(mean):
            mean, covariance = mean, covariance * _WIDENED**2
        else:
            mean, covariance = found.mean, found.covariance * _WIDENED**2
    return found


def _t_draws(mean: Array, covariance: Array, draws: int, chance: np.random.Generator) -> tuple[Array, Array]:
    """Draws of a multivariate t, shape (numbers, draws), and the log of its density up to a constant."""
    factor = np.linalg.cholesky(covariance)
    normal = chance.standard_normal((len(mean), draws))
    wide = np.sqrt(_DEGREES / chance.chisquare(_DEGREES, draws))
    squares = (normal**2).sum(axis=0) * wide**2
    return mean[:, None] + factor @ normal * wide, -(_DEGREES + len(mean)) / 2 * np.log1p(squares / _DEGREES)


def _weights(logs: Array) -> Array:
    if not np.isfinite(logs).any():
        raise EvidenceError("no draw of the posterior can be evaluated: the residuals there are not finite")
    weights = np.exp(logs - logs.max())
    return np.asarray(weights / weights.sum())


def _of_sample(how: str, sample: Array, weights: Array, effective: float) -> Posterior:
    mean = sample @ weights
    off = sample - mean[:, None]
    return Posterior(mean, (off * weights) @ off.T, how, effective, sample, weights)


def ensemble(density: LogDensity, law: Posterior, walkers: int, steps: int, seed: int) -> Posterior:
    """The posterior from ``walkers`` (even, at least twice the numbers) that take ``steps`` steps each."""
    count = len(law.mean)
    if walkers % 2 or walkers < 2 * count:
        raise EvidenceError(f"an ensemble of {count} numbers needs an even number of walkers, {2 * count} or more")
    chance = np.random.default_rng([seed, 2])
    halves = _halves(walkers)
    places = _first_places(density, law, walkers, chance)
    heights = density(places)
    path = np.empty((steps, count, walkers))
    for step in range(steps):
        for half, other in halves:
            places[:, half], heights[half] = _stretched(
                density, places[:, half], heights[half], places[:, other], chance
            )
        path[step] = places
    kept = path[steps // _BURN_IN :]
    sample = kept.transpose(1, 0, 2).reshape(count, -1)
    weights = np.full(sample.shape[1], 1 / sample.shape[1])
    return _of_sample("ensemble", sample, weights, sample.shape[1] / _correlation_time(kept))


def _halves(walkers: int) -> tuple[tuple[slice, slice], ...]:
    """Which walkers move, and towards which: each half in its turn."""
    first, second = slice(None, walkers // 2), slice(walkers // 2, None)
    return (first, second), (second, first)


def _first_places(density: LogDensity, law: Posterior, walkers: int, chance: np.random.Generator) -> Array:
    """Draws of the normal law where the posterior is not zero."""
    factor = np.linalg.cholesky(law.covariance)
    places = law.mean[:, None] + factor @ chance.standard_normal((len(law.mean), 4 * walkers))
    good = places[:, np.isfinite(density(places))]
    if good.shape[1] < walkers:
        raise EvidenceError("the normal law around the best scores lies mostly where the posterior is zero")
    return np.array(good[:, :walkers])


def _stretched(
    density: LogDensity, places: Array, heights: Array, others: Array, chance: np.random.Generator
) -> tuple[Array, Array]:
    """Each walker moved along the line to another one, or left where it is."""
    count, walkers = places.shape
    root = chance.uniform(1 / np.sqrt(_STRETCH), np.sqrt(_STRETCH), walkers)
    stretch = root**2
    partner = others[:, chance.integers(others.shape[1], size=walkers)]
    tried = partner + stretch * (places - partner)
    reached = density(tried)
    with np.errstate(invalid="ignore"):
        odds = (count - 1) * np.log(stretch) + reached - heights
    taken = np.log(chance.uniform(size=walkers)) < odds
    return np.where(taken, tried, places), np.where(taken, reached, heights)


def _correlation_time(path: Array) -> float:
    """Steps between independent places: the longest of the numbers, from the averages over the walkers' own paths."""
    steps, count, _ = path.shape
    return max(_time(path[:, number, :] - path[:, number, :].mean()) for number in range(count)) if steps > 1 else 1.0


def _time(walks: Array) -> float:
    """Integrated autocorrelation time of some walks (steps, walkers), up to the first lag that no longer counts."""
    steps = len(walks)
    variance = float((walks**2).mean())
    total = 1.0
    for lag in range(1, steps):
        together = float((walks[lag:] * walks[:-lag]).mean()) / variance if variance > 0 else 0.0
        if together < _FAINT:
            break
        total += 2 * together
    return total


_FAINT = 0.05
"""An autocorrelation below this counts as none."""
