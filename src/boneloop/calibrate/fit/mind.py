"""Pain, mood, function and quality of life: treatments, natural course and injuries, to trials and cohorts.

The fast circle alone (``calibrate.fast_circle``) lives the arms of the target files of these groups, made-up people with
the same luck for every vector of numbers; the cross-lags of panel studies follow from the linear system
(``calibrate.within_person``). A number without a spread of its own gets a prior here, as wide as our ignorance of it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from boneloop.calibrate.fast_circle import lived
from boneloop.calibrate.fit.fitted import Fitted
from boneloop.calibrate.fit.problem import Free, Problem, Request
from boneloop.calibrate.fit.solving import Method, solve
from boneloop.calibrate.targets.format import Result, Study
from boneloop.calibrate.targets.lives import Lives, looked_up
from boneloop.calibrate.targets.people import made_up
from boneloop.calibrate.targets.reading import own_files, read_all
from boneloop.calibrate.within_person import standardized_lags
from boneloop.evidence.entry import Spread
from boneloop.evidence.registry import Registry
from boneloop.types import Array

STAGE = "mind"
GROUPS = ("pain", "mood", "function", "wellbeing", "stress")
PEOPLE = 150
"""Made-up people of each arm."""
METHOD = Method(starts=1)
LAGS = ("panel.pain_to_depression", "panel.depression_to_pain")
_END = 1.959963984540054
_MOST = {
    "natural_course.depression": 0.7,
    "natural_course.pain": 0.7,
    "natural_course.shared": 1.0,
    "natural_course.shared_with_function": 1.0,
    "fracture_to_wellbeing.hip_acute": 0.8,
}
"""Shares, which have an end."""
_SURE, _UNSURE, _WIDE = 0.25, 0.4, 0.7
PRIORS: dict[str, float] = {
    "mood.depression_time": _UNSURE,
    "natural_course.depression": _UNSURE,
    "natural_course.pain": _UNSURE,
    "natural_course.time": _UNSURE,
    "natural_course.shared": _SURE,
    "natural_course.shared_with_function": _WIDE,
    "circle.strength": _UNSURE,
    "antidepressant.depression_relief": _WIDE,
    "antidepressant.snri_pain_relief": _UNSURE,
    "psychological.depression_relief": _WIDE,
    "psychological.anxiety_relief": _WIDE,
    "psychological.pain_relief": _WIDE,
    "psychological.loss_relief": _WIDE,
    "exposure.psychological_offset": _UNSURE,
    "exercise.depression_relief": _WIDE,
    "collaborative_care.depression_relief": _WIDE,
    "collaborative_care.pain_relief": _WIDE,
    "exposure.collaborative_care_half_life": _UNSURE,
    "fracture_to_wellbeing.hip_acute": _UNSURE,
    "fracture_to_wellbeing.hip_lasting": _WIDE,
    "wellbeing_to_mood.depression": _WIDE,
    "mood_to_stress.cortisol_from_depression": _UNSURE,
    "mood_to_stress.norepinephrine_from_depression": _UNSURE,
    "mood_to_inflammation.cytokines": _UNSURE,
}
"""The numbers that move, with the sd of the logarithm of each one's prior: their sizes are choices, their signs are not."""


def run(request: Request) -> Fitted:
    """Fit the stage."""
    return solve(problem(request), request, METHOD)


def problem(request: Request) -> Problem:
    """What the stage fits."""
    registry, free = request.registry, tuple(_free(request.registry, name, width) for name, width in PRIORS.items())
    wanted = results()
    names = [number.id for number in free]
    whole = [made_people(study, request.seed) for study, _ in wanted]

    def residuals(values: Array) -> Array:
        by_id = dict(zip(names, values, strict=True))
        rows = [
            row
            for (study, some), who in zip(wanted, whole, strict=True)
            for row in compared(study, some, who, registry, by_id, request.seed)
        ]
        return np.stack([*rows, *_lags(registry, by_id)])

    return Problem(
        stage=STAGE,
        title="Pain, mood, function and quality of life",
        about="Reliefs of treatments, natural course, harm of a hip fracture and arrows from mood to stress, to the "
        "results of trials and cohorts marked for calibration; the fast circle of made-up people.",
        where="docs/validation/mind.md",
        free=free,
        residuals=residuals,
        labels=(*(r.id for _, some in wanted for r in some), *LAGS),
        targets=(*(r.id for _, some in wanted for r in some), "PAIN-03", "PAIN-04"),
    )


def _free(registry: Registry, name: str, width: float) -> Free:
    spread = Spread("lognormal", sd_log=width)
    return Free.of(registry[name], spread=spread, low=0.0, high=_MOST.get(name, math.inf))


def results() -> list[tuple[Study, tuple[Result, ...]]]:
    """The studies with results of this stage that a fit may use, each with those results."""
    studies, _ = read_all(own_files())
    chosen = [(s, tuple(r for r in s.results if r.group in GROUPS and r.role == "calibrate")) for s in studies]
    return [(study, some) for study, some in chosen if some]


def made_people(study: Study, seed: int, people: int = PEOPLE) -> dict[str, tuple[object, ...]]:
    """The made-up people of every arm of a study."""
    return {name: made_up(study.id, arm, people, seed) for name, arm in study.arms.items()}


def compared(
    study: Study,
    some: Sequence[Result],
    people: Mapping[str, tuple],
    registry: Registry,
    values: Mapping[str, Array],
    seed: int,
) -> list[Array]:
    """Residuals of the results of one study, in standard errors, shape (vectors,) each."""
    needed = dict.fromkeys(name for result in some for name in result.arms)
    lives: dict[str, Lives] = {}
    for name in needed:
        months = math.ceil(max(max(r.month, r.from_month, 1) for r in some if name in r.arms))
        lives[name] = lived(people[name], study.arms[name].plan, registry, values, months, seed)
    return [residual(result, looked_up(result, {arm: lives[arm] for arm in result.arms})) for result in some]


def residual(result: Result, said: Array) -> Array:
    """How far off the model is, in published standard errors."""
    error = result.standard_error if result.standard_error is not None else result.tolerance
    assert error is not None, f"{result.id} has neither interval nor standard error nor tolerance"
    if result.on_log_scale:
        return np.asarray((np.log(said) - math.log(result.value)) / error)
    return np.asarray((said - result.value) / error)


def _lags(registry: Registry, values: Mapping[str, Array]) -> list[Array]:
    found = standardized_lags(registry, values, registry.number("panel.years", "year"))
    rows = []
    for name, said in zip(LAGS, (found[:, 0, 1], found[:, 1, 0]), strict=True):
        interval = registry[name].interval
        assert interval is not None
        rows.append((said - registry.number(name)) / ((interval[1] - interval[0]) / (2 * _END)))
    return rows
