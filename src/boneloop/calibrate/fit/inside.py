"""The normal law that lies inside a posterior whose valleys bend, where that at its best place would leave them.

    mean m, precision H:   mean over draws u of the law of   J(u)ᵀ r(u) + Wᵀ W (u − m_prior) = 0,
                           H = mean of J(u)ᵀ J(u) + Wᵀ W

which is where the Kullback-Leibler divergence of the law from the posterior is least (Opper & Archambeau 2009; the
curvature by Gauss and Newton). A direction in which the results bend away is narrowed, all others keep their spread;
so no number has to be held, and the law is never wider than what the results allow. Laplace's law is what is left of it
where nothing bends.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from boneloop.calibrate.fit.least_squares import Ends, Prior, difference_points, jacobian
from boneloop.calibrate.fit.posterior import Posterior
from boneloop.errors import EvidenceError
from boneloop.types import Array

ROUNDS = 16
"""Rounds of draws; the law is the mean over the later three quarters of them."""
_PAIRS = 3
"""Draws of a round and their mirror images."""
_FIRST = 4.0
"""The first draws are narrower than Laplace's law by the root of this."""


def inside(
    residuals: Callable[[Array], Array],
    law: Posterior,
    prior: Prior,
    ends: Ends,
    difference: float,
    seed: int,
    rounds: int = ROUNDS,
) -> Posterior:
    """The law inside the posterior, found from Laplace's one at the best scores.

    difference  half the width of a difference quotient, in scores
    Raises EvidenceError where the residuals of most draws are not finite.
    """
    chance = np.random.default_rng([seed, 3])
    mean, precision = law.mean, np.asarray(np.linalg.inv(law.covariance) * _FIRST, dtype=np.float64)
    begun = rounds // 4
    for turn in range(rounds):
        half = np.asarray(np.linalg.cholesky(_covariance(precision))) @ chance.standard_normal((len(mean), _PAIRS))
        places = np.clip(mean[:, None] + np.hstack([half, -half]), ends[0][:, None], ends[1][:, None])
        gradient, curvature = _at(residuals, places, prior, ends, difference)
        share = 1 / max(1, turn - begun + 2) if turn else 1.0
        precision = np.asarray((1 - share) * precision + share * curvature)
        mean = mean - share * np.linalg.solve(precision, gradient)
    return Posterior(mean, _covariance(precision), "inside")


def _at(
    residuals: Callable[[Array], Array], places: Array, prior: Prior, ends: Ends, difference: float
) -> tuple[Array, Array]:
    """Means over ``places`` of the gradient and of the curvature of half the sum of squares."""
    points = [difference_points(place, ends, difference) for place in places.T]
    answers = np.split(residuals(np.hstack(points)), len(points), axis=1)
    gradients, curvatures = [], []
    for place, point, answer in zip(places.T, points, answers, strict=True):
        here, slopes = jacobian(answer, point)
        if np.isfinite(here).all() and np.isfinite(slopes).all():
            gradients.append(slopes.T @ here + prior.root.T @ prior.pulls(place[:, None])[:, 0])
            curvatures.append(slopes.T @ slopes)
    if 2 * len(gradients) < len(points):
        raise EvidenceError("most draws of the posterior cannot be evaluated: the residuals there are not finite")
    return np.mean(gradients, axis=0), np.mean(curvatures, axis=0) + prior.root.T @ prior.root


def _covariance(precision: Array) -> Array:
    found = np.linalg.inv(precision)
    return np.asarray((found + found.T) / 2, dtype=np.float64)
