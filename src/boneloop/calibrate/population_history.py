"""What the people of an age have behind them and take: fractures, drugs, menopause, treatment of known osteoporosis."""

from __future__ import annotations

import numpy as np

from boneloop.calibrate.population_entry import Derived
from boneloop.calibrate.population_survey import GROUPS, Survey, interval, mean
from boneloop.types import Array, Sex

_BONES = {"hip": "A", "wrist": "B", "vertebra": "C"}
_TIMES = "ABC"
_DRUGS = {
    "antidepressant": ("d_rx_ssri", "d_rx_snri", "d_rx_tca"),
    "beta_blocker": ("d_rx_beta_blocker",),
    "glucocorticoid": ("d_rx_glucocorticoid_oral",),
    "osteoporosis_drug": (
        "d_rx_bisphosphonate",
        "d_rx_raloxifene",
        "d_rx_teriparatide",
        "d_rx_calcitonin",
        "d_rx_denosumab",
    ),
}
_TOLD, _AGE, _OVER_50 = "OSQ010{}", "OSD030{}{}", "OSQ040{}{}"
_OTHER_AGE = "OSD110{}"
COLUMNS = (
    *(_TOLD.format(bone) for bone in _BONES.values()),
    *(name.format(bone, time) for name in (_AGE, _OVER_50) for bone in _BONES.values() for time in _TIMES),
    *(drug for drugs in _DRUGS.values() for drug in drugs),
    *("OSQ080", "OSQ090A", *(_OTHER_AGE.format(time) for time in _TIMES)),
    *("OSQ060", "OSQ070", "OSQ072", "RHQ060", "RHD042", "RHD043", "RHD280"),
)
_YES, _NO, _MENOPAUSE, _OLDEST = 1, 2, 7, 120
_OLD, _PAST_MENOPAUSE = 50, 60
_NATURAL = (40, 60)
"""Ages at the last period that count as natural menopause; earlier is premature, later is not believed."""


def fractures(survey: Survey) -> list[Derived]:
    """Share of people told by a doctor of a fracture at 50 or later, by bone and of any bone."""
    had = {bone: _after_fifty(survey, letter) for bone, letter in _BONES.items()}
    had["other"] = _other_after_fifty(survey)
    each = np.array(list(had.values()))
    some, unknown = np.nanmax(np.nan_to_num(each), axis=0), np.isnan(each).any(axis=0)
    had["any"] = np.where((some == 0) & unknown, np.nan, some)
    return [_fracture_curve(survey, bone, sex, values) for bone, values in had.items() for sex in Sex]


def _after_fifty(survey: Survey, bone: str) -> Array:
    """1 yes, 0 no, NaN when the question or the age was not answered."""
    told = survey.answered(_TOLD.format(bone), _YES, _NO)
    ages = np.array([survey.answered(_AGE.format(bone, time), 0, _OLDEST) for time in _TIMES])
    over = np.array([survey.answered(_OVER_50.format(bone, time), _YES, _NO) for time in _TIMES])
    later = np.any((ages >= _OLD) | (over == _NO), axis=0)
    earlier = np.any((ages < _OLD) | (over == _YES), axis=0)
    return np.asarray(np.where(told == _NO, 0.0, np.where(later, 1.0, np.where((told == _YES) & earlier, 0.0, np.nan))))


def _other_after_fifty(survey: Survey) -> Array:
    """The same for all other bones, of which the survey asks the age only where no severe trauma broke them."""
    told = survey.answered("OSQ080", _YES, _NO)
    ages = np.array([survey.answered(_OTHER_AGE.format(time), 0, _OLDEST) for time in _TIMES])
    earlier = np.any(ages < _OLD, axis=0) | (survey.columns["OSQ090A"] == _YES)
    later = np.any(ages >= _OLD, axis=0)
    return np.asarray(np.where(told == _NO, 0.0, np.where(later, 1.0, np.where(earlier, 0.0, np.nan))))


def _fracture_curve(survey: Survey, bone: str, sex: Sex, had: Array) -> Derived:
    return Derived(
        f"prior_{bone}_fracture_share_{sex.value}",
        [0.0, *_shares(survey, sex, had)[1:]],
        "1",
        f"US community adults, {sex.value}",
        "OSQ080, OSQ090, OSD110, interview weights" if bone == "other" else _FRACTURES_WHERE,
        over=[_OLD, *[knot for knot, _, _ in GROUPS[1:]]],
        note="told by a doctor, at 50 or later, so 0 at 50" + _FRACTURE_NOTES.get(bone, ""),
    )


