"""The plans that rules lead to: each with its rules, none with what is forbidden, and ready to be compared."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boneloop.assess.framework import FRAMEWORKS
from boneloop.assess.person import assess
from boneloop.compare.run import forecast
from boneloop.exchange import demo_path, read
from boneloop.guidance.advice import advise
from boneloop.guidance.proposals import FOR_MIND, TOGETHER, as_toml, proposals
from boneloop.guidance.rule import ANTIDEPRESSANTS, rules
from boneloop.patient.record import Fracture, Medication
from boneloop.therapy.care_plan import load_plan, parse
from boneloop.types import Known

WHOLE = {"fractures_recorded": Known.YES, "medications_recorded": Known.YES}
EVERYBODY = list(read([demo_path()]))
EVERY_RULE = tuple(rule.id for rule in rules())
CONFIRMED = st.one_of(st.just(()), st.just(EVERY_RULE), st.lists(st.sampled_from(EVERY_RULE), unique=True))


def proposed(record, framework, confirmed=()):
    return {one.plan.name: one for one in proposals(advise(assess(record), framework, confirmed))}


@pytest.fixture
def sad_and_osteoporotic(person):
    """A woman with a first drug to choose, chronic pain and PHQ-9 17."""
    return person(
        {"t_score_total_hip": -2.9, "pain_nrs": 6, "creatinine": 0.8, "weight": 62, "calcium": 2.4, "albumin": 42,
         "vitamin_d_25oh": 80},
        {"phq9": [2, 2, 2, 2, 2, 2, 2, 3, 0]},
        {"chronic_primary_pain": Known.YES},
        **WHOLE,
    )  # fmt: skip


def test_each_proposed_bone_drug_is_a_plan_with_the_rules_that_led_to_it(sad_and_osteoporotic):
    found = proposed(sad_and_osteoporotic, "US")
    assert list(found) == ["none", "bone", "risedronate", "zoledronate"]
    assert found["none"].rules == ()
    assert all([rule.id for rule in found[name].rules] == ["B20"] for name in ("bone", "risedronate", "zoledronate"))
    assert "ACP 2023" in found["bone"].why[0]


def test_care_for_the_mind_is_one_plan_and_goes_together_with_the_first_drug(sad_and_osteoporotic):
    found = proposed(sad_and_osteoporotic, "UK", ("D05",))
    assert [one.kind for one in found[FOR_MIND].plan.courses] == ["psychological", "ssri", "exercise"]
    assert {"D05", "N02"} <= {rule.id for rule in found[FOR_MIND].rules}
    found = proposed(sad_and_osteoporotic, "US", ("D13",))
    kinds = [one.kind for one in found[TOGETHER].plan.courses]
    assert kinds == ["alendronate", "calcium_vitamin_d", "psychological"]
    assert [rule.id for rule in found[TOGETHER].rules] == ["B20", "D13"]


def test_a_rule_from_memory_proposes_nothing_until_a_site_turns_it_on(sad_and_osteoporotic):
    assert FOR_MIND not in proposed(sad_and_osteoporotic, "US")
    assert FOR_MIND in proposed(sad_and_osteoporotic, "US", ("D13",))


def test_a_drug_that_builds_bone_is_followed_by_one_that_keeps_it(person):
    broken = tuple(Fracture("vertebra", date(2026, 1 + n, 1), "row 1", Known.YES) for n in range(2))
    record = person({"t_score_total_hip": -3.8}, fractures=broken, **WHOLE)
    found = proposed(record, "US")
    for name, first in (
        ("romosozumab_then_alendronate", "romosozumab"),
        ("teriparatide_then_alendronate", "teriparatide"),
    ):
        start, after = found[name].plan.courses
        assert (start.kind, after.kind) == (first, "alendronate")
        assert start.stop_month == after.start_month
        assert "B23" in {rule.id for rule in found[name].rules}


def test_with_alendronate_forbidden_a_drug_that_builds_bone_is_followed_by_another_or_not_proposed(person):
    broken = tuple(Fracture("vertebra", date(2026, 1 + n, 1), "row 1", Known.YES) for n in range(2))
    record = person({"t_score_total_hip": -3.8, "creatinine": 1.8, "weight": 50}, fractures=broken, **WHOLE)
    names = list(proposed(record, "US"))
    assert "romosozumab_then_denosumab" in names
    assert not [name for name in names if "alendronate" in name or name in ("bone", "zoledronate")]


@given(st.sampled_from(EVERYBODY), st.sampled_from(["", *FRAMEWORKS]), CONFIRMED)
def test_no_plan_put_together_from_rules_holds_a_drug_that_a_rule_forbids(record, framework, confirmed):
    advice = advise(assess(record), framework or None, confirmed)
    forbidden = {one.kind for one in advice.blocked}
    for one in proposals(advice):
        assert not forbidden & {course.kind for course in one.plan.courses}


@given(st.sampled_from(EVERYBODY), st.sampled_from(["", *FRAMEWORKS]), CONFIRMED)
def test_no_plan_for_bone_put_together_from_rules_holds_an_antidepressant(record, framework, confirmed):
    for one in proposals(advise(assess(record), framework or None, confirmed)):
        if ANTIDEPRESSANTS & {course.kind for course in one.plan.courses}:
            assert one.plan.name in (FOR_MIND, TOGETHER)
            leading = {rule.goal for rule in one.rules if ANTIDEPRESSANTS & set(rule.proposes)}
            assert leading and "bone" not in leading


@given(st.sampled_from(EVERYBODY), st.sampled_from(["", *FRAMEWORKS]), CONFIRMED)
def test_every_proposal_names_its_rules_and_is_read_back_from_its_file(record, framework, confirmed):
    advice = advise(assess(record), framework or None, confirmed)
    found = proposals(advice)
    spoken = {rule.id for rule in advice.fired}
    assert len({one.plan.name for one in found}) == len(found)
    assert found[0].plan == load_plan("none")
    for one in found[1:]:
        assert one.rules and {rule.id for rule in one.rules} <= spoken
        assert parse(as_toml(one).encode(), "proposal") == one.plan
        courses = one.plan.courses
        assert not [a for a, b in pairwise(courses) if a.kind == b.kind]


def test_proposals_are_lived_side_by_side(sad_and_osteoporotic):
    said = assess(sad_and_osteoporotic)
    found = proposals(advise(said, "US", ("D13",)))
    (ahead,) = forecast([said.profile], [one.plan for one in found], draws=8, years=1, jobs=1)
    assert [plan.plan for plan in ahead.plans] == [one.plan.name for one in found]


def test_somebody_with_nothing_to_treat_has_nothing_to_compare(person):
    assert list(proposed(person(age=60.0), None)) == ["none"]
    treated = Medication("alendronate", "bisphosphonate", None, None, Known.YES, "row 1")
    record = person({"t_score_total_hip": -2.9}, medications=(treated,), **WHOLE)
    assert "bone" not in proposed(record, "US")
