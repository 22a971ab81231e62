"""Problems whose posterior is known, to hold the fit against."""

from __future__ import annotations

import numpy as np
import pytest

from boneloop.calibrate.fit.problem import Free, Problem
from boneloop.evidence.entry import Spread

LINEAR_SPREAD = Spread("normal", sd=2.0)


def a_problem(free, residuals, labels):
    return Problem("made_up", "made up", "For a test.", "docs/cycle/bone.md", tuple(free), residuals, labels, ("T-1",))


@pytest.fixture
def linear():
    """y = A x with normal priors: the posterior is normal and known. Returns problem, mean and covariance of scores."""
    chance = np.random.default_rng(4)
    slopes, seen = chance.normal(size=(7, 3)), chance.normal(size=7)
    free = [Free(f"made.up_{i}", float(i), LINEAR_SPREAD) for i in range(3)]
    middle = np.array([f.value for f in free])[:, None]

    def residuals(values):
        return slopes @ values - seen[:, None]

    by_score = slopes * LINEAR_SPREAD.sd
    covariance = np.linalg.inv(by_score.T @ by_score + np.eye(3))
    mean = covariance @ by_score.T @ (seen - (slopes @ middle)[:, 0])
    return a_problem(free, residuals, tuple("abcdefg")), mean, covariance


@pytest.fixture
def bent():
    """One share and one rate seen through their product and a power: the posterior is bent, and known on a grid."""
    free = [
        Free("made.share", 0.4, Spread("logitnormal", sd_logit=1.0, low=0.0, high=1.0)),
        Free("made.rate", 2.0, Spread("lognormal", sd_log=0.7), "1/year"),
    ]

    def residuals(values):
        share, rate = values
        return np.array([(share * rate - 1.1) / 0.12, (rate**0.5 - share - 1.0) / 0.5])

    problem = a_problem(free, residuals, ("product", "power"))
    axis = np.linspace(-5, 5, 601)
    grid = np.array(np.meshgrid(axis, axis, indexing="ij")).reshape(2, -1)
    logs = -((problem.at(grid) ** 2).sum(axis=0) + (grid**2).sum(axis=0)) / 2
    weights = np.exp(logs - logs.max())
    weights /= weights.sum()
    mean = grid @ weights
    off = grid - mean[:, None]
    return problem, mean, (off * weights) @ off.T
