"""The normal law whose own draws meet the results on average, where one vector costs much and the results bend.

    r(u) ≈ A (u − m) + r̄      r̄ = mean of r over the law,  A = cov(r, u) cov(u)⁻¹
    precision = AᵀA + WᵀW       m = the minimum of |r̄ + A (u − m)|² + |W (u − m_prior)|²

Slopes and residuals are averaged over the law itself, which is found again from them, round by round: posterior
linearization by sigma points (García-Fernández, Svensson, Morelande & Särkkä 2015). The law at the best scores meets
the results there, and its draws miss them where sums of positive numbers bend; this one's draws meet them. Each round
asks for pairs of points at √numbers standard deviations, along axes turned by chance. Where nothing bends it is
Laplace's law.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from boneloop.calibrate.fit.least_squares import Ends, Prior
from boneloop.calibrate.fit.posterior import Posterior
from boneloop.errors import EvidenceError
from boneloop.types import Array

ROUNDS = 8
_FORGOTTEN = 3
"""After so many rounds the answers of all later ones are averaged; those before only lead there."""


def linearized(
    residuals: Callable[[Array], Array], law: Posterior, prior: Prior, ends: Ends, seed: int, rounds: int = ROUNDS
) -> Posterior:
    """The law, found from Laplace's one at the best scores.

    Raises EvidenceError where the residuals at most points are not finite.
    """
    chance = np.random.default_rng([seed, 4])
    mean, covariance = law.mean, law.covariance
    offset, slopes = _seen(residuals, mean, covariance, ends, chance)
    for turn in range(rounds):
        mean, covariance = _told(offset, slopes, prior)
        if turn == rounds - 1:
            break
        seen = _seen(residuals, mean, covariance, ends, chance)
        share = 1 / max(1, turn - _FORGOTTEN + 2)
        offset, slopes = ((1 - share) * old + share * new for old, new in zip((offset, slopes), seen, strict=True))
    return Posterior(mean, covariance, "linearized")


def _told(offset: Array, slopes: Array, prior: Prior) -> tuple[Array, Array]:
    """Mean and covariance that r(u) = offset + slopes u and the prior leave."""
    pull = prior.root.T @ prior.root
    found = np.linalg.inv(slopes.T @ slopes + pull)
    covariance = (found + found.T) / 2
    return covariance @ (pull @ prior.mean - slopes.T @ offset), covariance


def _seen(
    residuals: Callable[[Array], Array], mean: Array, covariance: Array, ends: Ends, chance: np.random.Generator
) -> tuple[Array, Array]:
    """Offset and slopes of the straight line through the residuals over the law."""
    count = len(mean)
    turned, _ = np.linalg.qr(chance.standard_normal((count, count)))
    reach = np.sqrt(count) * np.linalg.cholesky(covariance) @ turned
    places = np.clip(mean[:, None] + np.hstack([reach, -reach]), ends[0][:, None], ends[1][:, None])
    above, below = np.split(residuals(places), 2, axis=1)
    good = np.isfinite(above).all(axis=0) & np.isfinite(below).all(axis=0)
    if 2 * good.sum() < count:
        raise EvidenceError("most draws of the posterior cannot be evaluated: the residuals there are not finite")
    steps = ((places[:, :count] - places[:, count:]) / 2)[:, good]
    slopes = (above - below)[:, good] / 2 @ np.linalg.pinv(steps)
    middle = (above + below)[:, good].mean(axis=1) / 2
    return middle - slopes @ places.mean(axis=1), slopes
