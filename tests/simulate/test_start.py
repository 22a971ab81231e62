"""The start: a body at rest where the person was seen, and bone as it was measured."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from boneloop.cycle import loop, stability
from boneloop.kernel.vector import pack
from boneloop.patient.profile import BoneReading, PastFracture, Reading
from boneloop.simulate import life
from boneloop.types import Sex

SCALES = {"pain": 10, "phq9": 27, "gad7": 21, "function": 100}


@pytest.fixture
def unbreakable(monkeypatch):
    """A world in which no bone breaks."""
    whole = life.fracture_hazards
    monkeypatch.setattr(life, "fracture_hazards", lambda *given: 0 * whole(*given))


def test_a_person_with_everything_measured_starts_where_they_were_seen(ready, woman):
    seen = replace(woman, function_loss=Reading(0.35, 0.05, "SPPB 7 of 12", None))
    fast = ready(seen, draws=400).start.state.fast
    for value, reading in (
        (fast.pain.felt, seen.pain),
        (fast.mood.depressive_severity, seen.depression),
        (fast.mood.anxiety, seen.anxiety),
        (fast.function.loss, seen.function_loss),
    ):
        assert abs(np.median(value) - reading.value) < reading.error
        assert value.std() < 1.2 * reading.error


def test_stress_inflammation_and_sensitization_are_at_rest_with_what_was_seen(ready, woman):
    begin, model, _ = ready(woman, draws=50)
    rates = loop.rates(begin.state, begin.person, 1.0, begin.injuries, {}, loop.OPEN, model.body)
    moved = pack(rates.fast, 50)
    # per day: a year at this speed would not move anything by a hundredth
    assert np.abs(moved).max() < 0.01 / 365


def test_nobody_moves_who_is_held_breaks_nothing_and_gets_no_care(ready, woman, stranger, unbreakable):
    course = ready([woman, stranger, replace(stranger, id="man", sex=Sex.MALE, age=58.0)], draws=20).live(
        "none", 24, held=True
    )
    for name, scale in SCALES.items():
        values = course.values[name]
        assert np.abs(values - values[0]).max() < 0.002 * scale, name


def test_what_holds_a_person_is_never_a_negative_push(ready, stranger, woman):
    person = ready([woman, stranger], draws=200).start.person
    for name in ("felt_input", "depression_input", "anxiety_input", "loss_input"):
        assert (getattr(person, name) > -1e-12).all(), name
    for name in ("felt_gain", "depression_gain", "anxiety_gain", "loss_gain"):
        assert (getattr(person, name) >= 0).all() and (getattr(person, name) <= 1).all(), name


def test_scaled_down_arrows_are_told(ready, stranger):
    """Much pain beside no depression at all: the arrows from pain to mood must be weaker in this person."""
    odd = replace(
        stranger, pain=Reading(0.9, 0.05, "NRS 9", None), depression=Reading(0.0, 0.03, "PHQ-9 total 0 of 27", None)
    )
    begin = ready(odd, draws=100).start
    assert begin.adjusted["depression"].mean() > 0.5
    assert np.array_equal(begin.adjusted["depression"] > 0, begin.person.depression_gain < 1)


def test_measured_density_enters_with_the_error_of_the_scan(ready, woman):
    density = ready(woman, draws=2000).start.density
    assert abs(density.mean() - 0.62) < 4 * 0.015 / np.sqrt(2000)
    assert density.std() == pytest.approx(0.015, rel=0.1)


def test_unknown_density_is_that_of_people_of_that_age_and_sex(ready, stranger, registry):
    density = ready(stranger, draws=2000).start.density
    mean, sd = (float(registry.at(f"bmd_reference.total_hip_female_{x}", 75.0, "g/cm2")) for x in ("mean", "sd"))
    assert abs(density.mean() - mean) < 4 * sd / np.sqrt(2000)
    assert density.std() == pytest.approx(sd, rel=0.1)


@pytest.mark.parametrize("site", ["total_hip", "femoral_neck", "lumbar_spine"])
def test_a_density_is_compared_with_its_own_site(ready, stranger, registry, site):
    mean = float(registry.at(f"bmd_reference.{site}_female_mean", 75.0, "g/cm2"))
    average = replace(stranger, bone=BoneReading(site, mean, 1e-9, "measured", None))
    begin = ready(average, draws=3).start
    assert begin.reference.z(begin.density, begin.lanes.age) == pytest.approx(np.zeros(3), abs=1e-6)


def test_the_density_of_others_says_nothing_about_mine(ready, stranger, woman):
    alone, crowd = ready(woman, draws=5).start, ready([stranger, woman], draws=5).start
    assert np.array_equal(crowd.density[5:], alone.density)
    assert np.array_equal(crowd.reference.z(crowd.density, crowd.lanes.age)[5:], alone.reference.z(alone.density, 72.0))


def test_the_more_is_known_of_pain_the_narrower_is_its_start(ready, stranger):
    known = replace(stranger, id="known", pain=Reading(0.3, 0.1, "NRS 3", None))
    felt = ready([stranger, known], draws=400).start.state.fast.pain.felt
    assert np.ptp(np.quantile(felt[400:], (0.05, 0.95))) < 0.8 * np.ptp(np.quantile(felt[:400], (0.05, 0.95)))


def test_a_fresh_vertebral_fracture_is_part_of_the_pain_that_is_seen_and_fades(ready, stranger, unbreakable):
    hurting = replace(stranger, pain=Reading(0.5, 0.1, "NRS 5", None))
    broken = replace(hurting, id="broken", fractures=(PastFracture("vertebra", 10.0),))
    here = ready([hurting, broken], draws=200)
    steady, fading = here.start.lanes.of(0), here.start.lanes.of(1)
    assert not here.start.injuries.acute_pain[steady].any()
    assert (here.start.injuries.acute_pain[fading] > 0).mean() > 0.4
    course = here.live("none", 12, held=True)
    pain = np.median(course.values["pain"][:, fading], axis=1)
    assert abs(pain[0] - 5) < 1
    assert (np.diff(pain) < 0.01).all()
    assert pain[-1] < pain[0] - 1
    assert np.median(course.values["pain"][-1, steady]) == pytest.approx(
        np.median(course.values["pain"][0, steady]), abs=0.02
    )
    quality = np.median(course.values["utility"][:, fading], axis=1)
    assert quality[-1] > quality[0] + 0.05


def test_a_state_that_was_not_measured_after_a_fracture_gets_the_injury_on_top(ready, stranger, unbreakable):
    """The level without the fracture is drawn; the broken hip then takes its toll."""
    broken = replace(stranger, fractures=(PastFracture("hip", 0.0),))
    function = np.median(ready(broken, draws=60).live("none", 6, held=True).values["function"], axis=1)
    assert function[1] < function[0] - 10


def test_what_was_measured_after_a_fracture_contains_its_injury(ready, stranger, unbreakable):
    seen = Reading(0.4, 0.05, "SPPB 7 of 12", None, 0)
    after = replace(stranger, fractures=(PastFracture("hip", 20.0),), function_loss=seen)
    before = replace(after, id="before", function_loss=replace(seen, days_ago=100))
    here = ready([after, before], draws=60)
    course = here.live("none", 6, held=True)
    first, second = (np.median(course.values["function"][:, here.start.lanes.of(n)], axis=1) for n in (0, 1))
    assert first[-1] > first[0] > 55
    assert second[1] < second[0] - 5


def test_an_old_fracture_hurts_no_more_than_what_is_seen(ready, stranger):
    healed = replace(stranger, fractures=(PastFracture("wrist", 3000.0),))
    injuries = ready(healed, draws=10).start.injuries
    assert injuries.acute_pain.max() < 1e-9 and injuries.wrist_acute_disutility.max() < 1e-9


def test_a_fresh_fracture_never_explains_more_pain_than_there_is(ready, stranger):
    calm = replace(
        stranger, pain=Reading(0.05, 0.05, "NRS 0", None), fractures=tuple(PastFracture("hip", d) for d in (5.0, 20.0))
    )
    begin, model, _ = ready(calm, draws=50)
    setting = stability.Setting(begin.person, model.body, injuries=begin.injuries)
    held = stability.drives(begin.state.fast, setting).pain.felt
    assert (begin.injuries.acute_pain <= held + 1e-9).all()
    assert (begin.person.felt_input > -1e-12).all()


def test_glucocorticoids_raise_stress_hormones_at_the_start(ready, stranger):
    none, some = (replace(stranger, glucocorticoid_mg_per_day=mg, id=str(mg)) for mg in (0.0, 10.0))
    # the same luck for both, so that only the drug differs
    cortisol = [ready(replace(p, id="x"), draws=10).start.state.fast.stress.cortisol for p in (none, some)]
    assert (cortisol[1] > cortisol[0]).all()
