"""Pain, mood, function and quality of life: treatments, natural course and injuries, to trials and cohorts.

The fast circle alone (``calibrate.fast_circle``) lives the arms of the target files of these groups, made-up people
with the same luck for every vector of numbers; the cross-lags of panel studies follow from the linear system
(``calibrate.within_person``). A number without a spread of its own gets a prior here, as wide as our ignorance of it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from boneloop.calibrate.fast_circle import Gathered, gathered, lived
from boneloop.calibrate.fit.fitted import Fitted, Replacement
from boneloop.calibrate.fit.least_squares import Settings
from boneloop.calibrate.fit.problem import Free, Problem, Request
from boneloop.calibrate.fit.solving import Method, solve
from boneloop.calibrate.targets.format import Result, Study
from boneloop.calibrate.targets.lives import Lives, looked_up
from boneloop.calibrate.targets.people import made_up
from boneloop.calibrate.targets.reading import own_files, read_all
from boneloop.calibrate.within_person import standardized_lags
from boneloop.evidence.entry import Spread
from boneloop.evidence.registry import Registry
from boneloop.therapy.response import share_risen
from boneloop.types import Array

STAGE = "mind"
GROUPS = ("pain", "mood", "function", "wellbeing", "stress")
PEOPLE = 200
"""Made-up people of each arm."""
METHOD = Method(starts=1, settings=Settings(gain=0.01))
_SCALES = ((("observe.phq9", "observe.gad7"), "points"), (("trial.phq9", "trial.gad7"), "sd"))
OUT_OF_REACH = ("PSY-14", "COMB-09", "COMB-09/care", "COMB-09/usual")
"""Results whose people or treatment the model does not have: mindfulness; people chosen for pain that had lasted."""
LAGS = ("panel.pain_to_depression", "panel.depression_to_pain")
_END = 1.959963984540054


def _size(width: float) -> Spread:
    return Spread("lognormal", sd_log=width)


def _share(width: float, high: float = 1.0) -> Spread:
    return Spread("logitnormal", sd_logit=width, low=0.0, high=high)


_SURE, _UNSURE, _WIDE = 0.25, 0.4, 0.7
PRIORS: dict[str, Spread] = {
    "mood.depression_time": _size(_UNSURE),
    "mood.anxiety_time": _size(_UNSURE),
    "natural_course.depression": _share(_UNSURE),
    "natural_course.pain": _share(_UNSURE),
    "natural_course.time": _size(_UNSURE),
    "natural_course.shared": _share(_WIDE),
    "natural_course.shared_with_function": _share(_WIDE),
    "circle.strength": _size(_UNSURE),
    "antidepressant.depression_relief": _size(_WIDE),
    "antidepressant.snri_pain_relief": _size(_UNSURE),
    "psychological.depression_relief": _size(_WIDE),
    "psychological.anxiety_relief": _size(_WIDE),
    "psychological.pain_relief": _size(_WIDE),
    "psychological.loss_relief": _size(_WIDE),
    "psychological.cytokine_loss": _share(1.0),
    "exposure.psychological_offset": _size(_UNSURE),
    "exercise.depression_relief": _size(_WIDE),
    "collaborative_care.depression_relief": _size(_WIDE),
    "collaborative_care.pain_relief": _size(_WIDE),
    "exposure.collaborative_care_half_life": _size(_UNSURE),
    "fracture_to_wellbeing.hip_acute": _share(_WIDE, 0.95),
    "fracture_to_wellbeing.hip_lasting": _share(_WIDE, 0.5),
    "wellbeing_to_mood.depression": _size(_WIDE),
    "mood_to_stress.cortisol_from_depression": _size(_UNSURE),
    "mood_to_stress.norepinephrine_from_depression": _size(_UNSURE),
    "mood_to_inflammation.cytokines": _size(_UNSURE),
}
"""The numbers that move, with the prior of each around its value in the registry: sizes are choices, signs are not."""


def run(request: Request) -> Fitted:
    """Fit the stage."""
    found = solve(problem(request), request, METHOD)
    return replace(found, replaced=(*found.replaced, _anxiety_in_step(found, request.registry)))


def _anxiety_in_step(found: Fitted, registry: Registry) -> Replacement:
    """No trial of an antidepressant tells of anxiety: its relief gives the standardized difference of depression."""
    fitted = {number.id: number.value for number in found.replaced}
    onset, weeks = (
        registry.number("exposure.antidepressant_onset", "day"),
        registry.number("trial.antidepressant_time", "day"),
    )
    risen, anxious = (share_risen(weeks, (onset, fitted[f"mood.{state}_time"])) for state in ("depression", "anxiety"))
    scale = [
        registry.number(f"observe.{page}_points") / registry.number(f"trial.{page}_sd") for page in ("phq9", "gad7")
    ]
    factor = risen / anxious * scale[0] / scale[1]
    mood = next(number for number in found.replaced if number.id == "antidepressant.depression_relief")
    ends = mood.interval and (factor * mood.interval[0], factor * mood.interval[1])
    note = "not informed by itself: the standardized difference that antidepressant.depression_relief gives, on anxiety"
    return Replacement("antidepressant.anxiety_relief", factor * mood.value, mood.spread, ends, note, informed=False)


def problem(request: Request) -> Problem:
    """What the stage fits."""
    registry = request.registry
    free = tuple(Free.of(registry[name], spread=spread) for name, spread in PRIORS.items())
    wanted = results()
    names = [number.id for number in free]
    whole = [made_people(study, some, registry, request.seed) for study, some in wanted]

    def residuals(values: Array) -> Array:
        by_id = dict(zip(names, values, strict=True))
        rows = [
            row
            for (study, some), who in zip(wanted, whole, strict=True)
            for row in compared(study, some, who, registry, by_id)
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


def results() -> list[tuple[Study, tuple[Result, ...]]]:
    """The studies with results of this stage that are fitted to, each with those results.

    What the model cannot meet for a reason that its file gives is compared, not fitted to: it would bend the numbers
    that others inform.
    """
    studies, _ = read_all(own_files())
    chosen = [(study, tuple(r for r in study.results if _usable(r))) for study in studies]
    return [(study, some) for study, some in chosen if some]


def _usable(result: Result) -> bool:
    return result.group in GROUPS and result.role == "calibrate" and result.id not in OUT_OF_REACH


def made_people(
    study: Study, some: Sequence[Result], registry: Registry, seed: int, people: int = PEOPLE
) -> dict[str, Gathered]:
    """The made-up people of every arm that these results of a study need; arms of the same people share them."""
    found: dict[str, Gathered] = {}
    for name in dict.fromkeys(name for result in some for name in result.arms):
        who = made_up(study.id, study.arms[name], people, seed)
        alike = [one for one in found.values() if one.people == who]
        found[name] = alike[0] if alike else gathered(who, registry, seed)
    return found


def compared(
    study: Study,
    some: Sequence[Result],
    people: Mapping[str, Gathered],
    registry: Registry,
    values: Mapping[str, Array],
) -> list[Array]:
    """Residuals of the results of one study, in standard errors, shape (vectors,) each."""
    needed = dict.fromkeys(name for result in some for name in result.arms)
    lives: dict[str, Lives] = {}
    for name in needed:
        months = math.ceil(max(max(r.month, r.from_month, 1) for r in some if name in r.arms))
        lives[name] = lived(people[name], study.arms[name].plan, registry, values, months)
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
