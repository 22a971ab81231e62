"""What bone drugs do to fracture beyond density: the factor on each hazard that gives the trials' relative risks.

The trials are lived on the engine: density rises as the drug makes it rise, the hazard follows by its gradient, and
what the trial saw beyond that is the drug's own factor. A number stands for one or several sites:

    b = ln factor at full action;   prior: nothing beyond density, give or take a factor of e

What a trial counted as nonvertebral, or as any clinical fracture, cannot tell hip, wrist and other bones apart: they
share one number where no trial gives the hip alone. Zoledronate's other bones share that of alendronate, its class.
The share that density explains is a result too (DRG-18); the gradients themselves are those of ``falls``.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np

from boneloop.calibrate.fit.fitted import Fitted
from boneloop.calibrate.fit.least_squares import Settings
from boneloop.calibrate.fit.problem import Free, Problem, Request
from boneloop.calibrate.fit.solving import Method, solve
from boneloop.calibrate.fit.studies import Lab, Wanted, wanted
from boneloop.evidence.entry import Spread
from boneloop.types import Array

SHARED: dict[str, tuple[str, ...]] = {
    "bone_drugs.alendronate_vertebra": (),
    "bone_drugs.alendronate_other": (
        "bone_drugs.alendronate_hip",
        "bone_drugs.alendronate_wrist",
        "bone_drugs.zoledronate_wrist",
        "bone_drugs.zoledronate_other",
    ),
    "bone_drugs.zoledronate_vertebra": (),
    "bone_drugs.zoledronate_hip": (),
    "bone_drugs.denosumab_vertebra": (),
    "bone_drugs.denosumab_other": ("bone_drugs.denosumab_hip", "bone_drugs.denosumab_wrist"),
    "bone_drugs.teriparatide_vertebra": (),
    "bone_drugs.teriparatide_other": ("bone_drugs.teriparatide_wrist",),
    "bone_drugs.romosozumab_vertebra": (),
    "bone_drugs.romosozumab_other": ("bone_drugs.romosozumab_wrist",),
    "estrogenic.raloxifene_vertebra": (),
}
"""The free numbers, and the entries that are the same as each."""
RATIOS = (
    "DRG-01",
    "DRG-03",
    "DRG-13",
    "DRG-14",
    "DRG-25",
    "DRG-27/fractures",
    "DRG-49",
    "DRG-50",
    "DRG-57",
    "DRG-59",
    "DRG-61",
    "DRG-61/nonvertebral",
)
EXPLAINED, EXPLAINED_ERROR = 0.40, 0.061
"""DRG-18: share of zoledronate's effect on vertebral fracture that the density of the hip explains, 0.30 to 0.54."""
NEUTRAL = Spread("normal", sd=1.0)
PEOPLE = 60
METHOD = Method(starts=1, settings=Settings(iterations=8, gain=0.01, step=0.01, slope=0.02, difference=0.05))


@cache
def _targets() -> tuple[Wanted, ...]:
    return wanted(RATIOS)


def problem(request: Request) -> Problem:
    """Eleven factors, thirteen results of trials."""
    lab = Lab(request.registry, PEOPLE, request.seed)
    free = tuple(Free(identity, 0.0, NEUTRAL) for identity in SHARED)

    def residuals(values: Array) -> Array:
        said = lab.simulated(_targets(), everywhere(dict(zip([f.id for f in free], values, strict=True))))
        request.say(f"{values.shape[1]} vectors lived")
        rows = [one.residual(row) for one, row in zip(_targets(), said, strict=True)]
        beyond = values[list(SHARED).index("bone_drugs.zoledronate_vertebra")]
        explained = 1 - beyond / np.log(said[RATIOS.index("DRG-13")])
        return np.stack([*rows, (explained - EXPLAINED) / EXPLAINED_ERROR])

    return Problem(
        stage="beyond_density",
        title="What bone drugs do to fracture beyond density",
        about="Factors of bone drugs on the hazards of fracture, to the relative risks of their trials, lived here",
        where="docs/validation/fracture.md",
        free=free,
        residuals=residuals,
        labels=(
            *(f"{one.result.id}: {one.result.title}" for one in _targets()),
            "DRG-18: share of zoledronate's effect on the spine that density explains",
        ),
        targets=(*RATIOS, "DRG-18"),
    )


def everywhere(values: dict[str, Array]) -> dict[str, Array]:
    """The free numbers, and those that are the same as one of them."""
    same = {other: values[identity] for identity, others in SHARED.items() for other in others}
    return {**values, **same}


def run(request: Request) -> Fitted:
    """Fit it; who shares a number gets the same law, drawn for itself."""
    found = solve(problem(request), request, METHOD)
    own = {number.id: number for number in found.replaced}
    shared = [
        replace(own[identity], id=other, note=f"{own[identity].note}; the same as {identity}")
        for identity, others in SHARED.items()
        for other in others
    ]
    return replace(found, replaced=(*found.replaced, *shared))
