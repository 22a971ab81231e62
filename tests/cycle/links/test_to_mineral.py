"""The arrow to mineral: cortisol lowers the calcium that the gut takes up."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from boneloop.cycle.links import stress_to_mineral

share = st.floats(min_value=0, max_value=1)


@given(share, share)
def test_more_cortisol_never_helps_the_gut_take_up_calcium(body, one, other):
    calm, stressed = (stress_to_mineral.absorption(h, body.stress_to_mineral) for h in sorted((one, other)))
    assert 0 < stressed <= calm <= 1
    assert stress_to_mineral.absorption(0, body.stress_to_mineral) == 1
