"""What was measured holds the start, with its error; what was not is drawn from people of that age and sex."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import beta, norm

from boneloop.patient.profile import Profile, Reading
from boneloop.simulate.lanes import arrange
from boneloop.simulate.priors import STATES, answers_worth, prior, seen_states
from boneloop.types import Sex

DRAWS = 4000
ages = st.floats(40, 100)


def reading(value, error=0.08):
    return Reading(value, error, "a questionnaire", None)


@pytest.fixture
def drawn(registry):
    return lambda person, draws=DRAWS, seed=1: seen_states(arrange([person], draws, seed), registry)


def latent(values, state, person, registry):
    return norm.ppf(beta.cdf(values, *prior(state, person, registry)))


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize(("age", "sex"), [(50.0, Sex.FEMALE), (75.0, Sex.FEMALE), (66.0, Sex.MALE)])
def test_a_state_that_nobody_measured_follows_its_prior(drawn, registry, state, age, sex):
    person = Profile("nobody", age, sex, "US")
    values = drawn(person)[state]
    law = beta(*prior(state, person, registry))
    assert abs(values.mean() - law.mean()) < 4 * law.std() / np.sqrt(DRAWS)
    # the 1-in-10,000 point of the Kolmogorov distance, above the floor of one in a million
    points = np.linspace(0.1, 0.99, 90)
    points = points[law.ppf(points) > 1e-6]
    below = (values[:, None] <= law.ppf(points)).mean(axis=0)
    assert np.abs(below - points).max() < 2.2 / np.sqrt(DRAWS)


@settings(max_examples=15)
@given(value=st.floats(0, 1), error=st.floats(0.02, 0.12), age=ages, sex=st.sampled_from(Sex))
def test_a_measured_state_starts_within_the_error_of_what_was_measured(value, error, age, sex, registry):
    person = Profile("seen", age, sex, "US", depression=reading(value, error))
    values = seen_states(arrange([person], 400, 1), registry)["depression"]
    assert abs(np.median(values) - value) < 1.6 * error
    assert values.std() < 1.5 * error
    assert (values > 0).all() and (values < 1).all()


def test_a_measurement_is_worth_as_many_answers_as_its_error_says():
    assert answers_worth(reading(0.3, 0.1)) == pytest.approx(25)
    assert answers_worth(reading(0.3, 0.05)) == pytest.approx(100)


def test_the_spread_of_a_middling_reading_is_its_error(drawn):
    values = drawn(Profile("seen", 70.0, Sex.FEMALE, "US", pain=reading(0.5, 0.1)))["pain"]
    # the prior of 2.5 answers adds to the 25 of the reading: a little less than 0.1
    assert values.std() == pytest.approx(0.1, rel=0.1)


def test_known_depression_pulls_unknown_pain_by_the_correlation_of_the_two(drawn, registry, stranger):
    rho = registry.number("population.correlation_depression_pain")
    means = {}
    for value in (0.02, 0.2, 0.7):
        person = replace(stranger, depression=reading(value, 0.02))
        values = drawn(person)
        given_score = latent(values["depression"], "depression", person, registry).mean()
        pain_score = latent(values["pain"], "pain", person, registry)
        # of the latent normal: mean rho times the known one; spread what rho leaves
        assert pain_score.mean() == pytest.approx(rho * given_score, abs=4 / np.sqrt(DRAWS))
        assert pain_score.std() == pytest.approx(np.sqrt(1 - rho**2), abs=0.08)
        means[value] = values["pain"].mean()
    assert means[0.02] < means[0.2] < means[0.7]


@pytest.mark.parametrize("state", ["pain", "anxiety", "function_loss"])
def test_known_severe_depression_raises_every_other_drawn_state(drawn, stranger, state):
    calm, low = (drawn(replace(stranger, depression=reading(value)))[state] for value in (0.02, 0.8))
    assert np.median(low) > 1.5 * np.median(calm)


def test_the_more_is_known_the_narrower_is_the_band(drawn, stranger):
    def width(person):
        low, high = np.quantile(drawn(person)["pain"], (0.05, 0.95))
        return high - low

    depressed = replace(stranger, depression=reading(0.1))
    hindered = replace(depressed, function_loss=reading(0.1))
    measured = replace(hindered, pain=reading(0.2))
    widths = [width(person) for person in (stranger, depressed, hindered, measured)]
    assert widths == sorted(widths, reverse=True)
    assert widths[-1] < 0.7 * widths[0]


def test_drawn_states_keep_their_correlations(drawn, registry, stranger):
    values = drawn(stranger)
    scores = {state: latent(values[state], state, stranger, registry) for state in STATES}
    for pair in ("depression_pain", "depression_anxiety", "pain_anxiety"):
        a, b = pair.split("_")
        wanted = registry.number(f"population.correlation_{pair}")
        assert np.corrcoef(scores[a], scores[b])[0, 1] == pytest.approx(
            wanted, abs=4 * (1 - wanted**2) / np.sqrt(DRAWS)
        )


def test_a_measured_state_has_its_own_luck_whatever_else_is_known(drawn, stranger):
    alone = replace(stranger, pain=reading(0.4))
    more = replace(alone, anxiety=reading(0.6))
    assert np.array_equal(drawn(alone, 50)["pain"], drawn(more, 50)["pain"])
