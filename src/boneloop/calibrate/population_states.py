"""How pain, mood and function stand in the community, by sex and age: the priors of what a record does not say.

Depression and loss of function are answered in the survey. Pain intensity and anxiety are not: it asks on how many of
the last 30 days pain limited the person, and on how many the person felt anxious. Their rank correlations with the
rest are taken from the survey; their level is assumed, and only its trend over age and sex comes from the days.
"""

from __future__ import annotations

from itertools import combinations

import numpy as np

from boneloop.calibrate.population_copula import latent_correlation
from boneloop.calibrate.population_entry import TEAM, Derived
from boneloop.calibrate.population_survey import GROUPS, Survey, concentration, interval, mean
from boneloop.types import Array, Sex

STATES = ("depression", "pain", "anxiety", "function_loss")
KNOTS = [knot for knot, _, _ in GROUPS]

_TASKS = tuple(f"PFQ061{letter}" for letter in "ABCDEFGHIJKLMNOPQRST")
_LIMITS = ("PFQ049", "PFQ051", "PFQ054", "PFQ057", "PFQ059")
COLUMNS = ("d_phq9", "HSQ493", "HSQ496", *_TASKS, *_LIMITS)

_PHQ9_TOP, _DAYS, _GAD7_TOP = 27, 30, 21
_DONE, _UNABLE = 1, 4
_ASKED_OF_ALL, _STAND_IN_BELOW, _OLD, _ADULT = 60, 65, 50, 18

PAIN_LEVEL, PAIN_CONCENTRATION = 0.2, 2.5
"""Assumed: mean NRS 2 of 10 at 50 and over, SD about 2. Then 37 % lie above NRS 2 and 18 % above NRS 4; in the survey
36 % had any day limited by pain and 15 % half of the days or more."""

ANXIETY_LEVEL = 3 / _GAD7_TOP
"""Assumed: mean GAD-7 3 of 21 over all adults; as spread out as depression."""


def scales(survey: Survey) -> dict[str, Array]:
    """What each person answered, 0 (none) to 1 (worst); NaN where not asked or not answered."""
    return {
        "depression": survey.columns["d_phq9"] / _PHQ9_TOP,
        "pain": survey.answered("HSQ493", 0, _DAYS) / _DAYS,
        "function_loss": _function_loss(survey),
        "anxiety": survey.answered("HSQ496", 0, _DAYS) / _DAYS,
    }


def _function_loss(survey: Survey) -> Array:
    """Mean difficulty over the everyday tasks that the person does, 0 (no difficulty) to 1 (unable)."""
    tasks = np.array([survey.answered(task, _DONE, _UNABLE) for task in _TASKS])
    answered = np.isfinite(tasks).sum(axis=0)
    difficulty = np.nansum((tasks - _DONE) / (_UNABLE - _DONE), axis=0)
    return np.asarray(np.where(answered > 0, difficulty / np.maximum(answered, 1), np.nan))


def priors(survey: Survey) -> list[Derived]:
    """Mean and concentration of the Beta law of each state, by sex over age."""
    found: list[Derived] = []
    for sex in Sex:
        found += _curves("depression", sex, *_depression(survey, sex), note="PHQ-9 total over 27")
        found += _curves(
            "function_loss",
            sex,
            *_loss(survey, sex),
            note=_LOSS_NOTE,
        )
        found += _curves("pain", sex, *_pain(survey, sex), note=_PAIN_NOTE)
        found += _curves("anxiety", sex, *_anxiety(survey, sex), note=_ANXIETY_NOTE)
    return found


_LOSS_NOTE = (
    "mean difficulty of 20 tasks, 1 to 4 rescaled to 0 to 1. Below 60 only people with a limitation were asked; the "
    "others are given the answers of people of 60 to 64 without one"
)
_PAIN_NOTE = (
    "the survey has no pain intensity. Mean NRS 2 of 10 and SD about 2 at 50 and over are assumed (37 % above NRS 2, "
    "18 % above 4; 36 % had a day limited by pain, 15 % half of their days or more); the trend over age, by sex, is "
    "that of the days limited by pain"
)
_ANXIETY_NOTE = (
    "the survey has no GAD-7. A mean of 3 of 21 over all adults, spread as depression is, is assumed; the trend over "
    "age, by sex, is that of the days with anxiety"
)
_WHERE = {
    "depression": "DPQ010-DPQ090, exam weights",
    "function_loss": "PFQ061A-T and PFQ049-PFQ059, interview weights",
    "pain": "HSQ493 (2007-2010), exam weights",
    "anxiety": "HSQ496 (2007-2010), exam weights",
}


