"""Advice on people: what speaks, what is asked, what stays switched off, and which plans fit."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boneloop.assess.person import assess
from boneloop.errors import InputError
from boneloop.guidance.advice import advise, cautions, speaks
from boneloop.guidance.condition import Interval, evaluate, parse
from boneloop.guidance.facts import FACTS, facts
from boneloop.guidance.rule import rules
from boneloop.patient.record import Fracture, Measurement, Medication
from boneloop.types import Known, Sex

WHOLE = {"fractures_recorded": Known.YES, "medications_recorded": Known.YES}
KINDS = ("alendronate", "zoledronate", "denosumab", "romosozumab", "teriparatide", "raloxifene", "ssri", "exercise")


def ids(found):
    return {rule.id for rule in found}


def plan(advice, name):
    (one,) = [p for p in advice.plans if p.plan == name]
    return one


def test_every_fact_has_words_and_a_value(person):
    known = facts(assess(person()))
    for name, words in FACTS.items():
        assert words
        assert isinstance(known[name], Known | Interval)


def test_on_an_empty_record_nothing_fires_and_everything_is_asked(person):
    advice = advise(assess(person()))
    assert not advice.fired
    assert {"osteoporosis", "denosumab", "self_harm"} <= {fact for q in advice.open_questions for fact in q.facts}
    assert [p.plan for p in advice.plans] == ["none", "bone", "mind", "integrated"]
    assert {p.fits for p in advice.plans[1:]} == {Known.UNKNOWN}


@given(st.data())
def test_what_becomes_known_only_settles_what_rules_say(person, data):
    found = facts(assess(person()))
    known = {name: found[name] for name in FACTS}
    learned = dict(known)
    for name in data.draw(st.sets(st.sampled_from(sorted(FACTS)), max_size=8)):
        if isinstance(known[name], Interval):
            value = data.draw(st.floats(max(known[name].low, -5), min(known[name].high, 120)))
            learned[name] = Interval(value, value)
        elif known[name] is Known.UNKNOWN:
            learned[name] = data.draw(st.sampled_from((Known.YES, Known.NO)))
    for rule in rules():
        before, after = speaks(rule, known), speaks(rule, learned)
        assert before is Known.UNKNOWN or after is before


def test_a_woman_with_osteoporosis_and_no_drug_is_pointed_to_a_bisphosphonate_under_acp(person):
    advice = advise(assess(person({"t_score_total_hip": -2.8}, **WHOLE)), "acp_2023")
    assert "B20" in ids(advice.fired) and "B21" not in ids(advice.fired)
    man = advise(assess(person({"t_score_total_hip": -2.8}, sex=Sex.MALE, **WHOLE)), "acp_2023")
    assert "B21" in ids(man.fired) and "B20" not in ids(man.fired)


def test_a_drug_list_that_nobody_called_whole_leaves_the_first_drug_a_question(person):
    advice = advise(assess(person({"t_score_total_hip": -2.8})), "acp_2023")
    assert "B20" not in ids(advice.fired)
    assert any("B20" in question.rules for question in advice.open_questions if "on_bone_drug" in question.facts)


def test_recent_vertebral_fracture_is_very_high_risk_under_nogg_only(person):
    broken = (Fracture("vertebra", date(2026, 1, 1), "x", Known.YES),)
    said = assess(person({"t_score_total_hip": -2.8}, fractures=broken, **WHOLE))
    assert {"B07", "B25", "M12", "N02"} <= ids(advise(said, "nogg_2024").fired)
    assert not {"B07", "B25", "M12", "N02"} & ids(advise(said, "acp_2023").fired)


def test_an_old_vertebral_fracture_with_an_open_list_keeps_the_question_open(person):
    broken = (Fracture("vertebra", date(2015, 1, 1), "x", Known.YES),)
    said = assess(person({"t_score_total_hip": -2.8}, fractures=broken, medications_recorded=Known.YES))
    assert "B07" not in ids(advise(said, "nogg_2024").fired)
    assert any("B07" in q.rules for q in advise(said, "nogg_2024").open_questions)


def test_denosumab_overdue_is_a_matter_of_safety_and_depression_asks_for_a_recall(person):
    drug = Medication("denosumab", "denosumab", None, None, Known.YES, "x", (date(2025, 6, 1), date(2025, 12, 1)))
    advice = advise(assess(person(forms={"phq9": [2, 2, 2, 2, 2, 0, 0, 0, 0]}, medications=(drug,))))
    assert {"M05", "M06", "X15"} <= ids(advice.fired)
    assert advice.fired[0].id == "M06"


def test_item_9_brings_a_person_first_under_every_framework(person):
    said = assess(person({"calcium": 1.9, "albumin": 40, "t_score_total_hip": -3}, {"phq9": {9: 1}}))
    assert "S01" in ids(advise(said).fired)
    for framework in (None, "nogg_2024", "acp_2023", "aace_2020", "china_2022"):
        assert advise(said, framework).fired[0].id == "D02"


def test_rules_from_memory_are_off_and_listed_until_a_site_turns_them_on(person):
    said = assess(person({"vitamin_d_25oh": 30}))
    off = advise(said)
    assert "N04" not in ids(off.fired) and "N04" in ids(off.to_confirm)
    on = advise(said, confirmed=["N04"])
    assert "N04" in ids(on.fired) and "N04" not in ids(on.to_confirm)
    with pytest.raises(InputError, match="ids of rules that exist"):
        advise(said, confirmed=["N99"])


def test_an_unknown_framework_is_refused(person):
    with pytest.raises(InputError, match="one of nogg_2024"):
        advise(assess(person()), "frax")


def test_without_a_country_no_framework_is_borrowed(person):
    advice = advise(assess(person({"t_score_total_hip": -2.8}, **WHOLE)))
    assert advice.framework == ""
    assert {rule.framework for rule in (*advice.fired, *advice.to_confirm)} <= {"all"}


def test_clearance_speaks_against_zoledronate_and_says_alendronate_is_to_be_confirmed(person):
    said = assess(person({"creatinine": 1.35, "weight": 61, "t_score_total_hip": -2.8}, age=79.0))
    found = cautions(said, ["zoledronate", "alendronate", "exercise"])
    assert any(line.startswith("zoledronate: Zoledronate: clearance of 35") for line in found)
    assert any(line.startswith("alendronate: to be confirmed: Alendronate") for line in found)


def test_clearance_not_known_is_to_be_verified_and_never_fine(person):
    (line,) = [one for one in cautions(assess(person()), ["zoledronate"]) if "not known" in one]
    assert "creatinine clearance" in line and "serum calcium" in line and "25-hydroxyvitamin D" in line


def test_an_estimated_gfr_below_the_limit_is_enough_and_above_it_is_not(person):
    low = assess(person({"egfr_ckd_epi_2021": 28, "calcium": 2.3, "albumin": 40, "vitamin_d_25oh": 80}))
    assert any("clearance of 35" in line for line in cautions(low, ["zoledronate"]))
    high = assess(person({"egfr_ckd_epi_2021": 60, "calcium": 2.3, "albumin": 40, "vitamin_d_25oh": 80}))
    assert any(
        "verify first, not known or not recent: creatinine clearance" in line
        for line in cautions(high, ["zoledronate"])
    )


def test_only_the_teeth_are_asked_about_before_zoledronate_when_all_else_is_known_and_good(person):
    good = {"creatinine": 0.8, "weight": 70, "calcium": 2.3, "albumin": 40, "vitamin_d_25oh": 80}
    (line,) = cautions(assess(person(good)), ["zoledronate"])
    assert line == "zoledronate: verify first, not known or not recent: whether invasive dental work is due"


@pytest.mark.parametrize("when", [date(2026, 5, 1), None])
def test_an_old_or_undated_laboratory_value_warns_but_does_not_clear(person, when):
    bad = {"creatinine": 1.6, "weight": 48, "calcium": 1.9, "albumin": 40, "vitamin_d_25oh": 30}
    warned = " ".join(cautions(assess(person(bad, when=when)), ["zoledronate"]))
    assert "clearance of 35" in warned and "below 50 nmol/L" in warned
    good = {"creatinine": 0.8, "weight": 70, "calcium": 2.3, "albumin": 40, "vitamin_d_25oh": 80}
    (line,) = cautions(assess(person(good, when=when)), ["zoledronate"])
    assert "creatinine clearance" in line and "serum calcium" in line and "25-hydroxyvitamin D" in line


def test_an_antidepressant_in_a_plan_always_carries_the_word_that_it_is_not_for_bone(person):
    for kind in ("ssri", "snri", "tca"):
        assert any("not a treatment of bone" in line for line in cautions(assess(person()), [kind]))


def test_an_antidepressant_planned_beside_an_nsaid_is_a_caution(person):
    drug = Medication("ibuprofen", "nsaid", None, None, Known.YES, "x")
    assert any("bleeding" in line for line in cautions(assess(person(medications=(drug,))), ["ssri"]))


def test_care_of_the_mind_and_doing_nothing_have_no_cautions(person):
    assert cautions(assess(person()), ["psychological", "collaborative_care"]) == ()
    assert cautions(assess(person()), []) == ()


@given(st.sets(st.sampled_from(KINDS)), st.sampled_from(KINDS))
def test_one_more_treatment_never_takes_a_caution_away(person, kinds, more):
    said = assess(person({"creatinine": 1.35, "weight": 61, "calcium": 1.9, "albumin": 40}, age=79.0))
    before = cautions(said, sorted(kinds))
    after = cautions(said, sorted(kinds | {more}))
    assert len(after) >= len(before)


def test_plans_fit_when_bone_and_mind_ask_for_them(person):
    good = {"t_score_total_hip": -2.8, "pain_nrs": 2}
    forms = {"phq9": [2] * 8 + [0], "gad7": [0] * 7}
    advice = advise(assess(person(good, forms, **WHOLE)))
    assert {p.plan: p.fits for p in advice.plans} == dict.fromkeys(("none", "bone", "mind", "integrated"), Known.YES)
    assert plan(advice, "mind").why == ("PHQ-9, all nine items: 10 or more",)


def test_a_well_person_needs_neither(person):
    forms = {"phq9": [0] * 9, "gad7": [0] * 7}
    advice = advise(assess(person({"t_score_total_hip": -0.5, "pain_nrs": 1}, forms, **WHOLE)))
    assert {p.plan for p in advice.plans if p.fits is Known.YES} == {"none"}


def test_a_strong_bone_with_an_unknown_mood_waits_for_the_mood(person):
    advice = advise(assess(person({"t_score_total_hip": -0.5}, **WHOLE)))
    assert plan(advice, "bone").fits is Known.NO
    assert plan(advice, "mind").fits is Known.UNKNOWN
    assert plan(advice, "integrated").fits is Known.NO


def test_every_condition_can_be_read_on_every_person(person):
    broken = (Fracture("vertebra", None, "x"), Fracture("hip", date(2026, 1, 1), "y", Known.YES))
    for record in (person(), person({"weight": 50, "creatinine": 2}, fractures=broken, **WHOLE)):
        known = facts(assess(record))
        for rule in rules():
            assert evaluate(rule.when, known) in Known


@pytest.mark.parametrize(
    ("frax", "ago", "broken", "state"),
    [
        (25, 0, False, Known.YES), (25, 500, False, Known.YES), (25, 30, True, Known.YES),
        (15, 0, False, Known.NO), (15, 500, False, Known.UNKNOWN), (15, 30, True, Known.UNKNOWN),
    ],
)  # fmt: skip
def test_a_frax_that_is_out_of_date_can_reach_a_threshold_but_clears_nobody(person, frax, ago, broken, state):
    today = date(2026, 9, 1)
    typed = Measurement("frax_mof", frax, today - timedelta(days=ago), "row 1", f"{frax} %")
    low = Measurement("t_score_total_hip", -1.8, today, "row 1", "-1.8")
    wrist = (Fracture("wrist", today - timedelta(days=10), "row 1", Known.NO),) if broken else ()
    record = person(measurements=(typed, low), fractures=wrist, country="US", age=66.0, **WHOLE)
    high = parse({"fact": "frax_major", "at_least": 0.20}, "test")
    assert evaluate(high, facts(assess(record), "bhof_2022")) is state
