"""Bone: it rests, loses after menopause, and answers every drug class in its own direction."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from boneloop.cycle import loop
from boneloop.cycle.body import bone
from boneloop.evidence.registry import load
from boneloop.kernel.dormand_prince import Tolerance, integrate
from boneloop.kernel.vector import leaves, pack, unpack

estrogen = st.floats(min_value=0.01, max_value=1)
factor = st.floats(min_value=0.5, max_value=2)
exposure = st.floats(min_value=0, max_value=1000)
CELLS = 7


def live(p, inputs, days, begin=None):
    """The state of one lane after ``days`` of constant inputs, from its rest without a drug."""
    start = begin or bone.rest(p, bone.Inputs(estrogen=inputs.estrogen))
    zero, rows = np.zeros(1), pack(start, 1)
    allowed = Tolerance(1e-6, 1e-6 * np.maximum(rows, 1e-3))
    end, _ = integrate(
        lambda time, now: pack(bone.rates(unpack(start, now), inputs, p), 1), rows, zero, zero + days, zero, allowed
    )
    return unpack(start, end[:, 0])


@given(estrogen, factor, factor)
def test_the_rest_is_a_rest_of_every_cell_and_of_the_mineral(default, level, death, production):
    given_ = bone.Inputs(estrogen=level, osteoclast_death=death, osteoblast_production=production)
    rest = bone.rest(default.bone, given_)
    moved = np.array(list(leaves(bone.rates(rest, given_, default.bone))))
    sizes = bone.State(*(1.0 for _ in rest))._replace(
        osteoblast_precursor=production, osteoblast=production, sclerostin=1000.0, sclerostin_bound=1000.0
    )
    still = dict(zip(rest._fields, moved / np.array(sizes), strict=True))
    for density in ("density", "density_neck", "density_spine"):
        still.pop(density)
    assert list(still.values()) == pytest.approx(np.zeros(12), abs=1e-10)
    assert all(value > 0 for value in rest[:6]) and rest.sclerostin_bound == rest.bisphosphonate_buried == 0


def test_the_rest_of_several_people_is_the_rest_of_each(default):
    levels = np.array([0.1, 0.5, 1.0])
    together = bone.rest(default.bone, bone.Inputs(estrogen=levels))
    alone = bone.rest(default.bone, bone.Inputs(estrogen=0.5))
    assert pack(together, 3)[:, 1] == pytest.approx(list(alone), rel=1e-14)


@given(st.floats(min_value=0, max_value=40), st.floats(min_value=0, max_value=40))
def test_estrogen_falls_after_menopause_and_not_before(earlier, later):
    before, after = (bone.estrogen_after_menopause(years, 2.6) for years in sorted((earlier, later)))
    assert 0 < after <= before <= 1
    assert bone.estrogen_after_menopause(-earlier, 2.6) == 1
    assert bone.estrogen_after_menopause(2.6, 2.6) == 0.5


@given(estrogen, estrogen)
def test_less_estrogen_never_means_slower_resorption_or_more_gain_at_rest(default, one, other):
    low, high = (bone.rest(default.bone, bone.Inputs(estrogen=level)) for level in sorted((one, other)))
    maturing = [
        bone.osteoclast_maturation(bone.rest(default.bone), bone.Inputs(estrogen=level), default.bone)
        for level in sorted((one, other))
    ]
    assert maturing[0] >= maturing[1]
    assert bone.resorption(low, default.bone) >= bone.resorption(high, default.bone) * (1 - 1e-12)
    assert low.sclerostin >= high.sclerostin
    gains = [bone.formation(state, default.bone) - bone.resorption(state, default.bone) for state in (low, high)]
    assert gains[0] <= gains[1] + 1e-12


def test_a_postmenopausal_skeleton_loses_bone(default):
    rest = bone.rest(default.bone)
    years = 3652.5
    lost = live(default.bone, bone.Inputs(estrogen=0.1), years, rest)
    assert 0.8 < bone.areal_density(lost) / bone.areal_density(rest) < 0.97


@given(exposure, exposure)
def test_more_bisphosphonate_never_means_longer_lived_osteoclasts(default, one, other):
    deaths = [
        bone.osteoclast_death(60.0, 1e-3, bone.Inputs(bisphosphonate=psi), default.bone) for psi in sorted((one, other))
    ]
    assert deaths[0] <= deaths[1]


@given(exposure, exposure)
def test_more_denosumab_never_means_faster_maturing_and_more_teriparatide_never_slower(default, one, other):
    rest = bone.rest(default.bone)
    low, high = sorted((one, other))
    held = [bone.osteoclast_maturation(rest, bone.Inputs(denosumab=psi), default.bone) for psi in (low, high)]
    driven = [bone.osteoclast_maturation(rest, bone.Inputs(teriparatide=psi), default.bone) for psi in (low, high)]
    assert held[0] >= held[1] > 0
    assert driven[0] <= driven[1]


def percent(now, then, marker, p):
    """Change of a marker."""
    return 100 * (marker(now, p) / marker(then, p) - 1)


def test_ctx_falls_with_a_bisphosphonate_and_density_rises(default):
    before = bone.rest(default.bone, bone.Inputs(estrogen=0.2))
    after = live(default.bone, bone.Inputs(estrogen=0.2, bisphosphonate=0.09), 365)
    untreated = live(default.bone, bone.Inputs(estrogen=0.2), 365)
    assert percent(after, before, bone.ctx, default.bone) < -50
    assert bone.areal_density(after) > bone.areal_density(untreated)


def test_teriparatide_raises_both_markers_and_the_sclerostin_antibody_raises_formation_first(default):
    before = bone.rest(default.bone, bone.Inputs(estrogen=0.2))
    teriparatide = live(default.bone, bone.Inputs(estrogen=0.2, teriparatide=0.2), 180)
    antibody = live(default.bone, bone.Inputs(estrogen=0.2, sclerostin_antibody=3.0), 14)
    for marker in (bone.ctx, bone.p1np, bone.bsap):
        assert percent(teriparatide, before, marker, default.bone) > 20
    assert percent(antibody, before, bone.p1np, default.bone) > 20
    assert percent(antibody, before, bone.ctx, default.bone) < 0


def test_when_denosumab_is_gone_osteoclasts_come_back_in_excess_and_density_falls(default):
    p, without = default.bone, bone.Inputs(estrogen=0.1)
    before = bone.rest(p, without)
    treated = live(p, without._replace(denosumab=1e5), 5 * 365, before)
    crest = live(p, without, 120, treated)
    year_later = live(p, without, 365, treated)
    assert percent(treated, before, bone.ctx, p) < -50
    assert percent(crest, before, bone.ctx, p) > 50
    assert bone.areal_density(year_later) < 0.97 * bone.areal_density(treated)


@given(st.floats(min_value=0, max_value=0.6))
def test_whatever_keeps_osteoclasts_alive_or_starves_osteoblasts_costs_bone(default, harm):
    rest = bone.rest(default.bone)
    for inputs in (
        bone.Inputs(osteoclast_death=float(np.exp(-harm))),
        bone.Inputs(osteoblast_production=1 - harm),
    ):
        harmed = bone.rest(default.bone, inputs)
        balance, healthy = (bone.formation(x, default.bone) - bone.resorption(x, default.bone) for x in (harmed, rest))
        assert balance <= healthy + 1e-12


def test_the_excess_of_a_depressed_person_costs_the_hip_what_the_cohorts_saw(default):
    """Excess n 0.3, h 0.15, i 0.5, l 0.3 from 65 to 75: eight cohorts saw 0.35 % a year (0.18 to 0.53)."""
    x = loop.fast_of([0.3, 0.15, 0.5, 0, 0, 0, 0, 0.3])
    year, start = 365.25, bone.rest(default.bone)
    half_time, lead = (load().number(f"bone.{name}", "day") for name in ("estrogen_half_time", "estrogen_lead"))
    lost = []
    for gates in (loop.ALL_CUT, loop.OPEN):
        told = loop.bone_inputs(x, loop.Person(), 1, 1, loop.NO_CARE, gates, default)

        def rates(days, now, told=told):
            harmed = told._replace(
                estrogen=bone.estrogen_after_menopause(days - 50 * year + lead, half_time),
                osteoclast_death=np.where(days > 65 * year, told.osteoclast_death, 1.0),
                osteoblast_production=np.where(days > 65 * year, told.osteoblast_production, 1.0),
                age=days / year,
            )
            return pack(bone.rates(unpack(start, now), harmed, default.bone), 1)

        rows, zero = pack(start, 1), np.zeros(1)
        allowed = Tolerance(1e-6, 1e-6 * np.maximum(rows, 1e-3))
        at65, step = integrate(rates, rows, zero + 20 * year, zero + 65 * year, zero, allowed)
        end, _ = integrate(rates, at65, zero + 65 * year, zero + 75 * year, step, allowed)
        lost.append(float(bone.areal_density(unpack(start, end[:, 0])) / bone.areal_density(unpack(start, at65[:, 0]))))
    assert 0.18 < 100 * (lost[0] - lost[1]) / 10 < 0.53
