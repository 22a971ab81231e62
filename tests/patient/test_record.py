"""Records: facts that do not change, however they were made."""

from __future__ import annotations

import copy
import pickle
from dataclasses import FrozenInstanceError, replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boneloop.patient.record import Measurement, measurement

parts = st.tuples(st.text(), st.floats(allow_nan=False), st.dates() | st.none(), st.text(), st.text(), st.text())


@given(parts)
def test_a_measurement_made_fast_is_the_same_as_one_made_slowly(given_parts):
    fast, slow = measurement(*given_parts), Measurement(*given_parts)
    assert fast == slow and hash(fast) == hash(slow) and repr(fast) == repr(slow)
    assert type(fast) is Measurement
    assert pickle.loads(pickle.dumps(fast)) == copy.deepcopy(fast) == replace(slow) == replace(fast)


def test_a_measurement_made_fast_does_not_change_either():
    made = measurement("weight", 61.0, date(2026, 1, 2), "row 1", "61 kg")
    assert made.reference == ""
    with pytest.raises(FrozenInstanceError):
        made.value = 62.0
