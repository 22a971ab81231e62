"""Kidney, calcium, vitamin D: worked examples, and the person whose kidneys only one of the two formulas sees."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boneloop.assess.kidney_and_mineral import corrected_calcium, creatinine_clearance, estimated_gfr
from boneloop.assess.person import assess
from boneloop.patient.quantities import quantities
from boneloop.types import Sex

F, M = Sex.FEMALE, Sex.MALE
MG_PER_DL = 1 / 88.4
creatinine = st.floats(0.3, 12)
age = st.floats(18, 100)
weight = st.floats(30, 150)


@pytest.mark.parametrize(
    ("sex", "years", "value", "expected"),
    [
        (F, 70, 0.8, 79.2151),
        (F, 60, 0.7, 98.9483),
        (M, 75, 1.2, 63.0647),
        (M, 65, 0.9, 94.7813),
        (F, 71, 120 * MG_PER_DL, 41.7388),
    ],
    ids=["E1", "E2", "E3", "E4", "E5"],
)
def test_ckd_epi_2021_gives_the_worked_examples(sex, years, value, expected):
    assert estimated_gfr(sex, years, value) == pytest.approx(expected, abs=5e-5)


@pytest.mark.parametrize(
    ("sex", "years", "kilograms", "value", "expected"),
    [
        (F, 70, 55, 0.8, 56.814),
        (M, 75, 70, 1.2, 52.662),
        (F, 82, 48, 1.6, 20.542),
        (M, 66, 82, 1.0, 84.278),
        (F, 79, 61, 1.35, 32.540),
    ],
    ids=["C1", "C2", "C3", "C4", "C5"],
)
def test_cockcroft_gault_gives_the_worked_examples(sex, years, kilograms, value, expected):
    assert creatinine_clearance(sex, years, kilograms, value) == pytest.approx(expected, abs=5.1e-4)


def test_corrected_calcium_gives_the_worked_examples_a1_and_a2():
    assert corrected_calcium(2.10, 32) == pytest.approx(2.26)
    per_mg = quantities()["calcium"].accepted["mg/dL"]
    assert corrected_calcium(8.2 * per_mg, 30) / per_mg == pytest.approx(9.00, abs=0.005)


def test_a_clearance_that_the_estimated_gfr_hides_is_flagged_for_bisphosphonates(person):
    said = assess(person({"creatinine": 1.35, "weight": 61}, age=79.0))
    assert said.score("egfr").shown == "40 mL/min/1.73 m²"
    assert said.score("cockcroft_gault").shown == "32.5 mL/min"
    (flag,) = [f for f in said.flags if f.code == "renal_bisphosphonate"]
    assert "32.5" in flag.message and "below 35" in flag.message and "GFR of 40 alone" in flag.message


def test_without_weight_there_is_no_clearance_and_the_reason_is_said(person):
    said = assess(person({"creatinine": 1.35}))
    assert said.score("cockcroft_gault").value is None
    assert "body weight" in said.score("cockcroft_gault").shown
    assert "creatinine and body weight" in [gap.item for gap in said.gaps]


def test_calcium_without_albumin_is_not_corrected(person):
    score = assess(person({"calcium": 2.0})).score("corrected_calcium")
    assert score.value is None and score.band == "" and "albumin" in score.shown


def test_low_and_high_calcium_are_flagged(person):
    assert "calcium_low" in [f.code for f in assess(person({"calcium": 1.9, "albumin": 40})).flags]
    assert "calcium_high" in [f.code for f in assess(person({"calcium": 2.8, "albumin": 40})).flags]
    assert not assess(person({"calcium": 2.35, "albumin": 40})).flags


@pytest.mark.parametrize(("level", "band"), [(49.9, "deficient"), (50, "insufficient"), (75, "replete")])
def test_vitamin_d_has_three_bands(person, level, band):
    assert assess(person({"vitamin_d_25oh": level})).score("vitamin_d").band == band


@given(age, weight, creatinine, st.floats(1.01, 3))
def test_more_creatinine_is_less_kidney_function_in_both_formulas(years, kilograms, value, more):
    for sex in Sex:
        assert estimated_gfr(sex, years, value * more) < estimated_gfr(sex, years, value)
        lower = creatinine_clearance(sex, years, kilograms, value * more)
        assert 0 < lower < creatinine_clearance(sex, years, kilograms, value)


@given(creatinine, weight, st.floats(20, 98))
def test_kidney_function_falls_with_age(value, kilograms, years):
    for sex in Sex:
        assert estimated_gfr(sex, years + 1, value) < estimated_gfr(sex, years, value)
        younger, older = (creatinine_clearance(sex, then, kilograms, value) for then in (years, years + 1))
        assert older < younger
