"""What a clinic sees: each questionnaire spans its own range, and markers are ratios to the start."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boneloop.cycle import loop, observe
from boneloop.cycle.body import bone
from boneloop.evidence.registry import load

SEEN = load().parameters(observe.Parameters, "observe")
share = st.floats(min_value=0, max_value=1)


def test_health_and_the_worst_state_are_the_ends_of_every_instrument():
    assert observe.instruments(loop.fast_of([0] * 8), SEEN) == (0, 0, 0, 100)
    assert observe.instruments(loop.fast_of([1] * 8), SEEN) == (10, 27, 21, 0)


@given(st.lists(share, min_size=8, max_size=8), st.sampled_from(range(8)), share)
def test_a_worse_state_never_looks_better(rows, state, extra):
    worse = [value + extra * (index == state) for index, value in enumerate(rows)]
    before, after = (observe.instruments(loop.fast_of(x), SEEN) for x in (rows, worse))
    assert all(a >= b for a, b in zip(after[:3], before[:3], strict=True))
    assert after.function <= before.function


def test_a_phq9_of_ten_is_the_depressive_severity_of_a_case():
    case = load().number("mood_to_fracture.caseness")
    x = loop.fast_of([0, 0, 0, 0, 0, case, 0, 0])
    assert observe.instruments(x, SEEN).phq9 == pytest.approx(10, abs=0.05)


def test_bone_that_has_not_changed_has_markers_of_one(default):
    rest = bone.rest(default.bone)
    assert observe.markers(rest, rest, default.bone) == (1, 1, 1, 1, 1)


@given(st.floats(min_value=0.5, max_value=2))
def test_more_osteoclasts_raise_ctx_by_more_than_their_share(default, times):
    rest = bone.rest(default.bone)
    now = rest._replace(osteoclast=times * rest.osteoclast)
    assert observe.markers(now, rest, default.bone).ctx == pytest.approx(times**default.bone.ctx_exponent)
