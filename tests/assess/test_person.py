"""The whole assessment: what is missing is counted, nothing refused is lost, and it is all made from data."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boneloop.assess.framework import FRAMEWORKS, choose
from boneloop.assess.person import assess
from boneloop.errors import InputError
from boneloop.patient.record import Medication
from boneloop.types import Known

CHANGES = {
    "falls_12_months": 0.0,
    "weight": 60.0,
    "creatinine": 0.9,
    "bmd_total_hip": 0.8,
    "vitamin_d_25oh": 80.0,
    "menopause_age": 50.0,
}


def test_an_empty_record_is_all_gaps(person):
    said = assess(person())
    assert set(said.completeness.values()) == {0.0}
    assert set(said.completeness) == {"bone", "fracture_risk", "pain", "mind", "function", "wellbeing", "treatment"}
    assert len(said.gaps) >= 15 and all(gap.why for gap in said.gaps)


@given(st.sets(st.sampled_from(sorted(CHANGES))), st.sampled_from(sorted(CHANGES)))
def test_one_more_measurement_never_makes_the_record_less_complete(person, known, more):
    before = assess(person({name: CHANGES[name] for name in known}))
    after = assess(person({name: CHANGES[name] for name in known | {more}}))
    assert all(after.completeness[domain] >= share for domain, share in before.completeness.items())
    assert len(after.gaps) <= len(before.gaps)


GADS = [1, 1, 0, 2, 0, 2, 0]
LEARNED = {
    "bone density of the hip (DXA)": {"quantities": {"bmd_total_hip": 0.8}},
    "bone density of the spine": {"quantities": {"t_score_lumbar_spine": -1.2}},
    "creatinine and body weight": {"quantities": {"creatinine": 0.9, "weight": 60.0}},
    "calcium with albumin": {"quantities": {"calcium": 2.3, "albumin": 40.0}},
    "25-hydroxyvitamin D": {"quantities": {"vitamin_d_25oh": 80.0}},
    "age at menopause": {"quantities": {"menopause_age": 50.0}},
    "all fractures, with dates and how they came about": {"fractures_recorded": Known.YES},
    "falls in the last 12 months": {"quantities": {"falls_12_months": 0.0}},
    "body weight": {"quantities": {"weight": 60.0}},
    "glucocorticoid use and dose": {"quantities": {"glucocorticoid_mg_per_day": 0.0}},
    "smoking": {"conditions": {"smoking": Known.NO}},
    "hip fracture of a parent": {"conditions": {"parental_hip_fracture": Known.NO}},
    "pain intensity (0 to 10) or PEG": {"forms": {"peg": [4, 5, 6]}},
    "PHQ-9, all nine items": {"forms": {"phq9": [0] * 9}},
    "PHQ-9 item 9": {"forms": {"phq9": {9: 0}}},
    "GAD-7": {"forms": {"gad7": GADS}},
    "a function score (SPPB, RAND-36, ADL)": {"forms": {"katz": [1] * 6}},
    "gait speed, timed up and go, or chair stands": {"quantities": {"tug": 11.0}},
    "quality of life (EQ-5D, RAND-36, QUALEFFO-41)": {"forms": {"qualeffo41": 40.0}},
    "the whole list of medicines": {"medications_recorded": Known.YES},
}


@pytest.mark.parametrize("item", LEARNED)
def test_every_gap_says_why_it_matters_and_goes_once_it_is_known(person, item):
    (gap,) = [gap for gap in assess(person()).gaps if gap.item == item]
    assert gap.why and gap.why != item
    after = assess(person(**LEARNED[item]))
    assert item not in [gap.item for gap in after.gaps]
    assert after.completeness[gap.domain] > 0


def test_every_gap_of_an_empty_record_is_one_of_these(person):
    assert {gap.item for gap in assess(person()).gaps} == set(LEARNED)


def test_what_was_refused_at_reading_is_carried_to_the_reader(person):
    said = assess(person(notes=("row 1, column bmd_total_hip: 85 is outside 0.2 to 2 g/cm2",)))
    (flag,) = said.flags
    assert flag.code == "values_refused" and flag.basis == said.record.notes


def test_every_score_and_every_risk_that_has_a_value_has_a_basis(person):
    record = person(
        {"weight": 60, "creatinine": 1, "t_score_femoral_neck": -2, "falls_12_months": 1, "tug": 14, "frax_mof": 12},
        {"phq9": 8, "peg": [3, 4, 5]},
        fractures_recorded=Known.YES,
        medications_recorded=Known.YES,
    )
    said = assess(record)
    assert all(score.basis for score in said.scores if score.value is not None)
    assert all(risk.basis for risk in said.risks if risk.probability is not None)


@pytest.mark.parametrize(("framework", "band"), [("nogg_2024", "within the cut points"), ("china_2022", "slow")])
def test_cut_points_of_physical_tests_follow_the_framework(person, framework, band):
    assert assess(person({"gait_speed": 0.9}), framework=framework).score("gait_speed").band == band


def test_the_framework_is_the_users_then_the_countrys_then_none():
    assert choose("acp_2023", "GB") == "acp_2023"
    assert choose(None, "CN") == "china_2022"
    assert choose(None, "") == ""
    with pytest.raises(InputError, match="one of nogg_2024"):
        choose("frax", "GB")
    assert [choose(name, "") for name in ("UK", "us", "China")] == ["nogg_2024", "acp_2023", "china_2022"]
    assert {"nogg_2024", "acp_2023", "aace_2020", "bhof_2022", "endocrine_2020", "china_2022"} == set(FRAMEWORKS)


def test_a_bisphosphonate_in_failing_kidneys_is_a_matter_of_safety(person):
    drug = Medication("alendronate", "bisphosphonate", None, None, Known.YES, "x")
    said = assess(person({"creatinine": 1.6, "weight": 48}, age=82.0, medications=(drug,)))
    assert ("renal_bisphosphonate", "safety") in [(f.code, f.severity) for f in said.flags]


def test_answers_to_an_unknown_questionnaire_are_said_and_lose_nothing_else(person):
    said = assess(person(forms={"phq99": [1], "gad7": 5}))
    assert said.score("gad7").value == 5
    assert "no instrument 'phq99'" in said.flags[0].message


def test_the_newest_of_a_pain_score_and_a_pain_form_counts(person):
    said = assess(person({"pain_nrs": 7}, {"nrs": [2]}))
    assert [s.name for s in said.scores].count("pain_nrs") == 1
