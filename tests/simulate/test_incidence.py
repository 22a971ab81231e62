"""Incidence: falls are counted as a cohort study counts them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from boneloop.simulate.incidence import Incidence


@given(monthly=st.lists(st.floats(0, 0.5), min_size=1, max_size=24))
def test_falls_of_the_living_are_counted_as_a_poisson_law_counts_them(monthly):
    counted = Incidence(1)
    for expected in monthly:
        counted.fell(np.ones(1), np.array([expected]))
    total = sum(monthly)
    page = counted.page()
    assert page["falls_expected"] == pytest.approx(np.array([total]))
    assert page["faller"] == pytest.approx(np.array([1 - np.exp(-total)]), abs=1e-12)
    assert page["recurrent_faller"] == pytest.approx(np.array([1 - np.exp(-total) * (1 + total)]), abs=1e-12)


def test_the_dead_do_not_fall():
    counted = Incidence(2)
    counted.fell(np.array([1.0, 0.0]), np.array([0.3, 0.3]))
    page = counted.page()
    assert page["falls_expected"] == pytest.approx([0.3, 0])
    assert page["recurrent_faller"][1] == 0 < page["recurrent_faller"][0] < page["faller"][0]
