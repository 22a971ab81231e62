"""From trials to numbers: the closed forms, and that every fitted entry is what they give."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

from boneloop.evidence.registry import assemble
from boneloop.therapy.response import (
    beyond_density,
    crossing,
    difference_after,
    mean_density_gain,
    relief,
    share_kept,
    share_risen,
    standardized_difference,
)

REGISTRY = assemble("evidence", ())
"""The numbers before any fit: what the closed forms give is where the fits start from."""
days = st.floats(min_value=1, max_value=400)


def trial(name, unit="1"):
    return REGISTRY.number(f"trial.{name}", unit)


def time_of(state):
    return REGISTRY.number(state, "day")


def chain(time, lags):
    def slope(_, x):
        before = (1.0, *x[:-1])
        return [(feed - own) / lag for feed, own, lag in zip(before, x, lags, strict=True)]

    return solve_ivp(slope, (0, time), [0.0] * len(lags), rtol=1e-9, atol=1e-11).y[-1, -1]


@given(days, st.lists(days, min_size=1, max_size=3))
def test_the_share_risen_is_the_response_of_the_chain(time, lags):
    assert share_risen(time, lags) == pytest.approx(chain(time, lags), abs=2e-5)


@pytest.mark.parametrize("lags", [(60, 60), (14, 90, 14), (30, 30, 30)])
def test_equal_lags_are_no_special_case(lags):
    assert share_risen(91, lags) == pytest.approx(chain(91, lags), abs=2e-5)


@given(days, days, days)
def test_the_share_kept_is_the_response_to_a_fading_pull(time, offset, lag):
    solved = solve_ivp(
        lambda _, x: [-x[0] / offset, (x[0] - x[1]) / lag], (0, time), [1.0, 0.0], rtol=1e-9, atol=1e-11
    ).y[1, -1]
    assert share_kept(time, offset, lag) == pytest.approx(solved, abs=2e-5)


def test_a_relief_gives_the_trials_difference_at_the_trials_time():
    found = relief(0.07, 70, (21, 120))
    assert found * share_risen(70, (21, 120)) == pytest.approx(0.07)


def test_the_antidepressants_relief_gives_the_trials_standardized_difference_at_ten_weeks():
    difference = standardized_difference(trial("antidepressant_response_odds"))
    assert difference == pytest.approx(0.30, abs=0.005)
    weeks = trial("antidepressant_time", "day")
    onset = time_of("exposure.antidepressant_onset")
    for entry, scale, state in (
        ("depression_relief", trial("phq9_sd") / points("phq9"), "mood.depression_time"),
        ("anxiety_relief", trial("gad7_sd") / points("gad7"), "mood.anxiety_time"),
    ):
        expected = relief(difference * scale, weeks, (onset, time_of(state)))
        assert REGISTRY.number(f"antidepressant.{entry}") == pytest.approx(expected, rel=1e-4)


def test_duloxetine_relieves_pain_and_sensitization_to_the_trials_points_together():
    weeks = trial("duloxetine_time", "day")
    onset, felt, hidden = (
        time_of(name) for name in ("exposure.snri_pain_onset", "pain.felt_time", "pain.sensitization_time")
    )
    gain = gains("pain.felt_from_sensitization")
    share = share_risen(weeks, (onset, felt)) + gain * share_risen(weeks, (onset, hidden, felt))
    found = REGISTRY.number("antidepressant.snri_pain_relief") * share * points("pain")
    assert found == pytest.approx(trial("duloxetine_pain"), rel=1e-3)


def test_psychological_care_gives_both_trial_results_at_the_end_and_half_a_year_later():
    lasting, arrows = REGISTRY.number("psychological.depression_relief"), by_arrows()["depression"]
    onset, lag = time_of("exposure.psychological_onset"), time_of("mood.depression_time")
    offset = time_of("exposure.psychological_offset")
    fading = time_of("exposure.psychological_skills_half_life") / math.log(2)
    course, later = trial("psychological_course", "day"), trial("psychological_since", "day")
    for since, target in ((0.0, "psychological_depression"), (later, "psychological_depression_later")):
        difference = difference_after(lasting, course, onset, since, offset, lag)
        difference += difference_after(arrows, course, onset, since, fading, lag)
        assert difference * points("phq9") / trial("phq9_sd") == pytest.approx(trial(target), abs=0.002)


def test_the_offset_of_psychological_care_is_where_the_later_result_is_met():
    arrows = by_arrows()["depression"]
    onset, lag = time_of("exposure.psychological_onset"), time_of("mood.depression_time")
    course, later = trial("psychological_course", "day"), trial("psychological_since", "day")
    fading = time_of("exposure.psychological_skills_half_life") / math.log(2)
    scale = trial("phq9_sd") / points("phq9")
    lasting = relief(trial("psychological_depression") * scale, course, (onset, lag), arrows)

    def gap(offset):
        kept = difference_after(lasting, course, onset, later, offset, lag)
        kept += difference_after(arrows, course, onset, later, fading, lag)
        return kept - trial("psychological_depression_later") * scale

    assert crossing(gap, 1, fading) == pytest.approx(time_of("exposure.psychological_offset"), abs=0.1)
    assert gap(fading) > 2 * trial("psychological_depression_later") * scale


@pytest.mark.parametrize(
    ("entry", "result", "spread", "scale", "state"),
    [
        ("anxiety_relief", "psychological_depression", "gad7_sd", "gad7", "mood.anxiety_time"),
        ("loss_relief", "psychological_function", "loss_sd", "", "function.time"),
        ("pain_relief", "psychological_pain", "nrs_sd", "pain", "pain.felt_time"),
    ],
)
def test_every_relief_of_psychological_care_gives_its_trial_result_together_with_the_arrows(
    entry, result, spread, scale, state
):
    difference = trial(result) * trial(spread) / (points(scale) if scale else 1)
    lags = (time_of("exposure.psychological_onset"), time_of(state))
    expected = relief(
        difference, trial("psychological_course", "day"), lags, by_arrows().get(entry.removesuffix("_relief"), 0)
    )
    assert REGISTRY.number(f"psychological.{entry}") == pytest.approx(expected, rel=1e-4)


def test_exercise_relieves_what_its_trials_saw():
    weeks, onset = trial("exercise_time", "day"), time_of("exposure.exercise_onset")
    depression = trial("exercise_depression") * trial("phq9_sd") / points("phq9")
    pain = trial("exercise_pain") / points("pain")
    assert REGISTRY.number("exercise.depression_relief") == pytest.approx(
        relief(depression, weeks, (onset, time_of("mood.depression_time"))), rel=1e-4
    )
    assert REGISTRY.number("exercise.pain_relief") == pytest.approx(
        relief(pain, weeks, (onset, time_of("pain.felt_time"))), rel=1e-4
    )


def test_collaborative_care_relieves_what_its_trials_saw_after_a_year():
    time, onset = 365.25, time_of("exposure.collaborative_care_onset")
    treated, usual = trial("collaborative_pain_response"), trial("collaborative_pain_response_control")
    pain_odds = treated / (1 - treated) / (usual / (1 - usual))
    for entry, odds, scale, state in (
        (
            "depression_relief",
            trial("collaborative_response_odds"),
            trial("phq9_sd") / points("phq9"),
            "mood.depression_time",
        ),
        ("pain_relief", pain_odds, trial("nrs_sd") / points("pain"), "pain.felt_time"),
    ):
        expected = relief(standardized_difference(odds) * scale, time, (onset, time_of(state)))
        assert REGISTRY.number(f"collaborative_care.{entry}") == pytest.approx(expected, rel=1e-4)


BEYOND = sorted(entry.id for entry in REGISTRY if entry.id.startswith(("bone_drugs.", "estrogenic.raloxifene_")))


@pytest.mark.parametrize("identity", BEYOND)
def test_density_and_what_lies_beyond_it_make_the_trials_relative_risk(identity):
    drug, site = identity.split(".")[1].split("_")
    risk = trial(f"{drug}_{'elsewhere' if site in ('wrist', 'other') else site}_risk")
    participant = trial("hip_reference", "g/cm2") + trial("participant_t") * trial("hip_deviation", "g/cm2")
    gain = mean_density_gain(
        trial(f"{drug}_density_gain"), trial("gain_mean_share"), participant, trial("hip_deviation", "g/cm2")
    )
    gradient = REGISTRY.number(f"bone_to_fracture.{site}")
    beyond = REGISTRY.number(identity)
    assert beyond == pytest.approx(beyond_density(risk, gain, gradient), abs=1e-4)
    assert math.exp(beyond) * gradient**-gain == pytest.approx(risk, rel=1e-3)


def points(instrument):
    return REGISTRY.number(f"observe.{instrument}_points")


def gains(*entries):
    return math.prod(REGISTRY.number(entry) for entry in entries) * REGISTRY.number("circle.gain_scale")


def by_arrows():
    """What psychological care's factors on arrows take off the states of the trials' typical person."""
    pain, depression, loss = (trial(f"patient_{state}") for state in ("pain", "depression", "loss"))
    cut = {name: REGISTRY.number(f"psychological.{name}_loss") for name in CUTS}
    sensitization = cut["pain_to_sensitization"] * gains("pain.sensitization_from_felt") * pain
    return {
        "depression": cut["pain_to_depression"] * gains("pain_to_mood.depression") * pain
        + cut["function_to_depression"] * gains("function_to_mood.depression") * loss,
        "anxiety": cut["pain_to_anxiety"] * gains("pain_to_mood.anxiety") * pain,
        "pain": cut["depression_to_pain"] * gains("mood_to_pain.felt_from_depression") * depression
        + gains("pain.felt_from_sensitization") * sensitization,
    }


CUTS = (
    "pain_to_depression",
    "pain_to_anxiety",
    "function_to_depression",
    "depression_to_pain",
    "pain_to_sensitization",
)
