"""What a forecast rests on, in words and in numbers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from boneloop.compare.sentences import known_sentences, numbers_used
from boneloop.evidence.registry import load
from boneloop.patient.profile import BoneReading, PastFracture, PastTreatment, Profile, Reading
from boneloop.therapy.care_plan import load_plans
from boneloop.types import Known, Sex

NOBODY = Profile("nobody", 70.0, Sex.FEMALE, "US")


def used(*plans):
    return set(numbers_used(load(), load_plans(plans)))


def test_of_a_stranger_only_age_and_sex_are_known():
    assert known_sentences(NOBODY) == ("age 70, female",)


def test_everything_measured_is_said_with_its_date():
    person = replace(
        NOBODY,
        bone=BoneReading("femoral_neck", 0.58, 0.02, "from T-score -2.9", date(2026, 2, 1)),
        depression=Reading(0.5, 0.07, "PHQ-9 total 14 of 27", None),
        fractures=(PastFracture("hip", 730.5), PastFracture("wrist", None)),
        treatments=(PastTreatment("alendronate", (700.0, 0.0), True),),
        falls=2.0,
    )
    said = known_sentences(person)
    assert "femoral neck density 0.580 g/cm2, from T-score -2.9 (2026-02-01)" in said
    assert "depression: PHQ-9 total 14 of 27 (undated)" in said
    assert "hip fracture, 2.0 years ago" in said and "wrist fracture, undated" in said
    assert "alendronate, still taken" in said
    assert "2 falls in the last 12 months" in said


def test_no_known_fracture_is_said_only_when_the_list_is_known():
    assert "no earlier fracture recorded" in known_sentences(replace(NOBODY, fractures_known=Known.YES))
    assert "no earlier fracture recorded" not in known_sentences(NOBODY)


def test_the_numbers_of_a_treatment_count_only_where_a_plan_has_it():
    assert not {i for i in used("none") if i.startswith(("psychological.", "exercise."))}
    assert {i for i in used("mind") if i.startswith("psychological.")}
    assert not {i for i in used("mind") if i.startswith("exercise.")}
    assert "antidepressant.depression_relief" in used("ssri") - used("none")


def test_what_everybody_needs_counts_always():
    always = {"hazard.hip_female", "death.hip_recent", "mood_to_pain.depression", "observe.pain_points"} & set(
        load().entries
    )
    assert len(always) >= 3
    assert always <= used("none")
    assert {"antidepressant.ssri_falls", "beta_blocker.falls"} <= used("none")


def test_numbers_are_told_once_in_order_and_stand_in_the_registry(ahead):
    assert list(ahead.numbers_used) == sorted(set(ahead.numbers_used))
    assert set(ahead.numbers_used) <= set(load().entries)
    assert not [i for i in ahead.numbers_used if i.startswith(("frax", "orai", "osta", "assess"))]
