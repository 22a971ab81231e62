"""What kidney, vitamin D, calcium and phosphate of the people of an age are, for those who were not measured."""

from __future__ import annotations

import numpy as np

from boneloop.calibrate.population_entry import Derived
from boneloop.calibrate.population_survey import GROUPS, Survey, mean
from boneloop.evidence.registry import load
from boneloop.types import Array, Sex

_CALCIUM, _ALBUMIN, _PHOSPHATE, _CREATININE, _VITAMIN_D = "LBXSCA", "LBDSALSI", "LBXSPH", "LBXSCR", "d_25ohd_nmol_l"
COLUMNS = (_CALCIUM, _ALBUMIN, _PHOSPHATE, _CREATININE, _VITAMIN_D)
_CALCIUM_MG_DL, _PHOSPHATE_MG_DL = 4.008, 3.097
"""mg/dL of one mmol/L."""
_WHERE = "{}, examination weights"


def minerals(survey: Survey) -> list[Derived]:
    """Mean and standard deviation by sex and age; of vitamin D those of the logarithm."""
    entries = []
    for sex in Sex:
        entries += _curves(survey, "filtration", _filtration(survey, sex), sex, "mL/min/1.73m2", "LBXSCR, CKD-EPI 2021")
        entries += _curves(survey, "vitamin_d_log", np.log(survey.columns[_VITAMIN_D]), sex, "1", "25-hydroxyvitamin D")
        entries += _curves(survey, "calcium", _calcium(survey), sex, "mmol/L", "LBXSCA, LBXSAL")
        entries += _curves(survey, "phosphate", survey.columns[_PHOSPHATE] / _PHOSPHATE_MG_DL, sex, "mmol/L", "LBXSPH")
    return entries


def _calcium(survey: Survey) -> Array:
    """Total calcium corrected for albumin, mmol/L."""
    numbers = load()
    missing = numbers["corrected_calcium.reference_albumin"].number("g/L") - survey.columns[_ALBUMIN]
    share = numbers["corrected_calcium.per_albumin"]
    return np.asarray(survey.columns[_CALCIUM] / _CALCIUM_MG_DL + share.number(share.unit) * missing)


def _filtration(survey: Survey, sex: Sex) -> Array:
    """Estimated GFR, CKD-EPI 2021, mL/min/1.73 m², with the numbers that an assessment uses."""
    equation = {e.id.partition(".")[2]: e.number(e.unit) for e in load() if e.id.startswith("ckd_epi_2021.")}
    ratio = survey.columns[_CREATININE] / equation[f"kappa_{sex.value}"]
    low = np.minimum(ratio, 1) ** equation[f"alpha_{sex.value}"]
    high = np.maximum(ratio, 1) ** equation["beta"]
    return np.asarray(
        equation["scale"] * low * high * equation["per_year"] ** survey.age * equation.get(sex.value, 1.0)
    )


def _curves(survey: Survey, name: str, values: Array, sex: Sex, unit: str, where: str) -> list[Derived]:
    means, deviations = [], []
    for _, lowest, below in GROUPS:
        here = survey.people(sex, lowest, below)
        average = mean(values[here], survey.exam_weight[here])
        means.append(average)
        deviations.append(float(np.sqrt(mean((values[here] - average) ** 2, survey.exam_weight[here]))))
    over = [knot for knot, _, _ in GROUPS]
    people = f"US community adults, {sex.value}"
    note = "natural logarithm of nmol/L" if name.endswith("_log") else ""
    return [
        Derived(f"{name}_{what}_{sex.value}", curve, unit, people, _WHERE.format(where), over=over, note=note)
        for what, curve in (("mean", means), ("sd", deviations))
    ]
