"""Care plans: by name, from a file, and the errors that name file, course, rule and value."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boneloop.errors import PlanError
from boneloop.therapy.care_plan import known_plans, load_plan, load_plans, parse
from boneloop.therapy.cautions import cautions
from boneloop.therapy.course import course
from boneloop.therapy.kinds import KINDS
from boneloop.therapy.schedule import schedule

HEAD = '[plan]\nname = "mine"\ntitle = "Mine"\n'


def plan_with(text):
    return parse((HEAD + "[[course]]\n" + text).encode(), "mine.toml")


def test_the_plan_none_does_nothing():
    assert load_plan("none").courses == ()
    assert load_plan("none").steps == ()


def test_the_four_plans_of_the_circle_are_known_by_name():
    assert {"none", "bone", "mind", "integrated"} <= set(known_plans())


@pytest.mark.parametrize("name", known_plans())
def test_every_named_plan_loads_under_its_own_name_and_says_its_steps(name):
    plan = load_plan(name)
    assert plan.name == name
    assert len(plan.steps) == len(plan.courses)
    assert schedule(plan, 12).months == 12


def test_every_kind_of_treatment_can_be_planned_with_nothing_but_its_name():
    for kind in KINDS:
        assert course(kind).dose == KINDS[kind].usual_dose


def test_alendronate_is_ten_milligrams_a_day_for_five_years_in_the_bone_plan():
    alendronate, calcium = load_plan("bone").courses
    assert (alendronate.kind, alendronate.dose, alendronate.dose_unit, alendronate.stop_month) == (
        "alendronate",
        10,
        "mg/day",
        60,
    )
    assert calcium.kind == "calcium_vitamin_d"


def test_the_integrated_plan_holds_bone_and_mind_and_exercise():
    kinds = {one.kind for one in load_plan("integrated").courses}
    parts = {one.kind for name in ("bone", "mind") for one in load_plan(name).courses}
    assert kinds == parts | {"exercise"}


def test_a_plan_in_words_says_dose_rhythm_and_months():
    assert load_plan("denosumab_stop").steps == (
        "denosumab 60 mg, every 6 months, from the start, until month 24, taken as planned",
    )


def test_a_plan_is_read_from_a_file(tmp_path):
    file = tmp_path / "mine.toml"
    file.write_text(HEAD + '[[course]]\nkind = "zoledronate"\nstart_month = 3\nstop_month = 39\n')
    plan = load_plan(file)
    assert plan.name == "mine"
    assert (plan.courses[0].every_months, plan.courses[0].dose) == (12, 5)


def test_an_unknown_plan_name_lists_the_known_ones():
    with pytest.raises(PlanError, match=r"integrated.*'bones'") as caught:
        load_plan("bones")
    assert caught.value.value == "bones"


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(PlanError, match=r"missing\.toml"):
        load_plan(tmp_path / "missing.toml")


def test_a_folder_is_not_a_plan(tmp_path):
    with pytest.raises(PlanError):
        load_plan(tmp_path)


@pytest.mark.parametrize(
    "data", [b"\xff\xfe", b"[plan", b"", b"[plan]\nname = 3\ntitle = 'x'", b"course = 3\n[plan]\n"]
)
def test_what_is_not_a_plan_is_refused_with_its_place(data):
    with pytest.raises(PlanError, match=r"^mine\.toml"):
        parse(data, "mine.toml")


def test_an_unknown_field_is_refused_not_ignored():
    with pytest.raises(PlanError, match=r"course 1.*'dosage'"):
        plan_with('kind = "denosumab"\ndosage = 60')


REFUSED = {
    'kind = "magic"': "course 1, kind",
    "start_month = 0": "course 1",
    "kind = 3": "course 1, kind",
    'kind = "denosumab"\ndose = -60': "course 1, dose",
    'kind = "denosumab"\ndose = nan': "course 1, dose",
    'kind = "denosumab"\ndose = inf': "course 1, dose",
    'kind = "denosumab"\ndose = true': "course 1, dose",
    'kind = "denosumab"\ndose = "60"': "course 1, dose",
    'kind = "denosumab"\ndose = 6000': "course 1, dose",
    'kind = "alendronate"\ndose = 70': "weekly tablet",
    'kind = "ssri"\ndose = 2': "0 to 1",
    'kind = "denosumab"\ndose_unit = "ug"': "dose_unit",
    'kind = "denosumab"\nstart_month = 6\nstop_month = 6': "stop_month",
    'kind = "denosumab"\nstart_month = -1': "start_month",
    'kind = "denosumab"\nstart_month = 1.5': "start_month",
    'kind = "denosumab"\nevery_months = 0': "every_months",
    'kind = "denosumab"\nlasts_months = 3': "lasts_months",
    'kind = "psychological"\nevery_months = 2': "every_months",
    'kind = "alendronate"\nevery_months = 1': "every_months",
    'kind = "denosumab"\nadherence = "perfect"': "adherence",
}


@pytest.mark.parametrize("text", REFUSED)
def test_a_course_that_cannot_be_lived_is_refused_with_place_rule_and_value(text):
    with pytest.raises(PlanError, match=REFUSED[text]) as caught:
        plan_with(text)
    assert caught.value.place.startswith("mine.toml, course 1")


def test_the_second_course_is_named_when_it_is_at_fault():
    text = HEAD + '[[course]]\nkind = "ssri"\n[[course]]\nkind = "denosumab"\ndose = -1\n'
    with pytest.raises(PlanError, match=r"mine\.toml, course 2, dose.*-1"):
        parse(text.encode(), "mine.toml")


@given(st.floats(max_value=-1e-9, allow_infinity=False), st.sampled_from(sorted(KINDS)))
def test_no_kind_takes_a_negative_dose(dose, kind):
    with pytest.raises(PlanError, match="dose"):
        course(kind, dose=dose)


def test_two_plans_of_one_name_are_refused():
    with pytest.raises(PlanError, match="bone"):
        load_plans(["none", "bone", "bone"])


def test_plans_come_back_in_the_order_asked_for():
    assert [plan.name for plan in load_plans(["mind", "none", "bone"])] == ["mind", "none", "bone"]


def test_stopping_denosumab_without_another_drug_is_cautioned_not_refused():
    (caution,) = cautions(load_plan("denosumab_stop"))
    assert "rebound" in caution


def test_denosumab_followed_by_zoledronate_six_months_after_the_last_dose_is_not_cautioned():
    text = 'kind = "denosumab"\nstop_month = 24\n[[course]]\nkind = "zoledronate"\nstart_month = 24\nstop_month = 36'
    assert cautions(plan_with(text)) == ()


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ('kind = "romosozumab"\nstop_month = 13', "12 doses"),
        ('kind = "teriparatide"', "24 months"),
        ('kind = "abaloparatide"\nstop_month = 24', "18 months"),
        ('kind = "teriparatide"\nstop_month = 24', "gain is lost"),
        ('kind = "denosumab"\ndose = 120', "usual is 60"),
        ('kind = "alendronate"\n[[course]]\nkind = "denosumab"', "at the same time"),
        ('kind = "ssri"\n[[course]]\nkind = "tca"', "at the same time"),
    ],
)
def test_what_a_label_or_guideline_would_question_is_said(text, word):
    assert any(word in caution for caution in cautions(plan_with(text)))


@pytest.mark.parametrize("name", [name for name in known_plans() if name != "denosumab_stop"])
def test_the_named_plans_need_no_caution(name):
    assert cautions(load_plan(name)) == ()
