"""Rules that somebody answered: quiet for a while, never those of today, and not when something new is recorded."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boneloop.assess.framework import FRAMEWORKS
from boneloop.assess.person import assess
from boneloop.errors import FileError, InputError
from boneloop.guidance.advice import advise
from boneloop.guidance.answered import REASONS, Answered, quiet_days, read_answers
from boneloop.guidance.rule import rules
from boneloop.patient.record import Fracture, Measurement, Medication
from boneloop.types import Known

TODAY = date(2026, 9, 1)
LONG_AGO = date(2026, 1, 1)
IDS = sorted(rule.id for rule in rules())


def spoken(record, answers=(), framework="UK"):
    return [rule.id for rule in advise(assess(record), framework, answers=answers).fired]


@pytest.fixture
def osteoporotic(person):
    """A woman about whom N02 (exercise) speaks, on a value of January."""
    return person({"t_score_total_hip": -2.9}, when=LONG_AGO, country="GB")


def test_an_answered_rule_is_quiet_and_says_why_until_its_time_is_over(osteoporotic):
    assert "N02" in spoken(osteoporotic)
    for ago, is_quiet in ((0, True), (quiet_days(), True), (quiet_days() + 1, False)):
        answer = Answered("p", "N02", "done-elsewhere", TODAY - timedelta(days=ago))
        advice = advise(assess(osteoporotic), "UK", answers=[answer])
        assert ("N02" not in [rule.id for rule in advice.fired]) is is_quiet
        assert [words.words for _, words in advice.answered] == (
            [f"N02: answered {answer.day}, already done elsewhere"] if is_quiet else []
        )


def test_an_answer_is_of_one_person_and_one_rule(osteoporotic):
    everything = spoken(osteoporotic)
    assert spoken(osteoporotic, [Answered("q", "N02", "other", TODAY)]) == everything
    assert spoken(osteoporotic, [Answered("p", "N03", "other", TODAY)]) == everything


def test_an_answer_of_a_later_day_than_the_assessment_is_not_one_yet(osteoporotic):
    assert "N02" in spoken(osteoporotic, [Answered("p", "N02", "other", TODAY + timedelta(days=1))])


def test_a_newer_value_of_what_the_rule_looks_at_makes_it_speak_again(person):
    wrist = Fracture("wrist", date(2026, 2, 1), "row 1", Known.YES)
    record = person(fractures=(wrist,), country="GB")
    answer = [Answered("p", "M12", "done-elsewhere", date(2026, 7, 15))]
    assert "M12" in spoken(record) and "M12" not in spoken(record, answer)
    hip = Fracture("hip", date(2026, 8, 1), "row 2", Known.YES)
    assert "M12" in spoken(replace(record, fractures=(wrist, hip)), answer)


def test_a_value_without_a_day_may_be_new_and_is_not_kept_quiet(person):
    undated = person({"t_score_total_hip": -2.9}, when=None)
    assert "N02" in spoken(undated, [Answered("p", "N02", "other", TODAY)])


def test_digits_in_the_name_of_a_file_that_look_like_a_day_are_none(person):
    scan = Measurement("t_score_total_hip", -2.9, LONG_AGO, "scan_2026-99-99 9999-99-99.csv, row 1", "-2.9")
    record = person(measurements=(scan,), country="GB")
    assert "N02" in spoken(record)
    assert "N02" not in spoken(record, [Answered("p", "N02", "other", TODAY)])


def test_what_is_for_today_or_forbids_is_said_again_whatever_was_answered(person):
    doses = (date(2025, 2, 1), date(2025, 8, 1))
    shots = Medication("denosumab", "denosumab", doses[0], None, Known.YES, "row 1", doses)
    form = {"phq9": {9: 2}}
    blood = {"calcium": 1.9, "albumin": 40.0, "t_score_total_hip": -3.0}
    record = person(blood, form, medications=(shots,), medications_recorded=Known.YES)
    before = {rule.id: rule for rule in advise(assess(record), "UK").fired}
    answers = [Answered("p", identity, "other", TODAY) for identity in IDS]
    after = {rule.id for rule in advise(assess(record), "UK", answers=answers).fired}
    grave = {i for i, rule in before.items() if rule.today or rule.verb == "AVOID"}
    assert {"D02", "M06", "S04"} <= grave <= after


@given(
    st.lists(st.builds(Answered, st.just("p"), st.sampled_from(IDS), st.sampled_from(sorted(REASONS)), st.dates())),
    st.sampled_from(["", *FRAMEWORKS]),
)
def test_answering_never_adds_a_message_and_hides_only_what_was_answered(answers, framework):
    from boneloop.exchange import demo_path, read

    for record in read([demo_path()]):
        mine = [replace(one, patient=record.id) for one in answers]
        before, after = (spoken(record, given, framework or None) for given in ((), mine))
        hidden = [identity for identity in before if identity not in after]
        assert [identity for identity in before if identity not in hidden] == after
        assert set(hidden) <= {one.rule for one in mine}


def test_the_plans_that_fit_stay_the_same_whatever_was_answered(osteoporotic):
    answers = [Answered("p", identity, "other", TODAY) for identity in IDS]
    assert advise(assess(osteoporotic), "US", answers=answers).plans == advise(assess(osteoporotic), "US").plans


def test_answers_are_read_from_a_table(tmp_path):
    file = tmp_path / "answered.csv"
    file.write_text("patient,rule,reason,date\nanna,X03,specialist-plan,2026-08-01\n", encoding="utf-8")
    assert read_answers(file) == (Answered("anna", "X03", "specialist-plan", date(2026, 8, 1)),)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (",X03,other,2026-08-01", "row 2, column patient"),
        ("anna,X99,other,2026-08-01", "row 2, column rule: the id of a rule (came: 'X99')"),
        ("anna,X03,because,2026-08-01", "row 2, column reason: one of patient-declined"),
        ("anna,X03,other,1.8.2026", "row 2, column date: a day, such as 2026-08-01 (came: '1.8.2026')"),
    ],
)
def test_an_answer_that_is_none_is_refused_with_row_column_rule_and_value(tmp_path, line, said):
    file = tmp_path / "answered.csv"
    file.write_text(f"patient,rule,reason,date\n{line}\n", encoding="utf-8")
    with pytest.raises(InputError) as fault:
        read_answers(file)
    assert said in str(fault.value)


def test_a_table_without_the_columns_or_that_is_not_there_is_refused(tmp_path):
    file = tmp_path / "answered.csv"
    file.write_text("patient,rule\n", encoding="utf-8")
    with pytest.raises(FileError, match="without reason, date"):
        read_answers(file)
    with pytest.raises(FileError, match="a readable file"):
        read_answers(tmp_path / "none.csv")
    file.write_bytes(b"patient,rule,reason,date\n\xff\xff,X03,other,2026-08-01\n")
    with pytest.raises(FileError, match="UTF-8"):
        read_answers(file)
