"""Rules past their date of review: said beside the advice and by the check of a machine, not only by the tests."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from boneloop.assess.person import assess
from boneloop.commands.doctor import CHECKS, _guidance
from boneloop.guidance.advice import advise
from boneloop.guidance.rule import past_review, rules

FIRST = min(rule.review_by for rule in rules())
LAST = max(rule.review_by for rule in rules())


def test_a_rule_is_past_its_date_from_the_day_after_it():
    assert not past_review(FIRST)
    assert {rule.review_by for rule in past_review(FIRST + timedelta(days=1))} == {FIRST}
    assert set(past_review(LAST + timedelta(days=1))) == set(rules())


def test_advice_from_a_rule_past_its_date_says_so(person):
    said = assess(person({"t_score_total_hip": -2.9, "creatinine": 3.0, "weight": 50}))
    assert advise(said, "UK", today=FIRST).past_review == ()
    late = advise(said, "UK", today=LAST + timedelta(days=1))
    blocked = {identity for one in late.blocked for identity in one.rules}
    assert set(late.past_review) == {rule.id for rule in late.fired} | blocked
    assert {"N02", "S01"} <= set(late.past_review)


def test_the_check_of_this_machine_fails_on_a_rule_past_its_date():
    assert f"the first to be read again by {FIRST}" in CHECKS["guidance"]()
    with pytest.raises(RuntimeError, match=r"past their date of review, update boneloop: .*N02"):
        _guidance(date(LAST.year + 1, 1, 1))
