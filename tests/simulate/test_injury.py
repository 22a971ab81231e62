"""A fracture hurts, hinders and lowers the quality of life at once; most of it fades."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boneloop.cycle.body import fracture
from boneloop.cycle.body.fracture import SITES, Healing
from boneloop.simulate.injury import injured, uninjured
from boneloop.simulate.lanes import body_parameters

sites = st.sampled_from(SITES)


@pytest.fixture(scope="module")
def body(registry):
    return body_parameters(registry, {})


@pytest.fixture(scope="module")
def healing(registry):
    return registry.parameters(Healing, "healing")


def once(site, body, before=None, weight=1.0, lasts=0.0):
    return injured(before or uninjured(1), site, np.array([weight]), np.array([lasts]), body)


def test_nobody_starts_injured():
    assert not np.array(uninjured(3)).any()


@given(site=sites, lasts=st.floats(0, 1))
def test_every_fracture_hurts_and_hinders(site, lasts, body):
    after = once(site, body, lasts=lasts)
    assert after.acute_pain + after.lasting_pain > 0
    assert after.acute_loss > 0 and after.lasting_loss > 0
    assert fracture.remaining_utility(after) <= 1


@given(site=sites)
def test_what_happens_to_others_does_not_hurt(site, body):
    after = injured(uninjured(2), site, np.array([1.0, 0.0]), np.zeros(2), body)
    assert all(values[1] == 0 for values in after)


@given(site=sites)
def test_pain_either_fades_or_stays(site, body):
    fading, staying = once(site, body, lasts=0.0), once(site, body, lasts=1.0)
    assert fading.lasting_pain == 0 and fading.acute_pain > 0
    assert staying.lasting_pain > 0


@given(site=sites, weight=st.floats(0, 1))
def test_the_expected_injury_is_in_proportion_to_its_probability(site, weight, body):
    whole, part = once(site, body), once(site, body, weight=weight)
    assert part.acute_pain == pytest.approx(weight * whole.acute_pain)
    assert part.lasting_loss == pytest.approx(weight * whole.lasting_loss)


@settings(max_examples=20)
@given(history=st.lists(sites, max_size=8))
def test_quality_of_life_stays_above_0_however_often_bones_break(history, body):
    injuries = uninjured(1)
    for site in history:
        before = fracture.remaining_utility(injuries)
        injuries = once(site, body, before=injuries)
        assert 0 < fracture.remaining_utility(injuries) <= before


@given(site=sites)
def test_a_second_fracture_of_a_site_starts_its_fading_harm_anew_but_does_not_double_it(site, body):
    once_, twice = once(site, body), once(site, body, before=once(site, body))
    for name in fracture.Injuries._fields:
        if name.endswith("acute_disutility"):
            assert getattr(twice, name) == getattr(once_, name)


@given(site=sites, days=st.floats(1, 3000))
def test_only_what_is_said_to_last_lasts(site, days, body, healing):
    fresh = once(site, body)
    later = fracture.healed(fresh, days, healing)
    assert later.acute_pain < fresh.acute_pain and later.acute_loss < fresh.acute_loss
    assert later.lasting_loss == fresh.lasting_loss
    assert fracture.remaining_utility(later) >= fracture.remaining_utility(fresh)
