"""The survey's associations beside those of 20 000 simulated people: about three minutes. Nothing is tuned to them.

`python scripts/make_mind_page.py ../shared/data` writes the table and the figure of docs/validation/mind.md.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from boneloop.calibrate.associations import compared

SHARED = Path(os.environ.get("BONELOOP_SHARED", "") or Path(__file__).parents[2] / "shared")
NEUTRAL = {"g/cm2": 0.0, "SD": 0.0, "ratio": 1.0}


@pytest.fixture(scope="module")
def found():
    """Every association on both sides."""
    file = SHARED / "data/nhanes/nhanes_bone_mood.parquet"
    if not file.is_file():
        pytest.skip(f"no survey at {file}: set BONELOOP_SHARED")
    answers = compared(file, 20_000)
    for one in answers:
        print(f"{one.name}: {one.surveyed:.4f} {one.survey_interval}, {one.simulated:.4f} {one.simulated_interval}")
    return answers


def test_where_the_survey_is_sure_of_a_sign_the_simulation_has_it(found):
    """An interval of the survey that leaves out no effect."""
    for one in found:
        neutral, (low, high) = NEUTRAL[one.unit], one.survey_interval
        if low > neutral or high < neutral:
            assert (one.simulated - neutral) * (one.surveyed - neutral) > 0, one.name


def test_density_and_depression_are_within_three_standard_errors_of_the_survey(found):
    """And what is stored of the page is not far from it."""
    for one in found:
        if one.unit == "g/cm2" or one.name.startswith("depression after"):
            assert abs(one.distance) < 3, one.name
