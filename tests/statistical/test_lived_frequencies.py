"""What a forecast calls a probability is how often it happens in the lives it lives."""

from __future__ import annotations

import numpy as np
import pytest

from boneloop.cycle.body.fracture import SITES
from boneloop.patient.profile import BoneReading, Profile, Reading
from boneloop.simulate import life
from boneloop.therapy.care_plan import load_plan
from boneloop.types import Sex

DRAWS, YEARS = 1500, 10
WOMAN = Profile(
    id="counted",
    age=76.0,
    sex=Sex.FEMALE,
    country="US",
    bone=BoneReading("total_hip", 0.62, 0.015, "measured", None),
    pain=Reading(0.5, 0.1, "NRS 5 of 10", None),
    depression=Reading(0.4, 0.0741, "PHQ-9 total 11 of 27", None),
)


def ten_years(begun, tolerance, **instead):
    """Ten years without care: the course, and which sites each draw had broken in the end, dead or alive."""
    here, model = begun(WOMAN, DRAWS)
    broken, breaks = [], life._broken

    def noted(*given):
        crowd, traits = breaks(*given)
        broken.append(crowd.broken)
        return crowd, traits

    with pytest.MonkeyPatch.context() as patch:
        for name, replacement in ({"_broken": noted} | instead).items():
            patch.setattr(life, name, replacement)
        course = life.live(here, load_plan("none"), model, life.Setting(12 * YEARS, tolerance))
    return course, broken[-1]


@pytest.fixture(scope="module")
def mortal(begun, tolerance):
    """Ten years as they are."""
    return ten_years(begun, tolerance)[0]


@pytest.fixture(scope="module")
def undying(begun, tolerance):
    """Ten years in which nobody dies, so that every fracture is seen."""
    return ten_years(begun, tolerance, death_hazard=lambda who, *_: np.zeros(who.age.shape))


def as_often(happened, probability):
    """Each draw has a probability of its own; are the events within four standard errors of their sum?"""
    return abs(happened.sum() - probability.sum()) < 4 * np.sqrt((probability * (1 - probability)).sum())


@pytest.mark.parametrize("year", [1, 5, 10])
def test_death_comes_as_often_as_its_probability_says(mortal, year):
    assert as_often(~mortal.alive[4 * year], mortal.values["death"][4 * year])


def test_a_first_fracture_comes_as_often_as_its_probability_says(undying):
    course, broken = undying
    assert as_often(broken.any(axis=0), course.values["fracture_any"][-1])


@pytest.mark.parametrize("site", SITES)
def test_the_first_fracture_of_a_site_comes_about_as_often_as_its_probability_says(undying, site):
    """Once a site has broken, its probability goes on as if nothing had: over ten years up to a seventh too low."""
    course, broken = undying
    happened = broken[SITES.index(site)].mean()
    probability = course.values[f"fracture_{site}"][-1].mean()
    error = 4 * np.sqrt(happened * (1 - happened) / DRAWS)
    assert 0.86 * happened - error < probability < happened + error


def test_who_may_die_breaks_less(mortal, undying):
    assert (mortal.values["fracture_any"][-1] < undying[0].values["fracture_any"][-1]).all()


def test_falls_are_whole_and_vary_more_than_luck_alone_would_make_them(mortal):
    falls = mortal.values["falls"][-1]
    assert (falls == np.round(falls)).all()
    assert falls.var() > falls.mean()
