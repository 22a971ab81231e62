"""From a problem to its result: climb from several starts, take the posterior, correct it by a sample if asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from boneloop.calibrate.fit.fitted import Fitted, fitted
from boneloop.calibrate.fit.inside import ROUNDS, inside
from boneloop.calibrate.fit.least_squares import Prior, Settings, Solution, minimize
from boneloop.calibrate.fit.linearized import linearized
from boneloop.calibrate.fit.posterior import Posterior, laplace
from boneloop.calibrate.fit.problem import Problem, Request
from boneloop.calibrate.fit.sampling import ensemble, importance, log_density
from boneloop.errors import EvidenceError
from boneloop.types import Array

SAMPLINGS = ("", "inside", "linearized", "importance", "ensemble")


@dataclass(frozen=True)
class Method:
    """How a problem is solved.

    starts    how many: the prior's middle, then draws of the prior
    sampling  "" for the normal law at the best scores; "inside", for one that stays within a bent posterior;
              "linearized", for one whose own draws meet the results on average; "importance" or "ensemble"
    draws     of importance, in each of its three rounds; of an ensemble: steps of each walker
    walkers   of an ensemble; 0: twice the numbers, at least 16
    """

    starts: int = 4
    sampling: str = ""
    draws: int = 2000
    walkers: int = 0
    settings: Settings = field(default_factory=Settings)

    def __post_init__(self) -> None:
        if self.sampling not in SAMPLINGS:
            raise EvidenceError(f"a posterior is sampled by one of {SAMPLINGS}, not {self.sampling!r}")


def solve(problem: Problem, request: Request, method: Method | None = None) -> Fitted:
    """Fit a problem: what ``run`` of most stages is."""
    solution, posterior = best(problem.at, problem.ends(), len(problem.free), request.seed, method, say=request.say)
    at_posterior = problem.at(posterior.mean[:, None])[:, 0]
    request.say(
        f"{posterior.how}: sum of squares {float((solution.residuals**2).sum()):.4g}, {len(at_posterior)} results"
    )
    return fitted(problem, posterior, at_posterior, request.seed)


def best(
    residuals: Callable[[Array], Array],
    ends: tuple[Array, Array],
    count: int,
    seed: int,
    method: Method | None = None,
    *,
    prior: Prior | None = None,
    say: Callable[[str], None] = lambda line: None,
) -> tuple[Solution, Posterior]:
    """The best solution of all starts, and the posterior around it."""
    method, prior = method or Method(), prior or Prior.standard(count)
    solutions = minimize(
        residuals, starts(prior, method.starts, seed), ends, prior=prior, settings=method.settings, say=say
    )
    law = laplace(solutions[0], prior)
    density = log_density(residuals, prior, ends)
    if method.sampling == "inside":
        say(f"looking for the normal law inside the posterior, {ROUNDS} rounds")
        law = inside(residuals, law, prior, ends, method.settings.difference, seed)
    elif method.sampling == "linearized":
        say("looking for the normal law whose draws meet the results")
        law = linearized(residuals, law, prior, ends, seed)
    elif method.sampling == "importance":
        law = importance(density, law, method.draws, seed)
    elif method.sampling == "ensemble":
        law = ensemble(density, law, method.walkers or max(16, 2 * count), method.draws, seed)
    if law.effective is not None:
        say(f"{law.how}: worth {law.effective:.0f} independent draws")
    return solutions[0], law


def starts(prior: Prior, count: int, seed: int) -> Array:
    """Where the climbs begin: the middle of the prior, then draws of it, shape (numbers, count)."""
    chance = np.random.default_rng([seed, 0])
    draws = np.linalg.solve(prior.root, chance.standard_normal((len(prior.mean), max(count - 1, 0))))
    return np.hstack([prior.mean[:, None], prior.mean[:, None] + draws])
