"""Each indicator says yes, no, not known or not yet from the record alone; unknown is never no."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boneloop.assess.seen import Seen
from boneloop.exchange.dates import ABOUT_A_YEAR, rough_note
from boneloop.guidance.indicators import COMPLETENESS, Answer, indicators, read_again_by, times
from boneloop.guidance.liaison import ANSWERED, Group, answers, sentinel
from boneloop.patient.record import Condition, Fracture, Measurement, Medication
from boneloop.types import Known

BROKEN = date(2025, 3, 1)
TODAY = date(2026, 9, 1)


def fracture(day: date | None = BROKEN, site: str = "hip", energy: Known = Known.YES) -> Fracture:
    return Fracture(site, day, "row 1", energy)


def measured(quantity: str, day: date | None) -> Measurement:
    return Measurement(quantity, 1.0, day, "row 2", "1")


def course(drug: str = "alendronate", drug_class: str = "bisphosphonate", **fields: object) -> Medication:
    given = {"start": None, "stop": None, "active": Known.YES, "source": "row 3"} | fields
    return Medication(drug, drug_class, **given)  # type: ignore[arg-type]


@pytest.fixture
def said(person):
    """The answers for a person with one hip fracture of low energy, 18 months ago."""

    def answered(**fields: object) -> dict[str, Answer]:
        seen = Seen(replace(person(fractures=(fracture(),)), **fields))
        since = sentinel(seen)
        assert not isinstance(since, str), since
        return answers(seen, since)

    return answered


def test_there_are_eleven_and_each_has_an_answer_or_is_counted_over_people() -> None:
    assert [one.number for one in indicators()] == list(range(1, 12))
    assert {one.name for one in indicators()} == {*ANSWERED, COMPLETENESS}


def test_the_sentinel_fracture_is_the_newest_one_of_known_low_energy(person) -> None:
    older, newer = fracture(BROKEN), fracture(BROKEN + timedelta(days=30), "wrist")
    unclear = fracture(BROKEN + timedelta(days=60), "humerus", Known.UNKNOWN)
    found = sentinel(Seen(person(fractures=(older, unclear, newer))))
    assert (found.fracture, found.day, found.group) == (newer, newer.date, Group.FRAGILITY)
    assert sentinel(Seen(person(fractures=(unclear,)))).group is Group.UNCLEAR


@pytest.mark.parametrize(
    ("fractures", "whole", "why"),
    [
        ((), Known.UNKNOWN, "nobody called whole"),
        ((), Known.YES, "never broken"),
        ((fracture(energy=Known.NO),), Known.YES, "only by high energy"),
        ((fracture(energy=Known.NO),), Known.UNKNOWN, "nobody called whole"),
        ((fracture(None),), Known.UNKNOWN, "date of the fracture is not recorded"),
        ((fracture(date(2020, 1, 1)),), Known.UNKNOWN, "older than 24 months"),
        ((fracture(date(2000, 1, 1)),), Known.UNKNOWN, "before the age of 50"),
    ],
)
def test_without_a_sentinel_fracture_it_is_said_why(person, fractures, whole, why: str) -> None:
    assert why in sentinel(Seen(person(fractures=fractures, fractures_recorded=whole)))


def test_what_nobody_wrote_down_is_not_known(said) -> None:
    found = said()
    assert {name for name, answer in found.items() if answer is not Answer.UNKNOWN} == {"non_spine", "spine"}
    assert (found["non_spine"], found["spine"]) == (Answer.YES, Answer.NO)


@pytest.mark.parametrize(("name", "quantity"), [("assessed", "frax_mof"), ("dxa", "t_score_lumbar_spine")])
def test_in_time_up_to_the_last_day_later_is_no_and_before_the_fracture_is_not_known(said, name, quantity) -> None:
    last = BROKEN + timedelta(weeks=12)
    for day, answer in (
        (BROKEN, Answer.YES),
        (last, Answer.YES),
        (last + timedelta(days=1), Answer.NO),
        (BROKEN - timedelta(days=1), Answer.UNKNOWN),
        (None, Answer.UNKNOWN),
    ):
        assert said(measurements=(measured(quantity, day),))[name] is answer


def test_nothing_is_missed_before_its_time_is_over(person) -> None:
    seen = Seen(person(fractures=(fracture(TODAY - timedelta(days=20)),)))
    found = answers(seen, sentinel(seen))
    assert {found[name] for name in ("assessed", "dxa", "followed_up", "started", "exercise", "persisted")} == {
        Answer.NOT_YET
    }


def test_falls_asked_about_or_gait_measured_after_the_fracture_is_an_assessment_of_falls(person) -> None:
    def answer(**fields: object) -> Answer:
        seen = Seen(replace(person(fractures=(fracture(),)), **fields))
        return answers(seen, sentinel(seen))["falls"]

    later, before = BROKEN + timedelta(days=9), BROKEN - timedelta(days=9)
    assert answer(measurements=(measured("tug", later),)) is Answer.YES
    assert answer(measurements=(measured("tug", before),)) is Answer.UNKNOWN
    assert answer(conditions=(Condition("falls", Known.NO, later, "row 4"),)) is Answer.YES
    assert answer(conditions=(Condition("falls", Known.UNKNOWN, later, "row 4"),)) is Answer.UNKNOWN


@pytest.mark.parametrize(
    ("courses", "whole", "answer"),
    [
        ([course(start=BROKEN + timedelta(weeks=16))], Known.UNKNOWN, Answer.YES),
        ([course(start=BROKEN - timedelta(days=200))], Known.UNKNOWN, Answer.YES),
        ([course(start=BROKEN + timedelta(weeks=17))], Known.UNKNOWN, Answer.NO),
        ([course(start=BROKEN + timedelta(weeks=17)), course("risedronate")], Known.UNKNOWN, Answer.UNKNOWN),
        ([course()], Known.YES, Answer.UNKNOWN),
        ([], Known.UNKNOWN, Answer.UNKNOWN),
        ([], Known.YES, Answer.NO),
        ([course(start=date(2020, 1, 1), stop=date(2021, 1, 1), active=Known.NO)], Known.YES, Answer.NO),
        ([course(start=date(2020, 1, 1), stop=date(2021, 1, 1), active=Known.NO)], Known.UNKNOWN, Answer.UNKNOWN),
        ([course("zoledronate", given=(BROKEN - timedelta(days=300),))], Known.UNKNOWN, Answer.YES),
        ([course("denosumab", "denosumab", given=(BROKEN - timedelta(days=300),))], Known.UNKNOWN, Answer.UNKNOWN),
    ],
)
def test_a_bone_drug_within_16_weeks(said, courses, whole, answer) -> None:
    assert said(medications=tuple(courses), medications_recorded=whole)["started"] is answer


@pytest.mark.parametrize(
    ("courses", "whole", "answer"),
    [
        ([course(start=BROKEN)], Known.UNKNOWN, Answer.YES),
        ([course(start=BROKEN, stop=BROKEN + timedelta(weeks=52), active=Known.NO)], Known.UNKNOWN, Answer.YES),
        ([course(start=BROKEN, stop=BROKEN + timedelta(weeks=51), active=Known.NO)], Known.YES, Answer.NO),
        ([course(start=BROKEN, stop=BROKEN + timedelta(weeks=51), active=Known.NO)], Known.UNKNOWN, Answer.UNKNOWN),
        ([course()], Known.YES, Answer.UNKNOWN),
        ([course("zoledronate", given=(BROKEN + timedelta(days=30),))], Known.UNKNOWN, Answer.YES),
        ([course("denosumab", "denosumab", given=(BROKEN + timedelta(days=30),))], Known.YES, Answer.NO),
    ],
)
def test_a_bone_drug_after_52_weeks(said, courses, whole, answer) -> None:
    assert said(medications=tuple(courses), medications_recorded=whole)["persisted"] is answer


def test_a_recommendation_is_seen_only_by_what_followed(said) -> None:
    assert said(medications=(course(),))["recommended"] is Answer.YES
    assert said(medications=(), medications_recorded=Known.YES)["recommended"] is Answer.UNKNOWN


def test_a_date_known_to_its_month_or_year_counts_only_where_no_day_of_it_would_change_the_answer(person) -> None:
    def found(written: str, day: date) -> Answer:
        note = rough_note("row 2", "date", written, day)
        record = replace(person(fractures=(fracture(),), notes=(note,)), measurements=(measured("bmd_total_hip", day),))
        seen = Seen(record)
        return answers(seen, sentinel(seen))["dxa"]

    assert found("2025-04", date(2025, 4, 15)) is Answer.YES
    assert found("2025-05", date(2025, 5, 15)) is Answer.UNKNOWN
    assert found("2025-06", date(2025, 6, 15)) is Answer.NO
    assert found("2025", date(2025, 7, 1)) is Answer.UNKNOWN
    assert found("2026", date(2026, 7, 1)) is Answer.NO


@pytest.mark.parametrize(
    ("source", "notes"),
    [
        ("row 1", (rough_note("row 1", "date", "2025-03", BROKEN),)),
        (f"OSD030 {ABOUT_A_YEAR}", ()),
    ],
)
def test_no_time_is_counted_from_a_fracture_whose_day_is_not_known(person, source: str, notes) -> None:
    found = sentinel(Seen(person(fractures=(Fracture("hip", BROKEN, source, Known.YES),), notes=notes)))
    assert "the day of the fracture is not known" in found


def test_a_course_whose_days_are_known_to_the_year_is_unknown_where_that_year_could_decide(person) -> None:
    def found(start: str, stop: str) -> Answer:
        days = (date(int(start), 7, 1), date(int(stop), 7, 1))
        notes = tuple(
            rough_note("row 3", part, w, d) for part, w, d in zip(("start", "stop"), (start, stop), days, strict=True)
        )
        taken = course(start=days[0], stop=days[1], active=Known.NO)
        fields = {"medications": (taken,), "medications_recorded": Known.YES, "notes": notes}
        seen = Seen(person(fractures=(fracture(date(2025, 3, 1)),), **fields))
        return answers(seen, sentinel(seen))["persisted"]

    assert found("2023", "2025") is Answer.NO
    assert found("2023", "2026") is Answer.UNKNOWN


days = st.integers(-900, 530).map(lambda after: BROKEN + timedelta(days=after))
measurements = st.builds(measured, st.sampled_from(["frax_mof", "bmd_total_hip", "tug"]), st.none() | days)
medications = st.builds(
    lambda start, stop, active, drug: course(*drug, start=start, stop=stop, active=active),
    st.none() | days,
    st.none() | days,
    st.sampled_from(Known),
    st.sampled_from([("alendronate", "bisphosphonate"), ("raloxifene", "serm")]),
)


@given(st.lists(measurements, max_size=4), st.lists(medications, max_size=3))
def test_calling_the_list_of_drugs_whole_only_resolves_what_is_not_known(person, values, courses) -> None:
    base = person(fractures=(fracture(),), medications=tuple(courses))
    base = replace(base, measurements=tuple(values))
    since = sentinel(Seen(base))
    before = answers(Seen(base), since)
    after = answers(Seen(replace(base, medications_recorded=Known.YES)), since)
    assert all(before[name] in (after[name], Answer.UNKNOWN) for name in before)


def test_the_indicators_are_held_against_their_source_in_time() -> None:
    assert read_again_by() > date.today(), "read the source again and set a new date in guidance/liaison.toml"


def test_the_times_are_those_of_the_source() -> None:
    assert [time.days for time in times()] == [84, 112, 364]
