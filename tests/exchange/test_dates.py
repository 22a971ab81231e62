"""Dates, births and ages."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boneloop.errors import RecordError
from boneloop.exchange.dates import Birth, parse_day, years_before

days = st.dates(date(1910, 1, 1), date(2030, 12, 31))


@pytest.mark.parametrize(
    ("text", "day", "exact"),
    [
        ("2024-03-01", date(2024, 3, 1), True),
        ("2024-03-01T23:59:59+09:00", date(2024, 3, 1), True),
        ("2024-03", date(2024, 3, 15), False),
        ("2024", date(2024, 7, 1), False),
    ],
)
def test_a_date_known_to_the_month_or_year_stands_for_its_middle(text, day, exact):
    assert parse_day(text, "here") == (day, exact)


@pytest.mark.parametrize("text", ["", "soon", "01.03.2024", "2024-13-01", "20240"])
def test_anything_else_is_refused(text):
    with pytest.raises(RecordError, match="YYYY-MM-DD"):
        parse_day(text, "here")


def test_a_leap_day_has_a_birthday_in_other_years():
    assert years_before(date(2024, 2, 29), 1) == date(2023, 2, 28)
    assert Birth.from_text("1952-02-29", "").age_on(date(2023, 3, 1)) == pytest.approx(71.0, abs=0.01)


@given(born=days, day=days)
def test_the_age_of_a_birthday_is_whole_and_grows(born, day):
    birth = Birth(born, born)
    later = day.replace(year=day.year + 1, day=min(day.day, 28))
    assert birth.age_on(later) >= birth.age_on(day) + 0.9
    assert birth.age_on(years_before(born, -70)) == pytest.approx(70, abs=0.01)


@given(born=days, age=st.integers(18, 100))
def test_a_stated_age_agrees_with_the_birth_date_that_gives_it(born, age):
    day = years_before(born, -age)
    assert Birth.from_age(age, day).agrees(Birth(born, born))
    assert not Birth.from_age(age + 2, day).agrees(Birth(born, born))


@given(age=st.integers(18, 100), day=days)
def test_an_age_read_back_from_the_births_it_allows_is_the_same_age(age, day):
    birth = Birth.from_age(age, day)
    assert int(Birth(birth.latest, birth.latest).age_on(day)) == age
    assert (birth.latest - birth.earliest).days in (364, 365)
