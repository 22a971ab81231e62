"""What a fit leaves to know: the posterior of the scores, and which numbers the results inform at all.

Laplace: normal around the best scores, covariance (JᵀJ + WᵀW)⁻¹. ``sampling`` corrects it where residuals bend.

A prior score has standard deviation 1, so a posterior one of 0.2 says that the results know five times as much as the
prior did; one near 1 says that they know nothing of that number. The same holds for every direction in the space of
the scores: a sum may be known where its parts are not.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from boneloop.calibrate.fit.least_squares import Prior, Solution
from boneloop.types import Array

UNINFORMED = 0.9
"""A number whose posterior is wider than this share of its prior stays at its prior."""


@dataclass(frozen=True)
class Posterior:
    """A normal law of the scores.

    mean        shape (numbers,)
    covariance  shape (numbers, numbers)
    how         "laplace", "inside", "linearized", "importance" or "ensemble"
    effective   independent draws that the sample is worth; None where there is no sample
    sample      draws, shape (numbers, draws), with their weights (sum 1); None where there is no sample
    """

    mean: Array
    covariance: Array
    how: str = "laplace"
    effective: float | None = None
    sample: Array | None = None
    weights: Array | None = None

    @property
    def deviation(self) -> Array:
        """Standard deviation of each score; also posterior over prior spread, since a prior score has 1."""
        return np.sqrt(np.diag(self.covariance))

    @property
    def correlation(self) -> Array:
        """Of the scores."""
        return np.asarray(self.covariance / np.outer(self.deviation, self.deviation))

    @property
    def root(self) -> Array:
        """W with WᵀW the inverse of the covariance: what makes this posterior the prior of another fit."""
        return np.asarray(np.linalg.inv(np.linalg.cholesky(self.covariance)))

    def as_prior(self) -> Prior:
        """This law as the prior of another fit."""
        return Prior(self.mean, self.root)

    def below(self, scores: Array) -> Array:
        """The posterior probability below each of ``scores`` (numbers,)."""
        from scipy.special import ndtr

        if self.sample is None or self.weights is None:
            return np.asarray(ndtr((scores - self.mean) / self.deviation))
        return np.asarray((self.weights * (self.sample < scores[:, None])).sum(axis=1))


def laplace(solution: Solution, prior: Prior) -> Posterior:
    """The normal law at the best scores."""
    precision = solution.jacobian.T @ solution.jacobian + prior.root.T @ prior.root
    return Posterior(solution.scores, np.asarray(np.linalg.inv(precision)))


@dataclass(frozen=True)
class Direction:
    """One way through the space of the scores: how far the results narrow it, and the numbers that make it up."""

    deviation: float
    loadings: tuple[tuple[str, float], ...]


def directions(posterior: Posterior, names: tuple[str, ...], most: int = 4) -> tuple[Direction, ...]:
    """The principal directions of the posterior, the best known first, each with its ``most`` largest loadings."""
    variances, vectors = np.linalg.eigh(posterior.covariance)
    found = []
    for variance, vector in zip(variances, vectors.T, strict=True):
        order = np.argsort(-np.abs(vector))[:most]
        signed = vector * np.sign(vector[order[0]])
        found.append(Direction(float(np.sqrt(max(variance, 0.0))), tuple((names[i], float(signed[i])) for i in order)))
    return tuple(found)


def informed_count(posterior: Posterior) -> float:
    """How many numbers' worth the results told: the trace of 1 − posterior covariance / prior covariance."""
    return float(np.sum(1 - np.diag(posterior.covariance)))
