"""The fit of bone: arms and readings as published, residuals, and the stored numbers against the goals."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

import numpy as np
import pytest

from boneloop.calibrate.fit import bone
from boneloop.calibrate.fit.bone_arms import DENSITIES, TARGETS, reference_arms, target_arms, trial_courses
from boneloop.calibrate.fit.problem import Request
from boneloop.calibrate.fit.stages import registry_before
from boneloop.evidence.registry import load

REGISTRY = load()
PRIOR = registry_before("bone")


@pytest.fixture(scope="module")
def of_package():
    """Arms of the target files and of the age reference; no public data needed."""
    parts = target_arms(), reference_arms(PRIOR)
    arms = tuple(arm for found, _ in parts for arm in found)
    readings = tuple(reading for _, found in parts for reading in found)
    names = (*bone.fitted_numbers(PRIOR), *(free.id for free in bone.BESIDES))
    return bone.Study(bone.Lanes(PRIOR, arms, names), readings)


def stored(names):
    besides = {free.id: free.value for free in bone.BESIDES}
    return np.array([[besides.get(n) or REGISTRY.number(n, REGISTRY[n].unit)] for n in names])


@pytest.fixture(scope="module")
def simulated(of_package):
    values = of_package.simulated(stored(of_package.lanes.names))[:, 0]
    return list(zip(of_package.readings, values, strict=True))


def test_every_number_of_bone_that_is_drawn_but_the_person_s_own_is_fitted():
    names = bone.fitted_numbers(PRIOR)
    assert len(set(names)) == len(names) > 40
    assert "bone.personal_osteoclast_survival" not in names and "bone.peak_age" not in names


def test_every_number_that_is_fitted_is_drawn():
    fit = REGISTRY.fits["bone"]
    assert set(fit.joint.names) == set(fit.replaced) == set(bone.fitted_numbers(PRIOR))


def test_draws_of_the_numbers_stay_with_the_results(of_package):
    """Their sum of squares is larger than that of the point by about as much as there are numbers."""
    chance = np.random.default_rng(6)
    fit, names = REGISTRY.fits["bone"], of_package.lanes.names
    luck = dict(zip(fit.joint.names, chance.uniform(size=(len(fit.joint.names), 12)), strict=True))
    scores = fit.joint.scores(luck.__getitem__)
    draws = np.repeat(stored(names), 12, axis=1)
    for place, name in enumerate(names):
        if name in scores:
            draws[place] = REGISTRY[name].spread.at_score(REGISTRY[name].value, scores[name])
    risen = (of_package.residuals(draws) ** 2).sum(axis=0) - (of_package.residuals(stored(names)) ** 2).sum(axis=0)
    assert np.mean(risen) < 2 * len(fit.joint.names)


def test_an_arm_of_women_of_many_ages_is_the_mean_over_them():
    arms, _ = target_arms(("active",))
    (arm,) = (arm for arm in arms if arm.name == "active/placebo")
    ages, weights = np.array(arm.women).T
    assert sum(weights) == pytest.approx(1) and ages @ weights == pytest.approx(arm.age)
    names = bone.fitted_numbers(PRIOR)
    values = np.array([[REGISTRY.number(name, REGISTRY[name].unit)] for name in names])
    besides = np.array([[free.value] for free in bone.BESIDES])
    alone = [replace(arm, age=age, ages=()) for age in ages]
    every = (*names, *(free.id for free in bone.BESIDES))
    lived = bone.Lanes(PRIOR, (arm, *alone), every).lived(np.concatenate([values, besides]))["bmd_spine_change"]
    seen = arm.months >= bone.GRID
    assert lived[seen, 0, 0] == pytest.approx(lived[seen, 1:, 0] @ weights, abs=1e-6)


def test_the_arms_of_the_target_files_are_their_courses():
    arms, readings = target_arms(("denosumab_stopped", "fit_alendronate"))
    by_name = {arm.name: arm for arm in arms}
    assert [c.kind for c in by_name["denosumab_stopped/stopped"].courses] == ["denosumab"]
    assert [c.dose for c in by_name["fit_alendronate/alendronate"].courses] == [5, 10]
    assert by_name["fit_alendronate/placebo"].courses == ()
    fall = next(r for r in readings if r.label.startswith("DRG-41/hip"))
    assert (fall.since, fall.month, fall.value) == (24, 36, -5.3)


def test_only_calibration_results_are_fitted():
    labels = " ".join(reading.label for reading in target_arms(TARGETS)[1])
    assert "DRG-16" not in labels and "DRG-36/ten_years" not in labels
    assert "DRG-36/hip" in labels


def test_a_large_residual_of_a_course_counts_less_and_a_small_one_as_it_is():
    assert bone.shrunk(np.array([0.1, -0.1])) == pytest.approx([0.1, -0.1], rel=1e-3)
    assert 3 < bone.shrunk(np.array([30.0]))[0] < 15


def test_a_vector_has_the_same_residuals_alone_and_in_a_batch(of_package):
    numbers = stored(of_package.lanes.names)
    others = np.repeat(numbers, 3, axis=1)
    others[0, [0, 2]] *= [1.1, 0.9]
    assert np.array_equal(of_package.residuals(others)[:, 1], of_package.residuals(numbers)[:, 0])


def test_a_refit_does_not_ask_what_was_stored(of_package, monkeypatch):
    """Not even for how closely lives are followed: from scratch is from scratch."""

    def refused():
        raise AssertionError("the stored numbers were asked for")

    numbers = stored(of_package.lanes.names)
    monkeypatch.setattr("boneloop.simulate.bone_alone.load", refused)
    monkeypatch.setattr("boneloop.simulate.bone_alone._sizes", refused)
    assert np.isfinite(of_package.residuals(numbers)).all()


def test_the_stored_numbers_meet_the_published_densities_of_the_targets(simulated):
    """At most a point off on average at the hip and the femoral neck, two at the spine."""
    for outcome, goal in zip(DENSITIES, (1.0, 1.0, 2.0), strict=True):
        off = [abs(v - r.value) for r, v in simulated if r.outcome == outcome and not r.arm.startswith("reference/")]
        assert np.mean(off) < goal


def test_the_course_of_a_life_stays_within_a_fifth_of_a_standard_deviation_a_decade_at_the_hip(simulated):
    for reading, value in simulated:
        if reading.arm.startswith("reference/") and reading.outcome == "bmd_total_hip_change":
            assert abs(value - reading.value) < 0.2 / 0.035 * reading.error


def test_the_stored_numbers_meet_the_courses_of_the_trials(shared):
    """Hip density within a point, CTX and P1NP within 20, mean over the arms."""
    study = bone.study(Request(PRIOR, shared=shared / "data"))
    values = study.simulated(bone.stored(study, REGISTRY))[:, 0]
    off = defaultdict(lambda: defaultdict(list))
    for reading, value in zip(study.readings, values, strict=True):
        if reading.trial:
            off[reading.outcome][reading.trial].append(abs(value - reading.value))
    for outcome, goal in (("bmd_total_hip_change", 1.0), ("ctx_change", 20.0), ("p1np_change", 20.0)):
        assert np.mean([np.mean(own) for own in off[outcome].values()]) < goal


def test_the_courses_of_the_trials_are_read_with_their_doses(shared):
    arms, readings = trial_courses(shared / "data" / "trials")
    assert len(arms) == 23
    doses = next(arm.events for arm in arms if arm.name == "bone2011/denosumab")
    assert [(begin, dose) for _, begin, _, dose in doses] == [(0, 60), (180, 60), (360, 60), (540, 60)]
    assert sum(arm.antibody for arm in arms) == 3
    assert len(readings) == len({reading.label for reading in readings}) > 400
