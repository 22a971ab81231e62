"""The profile: what was measured is carried with its error, what was not stays unknown and is named."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boneloop.assess.person import assess
from boneloop.patient.profile import PastFracture
from boneloop.patient.record import Fracture, Measurement, Medication
from boneloop.types import Known, Sex


def test_an_empty_record_assumes_nothing_in_silence(person):
    profile = assess(person()).profile
    assert profile.bone is profile.pain is profile.depression is profile.anxiety is profile.function_loss is None
    assert profile.falls is profile.menopause_age is profile.glucocorticoid_mg_per_day is None
    assert profile.antidepressant is profile.beta_blocker is profile.fractures_known is Known.UNKNOWN
    text = " ".join(profile.assumed)
    for word in ("bone density", "pain", "depressive", "anxiety", "function", "falls", "menopause", "glucocorticoid",
                 "antidepressant", "beta-blocker", "country", "ethnicity", "other fractures", "bone drug"):  # fmt: skip
        assert word in text


@pytest.mark.parametrize("country", ["US", "GB", "CN"])
def test_a_country_with_rates_is_kept(person, country):
    assert assess(person(country=country)).profile.country == country


def test_a_country_without_rates_is_not_forecast_and_says_why(person):
    said = assess(person(country="BR"))
    assert said.profile is None
    assert "BR" in said.not_forecast


def test_no_country_means_the_western_curve_and_says_so(person):
    profile = assess(person()).profile
    assert profile.country == "US"
    assert any("country not recorded" in line for line in profile.assumed)


@pytest.mark.parametrize("age", [39.9, 101.0])
def test_ages_without_rates_are_not_forecast(person, age):
    said = assess(person(age=age))
    assert said.profile is None and "outside 40 to 100" in said.not_forecast


@pytest.mark.parametrize(
    ("quantities", "site", "value"),
    [
        ({"bmd_total_hip": 0.7, "bmd_femoral_neck": 0.6, "bmd_lumbar_spine": 0.8}, "total_hip", 0.7),
        ({"bmd_femoral_neck": 0.6, "t_score_total_hip": -2}, "total_hip", 0.942 - 2 * 0.122),
        ({"bmd_femoral_neck": 0.6, "bmd_lumbar_spine": 0.8}, "femoral_neck", 0.6),
        ({"t_score_lumbar_spine": -1}, "lumbar_spine", 1.047 - 0.110),
    ],
)
def test_bone_starts_from_the_hip_then_the_neck_then_the_spine(person, quantities, site, value):
    bone = assess(person(quantities)).profile.bone
    assert (bone.site, bone.value) == (site, pytest.approx(value))


def test_a_t_score_of_no_named_site_is_a_total_hip_with_a_wider_error(person):
    named = assess(person({"t_score_total_hip": -2})).profile
    unnamed = assess(person({"t_score_unspecified": -2})).profile
    assert unnamed.bone.value == named.bone.value
    assert unnamed.bone.error > named.bone.error > assess(person({"bmd_total_hip": 0.7})).profile.bone.error
    assert any("site of the T-score not named" in line for line in unnamed.assumed)
    assert "from T-score -2.0" in unnamed.bone.basis


def test_an_old_hip_scan_gives_way_to_a_new_scan_of_the_neck(person):
    old = Measurement("bmd_total_hip", 0.9, date(2010, 1, 1), "a", "0.9")
    new = Measurement("bmd_femoral_neck", 0.6, date(2026, 1, 1), "b", "0.6")
    assert assess(person(measurements=(old, new))).profile.bone.site == "femoral_neck"
    assert any("months ago" in line for line in assess(person(measurements=(old,))).profile.assumed)


def test_readings_are_shares_of_the_worst_the_instrument_can_say(person):
    forms = {"phq9": 14, "gad7": 7, "sppb": 3}
    profile = assess(person({"pain_nrs": 6}, forms)).profile
    assert profile.pain.value == pytest.approx(0.6)
    assert profile.depression.value == pytest.approx(14 / 27)
    assert profile.depression.error == pytest.approx(2 / 27, abs=1e-4)
    assert profile.anxiety.value == pytest.approx(7 / 21)
    assert profile.function_loss.value == pytest.approx(0.75)
    assert "14 of 27" in profile.depression.instrument


@pytest.mark.parametrize(
    ("forms", "value"),
    [
        ({"sppb": 12, "katz": 0}, 0),
        ({"rand36": [None, None, *[1] * 10]}, 1),
        ({"katz": 6, "lawton": 0}, 0),
        ({"lawton": 2}, 0.75),
        ({"nhanes_pfq": [None, *[4] * 15, None, None, None, 4]}, 1),
    ],
)
def test_function_comes_from_the_first_of_the_stated_order(person, forms, value):
    assert assess(person(forms=forms)).profile.function_loss.value == pytest.approx(value)


def test_a_stand_in_questionnaire_is_named_with_a_wider_error(person):
    first, stand_in = assess(person(forms={"phq9": 12})).profile, assess(person(forms={"gds15": 9})).profile
    assert stand_in.depression.value == pytest.approx(0.6)
    assert stand_in.depression.error > first.depression.error
    assert any("stands in for" in line for line in stand_in.assumed)


def test_an_incomplete_form_is_not_a_reading(person):
    assert assess(person(forms={"phq9": [3, 3, 3, None, None, None, 3, 3, 0]})).profile.depression is None


def test_past_fractures_keep_their_days_and_undated_ones_say_so(person):
    broken = (
        Fracture("hip", date(2026, 8, 22), "a"),
        Fracture("pelvis", None, "b"),
        Fracture("wrist", date(2020, 1, 1), "c", Known.NO),
        Fracture("wrist", date(1970, 1, 1), "d"),
    )
    profile = assess(person(fractures=broken)).profile
    assert profile.fractures == (PastFracture("hip", 10), PastFracture("other", None))
    text = " ".join(profile.assumed)
    assert "high energy" in text and "taken as long ago" in text and "before 40" in text


def test_past_treatments_are_replayed_from_their_dates(person):
    drugs = (
        Medication("denosumab", "denosumab", None, None, Known.YES, "a", (date(2026, 2, 1), date(2025, 8, 1))),
        Medication("alendronate", "bisphosphonate", date(2020, 9, 1), date(2024, 9, 1), Known.NO, "b"),
        Medication("estradiol", "estrogen", date(2026, 1, 1), None, Known.YES, "c"),
    )
    one, two, three = assess(person(medications=drugs)).profile.treatments
    assert (one.drug, one.days_ago, one.ongoing) == ("denosumab", (396.0, 212.0), True)
    assert (two.drug, two.days_ago, two.ongoing) == ("alendronate", (2191.0, 730.0), False)
    assert (three.drug, three.days_ago, three.ongoing) == ("estrogen", (243.0, 0.0), True)


def test_doses_that_nobody_dated_are_said_to_be_assumed(person):
    drug = Medication("denosumab", "denosumab", date(2025, 9, 1), None, Known.YES, "a")
    profile = assess(person(medications=(drug,))).profile
    assert len(profile.treatments[0].days_ago) == 2
    assert any("taken as given every 6 months" in line for line in profile.assumed)


@pytest.mark.parametrize(
    ("drug", "words"),
    [
        (Medication("alendronate", "bisphosphonate", None, None, Known.YES, "a"), "since when"),
        (
            Medication("alendronate", "bisphosphonate", date(2020, 1, 1), None, Known.UNKNOWN, "a"),
            "when it was stopped",
        ),
        (
            Medication("bisphosphonate", "bisphosphonate", date(2020, 1, 1), None, Known.YES, "a"),
            "which drug of this class",
        ),
    ],
)
def test_a_course_that_cannot_be_replayed_is_named(person, drug, words):
    profile = assess(person(medications=(drug,))).profile
    assert not profile.treatments
    assert any(words in line for line in profile.assumed)


@pytest.mark.parametrize(
    ("fields", "dose"),
    [
        ({"medications_recorded": Known.YES}, 0),
        ({"conditions": {"glucocorticoid_use": Known.NO}}, 0),
        ({"quantities": {"glucocorticoid_mg_per_day": 7.5}}, 7.5),
        ({"medications": (Medication("prednisolone", "glucocorticoid", None, None, Known.YES, "a", (), 5.0),)}, 5),
        ({"medications": (Medication("dexamethasone", "glucocorticoid", None, None, Known.YES, "a", (), 0.5),)}, 5),
        ({}, None),
    ],
)
def test_a_glucocorticoid_dose_is_known_known_to_be_none_or_unknown(person, fields, dose):
    assert assess(person(**fields)).profile.glucocorticoid_mg_per_day == dose


def test_men_have_no_menopause(person):
    profile = assess(person(sex=Sex.MALE)).profile
    assert profile.menopause_age is None
    assert not any("menopause" in line for line in profile.assumed)


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "bmd_total_hip": st.floats(0.3, 1.4),
            "t_score_unspecified": st.floats(-6, 3),
            "pain_nrs": st.floats(0, 10),
            "falls_12_months": st.integers(0, 20),
            "menopause_age": st.floats(35, 58),
        },
    ),
    st.fixed_dictionaries(
        {},
        optional={
            "phq9": st.integers(0, 27),
            "gad7": st.integers(0, 21),
            "sppb": st.integers(0, 12),
            "katz": st.integers(0, 6),
        },
    ),
)
def test_readings_stay_between_0_and_1_and_whatever_is_missing_is_named(person, quantities, forms):
    profile = assess(person(quantities, forms)).profile
    for reading in (profile.pain, profile.depression, profile.anxiety, profile.function_loss):
        assert reading is None or (0 <= reading.value <= 1 and reading.error > 0)
    text = " ".join(profile.assumed)
    assert (profile.bone is None) == ("bone density not measured" in text)
    assert (profile.pain is None) == ("pain not measured" in text)
    assert (profile.depression is None) == ("depressive symptoms not measured" in text)
