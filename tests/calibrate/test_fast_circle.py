"""The fast circle alone is the whole engine's, as long as no bone breaks and nobody dies."""

from __future__ import annotations

import numpy as np
import pytest

from boneloop.calibrate import fast_circle
from boneloop.evidence.registry import load
from boneloop.kernel.dormand_prince import Tolerance
from boneloop.patient.profile import PastFracture, Profile, Reading
from boneloop.simulate import life
from boneloop.simulate.lanes import arrange
from boneloop.simulate.life import Setting, live
from boneloop.simulate.model import prepare
from boneloop.simulate.start import start
from boneloop.therapy.care_plan import load_plan
from boneloop.types import Known, Sex

PEOPLE = (
    Profile("calm", 68.0, Sex.FEMALE, "US", glucocorticoid_mg_per_day=0.0),
    Profile(
        "depressed",
        74.0,
        Sex.MALE,
        "US",
        depression=Reading(16 / 27, 0.0741, "PHQ-9 total 16 of 27", None),
        pain=Reading(0.6, 0.1, "NRS 6", None),
        glucocorticoid_mg_per_day=0.0,
    ),
    Profile(
        "broken",
        80.0,
        Sex.FEMALE,
        "US",
        fractures=(PastFracture("hip", 0.0),),
        fractures_known=Known.YES,
        glucocorticoid_mg_per_day=0.0,
    ),
)
MONTHS = 12
ALLOWED = {"phq9": 0.05, "gad7": 0.05, "pain": 0.05, "function": 0.3, "utility": 0.005, "cytokines": 0.005}
"""Points, or units, by which two steps a month may differ from the engine's own."""


@pytest.fixture(scope="module", params=["none", "mind", "collaborative_care", "exercise"])
def both(request):
    """Pages of the whole engine and of the fast circle, shape (months, people) each."""
    registry, plan = load(), load_plan(request.param)
    with pytest.MonkeyPatch.context() as patched:
        whole_hazards = life.fracture_hazards
        patched.setattr(life, "fracture_hazards", lambda *given: 0 * whole_hazards(*given))
        tolerance = Tolerance(1e-5, 1e-5)
        lanes = arrange(PEOPLE, 1, 1)
        model = prepare(registry, lanes, {})
        setting = Setting(MONTHS, tolerance, every_months=1, incidence=True)
        whole = live(start(lanes, model, tolerance), plan, model, setting).values
    values = {"circle.strength": np.array([registry.number("circle.strength")])}
    alone = fast_circle.lived(fast_circle.gathered(PEOPLE, registry, 1), plan, registry, values, MONTHS)
    return whole, {name: page[:, :, 0] for name, page in alone.pages.items()}


def test_the_fast_circle_alone_goes_where_the_whole_engine_goes(both):
    whole, alone = both
    for name, allowed in ALLOWED.items():
        # who is broken falls fast in the first weeks: there two steps a month are coarser
        assert np.abs(whole[name][3:] - alone[name][3:]).max() < allowed, name


def test_vectors_do_not_know_one_another():
    registry, plan = load(), load_plan("mind")
    who = fast_circle.gathered(PEOPLE, registry, 1)
    strengths = np.array([0.5, 1.0, 2.0])
    together = fast_circle.lived(who, plan, registry, {"circle.strength": strengths}, 6).pages["phq9"]
    alone = fast_circle.lived(who, plan, registry, {"circle.strength": strengths[1:2]}, 6).pages["phq9"]
    assert np.array_equal(together[:, :, 1:2], alone)
