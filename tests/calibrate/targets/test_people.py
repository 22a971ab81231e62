"""The made-up people of a study are those that its file tells of."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from boneloop.calibrate.targets.format import EarlierFractures, Groups, Law
from boneloop.calibrate.targets.laws import drawn, parent
from boneloop.calibrate.targets.people import made_up
from boneloop.simulate.chance import normal
from boneloop.types import Known, Sex

EVENLY = (np.arange(1000) + 0.5) / 1000


@given(mean=st.floats(-3, 3), sd=st.floats(0.1, 1), below=st.floats(2, 6), above=st.floats(2, 6))
def test_a_law_that_is_cut_keeps_the_published_mean_and_sd(mean, sd, below, above):
    law = Law(mean, sd, mean - below * sd, mean + above * sd)
    assert parent(law) is not None
    values = drawn(law, EVENLY)
    assert values.min() >= law.low and values.max() <= law.high
    assert values.mean() == pytest.approx(mean, abs=0.01 * sd)
    assert values.std() == pytest.approx(sd, rel=0.01)


def test_a_law_that_leans_on_its_limit_is_found_too():
    law = Law(-2.8, 0.5, -6, -2.0)
    values = drawn(law, EVENLY)
    assert values.max() <= -2 and values.mean() == pytest.approx(-2.8, abs=0.01)
    tail = Law(1.5, 0.45, 1, 8)
    assert drawn(tail, EVENLY).mean() == pytest.approx(1.5, abs=0.01)


def test_a_law_without_limits_is_the_normal_law():
    law = Law(2, 3)
    assert np.allclose(drawn(law, EVENLY), 2 + 3 * normal(EVENLY))


def test_groups_hold_the_share_of_the_people_that_the_table_prints():
    values = drawn(Groups((50, 60, 100), (0.25, 0.75)), EVENLY)
    assert (values < 60).mean() == 0.25
    assert values[values < 60].mean() == pytest.approx(55, abs=0.05)
    assert values[values > 60].mean() == pytest.approx(80, abs=0.05)


def test_no_law_is_wider_than_its_limits_allow():
    assert parent(Law(0.5, 0.5, 0, 1)) is None
    assert parent(Law(1, 3, 0, math.inf)) is None


def arm_of(study_of, **told):
    arm = study_of().arms["nothing"]
    return replace(arm, population=replace(arm.population, **told))


def test_few_people_stand_for_many(study_of):
    people = made_up("s", arm_of(study_of), 40, 1)
    ages = np.array([p.age for p in people])
    assert ages.mean() == pytest.approx(72, abs=0.25) and ages.std() == pytest.approx(5, rel=0.1)
    assert sum(p.sex is Sex.FEMALE for p in people) == 32
    density = np.array([p.bone.value for p in people])
    assert density.mean() == pytest.approx(0.942 - 2 * 0.122, abs=0.005)


def test_the_same_person_is_the_same_in_every_arm_and_other_in_another_seed(study_of):
    arms = study_of().arms
    first, second = (made_up("s", arms[name], 10, 1) for name in ("nothing", "denosumab"))
    assert first == second
    assert made_up("s", arms["nothing"], 10, 2) != first
    depressed = made_up("s", arm_of(study_of, phq9=Law(15.0)), 10, 1)
    assert [(p.age, p.sex, p.bone) for p in depressed] == [(p.age, p.sex, p.bone) for p in first]


def test_quantities_do_not_go_along_with_one_another(study_of):
    people = made_up("s", arm_of(study_of), 2000, 1)
    both = np.corrcoef([p.age for p in people], [p.bone.value for p in people])[0, 1]
    assert abs(both) < 4 / math.sqrt(2000)


def test_shares_mixes_and_earlier_fractures_come_out(study_of):
    broken = EarlierFractures({"hip": 0.25, "vertebra": 0.5}, Law(3.0), vertebrae=2)
    told = {"country": {"us": 0.75, "gb": 0.25}, "prior_fracture": broken, "antidepressant": 0.1}
    people = made_up("s", arm_of(study_of, **told), 40, 1)
    assert sum(p.country == "GB" for p in people) == 10
    assert sum(p.antidepressant is Known.YES for p in people) == 4
    assert sum(any(f.site == "hip" for f in p.fractures) for p in people) == 10
    assert sum(f.site == "vertebra" for p in people for f in p.fractures) == 2 * 20
    assert {round(f.days_ago) for p in people for f in p.fractures} == {1096}
    assert all(p.fractures_known is Known.YES for p in people)


def test_what_is_not_told_stays_unknown(study_of):
    person = made_up("s", arm_of(study_of), 1, 1)[0]
    assert (person.depression, person.pain, person.falls, person.blood.filtration) == (None, None, None, None)
    assert person.antidepressant is Known.UNKNOWN and person.fractures_known is Known.UNKNOWN


def test_a_fracture_of_today_is_not_in_what_was_measured(study_of):
    arm = replace(arm_of(study_of, pain=Law(3.0), phq9=Law(9.0), function=Law(80.0)), fracture_now="hip")
    person = made_up("s", arm, 1, 1)[0]
    assert [(f.site, f.days_ago) for f in person.fractures] == [("hip", 0.0)]
    assert person.pain.days_ago > 0
    assert (person.pain.value, person.depression.value) == (pytest.approx(0.3), pytest.approx(1 / 3))
    assert person.function_loss.value == pytest.approx(0.2)


def test_women_are_past_menopause_by_the_years_told(study_of):
    people = made_up("s", arm_of(study_of, years_since_menopause=Law(8.0)), 20, 1)
    for person in people:
        expected = person.age - 8 if person.sex is Sex.FEMALE else None
        assert person.menopause_age == expected
