"""How often bones break in whole peoples: the factors of the rates that give the counts published for a country.

A rate of the curve is met by a person who is average in everything. Whole people are not: thin bone, falls and earlier
fractures go together in one person, and their factors, each of mean 1, make more than 1. So the counts are lived:
people of the country's ages, a year, and the factor of each curve is what then gives the published rate.

    prior of a factor: what the curve over the ages of that people gives (calibrate/incidence.py), sd of its log 0.2
"""

from __future__ import annotations

from functools import cache

import numpy as np

from boneloop.calibrate.fit.fitted import Fitted
from boneloop.calibrate.fit.least_squares import Settings
from boneloop.calibrate.fit.problem import Free, Problem, Request
from boneloop.calibrate.fit.solving import Method, solve
from boneloop.calibrate.fit.studies import Lab, Wanted, wanted
from boneloop.evidence.entry import Spread
from boneloop.types import Array

NUMBERS = (
    "hazard.hip_gb_female",
    "hazard.hip_gb_male",
    "hazard.vertebra_gb_female",
    "hazard.other_female",
    "hazard.other_male",
    "hazard.hip_cn_female",
    "hazard.hip_cn_male",
)
TARGETS = ("EPI-06", "EPI-06/men", "EPI-07", "EPI-05", "EPI-05/men", "EPI-09", "EPI-09/men")
TOGETHER = Spread("lognormal", sd_log=0.2)
"""How much what goes together in one person may change a rate; assumed."""
PEOPLE = 1000
METHOD = Method(starts=1, settings=Settings(iterations=6, gain=0.01, step=0.005, slope=0.02, difference=0.1))


@cache
def _targets() -> tuple[Wanted, ...]:
    return wanted(TARGETS)


def problem(request: Request) -> Problem:
    """Seven factors, seven counts."""
    lab = Lab(request.registry, PEOPLE, request.seed)
    free = tuple(Free.of(request.registry[identity], spread=TOGETHER, low=0.0) for identity in NUMBERS)

    def residuals(values: Array) -> Array:
        said = lab.simulated(_targets(), dict(zip(NUMBERS, values, strict=True)))
        request.say(f"{values.shape[1]} vectors lived")
        return np.stack([one.residual(row) for one, row in zip(_targets(), said, strict=True)])

    return Problem(
        stage="incidence",
        title="Fractures in whole peoples",
        about="Factors of fracture rates, to what was counted in the United Kingdom and in Chinese cities, lived here",
        where="docs/validation/fracture.md",
        free=free,
        residuals=residuals,
        labels=tuple(f"{one.result.id}: {one.result.title}" for one in _targets()),
        targets=TARGETS,
    )


def run(request: Request) -> Fitted:
    """Fit it."""
    return solve(problem(request), request, METHOD)
