"""Where an outcome comes from is asked of the model itself: nothing that moves it is missing."""

from __future__ import annotations

import pytest

from boneloop.compare.flow import INJURIES, flow, stations
from boneloop.compare.forecast import OUTCOMES
from boneloop.compare.origins import _one_higher, moving, origins, origins_of_people
from boneloop.compare.sentences import numbers_used
from boneloop.cycle import loop
from boneloop.evidence.registry import load
from boneloop.patient.profile import BoneReading, Profile, Reading
from boneloop.therapy.care_plan import load_plans
from boneloop.types import Sex

REGISTRY = load()
PLANS = load_plans(["none", "integrated"])
WOMAN = Profile(
    id="asked",
    age=76.0,
    sex=Sex.FEMALE,
    country="US",
    bone=BoneReading("total_hip", 0.62, 0.015, "measured", None),
    pain=Reading(0.5, 0.1, "NRS 5 of 10", None),
    depression=Reading(0.4, 0.0741, "PHQ-9 total 11 of 27", None),
)


@pytest.fixture(scope="module")
def found():
    return origins(WOMAN, PLANS, REGISTRY, 3, movers=("none", "integrated"))


def step(origin, station):
    return next(one for one in origin.steps if one.station == station)


def test_every_outcome_of_a_forecast_comes_from_somewhere(found):
    assert set(found) >= set(OUTCOMES)
    assert all(set(origin.ids) <= set(REGISTRY.entries) for origin in found.values())


@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan.name)
def test_whatever_moves_an_outcome_stands_behind_it(found, plan):
    """Lives with each uncertain number alone a standard deviation higher: what moves an outcome is among its own."""
    for outcome, movers in moving(WOMAN, plan, REGISTRY, 3, along=False).items():
        assert {mover.id for mover in movers} <= set(found[outcome].ids), outcome


def test_what_was_fitted_together_goes_along_when_one_of_it_moves(found):
    joint = next(fit.joint for fit in REGISTRY.fits.values() if fit.joint)
    alone, along = (_one_higher(REGISTRY, joint.names, together) for together in (False, True))
    first, partner = joint.names[0], joint.partners(joint.names[0])[0][0]
    assert along[first][1] == alone[first][1] != alone[first][0]
    assert along[partner][1] != alone[partner][1] == alone[partner][0]


def test_the_strongest_come_first_and_some_numbers_do_move_it(found):
    for outcome in ("fracture_hip", "pain", "phq9", "bmd_change"):
        changes = [abs(mover.change) for mover in found[outcome].movers["none"]]
        assert changes and changes == sorted(changes, reverse=True)


def test_a_hip_fracture_reads_what_hips_break_by_and_not_what_wrists_do(found):
    read = set(found["fracture_hip"].read)
    assert {"bone_to_fracture.hip", "hazard.hip_us_female", "mood_to_fracture.falls", "fall_share.hip"} <= read
    assert not {i for i in read if "wrist" in i or "_male" in i or "_gb_" in i}


def test_an_instrument_reads_its_points_and_the_state_that_it_shows(found):
    assert found["pain"].read == ("observe.pain_points",)
    assert step(found["pain"], "pain").steps == 0
    assert step(found["pain"], "mood").steps == 1
    assert step(found["phq9"], "mood").steps == 0


def test_the_numbers_of_an_arrow_stand_at_the_station_that_it_leads_to(found):
    at = {one.station: one for one in found["fracture_any"].steps}
    assert "mood_to_pain" in at["pain"].arrows and "stress_to_bone" in at["bone"].arrows
    for station, one in at.items():
        for arrow in one.arrows:
            assert arrow.endswith(f"_to_{station}")
            assert any(identity.startswith(f"{arrow}.") for identity in one.numbers)


def test_a_treatment_stands_where_it_acts_and_only_under_a_plan_that_has_it(found):
    treated = {i for i in step(found["phq9"], "mood").numbers if i.startswith("psychological.")}
    assert "psychological.depression_relief" in treated
    untreated = origins(WOMAN, load_plans(["none"]), REGISTRY, 3)
    assert not {i for origin in untreated.values() for i in origin.ids if i.startswith("psychological.")}
    assert not untreated["fracture_hip"].staying
    assert "adherence.depression_odds" in found["fracture_hip"].staying


def test_an_injection_brings_what_is_known_of_its_depot():
    denosumab = origins(WOMAN, load_plans(["denosumab"]), REGISTRY, 3)
    assert "denosumab.bioavailability" in step(denosumab["calcium"], "mineral").numbers


def test_what_is_behind_a_forecast_is_among_the_numbers_that_it_says_it_used(found):
    behind = {identity for origin in found.values() for identity in origin.ids}
    assert not sorted(behind - set(numbers_used(REGISTRY, PLANS)))


def test_the_rates_of_the_body_read_what_their_files_say():
    body = flow(REGISTRY, PLANS, 36)
    assert set(body.numbers) == set(loop.STATE_NAMES)
    assert [i for i in body.numbers["felt"] if i.startswith("mood_to_pain.")]
    assert {"depressive_severity", "cytokines", INJURIES} <= body.sources["felt"]
    assert "felt" not in body.sources["density"]
    assert {stations()[state] for state in body.sources["osteoclast"]} == {
        "bone",
        "stress",
        "inflammation",
        "function",
        "mineral",
    }


def test_a_man_of_another_country_is_asked_for_himself():
    man = Profile(id="he", age=70.0, sex=Sex.MALE, country="SE")
    read = set(origins(man, load_plans(["none"]), REGISTRY, 1)["fracture_hip"].read)
    assert "hazard.hip_se_male" in read
    assert not {i for i in read if i.endswith("_female") and i.startswith("hazard.hip_se")}


def test_the_dose_of_a_drug_that_no_plan_has_stands_behind_nothing(found):
    assert "regimen.zoledronate_dose" not in found["fracture_hip"].ids
    assert "regimen.alendronate_dose" in found["fracture_hip"].ids


def test_the_role_of_a_number_is_the_nearest_that_it_has(found):
    roles = found["fracture_hip"].roles()
    assert roles["mood_to_fracture.falls"] == "read"
    assert roles["stress.norepinephrine_time"] == "stress:1"
    assert set(roles) == set(found["fracture_hip"].ids)


def test_several_kinds_of_people_are_asked_and_told_together():
    man = Profile(id="he", age=70.0, sex=Sex.MALE, country="SE")
    both = origins_of_people([WOMAN, man, WOMAN], load_plans(["none"]), REGISTRY, 1)["fracture_hip"]
    assert {"hazard.hip_se_male", "hazard.hip_us_female"} <= set(both.read)
    assert [step.station for step in both.steps if step.steps == 0] == ["bone", "fracture", "function", "mood", "pain"]


def test_of_nobody_nothing_is_told():
    assert origins_of_people([], PLANS, REGISTRY, 1) == {}
