"""Pain and depression go together far more between persons than within one: both come out of a simulated panel.

2500 women of 65 are asked every two years for eight years.
"""

from __future__ import annotations

import numpy as np
import pytest

from boneloop.calibrate import fast_circle
from boneloop.calibrate.panel import cross_lags, lagged
from boneloop.calibrate.targets.observed import error
from boneloop.calibrate.within_person import standardized_lags
from boneloop.evidence.registry import load
from boneloop.patient.profile import Profile
from boneloop.simulate.chance import key_of, normal, uniform
from boneloop.therapy.care_plan import load_plan
from boneloop.types import Sex

PEOPLE, WAVES = 2500, (12, 36, 60, 84, 108)


@pytest.fixture(scope="module")
def panel():
    """Readings of PHQ-9 and pain, shape (waves, people, 2)."""
    registry = load()
    people = [Profile(f"panel/{n}", 65.0, Sex.FEMALE, "US") for n in range(PEOPLE)]
    values = {"circle.strength": np.array([registry.number("circle.strength")])}
    who = fast_circle.gathered(people, registry, 1)
    pages = fast_circle.lived(who, load_plan("none"), registry, values, WAVES[-1]).pages
    keys = np.array([key_of(person.id) for person in people], dtype=np.uint64)
    waves = []
    for month in WAVES:
        levels = [pages[name][month, :, 0] for name in ("phq9", "pain")]
        luck = [normal(uniform(1, keys, f"panel/{name}", month, 0)) for name in ("phq9", "pain")]
        pairs = zip(("phq9", "pain"), levels, luck, strict=True)
        waves.append(np.stack([level + error(name, level) * own for name, level, own in pairs], axis=1))
    return np.stack(waves)


@pytest.fixture(scope="module")
def lags(panel):
    """What the random-intercept model finds in the panel."""
    return cross_lags(panel)


def test_what_pain_and_depression_have_in_common_is_mostly_what_stays(panel):
    assert lagged(panel)[-1][0, 1] > 0.15


def test_within_a_person_one_hardly_tells_of_the_other_two_years_later(lags):
    whole, errors = lags.beta, lags.error
    for cross, uncertain in ((whole[0, 1], errors[0, 1]), (whole[1, 0], errors[1, 0])):
        assert abs(cross) < 0.06 + 2 * uncertain


def test_a_panel_shows_the_lags_that_follow_from_the_linear_system(lags):
    registry = load()
    values = {"circle.strength": np.array([registry.number("circle.strength")])}
    expected = standardized_lags(registry, values, 2.0)[0]
    whole, errors = lags.beta, lags.error
    # off the diagonal: the linear system is that of the usual person, the panel has everybody
    for row, column in ((0, 1), (1, 0)):
        assert abs(whole[row, column] - expected[row, column]) < 3 * errors[row, column] + 0.02
