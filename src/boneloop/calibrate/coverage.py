"""Coverage: do the intervals of a fit hold the truth as often as they say.

Truths are drawn from the prior, results are made from each with the published standard errors, and the fit is made
again from its own start. If prior, model and method are right, the posterior probability below the truth is uniform
(simulation-based calibration, Talts et al. 2018) and an 80 % interval holds 80 % of the truths.

A residual is (simulated − published) / standard error, so results made from a truth t with noise e are residuals

    r(u) − r(t) − e,   e standard normal

and no stage needs to say how its results are made. Truths may be drawn from the posterior of the stored fit instead;
then that posterior is the prior of the refit, and the check is made where the model is used.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from boneloop.calibrate.fit.least_squares import Prior, Solution, minimize_each
from boneloop.calibrate.fit.posterior import Posterior, laplace
from boneloop.calibrate.fit.problem import Free, Problem
from boneloop.calibrate.fit.sampling import importance, log_density
from boneloop.calibrate.fit.solving import Method
from boneloop.errors import EvidenceError
from boneloop.evidence.entry import Entry
from boneloop.evidence.layers import Fit
from boneloop.evidence.registry import Registry
from boneloop.types import Array

LEVELS = (0.5, 0.8, 0.95)
_TOGETHER = 8
"""Rounds that climb in the same batches."""
_TRIES = 20
_DOUBT = 0.01
"""A sound fit is called unsound once in a hundred checks of all its numbers."""


@dataclass(frozen=True)
class Coverage:
    """What the rounds showed.

    names   ids of the numbers
    below   posterior probability below the truth, shape (rounds, numbers)
    failed  rounds without a solution; redrawn: truths that the model could not live
    """

    stage: str
    names: tuple[str, ...]
    below: Array
    failed: int
    redrawn: int

    @property
    def rounds(self) -> int:
        """How many came to an end."""
        return len(self.below)

    def share(self, level: float) -> Array:
        """How often the central interval of each number held the truth, shape (numbers,)."""
        return np.asarray((np.abs(self.below - 0.5) < level / 2).mean(axis=0))

    def tolerance(self, level: float) -> tuple[float, float]:
        """Between which shares a sound fit stays for all its numbers, 99 times of 100."""
        from scipy.stats import binom

        low, high = binom.interval(1 - _DOUBT / len(self.names), self.rounds, level)
        return float(low) / self.rounds, float(high) / self.rounds

    def uniformity(self) -> Array:
        """p of the Kolmogorov-Smirnov test of each number, times how many numbers there are, shape (numbers,)."""
        from scipy.stats import kstest

        found = [float(kstest(column, "uniform").pvalue) for column in self.below.T]
        return np.asarray(np.minimum(1.0, np.array(found) * len(self.names)))

    def unsound(self) -> list[str]:
        """What the rounds speak against, in words; empty where nothing does."""
        said = [f"{self.failed} rounds without a solution"] if self.failed else []
        for level in LEVELS:
            low, high = self.tolerance(level)
            for name, share in zip(self.names, self.share(level), strict=True):
                if not low <= share <= high:
                    said.append(f"{name}: {level:.0%} interval held {share:.0%}, expected {low:.0%} to {high:.0%}")
        for name, p in zip(self.names, self.uniformity(), strict=True):
            if p < _DOUBT:
                said.append(f"{name}: ranks are not uniform, p = {p:.2g}")
        return said


def cover(
    problem: Problem,
    rounds: int,
    seed: int,
    method: Method | None = None,
    *,
    prior: Prior | None = None,
    say: Callable[[str], None] = lambda line: None,
) -> Coverage:
    """Make results from truths drawn from ``prior`` and fit them, ``rounds`` times, from the prior's middle."""
    method, prior = method or Method(), prior or Prior.standard(len(problem.free))
    chance = np.random.default_rng([seed, 7])
    truths, simulated, redrawn = _truths(problem, prior, rounds, chance)
    offsets = simulated + chance.standard_normal(simulated.shape)
    below: list[Array] = []
    for first in range(0, rounds, _TOGETHER):
        here = slice(first, min(first + _TOGETHER, rounds))
        starts = np.repeat(prior.mean[:, None], here.stop - here.start, axis=1)
        found = minimize_each(
            problem.at, starts, problem.ends(), offsets[:, here], prior=prior, settings=method.settings
        )
        for index, solution in enumerate(found, start=first):
            if np.isfinite(solution.cost):
                law = _posterior(problem, solution, offsets[:, [index]], prior, method, seed + index)
                below.append(law.below(truths[:, index]))
        say(f"{here.stop} of {rounds} rounds, {here.stop - len(below)} without a solution")
    if not below:
        raise EvidenceError(f"stage {problem.stage}: no round of {rounds} came to a solution")
    names = tuple(free.id for free in problem.free)
    return Coverage(problem.stage, names, np.array(below), rounds - len(below), redrawn)


