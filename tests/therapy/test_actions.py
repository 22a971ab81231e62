"""Actions: which way every treatment pushes, and that nothing acts where it should not."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from boneloop.evidence.registry import load
from boneloop.therapy import actions, exposure
from boneloop.therapy.places import PLACES, neutral

EVIDENCE = actions.parameters(load())
CHANNELS = tuple(exposure.kinetics(load()))
share = st.floats(min_value=0, max_value=1)

BETTER = {
    "mood.depression_relief",
    "mood.anxiety_relief",
    "pain.pain_relief",
    "pain.sensitization_relief",
    "function.loss_relief",
}


def acting(*channels, parameters=EVIDENCE, **amounts):
    """Only the places where the treatment acts."""
    activity = {**dict.fromkeys(channels, 1.0), **amounts}
    effects = actions.effects(activity, parameters)
    return {place: value for place, value in effects.items() if value != neutral(place)}


def test_every_place_is_named_and_neutral_when_nothing_is_given():
    assert actions.effects({}, EVIDENCE) == {place: neutral(place) for place in PLACES}


def test_every_place_is_neutral_when_every_activity_is_zero():
    assert acting(**dict.fromkeys(CHANNELS, 0.0)) == {}


@pytest.mark.parametrize("channel", CHANNELS)
def test_every_channel_that_acts_acts_at_known_places_only(channel):
    assert set(acting(channel)) <= set(PLACES)


def test_an_ssri_lifts_mood_harms_bone_and_brings_falls():
    effects = acting("ssri", "ssri_adaptation")
    assert effects["mood.depression_relief"] > 0 and effects["mood.anxiety_relief"] > 0
    assert effects["bone.osteoclast_survival"] > 0
    assert effects["fracture.falls_log"] > 0
    assert set(effects) == {
        "mood.depression_relief",
        "mood.anxiety_relief",
        "bone.osteoclast_survival",
        "fracture.falls_log",
    }


def test_the_three_classes_lift_mood_alike_and_differ_on_bone_and_pain():
    ssri, snri, tca = acting("ssri"), acting("snri", "snri_pain"), acting("tca")
    assert ssri["mood.depression_relief"] == snri["mood.depression_relief"] == tca["mood.depression_relief"]
    assert "bone.osteoclast_survival" not in tca and "bone.osteoclast_survival" not in snri
    assert snri["pain.pain_relief"] > 0 and snri["pain.sensitization_relief"] > 0
    assert "pain.pain_relief" not in ssri and "pain.pain_relief" not in tca


def test_an_ssri_calms_an_overactive_tone_at_first_and_not_for_good():
    assert acting("ssri")["stress.norepinephrine"] == pytest.approx(0.7)
    assert "stress.norepinephrine" not in acting("ssri", "ssri_adaptation")


def test_an_snri_raises_norepinephrine():
    assert acting("snri")["stress.norepinephrine_input"] > 0


def test_two_antidepressants_do_not_lift_mood_twice_but_bring_the_falls_of_both():
    one, both = acting("ssri"), acting("ssri", "tca")
    assert both["mood.depression_relief"] == one["mood.depression_relief"]
    assert both["fracture.falls_log"] > one["fracture.falls_log"]


def test_antidepressants_do_not_keep_norepinephrine_from_bone_a_beta_blocker_does():
    assert "stress.receptor_blockade" not in acting("ssri", "snri", "tca")
    assert acting("beta_blocker")["stress.beta1_blockade"] == pytest.approx(0.6)


def test_a_beta_blocker_has_no_effect_on_mood():
    assert set(acting("beta_blocker")) == {"stress.beta1_blockade", "fracture.falls_log"}


def test_calcium_and_vitamin_d_touch_only_the_mineral_places():
    assert acting(calcium_vitamin_d=1000.0) == {"mineral.calcium_supplement": 1000.0, "mineral.vitamin_d": 1.0}


@given(st.floats(min_value=0, max_value=3000))
def test_the_vitamin_d_that_comes_with_calcium_is_at_most_the_usual_supplement(calcium):
    usual = load().number("regimen.calcium_vitamin_d_dose", "mg/day")
    given_ = actions.effects({"calcium_vitamin_d": calcium}, EVIDENCE)["mineral.vitamin_d"]
    assert given_ == pytest.approx(min(calcium / usual, 1))


def test_a_pth_analog_reaches_minerals_as_the_hormone_that_is_injected():
    assert acting(teriparatide_injected=20.0) == {"mineral.teriparatide": 20.0}
    assert "mineral.teriparatide" not in acting("teriparatide")


def test_analgesia_weakens_the_pain_signal_and_nothing_else():
    assert acting("analgesia") == {"pain.nociception": pytest.approx(0.8)}


def test_psychological_care_never_reaches_bone_or_fracture_itself():
    effects = acting("psychological", "psychological_skills")
    assert not {place for place in effects if place.startswith(("bone.", "fracture.", "mineral."))}
    assert {"mood.depression_relief", "mood.anxiety_relief", "function.loss_relief", "pain.pain_relief"} <= set(effects)
    assert all(effects[place] < 1 for place in effects if PLACES[place] == "factor")


def test_exercise_brings_fewer_falls_and_loads_bone_until_bone_is_used_to_it():
    new, used = acting("exercise"), acting("exercise", "exercise_adaptation")
    assert np.log(0.77) < new["fracture.falls_log"] < 0
    assert new["bone.osteoclast_death"] > 1 and new["bone.osteoblast_precursor"] > 1
    assert "bone.osteoclast_death" not in used and "bone.osteoblast_precursor" not in used


@pytest.mark.parametrize("channel", [c for c in CHANNELS if c not in ("calcium_vitamin_d",)])
@given(low=share, high=share)
def test_more_of_any_treatment_never_relieves_less(channel, low, high):
    low, high = sorted((low, high))
    less, more = actions.effects({channel: low}, EVIDENCE), actions.effects({channel: high}, EVIDENCE)
    assert all(more[place] >= less[place] - 1e-12 for place in BETTER)


@pytest.mark.parametrize("channel", ["oral_bisphosphonate", "zoledronate", "denosumab", "teriparatide", "romosozumab"])
def test_a_bone_drug_at_its_usual_exposure_acts_in_full_beyond_density_and_no_more_above(channel):
    usual = EVIDENCE.bone_drugs.usual[channel]
    at, above = acting(**{channel: usual}), acting(**{channel: 10 * usual})
    below = acting(**{channel: 0.1 * usual})
    assert at["fracture.vertebra_log"] == pytest.approx(above["fracture.vertebra_log"])
    assert at["fracture.vertebra_log"] < below["fracture.vertebra_log"] < 0


def test_two_bone_drugs_share_what_density_does_not_explain():
    usual = EVIDENCE.bone_drugs.usual
    single = [acting(**{drug: usual[drug]})["fracture.vertebra_log"] for drug in ("denosumab", "teriparatide")]
    both = acting(denosumab=usual["denosumab"], teriparatide=usual["teriparatide"])["fracture.vertebra_log"]
    assert min(single) <= both <= max(single)


def test_all_bisphosphonates_meet_in_one_exposure():
    assert acting(oral_bisphosphonate=0.05, zoledronate=0.04)["bone.bisphosphonate"] == pytest.approx(0.09)


def test_collaborative_care_is_a_total_that_its_parts_are_not_added_to():
    whole, part = acting("collaborative_care"), acting("psychological")
    both = acting("collaborative_care", "psychological")
    for place in ("mood.depression_relief", "pain.pain_relief"):
        assert both[place] == max(whole[place], part.get(place, 0.0))


@pytest.mark.parametrize("channel", CHANNELS)
def test_a_float_and_a_lane_of_an_array_feel_the_same(channel):
    lanes = actions.effects({channel: np.array([0.2, 0.7])}, EVIDENCE)
    alone = actions.effects({channel: 0.7}, EVIDENCE)
    for place in PLACES:
        assert np.broadcast_to(lanes[place], 2)[1] == pytest.approx(alone[place], rel=1e-14)


def test_drawn_parameters_reach_the_effects():
    drawn = {"antidepressant.ssri_osteoclast_survival": np.array([-0.01, 0.09])}
    parameters = actions.parameters(load(), drawn)
    effect = actions.effects({"ssri": 1.0}, parameters)["bone.osteoclast_survival"]
    assert effect.tolist() == [-0.01, 0.09]


@pytest.mark.parametrize("belief", ["evidence", "hypothesis"])
def test_under_either_belief_the_same_treatments_act(belief):
    effects = actions.effects(dict.fromkeys(CHANNELS, 0.5), actions.parameters(load(belief)))
    assert set(effects) == set(PLACES)
    assert effects["mood.depression_relief"] > 0
