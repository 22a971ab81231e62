"""Every laboratory value that came in is shown; a band stands only where a limit is registered."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boneloop.assess.laboratory import SHOWN
from boneloop.assess.person import assess
from boneloop.patient.quantities import quantities
from boneloop.types import Known


@pytest.mark.parametrize("name", SHOWN)
def test_a_measured_value_is_shown_with_its_unit_day_and_place(person, name):
    value = sum(quantities()[name].plausible) / 2
    found = assess(person({name: value})).score(name)
    assert (found.value, found.status) == (value, "complete")
    assert found.shown.endswith(quantities()[name].unit)
    assert "2026-08-01 (row 1, column" in found.basis[0] and found.rule


@pytest.mark.parametrize(
    ("name", "value", "band"),
    [
        ("sodium", 134.9, "low"),
        ("sodium", 135, "not low"),
        ("alkaline_phosphatase", 131, "high"),
        ("alkaline_phosphatase", 130, "not high"),
        ("pth", 40, ""),
    ],
)
def test_a_band_follows_a_registered_limit_and_no_other(person, name, value, band):
    assert assess(person({name: value})).score(name).band == band


@given(st.sets(st.sampled_from(SHOWN)))
def test_what_was_not_measured_is_not_shown(person, measured):
    said = assess(person({name: sum(quantities()[name].plausible) / 2 for name in measured}))
    assert {score.name for score in said.scores} & set(SHOWN) == measured


@pytest.mark.parametrize(
    ("known", "value", "shown"),
    [({"quantities": {"falls_12_months": 2}}, 2, "2"), ({"conditions": {"falls": Known.YES}}, None, "at least 1")],
)
def test_falls_are_a_number_only_where_somebody_counted(person, known, value, shown):
    found = assess(person(**known)).score("falls_12_months")
    assert (found.value, found.shown) == (value, shown)


def test_falls_that_nobody_asked_about_are_not_none(person):
    assert assess(person()).score("falls_12_months") is None
    assert assess(person({"falls_12_months": 0})).score("falls_12_months").value == 0
