"""Both beliefs in one run: the same luck, each as if it were alone, and differences taken draw by draw."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from boneloop.compare import two_beliefs
from boneloop.compare.forecast import OUTCOMES, Stopped
from boneloop.compare.run import Question, forecast, lives_of
from boneloop.compare.two_beliefs import Sided, both_chunk, both_tables, forecast_both
from boneloop.evidence.registry import BELIEFS, load
from boneloop.simulate.lanes import arrange, drawn_numbers
from boneloop.therapy.care_plan import load_plans

FEW = {"draws": 20, "years": 2}


@pytest.fixture(scope="module")
def plans():
    return load_plans(("none", "mind"))


@pytest.fixture(scope="module")
def sides(woman, plans) -> Sided:
    return next(forecast_both([woman], plans, **FEW, jobs=1))


def test_each_belief_says_what_it_says_alone(woman, plans, sides, differences):
    for belief, beside in zip(BELIEFS, sides.forecasts, strict=True):
        alone = next(forecast([woman], plans, belief=belief, **FEW, jobs=1))
        assert not differences(alone, beside)


def test_a_number_that_no_belief_replaces_has_the_same_draws_under_both(woman):
    lanes = arrange([woman], 50, 1)
    drawn = [drawn_numbers(load(belief), lanes) for belief in BELIEFS]
    kept = [i for i in drawn[0] if load("evidence")[i] == load("hypothesis")[i]]
    assert len(kept) > 20
    assert all(np.array_equal(drawn[0][i], drawn[1][i]) for i in kept)
    assert set(drawn[0]) - set(kept)


def test_people_are_drawn_alike_under_both_beliefs_where_nothing_about_the_circle_is_asked(woman, plans):
    one, other = (lives_of((woman,), Question(tuple(plans), b, 20, 1, 1)).begin for b in BELIEFS)
    assert np.array_equal(one.density, other.density)
    assert np.array_equal(one.lanes.luck("death", 3), other.lanes.luck("death", 3))


def test_a_difference_is_taken_draw_by_draw(woman, plans, sides):
    lives = [lives_of((woman,), Question(tuple(plans), b, FEW["draws"], FEW["years"], 1)) for b in BELIEFS]
    hip = [one.courses["none"].values["fracture_hip"][-1] for one in lives]
    found = sides.contrast.changes["none"]["fracture_hip"]
    assert found.point == pytest.approx((hip[1] - hip[0]).mean())
    assert found.p95 == pytest.approx(np.quantile(hip[1] - hip[0], 0.95))
    assert found.error == pytest.approx((hip[1] - hip[0]).std(ddof=1) / np.sqrt(FEW["draws"]))
    density = [one.courses["mind"].values["bmd_change"][-1] for one in lives]
    alive = lives[0].courses["mind"].alive[-1] & lives[1].courses["mind"].alive[-1]
    moved = sides.contrast.changes["mind"]["bmd_change"].point
    assert moved == pytest.approx(np.median((density[1] - density[0])[alive]))


def test_the_cut_of_a_plan_is_the_share_of_the_mean_chance_that_it_takes_away(sides):
    for belief, one in zip(BELIEFS, sides.forecasts, strict=True):
        none, mind = (one.plan(name).bands["fracture_any"].mean[-1] for name in ("none", "mind"))
        cut = sides.contrast.cuts[belief]["mind"]["fracture_any"]
        assert cut.point == pytest.approx(1 - mind / none)
        assert cut.p05 <= cut.p95 and cut.error > 0


def test_pairing_draws_makes_a_difference_surer_than_its_parts(sides):
    apart = [one.plan("none").bands["fracture_any"].mean_error[-1] for one in sides.forecasts]
    assert sides.contrast.changes["none"]["fracture_any"].error < np.hypot(*apart)


def test_the_beliefs_differ_and_the_plan_that_others_are_compared_with_has_no_effect_of_its_own(sides):
    assert sides.contrast.changes["none"]["bmd_change"].point < 0
    assert set(sides.contrast.effects["evidence"]) == {"mind"}
    assert set(sides.contrast.changes["mind"]) == set(OUTCOMES)


def test_tables_alone_hold_the_same_bands(woman, plans, sides, differences):
    (tabled,) = both_tables((woman,), Question(tuple(plans), "both", FEW["draws"], FEW["years"], 1))
    for table, told in zip(tabled.tables, sides.forecasts, strict=True):
        for plan, bands in zip(told.plans, table.plans, strict=True):
            assert not differences(plan.bands, bands.bands)


def test_the_relief_of_a_plan_averages_over_the_years_of_those_alive_in_both(woman, plans, sides):
    lives = lives_of((woman,), Question(tuple(plans), "evidence", FEW["draws"], FEW["years"], 1))
    treated, untreated = lives.courses["mind"], lives.courses["none"]
    alive = treated.alive & untreated.alive
    apart = np.where(alive, treated.values["phq9"] - untreated.values["phq9"], np.nan)
    found = sides.contrast.averages["evidence"]["mind"]["phq9"].point
    assert found == pytest.approx(np.median(np.nanmean(apart, axis=0)))
    assert found < 0


def test_who_cannot_be_followed_under_one_belief_is_answered_under_neither(woman, plans, monkeypatch):
    def one_stops(profiles, question, lives):
        if question.belief == "hypothesis":
            return tuple(Stopped(profile, "no step fits") for profile in profiles)
        return tuple(replace(one) for one in forecast(profiles, plans, **FEW, jobs=1))

    monkeypatch.setattr(two_beliefs, "forecasts_of", one_stops)
    (found,) = both_chunk((woman,), Question(tuple(plans), "both", FEW["draws"], FEW["years"], 1))
    assert found == Stopped(woman, "belief hypothesis: no step fits")


def test_nobody_asked_nothing_said(plans):
    assert list(forecast_both([], plans)) == []
    assert both_chunk((), Question(tuple(plans), "both", 10, 1, 1)) == ()
