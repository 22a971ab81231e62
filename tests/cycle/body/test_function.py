"""Function: it is lost to what drives it and comes back when that ends."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from boneloop.cycle.body import function

share = st.floats(min_value=0, max_value=0.99)
drive = st.floats(min_value=0, max_value=5)


def test_without_a_drive_lost_function_comes_back(body):
    assert function.rates(function.State(0), function.Inputs(0), body.function) == (0,)
    assert function.rates(function.State(0.4), function.Inputs(0), body.function).loss < 0


@given(share, drive, drive, share)
def test_a_heavier_injury_never_spares_function_and_relief_never_takes_it(body, lost, given_, injury, relief):
    state, inputs = function.State(lost), function.Inputs(given_)
    base = function.rates(state, inputs, body.function).loss
    assert function.rates(state, inputs._replace(injury=injury), body.function).loss >= base - 1e-12
    assert function.rates(state, inputs._replace(relief=relief), body.function).loss <= base + 1e-12
    assert function.rates(function.State(0), inputs._replace(relief=relief), body.function).loss >= 0
