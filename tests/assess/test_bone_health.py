"""T-scores, classes, and what is not said about people to whom they do not apply."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boneloop.assess import bone_health
from boneloop.assess.person import assess
from boneloop.assess.seen import Seen
from boneloop.patient.record import Fracture, Measurement
from boneloop.types import Known, Sex

DAY = date(2025, 1, 1)


def test_a_density_alone_gives_a_t_score_with_its_reference_named(person):
    score = assess(person({"bmd_femoral_neck": 0.558})).score("t_score_femoral_neck")
    assert score.value == pytest.approx(-2.5)
    assert "NHANES III" in score.basis[1]


def test_a_recorded_t_score_stays_as_it_is_and_says_when_its_reference_is_not_known(person):
    score = assess(person({"t_score_total_hip": -1.7, "bmd_total_hip": 0.735})).score("t_score_total_hip")
    assert score.value == -1.7
    assert "reference population not recorded" in score.basis


def test_a_density_newer_than_the_t_score_counts(person):
    record = person(
        measurements=(
            Measurement("t_score_total_hip", -1.0, date(2015, 1, 1), "a", "-1.0"),
            Measurement("bmd_total_hip", 0.637, date(2026, 1, 1), "b", "0.637"),
        )
    )
    assert assess(record).score("t_score_total_hip").value == pytest.approx(-2.5)


def test_a_forearm_density_gives_no_t_score_because_no_reference_is_known(person):
    assert assess(person({"bmd_radius": 0.5})).score("t_score_radius") is None


@pytest.mark.parametrize(
    ("t", "band"),
    [(-1.0, "normal"), (-1.01, "low bone mass"), (-2.49, "low bone mass"), (-2.5, "osteoporosis"), (2.0, "normal")],
)
def test_the_class_follows_the_who_limits(person, t, band):
    assert assess(person({"t_score_total_hip": t})).score("who_class").band == band


def test_the_lowest_site_decides(person):
    scored = assess(person({"t_score_total_hip": -1.2, "t_score_lumbar_spine": -2.8, "t_score_femoral_neck": 0.3}))
    assert scored.score("who_class").band == "osteoporosis"
    assert "lumbar spine" in scored.score("who_class").shown


def test_osteoporosis_with_a_low_energy_fracture_is_severe(person):
    broken = (Fracture("vertebra", DAY, "x", Known.YES),)
    scored = assess(person({"t_score_total_hip": -2.6}, fractures=broken))
    assert scored.score("who_class").band == "severe osteoporosis"


def test_a_fracture_of_unknown_energy_makes_it_neither_severe_nor_not(person):
    broken = (Fracture("vertebra", DAY, "x"),)
    scored = assess(person({"t_score_total_hip": -2.6}, fractures=broken, fractures_recorded=Known.YES))
    assert scored.score("who_class").band == "osteoporosis"
    assert any("that is not known" in line for line in scored.score("who_class").basis)


@pytest.mark.parametrize(("sex", "age"), [(Sex.MALE, 49), (Sex.FEMALE, 42)])
def test_younger_people_get_no_class_only_a_z_score(person, sex, age):
    conditions = {"menopause": Known.NO, "early_menopause": Known.NO}
    record = person({"t_score_total_hip": -2.7, "z_score_total_hip": -2.1}, None, conditions, sex=sex, age=float(age))
    said = assess(record)
    assert said.score("who_class").value is None
    assert said.score("z_score_total_hip").band == "below the range expected for age"
    assert said.score("t_score_total_hip").band == ""


def test_a_man_of_fifty_has_a_class(person):
    assert assess(person({"t_score_total_hip": -2.7}, sex=Sex.MALE, age=50.0)).score("who_class").band == "osteoporosis"


def test_a_woman_of_52_whose_menopause_nobody_recorded_has_a_class_with_an_if(person):
    score = assess(person({"t_score_total_hip": -2.7}, age=52.0)).score("who_class")
    assert score.shown.endswith("if after the menopause")
    assert assess(person({"t_score_total_hip": -2.7}, age=52.0)).score("osteoporosis").value is None


def test_osteoporosis_once_found_stays_although_a_later_t_score_is_better(person):
    record = person(
        measurements=(
            Measurement("t_score_total_hip", -2.7, date(2018, 1, 1), "a", "-2.7"),
            Measurement("t_score_total_hip", -2.1, date(2025, 1, 1), "b", "-2.1"),
        )
    )
    said = assess(record)
    assert said.score("who_class").band == "low bone mass"
    assert said.score("osteoporosis").value == 1


def test_a_low_energy_hip_fracture_is_osteoporosis_whatever_the_density(person):
    broken = (Fracture("hip", DAY, "x", Known.YES),)
    assert assess(person({"t_score_total_hip": -1.4}, fractures=broken)).score("osteoporosis").value == 1


def test_osteoporosis_is_not_denied_while_fractures_are_not_known(person):
    assert assess(person({"t_score_total_hip": -1.4})).score("osteoporosis").value is None
    known = assess(person({"t_score_total_hip": -1.4}, fractures_recorded=Known.YES))
    assert known.score("osteoporosis").value == 0


def test_a_sign_lost_on_the_way_is_flagged_where_the_density_shows_it(person):
    said = assess(person({"t_score_total_hip": 2.6, "bmd_total_hip": 0.625}))
    assert "t_score_and_density_disagree" in [f.code for f in said.flags]


@given(st.floats(0.3, 1.5), st.floats(0.3, 1.5))
def test_more_density_is_a_higher_t_score(one, other):
    mean, sd = bone_health.young_reference("total_hip")
    assert ((one - mean) / sd <= (other - mean) / sd) == (one <= other)


@given(st.lists(st.sampled_from(list(bone_health.SITES)), min_size=1, unique=True), st.floats(-5, 3))
def test_one_more_site_never_improves_the_class(person, sites, value):
    quantities = {f"t_score_{site}": value + place / 2 for place, site in enumerate(sites)}
    order = ("osteoporosis", "low bone mass", "normal")
    fewer, found = dict(list(quantities.items())[:-1]), []
    for known in (fewer, quantities):
        worst = bone_health.lowest(bone_health.t_scores(Seen(person(known))))
        found.append(worst.value if worst else 9.0)
    assert found[1] <= found[0]
    assert assess(person(quantities)).score("who_class").band in order


def test_what_osteoporosis_rests_on_is_told_with_its_day_and_place(person):
    broken = Fracture("hip", date(2024, 5, 1), "row 7", Known.YES)
    said = assess(person({"t_score_total_hip": -2.9}, conditions={"osteoporosis": Known.YES}, fractures=(broken,)))
    basis = said.score("osteoporosis").basis
    for part in (
        "T-score -2.9, total hip",
        "-2.9, 2026-08-01 (row 1",
        "yes, 2026-08-01 (row 1)",
        "hip, 2024-05-01 (row 7)",
    ):
        assert any(part in line for line in basis), part
    assert not any("a later one is better" in line for line in basis)


@pytest.mark.parametrize(
    ("value", "shown"),
    [(-2.46, "-2.46"), (-2.5, "-2.5"), (-2.54, "-2.5"), (-1.04, "-1.04"), (-0.96, "-1.0"), (0.31, "0.3")],
)
def test_a_t_score_is_never_rounded_into_another_class(value: float, shown: str) -> None:
    assert bone_health.decimals(value) == shown
