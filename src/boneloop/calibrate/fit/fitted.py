"""The result of a fit: numbers for the registry, each with its spread, and how they hang together."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from boneloop.calibrate.fit.posterior import UNINFORMED, Direction, Posterior, directions, informed_count
from boneloop.calibrate.fit.problem import Free, Problem
from boneloop.evidence.entry import Spread
from boneloop.types import Array

_END = 1.959963984540054
"""The standard normal score of the upper end of a 95 % interval."""


@dataclass(frozen=True)
class Replacement:
    """One number as the fit leaves it.

    value, spread, interval  in the unit of the registry's entry
    note                     whether the results informed it
    informed                 False where it stays at its prior
    """

    id: str
    value: float
    spread: Spread
    interval: tuple[float, float] | None
    note: str
    informed: bool = True
    source: str = "team"


@dataclass(frozen=True)
class Fitted:
    """What ``run`` of a stage gives back and a file of ``evidence/fits`` holds.

    stage, title, about, where, targets  as in Problem
    replaced                             the numbers, in the order of the fit
    names, correlation                   of the scores of those that are drawn together, shape (names, names)
    directions                           of the posterior, the best known first
    labels, residuals                    of the results, at the best numbers, in standard errors
    informed                             how many numbers' worth the results told
    how, effective                       how the posterior was found; independent draws where it was sampled
    """

    stage: str
    title: str
    about: str
    where: str
    seed: int
    targets: tuple[str, ...]
    replaced: tuple[Replacement, ...]
    names: tuple[str, ...] = ()
    correlation: Array = field(default_factory=lambda: np.eye(0))
    directions: tuple[Direction, ...] = ()
    labels: tuple[str, ...] = ()
    residuals: tuple[float, ...] = ()
    informed: float = 0.0
    how: str = "laplace"
    effective: float | None = None

    @property
    def chi_square(self) -> float:
        """The sum of squares of the residuals at the best numbers."""
        return float(sum(r * r for r in self.residuals))

    @property
    def uninformed(self) -> tuple[str, ...]:
        """Ids of the numbers that stay at their prior."""
        return tuple(number.id for number in self.replaced if not number.informed)


def fitted(problem: Problem, posterior: Posterior, residuals: Array, seed: int) -> Fitted:
    """The result of a fit from its posterior."""
    parts = zip(problem.free, posterior.mean, posterior.deviation, strict=True)
    names = tuple(free.id for free in problem.free)
    return Fitted(
        stage=problem.stage,
        title=problem.title,
        about=problem.about,
        where=problem.where,
        seed=seed,
        targets=problem.targets,
        replaced=tuple(_replacement(free, float(mean), float(sd)) for free, mean, sd in parts),
        names=names,
        correlation=posterior.correlation,
        directions=directions(posterior, names),
        labels=problem.labels,
        residuals=tuple(float(r) for r in residuals),
        informed=informed_count(posterior),
        how=posterior.how,
        effective=posterior.effective,
    )


def _replacement(free: Free, mean: float, deviation: float) -> Replacement:
    value, spread = law_after(free, mean, deviation)
    low, high = spread.at_score(value, np.array([-_END, _END]))
    informed = deviation < UNINFORMED
    said = "informed by the targets" if informed else "stays at its prior: the targets hardly inform it"
    note = f"{said}; spread {deviation:.2g} of the prior's"
    return Replacement(free.id, value, spread, (float(low), float(high)), note, informed)


def law_after(free: Free, mean: float, deviation: float) -> tuple[float, Spread]:
    """Value and spread of a number whose prior score is now normal with this mean and deviation."""
    law = free.spread
    value = float(free.at(np.array([mean]))[0])
    match law.law:
        case "normal":
            return value, Spread("normal", sd=law.sd * deviation)
        case "lognormal" if law.relative:  # its value is the mean
            squared = math.log1p(law.relative**2) * deviation**2
            return value * math.exp(squared / 2), Spread("lognormal", relative=math.sqrt(math.expm1(squared)))
        case "lognormal":
            return value, Spread("lognormal", sd_log=law.sd_log * deviation)
        case "logitnormal":
            return value, Spread("logitnormal", sd_logit=law.sd_logit * deviation, low=law.low, high=law.high)
        case "uniform" if deviation > UNINFORMED:
            return free.value, law
        case _:
            lower, upper = free.at(np.array([mean - deviation, mean + deviation]))
            width = (_logit(float(upper), law) - _logit(float(lower), law)) / 2
            return value, Spread("logitnormal", sd_logit=width, low=law.low, high=law.high)


def _logit(value: float, law: Spread) -> float:
    return math.log((value - law.low) / (law.high - value))