_FRACTURES_WHERE = "OSQ010, OSD030, OSQ040, interview weights"
_FRACTURE_NOTES = {
    "vertebra": "; most vertebral fractures are never told",
    "other": "; every other bone, toes and fingers too, not by severe trauma",
    "any": "; hip, wrist or vertebra from any cause, another bone not by severe trauma",
}


def drugs(survey: Survey) -> list[Derived]:
    """Share of people who took a drug of each kind in the last 30 days, and the kinds of antidepressant."""
    taken = {kind: np.max([survey.columns[name] for name in names], axis=0) for kind, names in _DRUGS.items()}
    shares = [
        Derived(
            f"{kind}_share_{sex.value}",
            _shares(survey, sex, values),
            "1",
            f"US community adults, {sex.value}",
            f"{', '.join(_DRUGS[kind])}; interview weights",
            over=[knot for knot, _, _ in GROUPS],
            note="a prescription taken in the last 30 days" + _DRUG_NOTES.get(kind, ""),
        )
        for kind, values in taken.items()
        for sex in Sex
    ]
    return shares + _antidepressant_parts(survey)


_DRUG_NOTES = {
    "antidepressant": ": SSRI, SNRI or tricyclic; bupropion, mirtazapine and trazodone are not counted",
    "glucocorticoid": ", by mouth",
}


def _antidepressant_parts(survey: Survey) -> list[Derived]:
    old = survey.people(lowest_age=_OLD)
    users = {name: mean(survey.columns[name][old], survey.home_weight[old]) for name in _DRUGS["antidepressant"]}
    return [
        Derived(
            f"antidepressant_{name.removeprefix('d_rx_')}_part",
            share / sum(users.values()),
            "1",
            "US community adults of 50 and over, both sexes, who take an SSRI, SNRI or tricyclic",
            f"{name}, interview weights",
            note="the three parts sum to 1; who takes two counts in both",
        )
        for name, share in users.items()
    ]


def treated(survey: Survey) -> list[Derived]:
    """Share ever treated or prescribed a drug among people told that they have osteoporosis."""
    told = survey.people(lowest_age=_OLD) & (survey.columns["OSQ060"] == _YES)
    earlier, later = (survey.answered(name, _YES, _NO) for name in ("OSQ070", "OSQ072"))
    answer = np.where(np.isfinite(earlier), earlier, later)
    ever = np.where(told & np.isfinite(answer), (answer == _YES).astype(float), np.nan)
    return [
        Derived(
            "osteoporosis_treated_share",
            mean(ever, survey.home_weight),
            "1",
            f"US adults of 50 and over told that they have osteoporosis (n = {int(np.isfinite(ever).sum())})",
            "OSQ060, OSQ070 (2005-2010), OSQ072 (2013-2014), interview weights",
            interval=interval(lambda weights: mean(ever, weights), survey.home_weight, survey),
            note="0.78 in 2005-2006, falling to 0.59 in 2013-2014, when the question asked for a prescription",
        )
    ]


def menopause(survey: Survey) -> list[Derived]:
    """The age at natural menopause: its mean, and how it differs between women."""
    reason = np.where(np.isfinite(survey.columns["RHD042"]), survey.columns["RHD042"], survey.columns["RHD043"])
    natural = survey.people(Sex.FEMALE, _PAST_MENOPAUSE) & (reason == _MENOPAUSE) & (survey.columns["RHD280"] == _NO)
    age = np.where(natural, survey.answered("RHQ060", *_NATURAL), np.nan)
    weights = survey.home_weight
    average, known = mean(age, weights), int(np.isfinite(age).sum())
    return [
        Derived(
            "menopause_age",
            average,
            "year",
            f"US women of 60 and over with a uterus and a natural menopause at 40 to 60 (n = {known})",
            "RHQ060, RHD042, RHD043, RHD280, interview weights",
            interval=interval(lambda changed: mean(age, changed), weights, survey),
            spread_sd=float(np.sqrt(mean((age - average) ** 2, weights))),
            note="the interval is that of the mean; the spread is that between women, recall error included",
        )
    ]


def _shares(survey: Survey, sex: Sex, values: Array) -> list[float]:
    groups = [survey.people(sex, lowest, below) for _, lowest, below in GROUPS]
    return [mean(values[group], survey.home_weight[group]) for group in groups]
