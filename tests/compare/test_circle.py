"""Where a person stands on the circle: the cycle number, what each arrow supplies, what cutting it would do."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from boneloop.compare import circle as circle_module
from boneloop.compare.arrows import SLOW_TARGETS, lanewise, target_of
from boneloop.compare.run import forecast, full_care
from boneloop.cycle import loop, stability
from boneloop.evidence.registry import load
from boneloop.kernel.dormand_prince import Tolerance
from boneloop.patient.profile import Reading
from boneloop.simulate.lanes import arrange
from boneloop.simulate.model import prepare
from boneloop.simulate.start import start
from boneloop.therapy.care_plan import CarePlan, load_plan, load_plans

STATIONS = {"pain", "mood", "function", "stress", "inflammation", "wellbeing", "bone", "fracture", "mineral"}


@pytest.fixture(scope="module")
def begun(woman, people):
    lanes = arrange([woman, *people(6)], 60, 1)
    model = prepare(load(), lanes)
    return start(lanes, model, Tolerance(1e-4, 1e-4)), model


@pytest.fixture(scope="module")
def seen(begun):
    return lanewise(*begun)


@pytest.fixture(scope="module")
def arrows(ahead):
    return {arrow.name: arrow for arrow in ahead.circle.arrows}


def test_every_arrow_of_the_circle_is_told_once_with_its_sentence(ahead):
    assert tuple(arrow.name for arrow in ahead.circle.arrows) == loop.ARROWS
    for arrow in ahead.circle.arrows:
        assert arrow.name == f"{arrow.source}_to_{arrow.target}"
        assert arrow.title == f"{arrow.source} → {arrow.target}"
        assert arrow.sentence and not arrow.sentence[0].isspace()


def test_shares_lie_between_0_and_1_in_every_draw(seen):
    assert seen.share.keys() == set(loop.ARROWS)
    for name, share in seen.share.items():
        assert (share >= 0).all() and (share <= 1 + 1e-12).all(), name


def test_the_shares_of_the_arrows_to_a_slow_target_are_all_of_it_or_nothing(seen):
    for target in set(SLOW_TARGETS) - {"mineral"}:
        whole = sum(share for name, share in seen.share.items() if target_of(name) == target)
        assert (np.isclose(whole, 1) | (whole == 0)).all(), target


def test_elasticities_are_not_negative_and_sum_to_no_more_than_1(seen, arrows):
    """What is missing to 1 lies inside the stations: sensitization feeding pain, for one."""
    assert all((pull >= -1e-12).all() for pull in seen.elasticity.values())
    assert (sum(seen.elasticity.values()) <= 1 + 1e-9).all()
    assert sum(seen.elasticity.values()).mean() > 0.5
    assert all(arrow.elasticity == 0 for arrow in arrows.values() if arrow.target in SLOW_TARGETS)


def test_the_elasticity_of_an_arrow_says_how_the_cycle_number_moves(begun, seen):
    begin, model = begun
    setting = stability.Setting(begin.person, model.body, injuries=begin.injuries)
    weaker = setting._replace(gates=loop.OPEN._replace(mood_to_pain=0.99))
    moved = stability.cycle_number(weaker, begin.lanes.count) / seen.radius
    assert np.log(moved) / np.log(0.99) == pytest.approx(seen.elasticity["mood_to_pain"], abs=0.01)


def test_an_arrow_is_active_from_the_stated_share_on(arrows):
    least = load().number("circle.active_share")
    assert all(arrow.active == (arrow.share >= least) for arrow in arrows.values())
    assert any(arrow.active for arrow in arrows.values())


def test_the_circle_is_a_little_of_everything_in_range(ahead):
    here = ahead.circle
    assert here.informed_by == "prior only"
    for middle, low, high in (here.cycle_number, here.local_gain, *(p.cycle_number for p in ahead.plans)):
        assert 0 <= low <= middle <= high
    assert 0 <= here.self_feeding <= 1 and 0 <= here.trap <= 1
    assert here.stations.keys() == STATIONS
    assert all(0 <= severity <= 1 for severity in here.stations.values())
    assert all(factor >= 1 - 1e-9 for factor in here.amplification.values())


def test_the_untreated_cycle_number_is_that_of_no_treatment_and_care_for_the_mind_lowers_it(ahead):
    none, _bone, mind, integrated = (plan.cycle_number for plan in ahead.plans)
    assert none == ahead.circle.cycle_number
    assert mind[0] < none[0]
    assert integrated[0] <= mind[0]


def test_a_bone_drug_does_not_touch_the_fast_circle(ahead):
    assert ahead.plan("bone").cycle_number == pytest.approx(ahead.circle.cycle_number)


def test_full_care_is_nothing_for_an_empty_plan_and_something_for_care_of_the_mind(begun):
    _, model = begun
    assert full_care(CarePlan("none", "None"), 12, model) == full_care(load_plan("none"), 12, model)
    care = full_care(load_plan("mind"), 12, model)
    assert (np.asarray(care["mood.depression_relief"]) > 0).all()
    assert np.median(care["mood_to_pain.pain"]) < 1


@pytest.mark.parametrize(
    ("arrow", "outcome", "sign"),
    [
        ("pain_to_mood", "phq9", -1),
        ("function_to_mood", "phq9", -1),
        ("mood_to_pain", "pain", -1),
        ("inflammation_to_pain", "pain", -1),
        ("fracture_to_pain", "pain", -1),
        ("pain_to_function", "function", 1),
        ("mood_to_function", "function", 1),
        ("bone_to_fracture", "fracture_any", -1),
        ("mood_to_fracture", "falls", -1),
        ("pain_to_fracture", "falls", -1),
        ("function_to_fracture", "fracture_any", -1),
        ("stress_to_bone", "bmd_change", 1),
        ("inflammation_to_bone", "bmd_change", 1),
        ("function_to_bone", "bmd_change", 1),
        ("mood_to_stress", "bmd_change", 1),
        ("pain_to_wellbeing", "utility", 1),
        ("mood_to_wellbeing", "qaly", 1),
    ],
)
def test_cutting_an_arrow_helps_where_it_points(arrows, arrow, outcome, sign):
    assert sign * arrows[arrow].when_cut[outcome] > 0


def test_cutting_an_arrow_never_raises_pain_or_depression(arrows):
    """But the one from stress to minerals: what it takes from calcium raises PTH, what it frees from bone lowers it."""
    for name in arrows.keys() - {"stress_to_mineral"}:
        assert arrows[name].when_cut["pain"] <= 1e-9, name
        assert arrows[name].when_cut["phq9"] <= 1e-9, name


def test_an_arrow_that_ends_outside_the_fast_circle_does_nothing_to_it_but_through_fractures(arrows):
    """To bone and minerals: through fewer fractures only."""
    for name in ("stress_to_bone", "inflammation_to_bone", "function_to_bone", "mineral_to_bone"):
        assert abs(arrows[name].when_cut["phq9"]) < 0.01
    assert abs(arrows["stress_to_mineral"].when_cut["fracture_any"]) < 0.001
    assert abs(arrows["stress_to_mineral"].when_cut["pain"]) < 0.001
    assert abs(arrows["stress_to_mineral"].when_cut["phq9"]) < 0.001


def test_the_arrow_from_bone_to_minerals_is_off(arrows):
    """Its share is 0: the mineral engine balances its calcium with cells of its own."""
    off = arrows["bone_to_mineral"]
    assert off.share == 0 and not off.active
    assert all(change == 0 for change in off.when_cut.values())


def test_arrows_that_were_scaled_down_are_told(woman):
    odd = replace(
        woman, pain=Reading(0.9, 0.05, "NRS 9 of 10", None), depression=Reading(0.0, 0.03, "PHQ-9 total 0 of 27", None)
    )
    found = next(forecast([odd], load_plans(("none",)), draws=20, years=1, jobs=1)).circle
    assert any(said.startswith("depression: ") and "scaled down" in said for said in found.adjusted)


def test_every_link_has_a_sentence_of_its_own():
    said = [circle_module.sentence(name) for name in loop.ARROWS]
    assert all(said) and len(set(said)) == len(said)
