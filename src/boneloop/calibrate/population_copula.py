"""Beta laws joined by a Gaussian copula: the joint prior of pain, mood and function, and averages over it.

    x_k = F_k^-1(Phi(z_k)),   z ~ normal(0, R),   F_k = Beta(mean_k·c_k, (1 - mean_k)·c_k)

R is found from ranks. Answers come in few steps and many people share the lowest, so a plain rank correlation is too
small; ``latent_correlation`` asks which R gives the observed one *with* those ties (Mehler's expansion: two scores of
correlated normals correlate as the sum over k of a_k b_k r^k, a and b being their Hermite coefficients).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from boneloop.types import Array

_TERMS = 60
_LARGEST = 0.99


def latent_correlation(first: Array, second: Array, weights: Array) -> float:
    """Correlation of the normals behind two answered scales, from the weighted ranks of those who answered both."""
    from scipy.optimize import brentq

    both = np.isfinite(first) & np.isfinite(second) & (weights > 0)
    ranks_a, coefficients_a = _ranks(first[both], weights[both])
    ranks_b, coefficients_b = _ranks(second[both], weights[both])
    observed = np.average(ranks_a * ranks_b, weights=weights[both])
    products = coefficients_a * coefficients_b
    powers = np.arange(1, _TERMS + 1)
    return float(brentq(lambda r: float(products @ r**powers) - observed, -_LARGEST, _LARGEST))


def _ranks(values: Array, weights: Array) -> tuple[Array, Array]:
    """Standardized mid-ranks, and their Hermite coefficients as steps of a standard normal."""
    from scipy.special import ndtri

    steps, step = np.unique(values, return_inverse=True)
    shares = np.bincount(step, weights, len(steps)) / weights.sum()
    upper = np.minimum(np.cumsum(shares), 1.0)
    scores = upper - shares / 2
    scores = (scores - shares @ scores) / np.sqrt(shares @ scores**2 - (shares @ scores) ** 2)
    cuts = ndtri(upper[:-1])
    density = np.exp(-(cuts**2) / 2) / np.sqrt(2 * np.pi)
    return scores[step], _hermite(cuts, density) @ np.diff(scores)


def _hermite(cuts: Array, density: Array) -> Array:
    """Coefficients of a unit step at each cut: h_(k-1)(cut)·density/sqrt(k), h the orthonormal polynomials."""
    rows, before, now = [], np.zeros_like(cuts), np.ones_like(cuts)
    for k in range(1, _TERMS + 1):
        rows.append(now * density / np.sqrt(k))
        before, now = now, (cuts * now - np.sqrt(k - 1) * before) / np.sqrt(k)
    return np.array(rows)


def expectation(
    function: Callable[..., Array],
    means: Sequence[float],
    concentrations: Sequence[float],
    correlation: Array,
    nodes: int = 24,
) -> float:
    """Mean of ``function(x_1, x_2, ...)`` over the joint prior, by Gauss-Hermite quadrature.

    nodes  per state; 24 leave an error below 1e-4 for the smooth functions asked for here
    """
    from scipy.special import betaincinv, ndtr

    points, weights = np.polynomial.hermite_e.hermegauss(nodes)
    grid = np.meshgrid(*[points] * len(means), indexing="ij")
    weight = np.prod(np.meshgrid(*[weights / weights.sum()] * len(means), indexing="ij"), axis=0)
    normals = np.einsum("ij,j...->i...", np.linalg.cholesky(correlation), np.array(grid))
    states = [
        betaincinv(mean * c, (1 - mean) * c, ndtr(z)) for mean, c, z in zip(means, concentrations, normals, strict=True)
    ]
    return float(np.sum(weight * function(*states)))
