"""The logic of three values: what becomes known only settles questions, it never turns an answer around."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boneloop.errors import EvidenceError
from boneloop.guidance.condition import (
    All,
    Compare,
    Interval,
    Is,
    Not,
    Some,
    both,
    evaluate,
    parse,
    undecided,
    used,
)
from boneloop.types import Known

YES, NO, UNKNOWN = Known.YES, Known.NO, Known.UNKNOWN
STATES, NUMBERS = ("a", "b", "c"), ("x", "y")
leaves = st.one_of(
    st.sampled_from(STATES).map(Is),
    st.builds(
        Compare,
        st.sampled_from(NUMBERS),
        st.sampled_from(("at_most", "below", "at_least", "above")),
        st.integers(-2, 2),
    ),
)
conditions = st.recursive(
    leaves,
    lambda parts: st.one_of(
        parts.map(Not),
        st.lists(parts, max_size=3).map(lambda found: All(tuple(found))),
        st.lists(parts, max_size=3).map(lambda found: Some(tuple(found))),
    ),
    max_leaves=8,
)


@st.composite
def intervals(draw):
    low = draw(st.one_of(st.just(-math.inf), st.integers(-3, 3)))
    return Interval(low, draw(st.one_of(st.just(math.inf), st.integers(max(-3, low) if low > -math.inf else -3, 3))))


@st.composite
def worlds(draw):
    """What is known, and one way in which all of it could turn out."""
    known = {name: draw(st.sampled_from((YES, NO, UNKNOWN))) for name in STATES}
    known |= {name: draw(intervals()) for name in NUMBERS}
    settled = {}
    for name, fact in known.items():
        if isinstance(fact, Interval):
            low, high = max(fact.low, -9), min(fact.high, 9)
            value = draw(st.floats(low, high))
            settled[name] = Interval(value, value)
        else:
            settled[name] = draw(st.sampled_from((YES, NO))) if fact is UNKNOWN else fact
    return known, settled


@given(conditions, worlds(), st.sets(st.sampled_from(STATES + NUMBERS)))
def test_what_becomes_known_only_settles_questions(condition, world, learned):
    known, settled = world
    before = evaluate(condition, known)
    after = evaluate(condition, {name: settled[name] if name in learned else fact for name, fact in known.items()})
    assert before is UNKNOWN or after is before
    assert evaluate(condition, settled) is not UNKNOWN


@given(conditions, worlds())
def test_a_question_names_facts_that_are_not_known_and_only_those(condition, world):
    known, settled = world
    asked = undecided(condition, known)
    assert bool(asked) == (evaluate(condition, known) is UNKNOWN)
    assert set(asked) <= used(condition)
    answered = {name: settled[name] if name in asked else fact for name, fact in known.items()}
    assert not set(undecided(condition, answered)) & set(asked)


@given(conditions, worlds())
def test_not_turns_an_answer_around_and_leaves_a_question(condition, world):
    known, _ = world
    turned = {YES: NO, NO: YES, UNKNOWN: UNKNOWN}
    assert evaluate(Not(condition), known) is turned[evaluate(condition, known)]


def test_and_with_an_unknown_is_no_only_where_the_other_is_no():
    assert [both(UNKNOWN, other) for other in (YES, NO, UNKNOWN)] == [UNKNOWN, NO, UNKNOWN]


@pytest.mark.parametrize(
    ("fact", "how", "expected"),
    [
        (Interval(35, 35), "at_most", YES),
        (Interval(35, 35), "below", NO),
        (Interval(0, 30), "below", YES),
        (Interval(0, 60), "below", UNKNOWN),
        (Interval(2, math.inf), "at_least", UNKNOWN),
        (Interval(36, math.inf), "at_least", YES),
        (Interval(), "above", UNKNOWN),
    ],
)
def test_a_number_half_known_answers_what_it_can(fact, how, expected):
    assert evaluate(Compare("x", how, 35), {"x": fact}) is expected


def test_a_condition_is_read_from_its_table_with_limits_from_the_registry():
    table = {"any": [{"fact": "x", "at_most": "bisphosphonate_renal.clearance_below"}, {"not": {"fact": "a"}}]}
    condition = parse(table, "here")
    assert condition == Some((Compare("x", "at_most", 35.0), Not(Is("a"))))
    assert used(condition) == {"x", "a"}
    assert parse({"always": True}, "here") == All(())


@pytest.mark.parametrize(
    "table", [{}, {"fact": "x", "equals": 3}, {"fact": "x", "below": 1, "above": 0}, {"all": [{}]}]
)
def test_what_is_not_a_condition_is_refused_with_its_place(table):
    with pytest.raises(EvidenceError, match=r"rules/x.toml, rule B1: not a condition"):
        parse(table, "rules/x.toml, rule B1")
