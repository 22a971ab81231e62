"""Depression and fracture in a simulated cohort: what emerges, and what psychological care does not do."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from boneloop.calibrate.fit.routes import shares
from boneloop.calibrate.fit.studies import Lab, wanted
from boneloop.evidence.registry import load
from boneloop.patient.profile import Profile, Reading
from boneloop.simulate.lanes import arrange
from boneloop.simulate.life import Setting, live
from boneloop.simulate.model import prepare
from boneloop.simulate.start import start
from boneloop.therapy.care_plan import CarePlan, load_plan
from boneloop.types import Sex

PEOPLE = 60
MONTHS = 120


@pytest.fixture(scope="module")
def middle():
    """The numbers as they stand: one vector."""
    registry = load()
    return {"mood_to_fracture.falls": np.array([registry.number("mood_to_fracture.falls")])}


def test_depression_raises_the_hazard_of_any_fracture_by_1_1_to_1_4(middle):
    said = Lab(load(), PEOPLE, seed=1).simulated(wanted(("FX-01",)), middle)
    assert 1.1 < said[0, 0] < 1.4


def test_the_routes_from_depression_to_fracture_add_up(middle):
    """In the first half year; over five years the same arms are lived for the page on validation."""
    cohort = wanted(("FX-01",))[0]
    contrast = replace(cohort, result=replace(cohort.result, month=6.0))
    (found,) = shares(Lab(load(), 40, seed=1), (contrast,), middle)
    assert sum(found.by_route.values()) + found.rest == pytest.approx(found.total)
    # falls, bone and the drug all carry some of it, and nothing else carries more than a few hundredths
    assert all(share[0] > 0 for share in found.by_route.values())
    assert abs(found.rest[0]) < 0.05


def test_psychological_care_alone_does_not_cut_fractures_by_a_double_digit_percentage(tolerance):
    """The same depressed people live ten years with and without it, by the expected course: no luck between arms."""
    person = Profile("anna", 72.0, Sex.FEMALE, "US", depression=Reading(0.52, 0.07, "PHQ-9 14", None))
    people = [replace(person, id=f"anna {n}", age=62.0 + n / 3) for n in range(PEOPLE)]
    lanes = arrange(people, 4, seed=1)
    model = prepare(load(), lanes)
    begun = start(lanes, model, tolerance)
    nothing = CarePlan(name="none", title="Nothing", courses=())
    risk = {
        plan.name: live(begun, plan, model, Setting(MONTHS, tolerance, expected=True)).values["fracture_any"][-1]
        for plan in (nothing, load_plan("psychological"))
    }
    ratio = risk["psychological"].mean() / risk["none"].mean()
    assert 0.90 < ratio <= 1.0
