"""The associations of a cross-section: the sums are right, and simulated people show the signs that people show."""

from __future__ import annotations

import numpy as np
import pytest

from boneloop.calibrate import associations
from boneloop.calibrate.associations import Section


@pytest.fixture(scope="module")
def made():
    """Made-up rows in which every answer is known."""
    chance, count = np.random.default_rng(2), 4000
    age, phq9 = chance.uniform(50, 90, count), chance.integers(0, 20, count).astype(float)
    male = chance.random(count) < 0.5
    broken = (chance.random(count) < 0.2).astype(float)
    return Section(
        age=age,
        male=male,
        density=1.0 - 0.004 * (age - 50) - np.where(male, 0.001, 0.003) * phq9,
        phq9=phq9,
        pain=2 * broken + chance.standard_normal(count),
        walking=(phq9 >= 10).astype(float) * 0.5 + 0.25,
        broken={site: broken for site in associations.SITES},
        weight=chance.uniform(0.5, 2, count),
    )


def test_the_slope_of_density_is_that_of_the_same_age_and_sex(made):
    assert associations.density_slope(made, made.weight, men=False) == pytest.approx(-0.003)
    assert associations.density_slope(made, made.weight, men=True) == pytest.approx(-0.001)


def test_pain_is_compared_in_standard_deviations_of_all(made):
    spread = np.sqrt(1 + 4 * 0.2 * 0.8)
    assert associations.pain_difference(made, made.weight, "hip") == pytest.approx(2 / spread, rel=0.1)


def test_ratios_are_of_shares(made):
    assert associations.walking_ratio(made, made.weight) == pytest.approx(3)
    assert associations.case_ratio(made, made.weight, "wrist") == pytest.approx(1, abs=0.2)


def test_who_has_no_weight_is_not_asked(made):
    only = np.where(made.male, 0.0, made.weight)
    assert associations.walking_ratio(made, only) == pytest.approx(3)
    assert np.isnan(associations.density_slope(made, only, men=True)) or not only[made.male].any()


@pytest.mark.filterwarnings("ignore:invalid value encountered")
def test_simulated_people_show_the_signs_that_the_survey_shows():
    chance, count = np.random.default_rng(1), 1200
    own = associations.lived(chance.uniform(50, 78, count), chance.random(count) < 0.45, 1)
    own = associations.with_walking_as_hard(own, 0.2)
    assert own.walking[own.weight > 0].mean() == pytest.approx(0.2, abs=0.01)
    assert associations.walking_ratio(own, own.weight) > 1.3
    everybody = np.ones(count, dtype=bool)
    both = associations.Section(**{**vars(own), "male": ~everybody})
    assert associations.density_slope(both, own.weight, men=False) < 0.001


def test_the_survey_gives_the_estimates_that_its_readme_gives(shared):
    """Prevalences and the ratio of its own table: 19 and 40 % with difficulty walking, 60 and over."""
    section, survey = associations.surveyed(shared / "data/nhanes/nhanes_bone_mood.parquet")
    old = np.where(section.age >= 60, survey.exam_weight, 0.0)
    assert associations.walking_ratio(section, old) == pytest.approx(40 / 19, rel=0.1)
    assert associations.case_ratio(section, section.weight, "hip") == pytest.approx(9.8 / 7.5, rel=0.03)
    assert associations.density_slope(section, section.weight, men=False) < 0
