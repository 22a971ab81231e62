"""Shares of people are counted on what questionnaires show, with their error."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from boneloop.calibrate.targets.observed import chance, error, readings
from boneloop.patient.profile import Profile, Reading
from boneloop.types import Sex

levels = st.floats(0, 27)


def counted(**rule):
    """A result that counts people by one rule."""
    return SimpleNamespace(**{"at_least": None, "at_most": None, "fallen_by": None, **rule})


def one(level):
    return np.array([level])


@given(level=levels)
def test_a_person_on_the_cut_counts_half(level):
    assert chance(counted(at_least=level), "phq9", one(level), one(0.0), None)[0] == pytest.approx(0.5)


@given(level=levels, cut=levels)
def test_a_person_is_either_above_or_below_a_cut(level, cut):
    above, below = (
        chance(counted(**{rule: cut}), "phq9", one(level), one(0.0), None) for rule in ("at_least", "at_most")
    )
    assert above + below == pytest.approx(1)


@given(level=levels, more=st.floats(0, 10), before=st.floats(1, 27))
def test_more_symptoms_are_never_a_likelier_response(level, more, before):
    rule = counted(fallen_by=0.5)
    less = chance(rule, "phq9", one(level), one(before), one(before))
    worse = chance(rule, "phq9", one(min(level + more, 27.0)), one(before), one(before))
    # the error itself grows towards the middle of the scale
    assert worse <= less + 0.02


def test_the_error_is_that_of_the_registry_in_the_middle_and_small_at_the_ends():
    assert error("phq9", one(13.5)) == pytest.approx(2.0, abs=0.01)
    assert error("pain", one(5.0)) == pytest.approx(1.0)
    assert error("phq9", one(0.0)) < 0.3


def test_shares_of_readings_are_those_of_drawn_readings():
    level, draws = 9.0, 200_000
    drawn = level + error("phq9", one(level)) * np.random.default_rng(1).standard_normal(draws)
    expected = chance(counted(at_least=10.0), "phq9", one(level), one(0.0), None)[0]
    assert (drawn >= 10).mean() == pytest.approx(expected, abs=4 * np.sqrt(expected * (1 - expected) / draws))


def test_a_fall_is_counted_from_the_reading_by_which_people_were_chosen():
    """Who read 16 and is at 10 by now is nearer to a halved reading than the hidden level of 13 tells."""
    rule = counted(fallen_by=0.5)
    by_reading = chance(rule, "phq9", one(8.0), one(13.0), one(18.0))
    by_level = chance(rule, "phq9", one(8.0), one(13.0), one(np.nan))
    assert by_reading > 0.6 > by_level


def test_what_has_no_questionnaire_is_counted_as_it_is():
    assert chance(counted(at_least=0.5), "utility", np.array([0.4, 0.5]), np.zeros(2), None).tolist() == [0, 1]


def test_readings_are_in_points_and_missing_where_nobody_asked():
    asked = Profile(
        "a", 70.0, Sex.FEMALE, "US", function_loss=Reading(0.2, 0.05, "", None), pain=Reading(0.3, 0.1, "", None)
    )
    shown = readings([asked, Profile("b", 70.0, Sex.MALE, "US")])
    assert shown["read_pain"][0] == pytest.approx(3) and shown["read_function"][0] == pytest.approx(80)
    assert np.isnan(shown["read_phq9"]).all() and np.isnan(shown["read_pain"][1])
