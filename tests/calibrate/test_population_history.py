"""What people have behind them, as the survey counts it."""

from __future__ import annotations

import numpy as np
import pytest

from boneloop.calibrate.population_history import COLUMNS, fractures
from boneloop.calibrate.population_survey import Survey
from boneloop.evidence.registry import load
from boneloop.types import Sex

REGISTRY = load()
BONES = ("hip", "wrist", "vertebra", "other")


def women_of_65(**answers: list[float]) -> Survey:
    """Women of 65 who told of no fracture, but for the answers given, among people of every group who told of none."""
    women, others = len(next(iter(answers.values()))), 10
    columns = {name: np.full(women + others, np.nan) for name in COLUMNS}
    columns |= {f"OSQ010{bone}": np.full(women + others, 2.0) for bone in "ABC"} | {
        "OSQ080": np.full(women + others, 2.0)
    }
    for name, values in answers.items():
        columns[name][:women] = values
    age = np.append(np.full(women, 65.0), np.tile([45.0, 55, 65, 75, 85], 2))
    sex = np.append(np.full(women, 2.0), np.repeat([1.0, 2.0], 5))
    ones = np.ones(women + others)
    weight = np.append(np.ones(women), np.full(others, 1e-12))
    return Survey(columns, ones, age, sex, weight, weight, ones, ones)


def share(survey: Survey, bone: str) -> float:
    entry = next(e for e in fractures(survey) if e.name == f"prior_{bone}_fracture_share_female")
    assert isinstance(entry.value, list)
    return float(entry.value[2])


def test_a_fracture_in_youth_is_not_one_after_fifty() -> None:
    told = women_of_65(OSQ010A=[1, 1, 2, 2], OSD030AA=[20, 62, np.nan, np.nan])
    assert share(told, "hip") == pytest.approx(0.25)


def test_a_second_fracture_after_fifty_counts() -> None:
    told = women_of_65(OSQ010B=[1, 2], OSD030BA=[20, np.nan], OSQ040BB=[2, np.nan])
    assert share(told, "wrist") == pytest.approx(0.5)


def test_who_does_not_know_is_not_counted_as_never() -> None:
    told = women_of_65(OSQ010A=[1, 9, 1, 2], OSD030AA=[70, np.nan, 99999, np.nan])
    assert share(told, "hip") == pytest.approx(0.5)


def test_another_bone_counts_by_the_age_at_which_it_broke() -> None:
    told = women_of_65(
        OSQ080=[1, 1, 1, 2, 9], OSQ090A=[2, 2, 1, np.nan, np.nan], OSD110A=[30, 60, np.nan, np.nan, np.nan]
    )
    assert share(told, "other") == pytest.approx(0.25)


def test_any_fracture_needs_one_known_bone_and_never_needs_all_the_others() -> None:
    told = women_of_65(OSQ010A=[1, 9, 2, 9], OSD030AA=[70, np.nan, np.nan, np.nan], OSQ010B=[9, 2, 2, 2])
    assert share(told, "any") == pytest.approx(0.5)


@pytest.mark.parametrize("sex", Sex)
def test_each_bone_is_broken_less_often_than_any(sex: Sex) -> None:
    ages = np.arange(50, 86)
    each = [REGISTRY.at(f"population.prior_{bone}_fracture_share_{sex}", ages) for bone in BONES]
    some = REGISTRY.at(f"population.prior_any_fracture_share_{sex}", ages)
    assert np.all(np.max(each, axis=0) <= some + 1e-9) and np.all(some <= np.sum(each, axis=0) + 1e-3)


def test_the_parts_of_the_antidepressants_make_a_whole() -> None:
    parts = [REGISTRY.number(f"population.antidepressant_{kind}_part") for kind in ("ssri", "snri", "tca")]
    assert sum(parts) == pytest.approx(1, abs=1e-3)


def test_natural_menopause_comes_at_about_fifty() -> None:
    assert 49 < REGISTRY.number("population.menopause_age", "year") < 52
    assert 3 < REGISTRY["population.menopause_age"].spread.sd < 6
