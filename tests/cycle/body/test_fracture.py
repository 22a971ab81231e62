"""Fracture: damage grows under load, injuries fade and leave their residue, falls rise with age."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from boneloop.cycle.body import fracture

share = st.floats(min_value=0, max_value=1)
days = st.floats(min_value=0, max_value=4000)
injuries = st.lists(st.floats(min_value=0, max_value=0.5), min_size=9, max_size=9).map(lambda x: fracture.Injuries(*x))
age = st.floats(min_value=40, max_value=100)


@given(injuries, days, days)
def test_injuries_only_fade_and_what_lasts_stays(healing, hurt, first, second):
    once, twice = fracture.healed(hurt, first, healing), fracture.healed(hurt, first + second, healing)
    assert all(0 <= later <= sooner for later, sooner in zip(twice, once, strict=True))
    for name in hurt._fields:
        if "lasting" in name:
            assert getattr(twice, name) == getattr(hurt, name)


@given(injuries)
def test_no_time_heals_nothing_and_long_time_heals_all_that_can_heal(healing, hurt):
    assert fracture.healed(hurt, 0, healing) == hurt
    gone = fracture.healed(hurt, 1e5, healing)
    assert all(getattr(gone, name) < 1e-12 for name in hurt._fields if "acute" in name)


@given(injuries, days)
def test_a_share_of_quality_of_life_is_left_and_healing_brings_it_back(healing, hurt, time):
    now, later = fracture.remaining_utility(hurt), fracture.remaining_utility(fracture.healed(hurt, time, healing))
    assert 0 <= now <= later * (1 + 1e-15) <= 1 + 1e-12
    assert fracture.remaining_utility(fracture.Injuries()) == 1


@given(age, age)
def test_older_people_fall_more(default, one, other):
    young, old = (fracture.average_falls(years, default.fracture) for years in sorted((one, other)))
    assert 0 < young <= old


@given(st.floats(min_value=0.1, max_value=5), share)
def test_the_hazard_follows_falls_by_its_share(relative, power):
    factor = fracture.fall_hazard_factor(relative, power)
    assert fracture.fall_hazard_factor(1.0, power) == 1
    assert min(1, relative) * (1 - 1e-12) <= factor <= max(1, relative) * (1 + 1e-12)


@given(share, share)
def test_damage_grows_faster_in_thin_bone_heals_by_turnover_and_raises_the_hazard(default, thin, damage):
    p = default.fracture._replace(damage_rate=0.001)
    state = fracture.State(damage)
    thick_rate, thin_rate = (fracture.rates(state, 1, density, 1, p).microdamage for density in (1, 1 - thin))
    assert thin_rate >= thick_rate
    assert fracture.rates(state, 1, 1, 2, p).microdamage <= thick_rate
    assert fracture.damage_factor(state, p) >= 1
    assert fracture.damage_factor(fracture.State(0), p) == 1


def test_damage_is_off_until_there_are_data_for_it(default):
    assert fracture.rates(fracture.State(0.0), 1, 0.8, 1, default.fracture).microdamage == 0