def _truths(problem: Problem, prior: Prior, rounds: int, chance: np.random.Generator) -> tuple[Array, Array, int]:
    """Truths that the model can live, their residuals, and how many others were drawn on the way."""
    low, high = problem.ends()
    kept, simulated, drawn = np.empty((len(low), 0)), np.empty((len(problem.labels), 0)), 0
    for _ in range(_TRIES):
        wanted = rounds - kept.shape[1]
        tried = prior.mean[:, None] + np.linalg.solve(prior.root, chance.standard_normal((len(low), wanted)))
        tried = tried[:, ((tried > low[:, None]) & (tried < high[:, None])).all(axis=0)]
        drawn += wanted
        found = problem.at(tried) if tried.shape[1] else np.empty((len(problem.labels), 0))
        good = np.isfinite(found).all(axis=0)
        kept, simulated = np.hstack([kept, tried[:, good]]), np.hstack([simulated, found[:, good]])
        if kept.shape[1] == rounds:
            return kept, simulated, drawn - rounds
    raise EvidenceError(f"stage {problem.stage}: of {drawn} truths the model can live only {kept.shape[1]}")


def _posterior(
    problem: Problem, solution: Solution, offset: Array, prior: Prior, method: Method, seed: int
) -> Posterior:
    law = laplace(solution, prior)
    if method.sampling in ("", "inside"):  # around truths of a stored law that its results fit, valleys are straight
        return law
    density = log_density(lambda scores: problem.at(scores) - offset, prior, problem.ends())
    return importance(density, law, method.draws, seed)


def drawn_part(problem: Problem, registry: Registry, fit: Fit) -> Problem:
    """The problem of the numbers that forecasts draw together; the others stand at their stored values.

    A number that the stage moves and holds at its best value is not drawn; one that is none of the registry's, of a
    single trial's drug say, stands at its prior's middle.

    Raises EvidenceError where the file holds other numbers than the problem moves.
    """
    names = set(fit.joint.names) if fit.joint else set()
    moved = {free.id for free in problem.free if free.id in registry.entries}
    if not names or not names <= moved or not moved <= set(fit.replaced):
        raise EvidenceError(f"fits/{fit.stage}.toml holds other numbers than the stage moves now: fit it again")
    drawn = [index for index, free in enumerate(problem.free) if free.id in names]
    stand = np.array([_standing(free, registry) for free in problem.free])

    def residuals(values: Array) -> Array:
        whole = np.repeat(stand[:, None], values.shape[1], axis=1)
        whole[drawn] = values
        return problem.residuals(whole)

    return replace(problem, free=tuple(problem.free[index] for index in drawn), residuals=residuals)


def _standing(free: Free, registry: Registry) -> float:
    """Where a number stands that is not drawn: as stored, or in the middle of its prior."""
    entry = registry.entries.get(free.id)
    if entry is None or isinstance(entry.value, tuple):
        return float(free.at(np.zeros(1))[0])
    return entry.value


def stored_posterior(problem: Problem, registry: Registry, fit: Fit) -> Posterior:
    """The posterior of a stored fit, as a normal law of the scores of the free numbers of ``drawn_part``."""
    if fit.joint is None or set(fit.joint.names) != {free.id for free in problem.free}:
        raise EvidenceError(f"fits/{fit.stage}.toml: ask for the part that is drawn")
    found = [_stored_score(free, registry[free.id]) for free in problem.free]
    mean, deviation = np.array(found).T
    order = [fit.joint.names.index(free.id) for free in problem.free]
    return Posterior(mean, fit.joint.correlation[np.ix_(order, order)] * np.outer(deviation, deviation))


def _stored_score(free: Free, entry: Entry) -> tuple[float, float]:
    """Mean and standard deviation of the prior's score of a stored number."""
    assert not isinstance(entry.value, tuple)
    points = entry.spread.at_score(entry.value, np.array([-1.0, 0.0, 1.0]))
    low, middle, high = (free.spread.score(free.value, float(point)) for point in points)
    return middle, (high - low) / 2


def lines(found: Coverage) -> list[str]:
    """The result as lines to read: a row for each number, then what the rounds speak against."""
    width = max(len(name) for name in found.names)
    told = [f"{found.stage}: {found.rounds} rounds, {found.failed} without a solution, {found.redrawn} truths redrawn"]
    told.append(f"  {'':{width}s}  " + "  ".join(f"{level:4.0%}" for level in LEVELS) + "  ranks uniform, p")
    shares, uniform = [found.share(level) for level in LEVELS], found.uniformity()
    for i, name in enumerate(found.names):
        told.append(f"  {name:{width}s}  " + "  ".join(f"{share[i]:4.0%}" for share in shares) + f"  {uniform[i]:.2g}")
    between = (f"{low:.0%} to {high:.0%}" for low, high in map(found.tolerance, LEVELS))
    told.append(f"  a sound fit stays within {', '.join(between)} for all its numbers, 99 times of 100")
    against = found.unsound()
    return [*told, *(f"  against it: {line}" for line in against)] if against else [*told, "  nothing against it"]
