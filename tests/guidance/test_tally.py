"""Indicators over people: the unknown are in the denominator, neither yes nor no; a level is said only if sure."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from boneloop.assess.seen import Seen
from boneloop.guidance.indicators import Answer, indicators
from boneloop.guidance.liaison import Group
from boneloop.guidance.tally import Count, Tally
from boneloop.patient.record import Fracture, Measurement
from boneloop.types import Known

NAMED = {one.name: one for one in indicators()}
BROKEN = date(2025, 3, 1)
numbers = st.integers(0, 40)
counts = st.builds(
    Count, st.sampled_from(indicators()), st.sampled_from(Group), numbers, numbers, numbers, st.integers(0, 5)
)


def of(name: str, yes: int, no: int, unknown: int, not_yet: int = 0) -> Count:
    return Count(NAMED[name], Group.FRAGILITY, yes, no, unknown, not_yet)


@given(counts)
def test_the_share_lies_between_what_the_unknown_could_make_of_it(count: Count) -> None:
    if count.lowest is None or count.highest is None:
        assert count.denominator == 0 and count.cannot
        return
    assert 0 <= count.lowest <= count.highest <= 1
    assert count.share is None or count.lowest <= count.share <= count.highest


@given(counts, st.integers(0, 40))
def test_whatever_the_unknown_turn_out_to_be_the_level_that_was_said_stays(count: Count, turned: int) -> None:
    yes = min(turned, count.unknown)
    settled = replace(count, yes=count.yes + yes, no=count.no + count.unknown - yes, unknown=0)
    assert count.level in ("", "not decided", settled.level)


def test_the_unknown_are_not_counted_as_no() -> None:
    count = of("dxa", yes=4, no=1, unknown=5)
    assert (count.share, count.lowest, count.highest) == (0.8, 0.4, 0.9)
    assert count.level == "not decided"


def test_levels_are_those_of_the_source() -> None:
    assert [of("dxa", yes, 10 - yes, 0).level for yes in (4, 5, 8, 9)] == [
        "below 50 %",
        "50 % to 80 %",
        "50 % to 80 %",
        "above 80 %",
    ]
    assert of("recommended", 9, 0, 1).level == "50 % and more"
    assert of("non_spine", 9, 1, 0).level == ""


def test_an_indicator_that_no_record_can_answer_with_no_has_a_lowest_share_and_no_share() -> None:
    count = of("recommended", yes=3, no=0, unknown=7)
    assert (count.share, count.lowest, count.highest) == (None, 0.3, 1.0)
    assert count.level == "not decided"


def test_what_cannot_be_computed_says_why() -> None:
    assert "exercise has no field" in of("exercise", 0, 0, 6).cannot
    assert "nobody's time is over" in of("persisted", 0, 0, 0, not_yet=3).cannot
    assert "nobody has a recent fracture" in of("dxa", 0, 0, 0).cannot
    assert of("dxa", 1, 0, 6).cannot == ""


def test_people_are_counted_by_whether_the_energy_is_known_and_the_others_by_the_reason(person) -> None:
    tally = Tally()
    density = Measurement("bmd_total_hip", 0.8, BROKEN + timedelta(days=30), "row 2", "0.8")
    for energy in (Known.YES, Known.YES, Known.UNKNOWN, Known.NO):
        broken = Fracture("hip", BROKEN, "row 1", energy)
        tally.add(Seen(replace(person(fractures=(broken,)), measurements=(density,))))
    found = {(count.indicator.name, count.group): count for count in tally.result()}
    assert len(found) == 2 * len(indicators())
    assert (found["dxa", Group.FRAGILITY].yes, found["dxa", Group.UNCLEAR].yes) == (2, 1)
    assert tally.people == {Group.FRAGILITY: 2, Group.UNCLEAR: 1}
    assert tally.left_out.total() == 1


def test_those_done_early_do_not_count_before_the_others_of_whom_it_is_too_early_to_say(person) -> None:
    today = person().as_of
    broken = Fracture("hip", today - timedelta(days=30), "row 1", Known.YES)
    density = Measurement("bmd_total_hip", 0.8, today - timedelta(days=5), "row 2", "0.8")
    tally = Tally()
    _, said = tally.add(Seen(replace(person(fractures=(broken,)), measurements=(density,))))
    assert said["dxa"] is Answer.YES
    dxa = next(c for c in tally.result() if c.indicator.name == "dxa" and c.group is Group.FRAGILITY)
    assert (dxa.denominator, dxa.not_yet) == (0, 1)


def test_completeness_is_the_share_of_answers_due_that_are_known(person) -> None:
    tally = Tally()
    tally.add(Seen(person(fractures=(Fracture("hip", BROKEN, "row 1", Known.YES),))))
    complete = next(c for c in tally.result() if c.indicator.name == "complete" and c.group is Group.FRAGILITY)
    assert (complete.yes, complete.denominator) == (2, 10)
    assert {answer for (_, _, answer) in tally.counts} == {Answer.YES, Answer.NO, Answer.UNKNOWN}
