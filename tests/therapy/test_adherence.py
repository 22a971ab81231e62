"""Adherence: persistence without depression, and less of it with depression."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from boneloop.evidence.registry import load
from boneloop.therapy.adherence import parameters, stays
from boneloop.therapy.kinds import KINDS

P = parameters(load())
severity = st.floats(min_value=0, max_value=1)
drug = st.sampled_from(sorted({kind.persistence for kind in KINDS.values()} - {""}))


def test_without_depression_45_percent_stay_on_an_oral_drug_for_a_year():
    quarter = stays(0.0, "oral", 1, 3, P)
    assert quarter == pytest.approx(0.82, abs=0.005)
    assert quarter**4 == pytest.approx(0.45)


def test_without_depression_81_then_45_percent_take_their_doses_of_denosumab():
    first, second = stays(0.0, "denosumab", 1, 6, P), stays(0.0, "denosumab", 2, 6, P)
    assert first == pytest.approx(0.90, abs=0.005)
    assert second == pytest.approx(0.75, abs=0.005)
    assert first**2 * second**2 == pytest.approx(0.455)


def test_42_percent_take_a_second_dose_of_zoledronate():
    assert stays(0.0, "zoledronate", 1, 12, P) == pytest.approx(0.42)


def test_a_depressed_person_has_the_odds_of_the_trial_row():
    well, ill = stays(0.0, "oral", 1, 3, P), stays(0.37, "oral", 1, 3, P)
    assert (well / (1 - well)) / (ill / (1 - ill)) == pytest.approx(1.76)


@given(drug, severity, severity, st.integers(1, 10))
def test_more_depression_never_helps_to_stay(drug, one, other, year):
    less, more = sorted((one, other))
    assert 0 < stays(more, drug, year, 3, P) <= stays(less, drug, year, 3, P) < 1


@given(st.floats(min_value=0.37, max_value=1))
def test_beyond_a_case_nothing_gets_worse(worse):
    assert stays(worse, "oral", 1, 3, P) == pytest.approx(stays(0.37, "oral", 1, 3, P))


def test_lanes_decide_apart_and_as_they_would_alone():
    lanes = stays(np.array([0.0, 0.5]), "denosumab", 1, 6, P)
    assert lanes[0] > lanes[1]
    assert lanes[1] == pytest.approx(stays(0.5, "denosumab", 1, 6, P))
