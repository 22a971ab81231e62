"""Lanes: one person in one draw, the same whoever stands beside."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from boneloop.simulate.lanes import arrange, body_parameters, drawn_numbers, mirrored
from boneloop.types import Sex


@pytest.fixture
def people(stranger):
    man = replace(stranger, id="man", sex=Sex.MALE, age=66.0)
    return [stranger, man, replace(stranger, id="other", age=81.0)]


def test_patients_come_one_after_another_each_with_all_draws(people):
    lanes = arrange(people, draws=4, seed=1)
    assert lanes.count == 12
    assert lanes.patient.tolist() == [0] * 4 + [1] * 4 + [2] * 4
    assert lanes.draw.tolist() == [0, 1, 2, 3] * 3
    assert lanes.age[lanes.of(2)].tolist() == [81.0] * 4
    assert lanes.male.tolist() == [False] * 4 + [True] * 4 + [False] * 4


def test_a_persons_luck_does_not_depend_on_who_stands_beside(people):
    crowd = arrange(people, draws=5, seed=1)
    for index, person in enumerate(people):
        alone = arrange([person], draws=5, seed=1)
        assert np.array_equal(alone.luck("fall", 3), crowd.luck("fall", 3)[crowd.of(index)])


def test_more_draws_keep_the_first_ones(people):
    few, many = arrange(people[:1], draws=5, seed=1), arrange(people[:1], draws=9, seed=1)
    assert np.array_equal(many.luck("death", 7)[:5], few.luck("death", 7))


def test_another_seed_is_another_luck(people):
    assert not np.array_equal(arrange(people, 5, seed=1).luck("fall"), arrange(people, 5, seed=2).luck("fall"))


def test_luck_belongs_to_the_id_not_to_the_place_or_the_age(people):
    aged = replace(people[0], age=90.0)
    assert np.array_equal(arrange([aged], 5, 1).luck("fall"), arrange(people, 5, 1).luck("fall")[:5])


def test_uncertain_numbers_are_drawn_once_per_draw_and_shared_by_all_patients(people, registry):
    lanes = arrange(people, draws=6, seed=1)
    drawn = drawn_numbers(registry, lanes)
    assert "bone_to_fracture.hip" in drawn
    for values in drawn.values():
        assert np.array_equal(values[lanes.of(0)], values[lanes.of(1)])
        assert np.array_equal(values[lanes.of(0)], values[lanes.of(2)])
    assert all(len(np.unique(values)) > 1 for values in drawn.values())


def test_only_numbers_with_a_spread_are_drawn(people, registry):
    drawn = drawn_numbers(registry, arrange(people, draws=6, seed=1))
    assert all(registry[identity].spread.law != "fixed" for identity in drawn)
    assert {e.id for e in registry if e.spread.law != "fixed" and not isinstance(e.value, tuple)} == set(drawn)


def test_middle_lanes_draw_nothing_and_have_middling_luck(people, registry):
    lanes = arrange(people, draws=3, seed=1, central=True)
    assert drawn_numbers(registry, lanes) == {}
    assert set(lanes.luck("fall", 4)) == {0.5}


def test_drawn_numbers_reach_the_body(people, registry):
    lanes = arrange(people, draws=6, seed=1)
    drawn = drawn_numbers(registry, lanes)
    assert np.array_equal(body_parameters(registry, drawn).bone_to_fracture.hip, drawn["bone_to_fracture.hip"])


def test_a_population_curve_is_read_by_sex_and_age(people, registry):
    lanes = arrange(people, draws=1, seed=1)
    read = lanes.by_sex(registry, "population.prior_any_fracture_share", lanes.age)
    women = registry.at("population.prior_any_fracture_share_female", lanes.age)
    men = registry.at("population.prior_any_fracture_share_male", lanes.age)
    assert read.tolist() == [women[0], men[1], women[2]]


def test_every_second_draw_mirrors_the_one_before_it_and_more_draws_leave_the_first_as_they_were():
    luck = mirrored(1, "fall_share.hip", 7)
    assert luck[1::2] == pytest.approx(1 - luck[:-1:2])
    assert (mirrored(1, "fall_share.hip", 20)[:7] == luck).all()
    assert not np.isin(mirrored(1, "fall_share.wrist", 7), luck).any()


def test_the_median_of_mirrored_draws_of_a_symmetric_law_is_its_middle(people, registry):
    """Chance would leave a standard error of 0.28 standard deviations after twenty draws."""
    normal = [e for e in registry if e.drawn and e.spread.law == "normal" and e.id not in registry.believed]
    assert len(normal) > 10
    drawn = drawn_numbers(registry, arrange(people[:1], draws=20, seed=3))
    for entry in normal:
        assert np.median(drawn[entry.id]) == pytest.approx(entry.value, abs=1e-9 + 1e-6 * entry.spread.sd), entry.id
