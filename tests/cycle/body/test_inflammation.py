"""Inflammation: it follows what drives it, up to its ceiling, and treatment takes a share of the drive."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from boneloop.cycle.body import inflammation

drive = st.floats(min_value=0, max_value=10)
level = st.floats(min_value=0, max_value=3)


def test_without_a_drive_the_healthy_level_is_a_rest(body):
    assert inflammation.rates(inflammation.State(0), inflammation.Inputs(0), body.inflammation) == (0,)


@given(drive, drive, level)
def test_more_drive_never_slows_the_rise(body, low, extra, now):
    before, after = (
        inflammation.rates(inflammation.State(now), inflammation.Inputs(given_), body.inflammation).cytokines
        for given_ in (low, low + extra)
    )
    assert after >= before - 1e-12


@given(drive, st.floats(min_value=0, max_value=1), drive)
def test_a_factor_works_on_what_comes_from_other_stations_only(given_, factor, own):
    told = inflammation.drives(inflammation.Inputs(given_, own, 1, factor)).cytokines
    assert told == given_ * factor + own
