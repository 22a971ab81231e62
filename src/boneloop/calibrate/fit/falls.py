"""From depression to falls, bone and fracture: all ways fitted together to the totals that people showed.

Each way has its own size from its own studies; multiplied they overshoot what cohorts saw of depression and fracture.
So no way is fitted by itself: the numbers of falls, of bone and of the drug move together until the totals of falls,
of density, of its loss and of fracture are met as well as they can be at once. With them move the gradients of all
bones but the hip, whose own is published for the density that hazards go by, because density is one of the ways.
Depression is compared as a trait; how much of an association is shared cause is hidden from these data.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from boneloop.calibrate.fit.fitted import Fitted
from boneloop.calibrate.fit.least_squares import Settings
from boneloop.calibrate.fit.problem import Problem, Request, free_numbers
from boneloop.calibrate.fit.solving import Method, solve
from boneloop.calibrate.fit.studies import Lab, Wanted, wanted
from boneloop.types import Array

NUMBERS = (
    "mood_to_fracture.falls",
    "pain_to_fracture.falls",
    "function_to_fracture.falls",
    "antidepressant.ssri_falls",
    "antidepressant.ssri_osteoclast_survival",
    "population.density_by_depression",
    "stress_to_bone.osteoclast_survival_norepinephrine",
    "stress_to_bone.osteoblast_production_cortisol",
    "inflammation_to_bone.osteoclast_survival",
    "function_to_bone.osteoclast_survival",
    "function_to_bone.osteoblast_production",
    "fall_share.hip",
    "fall_share.wrist",
    "fall_share.other",
    "bone_to_fracture.vertebra",
    "bone_to_fracture.wrist",
    "bone_to_fracture.other",
)
TARGETS = (
    "FALL-01",
    "FALL-05",
    "FX-01",
    "FX-04",
    "BMD-05",
    "BMD-18",
    "AD-04",
    "AD-11",
    "AD-12",
    "NE-02",
    "NE-03",
    "EPI-14",
    "EPI-14/men",
)
PEOPLE = 100
METHOD = Method(
    starts=1, sampling="linearized", settings=Settings(iterations=12, gain=0.01, step=0.01, slope=0.02, difference=0.05)
)
ABOUT = (
    "Falls by mood, pain and function, the antidepressant's falls and bone, thinner bone at the start, and what "
    "stress, inflammation and disuse do to bone, to the totals of depression and of the antidepressant on falls, "
    "density, its loss and fracture at once; the gradients of spine, wrist and other bones to that of any fracture"
)


@cache
def _targets() -> tuple[Wanted, ...]:
    return wanted(TARGETS)


def problem(request: Request) -> Problem:
    """Seventeen numbers, thirteen published totals."""
    lab = Lab(request.registry, PEOPLE, request.seed)
    free = free_numbers(request.registry, NUMBERS)

    def residuals(values: Array) -> Array:
        said = lab.simulated(_targets(), dict(zip(NUMBERS, values, strict=True)))
        request.say(f"{values.shape[1]} vectors lived")
        return np.stack([one.residual(row) for one, row in zip(_targets(), said, strict=True)])

    return Problem(
        stage="falls",
        title="From depression to falls, bone and fracture",
        about=ABOUT,
        where="docs/validation/fracture.md",
        free=free,
        residuals=residuals,
        labels=tuple(f"{one.result.id}: {one.result.title}" for one in _targets()),
        targets=TARGETS,
    )


def run(request: Request) -> Fitted:
    """Fit it."""
    return solve(problem(request), request, METHOD)
