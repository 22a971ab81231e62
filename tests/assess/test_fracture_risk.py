"""Risk engines: published vectors, refusals, and ranges in place of guesses."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boneloop.assess.fracture_risk import garvan
from boneloop.assess.person import assess
from boneloop.assess.screening import orai, ost
from boneloop.guidance.advice import advise
from boneloop.patient.record import Fracture, Measurement
from boneloop.types import Known, Sex

F, M = Sex.FEMALE, Sex.MALE
WHOLE = {"fractures_recorded": Known.YES, "medications_recorded": Known.YES}


def risk(said, engine, outcome=None, years=None):
    (found,) = [
        r
        for r in said.risks
        if r.engine == engine and outcome in (None, r.outcome) and (years is None or r.years == years)
    ]
    return found


@pytest.mark.parametrize(
    ("sex", "age", "t", "fractures", "falls", "expected"),
    [
        (F, 60, -2.5, 1, 1, (15.8881, 31.0077, 5.580454, 10.864889)),
        (F, 70, -2.5, 0, 0, (10.4268, 21.0395, 2.9039, 5.7318)),
        (F, 75, -3.2, 2, 1, (48.0873, 75.4985, 39.2927, 63.2015)),
        (M, 72, -1.8, 0, 2, (9.0469, 16.5950, 2.3344, 4.5073)),
        (M, 80, -2.9, 3, 4, (97.5742, 99.9189, 71.4898, 91.3730)),
    ],
    ids=["GV1", "GV2", "GV3", "GV4", "GV5"],
)
def test_garvan_gives_the_published_vectors(sex, age, t, fractures, falls, expected):
    asked = (("any", 5), ("any", 10), ("hip", 5), ("hip", 10))
    found = [100 * garvan(sex, age, t, fractures, falls, outcome, years) for outcome, years in asked]
    assert found == pytest.approx(expected, abs=6e-5)


@given(st.sampled_from(list(Sex)), st.floats(60, 95), st.floats(-5, 2), st.integers(0, 5), st.integers(0, 5))
def test_garvan_rises_with_age_fractures_and_falls_and_falls_with_density(sex, age, t, fractures, falls):
    for outcome in ("any", "hip"):
        for years in (5, 10):
            base = garvan(sex, age, t, fractures, falls, outcome, years)
            assert 0 <= base <= 1
            assert garvan(sex, age + 1, t, fractures, falls, outcome, years) >= base
            assert garvan(sex, age, t - 0.1, fractures, falls, outcome, years) >= base
            assert garvan(sex, age, t, fractures + 1, falls, outcome, years) >= base
            assert garvan(sex, age, t, fractures, falls + 1, outcome, years) >= base
        five, ten = (garvan(sex, age, t, fractures, falls, outcome, years) for years in (5, 10))
        assert five <= ten


def test_garvan_is_given_when_all_that_it_needs_is_known(person):
    broken = (Fracture("wrist", date(2020, 1, 1), "x"),)
    said = assess(person({"t_score_femoral_neck": -2.5, "falls_12_months": 1}, age=60.0, fractures=broken, **WHOLE))
    assert risk(said, "garvan", "any fracture", 10).probability == pytest.approx(0.310077, abs=1e-6)
    assert risk(said, "garvan", "any fracture", 10).shown == "31 %"


def test_garvan_counts_fractures_since_fifty_only(person):
    young, old = Fracture("wrist", date(1990, 1, 1), "x"), Fracture("wrist", date(2020, 1, 1), "x")
    record = person({"t_score_femoral_neck": -2.5, "falls_12_months": 1}, age=60.0, fractures=(young,), **WHOLE)
    fewer = risk(assess(record), "garvan", "any fracture", 10).probability
    record = person({"t_score_femoral_neck": -2.5, "falls_12_months": 1}, age=60.0, fractures=(young, old), **WHOLE)
    assert fewer < risk(assess(record), "garvan", "any fracture", 10).probability


@pytest.mark.parametrize("age", [52.0, 97.0])
def test_garvan_refuses_ages_outside_its_range_and_never_moves_them_to_its_edge(person, age):
    said = assess(person({"t_score_femoral_neck": -2.5, "falls_12_months": 0}, age=age, **WHOLE))
    found = risk(said, "garvan", "any fracture", 10)
    assert found.probability is None
    assert f"age {age:.0f} is outside 60 to 96" in found.shown


def test_garvan_with_unknown_falls_gives_no_number_and_the_range_it_could_take(person):
    said = assess(person({"t_score_femoral_neck": -2.5}, age=70.0, **WHOLE))
    found = risk(said, "garvan", "any fracture", 10)
    assert found.probability is None
    assert "falls in the last 12 months" in found.shown
    assert found.note.startswith("between 21 % and 35 %")


def test_fractures_that_nobody_listed_are_not_none(person):
    said = assess(person({"t_score_femoral_neck": -2.5, "falls_12_months": 0}, age=70.0))
    assert risk(said, "garvan", "hip fracture", 10).probability is None
    assert "all fractures since the age of 50" in risk(said, "garvan", "hip fracture", 10).shown


def test_a_risk_beyond_the_cohort_is_shown_as_a_band(person):
    broken = tuple(Fracture("vertebra", date(2020 + n, 1, 1), "x") for n in range(3))
    record = person({"t_score_femoral_neck": -2.9, "falls_12_months": 4}, sex=M, age=80.0, fractures=broken, **WHOLE)
    assert risk(assess(record), "garvan", "any fracture", 10).shown == "more than 80 %"


@pytest.mark.parametrize(
    ("age", "weight", "expected"),
    [(80, 56, -4.8), (68, 56, -2.4), (50, 56, 1.2), (56, 60, 0.8), (40, 60, 4.0)],
    ids=["O1", "O2", "O3", "O4", "O5"],
)
def test_ost_gives_the_published_vectors(age, weight, expected):
    assert ost(weight, age) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("ethnicity", "engine", "shown"),
    [("white", "ost", "-2.4 (medium)"), ("chinese", "osta", "-2.4 (medium)"), ("", "ost", "-2.4")],
)
def test_ost_names_its_variant_and_gives_a_band_only_where_one_is_published(person, ethnicity, engine, shown):
    found = risk(assess(person({"weight": 56}, age=68.0, ethnicity=ethnicity)), engine)
    assert found.shown == shown
    assert bool(found.note) == (ethnicity == "")


def test_ost_bands_differ_between_white_and_asian_women(person):
    white, asian = (assess(person({"weight": 50}, age=67.0, ethnicity=e)) for e in ("white", "asian"))
    shown = [risk(white, "ost").shown, risk(asian, "osta").shown]
    assert shown == ["-3.4 (high)", "-3.4 (medium)"]


@pytest.mark.parametrize(
    ("age", "weight", "estrogen", "expected"),
    [(76, 59, False, 26), (70, 65, False, 14), (60, 72, False, 7), (60, 72, True, 5), (50, 80, True, 0)],
)
def test_orai_adds_its_points(age, weight, estrogen, expected):
    assert orai(age, weight, estrogen) == expected


def test_orai_with_unknown_estrogen_is_not_computed_and_says_what_would_not_change(person):
    found = risk(assess(person({"weight": 59}, age=76.0)), "orai")
    assert "not known: estrogen" in found.shown and "density test advised either way" in found.shown


def test_frax_is_taken_as_typed_and_a_hip_risk_above_the_major_one_is_refused(person):
    good = risk(assess(person({"frax_mof": 22, "frax_hip": 5})), "frax", "hip fracture")
    assert good.probability == pytest.approx(0.05)
    bad = assess(person({"frax_mof": 5, "frax_hip": 22}))
    assert all(r.probability is None and "one of them is wrong" in r.shown for r in bad.risks if r.engine == "frax")


@pytest.mark.parametrize("age", [39.0, 91.0])
def test_frax_outside_its_ages_is_refused(person, age):
    assert risk(assess(person({"frax_mof": 22}, age=age)), "frax").probability is None


def test_frax_is_stale_after_a_year_and_after_a_new_fracture(person):
    old = person(measurements=(Measurement("frax_mof", 22, date(2025, 8, 1), "x", "22 %"),))
    assert "older than 12 months" in risk(assess(old), "frax").note
    broken = person({"frax_mof": 22}, fractures=(Fracture("hip", date(2026, 8, 20), "x"),))
    assert "a fracture has happened since" in risk(assess(broken), "frax").note


def test_a_hip_risk_above_the_risk_of_any_fracture_is_flagged_and_both_are_shown(person):
    broken = tuple(Fracture("vertebra", date(2020 + n, 1, 1), "x") for n in range(3))
    record = person({"t_score_femoral_neck": -4.0, "falls_12_months": 3}, age=80.0, fractures=broken, **WHOLE)
    said = assess(record)
    hip, whole = risk(said, "garvan", "hip fracture", 5), risk(said, "garvan", "any fracture", 5)
    assert hip.probability > whole.probability
    assert "risks_incoherent" in [f.code for f in said.flags]


def test_men_get_no_score_that_was_made_for_women(person):
    said = assess(person({"weight": 60}, sex=M))
    assert all("not computed" in r.shown for r in said.risks if r.engine in ("ost", "osta", "orai"))


def test_frax_of_another_country_says_so_and_meets_no_threshold_of_this_one(person):
    day = date(2026, 8, 1)

    def typed(country):
        frax = Measurement("frax_mof", 25, day, "x", "25 %", f"{country}, version 4.4, with bone density")
        low = Measurement("t_score_total_hip", -1.8, day, "y", "-1.8")
        return person(measurements=(frax, low), country="US", medications_recorded=Known.YES)

    def spoken(record):
        return {rule.id for rule in advise(assess(record), "bhof_2022", ["B08"]).fired}

    at_home, abroad = risk(assess(typed("US")), "frax"), risk(assess(typed("GB")), "frax")
    assert "with bone density" in abroad.basis[1]
    assert "calculated for GB, the person lives in US" in abroad.note and "calculated" not in at_home.note
    assert abroad.probability == at_home.probability == pytest.approx(0.25)
    assert ["B08" in spoken(typed(of)) for of in ("US", "GB")] == [True, False]