def _curves(state: str, sex: Sex, means: list[float], tight: list[float], note: str) -> list[Derived]:
    assumed = state in ("pain", "anxiety")
    return [
        Derived(
            f"{state}_{moment}_{sex.value}",
            values,
            "1",
            f"US community adults, {sex.value}",
            _WHERE[state],
            status="assumed" if assumed else "fitted",
            source=TEAM if assumed else "nhanes-2005-2014",
            over=KNOTS,
            note=note,
        )
        for moment, values in (("mean", means), ("concentration", tight))
    ]


def _depression(survey: Survey, sex: Sex) -> tuple[list[float], list[float]]:
    score = scales(survey)["depression"]
    means, tight = [], []
    for _, lowest, below in GROUPS:
        group = survey.people(sex, lowest, below)
        means.append(mean(score[group], survey.exam_weight[group]))
        tight.append(concentration(means[-1], mean(score[group] ** 2, survey.exam_weight[group])))
    return means, tight


def _loss(survey: Survey, sex: Sex) -> tuple[list[float], list[float]]:
    loss, weights = scales(survey)["function_loss"], survey.home_weight
    limited = np.any([survey.columns[question] == 1 for question in _LIMITS], axis=0)
    free = survey.people(sex, _ASKED_OF_ALL, _STAND_IN_BELOW) & ~limited
    means, tight = [], []
    for _, lowest, below in GROUPS:
        group = survey.people(sex, lowest, below)
        asked = group if lowest >= _ASKED_OF_ALL else group & limited
        share = mean(asked[group].astype(float), weights[group])
        first, second = (
            share * mean(loss[asked] ** power, weights[asked]) + (1 - share) * mean(loss[free] ** power, weights[free])
            for power in (1, 2)
        )
        means.append(first)
        tight.append(concentration(first, second))
    return means, tight


def _pain(survey: Survey, sex: Sex) -> tuple[list[float], list[float]]:
    days = scales(survey)["pain"]
    old = survey.people(lowest_age=_OLD)
    level = PAIN_LEVEL / mean(days[old], survey.exam_weight[old])
    return [level * y for y in _trend(days, survey, sex)], [PAIN_CONCENTRATION] * len(KNOTS)


def _anxiety(survey: Survey, sex: Sex) -> tuple[list[float], list[float]]:
    answered = scales(survey)
    adult, old = survey.people(lowest_age=_ADULT), survey.people(lowest_age=_OLD)
    level = ANXIETY_LEVEL / mean(answered["anxiety"][adult], survey.exam_weight[adult])
    mood = answered["depression"][old]
    tight = concentration(mean(mood, survey.exam_weight[old]), mean(mood**2, survey.exam_weight[old]))
    return [level * y for y in _trend(answered["anxiety"], survey, sex)], [tight] * len(KNOTS)


def _trend(values: Array, survey: Survey, sex: Sex) -> list[float]:
    """The group means by age as one exponential: an assumed level deserves no bends."""
    groups = [survey.people(sex, lowest, below) & np.isfinite(values) for _, lowest, below in GROUPS]
    heights = [mean(values[group], survey.exam_weight[group]) for group in groups]
    slope, start = np.polyfit(KNOTS, np.log(heights), 1, w=[np.sqrt(group.sum()) for group in groups])
    return [float(np.exp(start + slope * knot)) for knot in KNOTS]


def correlations(survey: Survey) -> list[Derived]:
    """Correlation of the normals behind each two states, at 50 and over (60 and over with function)."""
    answered = scales(survey)
    return [_correlation(survey, answered, first, second) for first, second in combinations(STATES, 2)]


def _correlation(survey: Survey, answered: dict[str, Array], first: str, second: str) -> Derived:
    lowest = _ASKED_OF_ALL if "function_loss" in (first, second) else _OLD
    old = survey.people(lowest_age=lowest)

    def latent(weights: Array) -> float:
        return latent_correlation(answered[first][old], answered[second][old], weights[old])

    both = old & np.isfinite(answered[first]) & np.isfinite(answered[second])
    return Derived(
        f"correlation_{first}_{second}",
        latent(survey.exam_weight),
        "1",
        f"US community adults of {lowest} and over, both sexes (n = {int(both.sum())})",
        "; ".join(_WHERE[state].split(",")[0] for state in (first, second)) + "; exam weights",
        interval=interval(latent, survey.exam_weight, survey),
        note="of the normals behind the ranks (Gaussian copula), ties allowed for",
    )


def matrix(entries: list[Derived]) -> Array:
    """The correlations as a matrix in the order of STATES."""
    found = {entry.name: entry.value for entry in entries}
    square = np.eye(len(STATES))
    for (row, first), (column, second) in combinations(enumerate(STATES), 2):
        square[row, column] = square[column, row] = found[f"correlation_{first}_{second}"]
    return square
