"""The priors of pain, mood and function describe a community that looks like one."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from boneloop.calibrate.population_copula import expectation
from boneloop.calibrate.population_falls import FallArrows
from boneloop.calibrate.population_states import KNOTS, STATES
from boneloop.cycle.body import wellbeing
from boneloop.cycle.links import function_to_wellbeing, mood_to_wellbeing, pain_to_wellbeing
from boneloop.evidence.registry import load
from boneloop.types import Array, Sex

REGISTRY = load()


def curve(name: str) -> Array:
    return np.array(REGISTRY[f"population.{name}"].value)


def correlation(states: tuple[str, ...] = STATES) -> Array:
    square = np.eye(len(states))
    for (i, first), (j, second) in combinations(enumerate(states), 2):
        square[i, j] = square[j, i] = REGISTRY.number(
            f"population.correlation_{min((first, second), key=STATES.index)}_{max((first, second), key=STATES.index)}"
        )
    return square


def laws(sex: Sex, knot: int, states: tuple[str, ...] = STATES) -> tuple[list[float], list[float]]:
    return (
        [float(curve(f"{state}_mean_{sex}")[knot]) for state in states],
        [float(curve(f"{state}_concentration_{sex}")[knot]) for state in states],
    )


def test_pain_mood_and_function_can_hold_together() -> None:
    assert np.linalg.eigvalsh(correlation()).min() > 0.1


def test_pain_mood_and_lost_function_come_together() -> None:
    assert np.all(correlation() > 0)


def test_every_law_has_a_mean_between_0_and_1_and_a_spread() -> None:
    for state in STATES:
        for sex in Sex:
            assert np.all((curve(f"{state}_mean_{sex}") > 0) & (curve(f"{state}_mean_{sex}") < 1))
            assert np.all(curve(f"{state}_concentration_{sex}") > 1)


@pytest.mark.parametrize("state", STATES)
def test_women_report_more_than_men_at_every_age(state: str) -> None:
    assert np.all(curve(f"{state}_mean_female") > curve(f"{state}_mean_male"))


@pytest.mark.parametrize("sex", Sex)
def test_function_is_lost_with_age(sex: Sex) -> None:
    assert np.all(np.diff(curve(f"function_loss_mean_{sex}")) > 0)


@pytest.mark.parametrize("sex", Sex)
@pytest.mark.parametrize("knot", range(len(KNOTS)))
def test_the_average_person_has_the_fall_rate_of_the_population(sex: Sex, knot: int) -> None:
    three = ("depression", "pain", "function_loss")
    mean = curve(f"fall_factor_mean_{sex}")[knot]
    arrows = FallArrows.registered()
    relative = expectation(lambda *x: arrows.factor(*x) / mean, *laws(sex, knot, three), correlation(three))
    assert relative == pytest.approx(1, abs=1e-3)


@pytest.mark.parametrize("sex", Sex)
def test_the_slopes_move_the_mean_fall_factor_with_a_drawn_weight(sex: Sex) -> None:
    three = ("depression", "pain", "function_loss")
    known, change = FallArrows.registered(), 1.3
    drawn = FallArrows(
        known.mood._replace(falls=known.mood.falls * change),
        known.pain._replace(falls=known.pain.falls * change),
        known.function,
    )
    for knot in range(len(KNOTS)):
        exact = expectation(drawn.factor, *laws(sex, knot, three), correlation(three))
        moved = sum(
            curve(f"fall_factor_slope_{state}_{sex}")[knot] * (arrow.falls * (change - 1))
            for state, arrow in (("depression", known.mood), ("pain", known.pain))
        )
        assert curve(f"fall_factor_mean_{sex}")[knot] * np.exp(moved) == pytest.approx(exact, rel=3e-3)


@pytest.mark.parametrize(("age", "published"), [(60, 0.80), (70, 0.78), (80, 0.73)])
def test_the_average_utility_of_the_community_is_near_the_published_one(age: float, published: float) -> None:
    """General-population norms of the United Kingdom at 55-64, 65-74, 75 and over (recalled)."""
    read = REGISTRY.parameters
    station = read(wellbeing.Parameters, "wellbeing")
    pain = read(pain_to_wellbeing.Parameters, "pain_to_wellbeing")
    mood = read(mood_to_wellbeing.Parameters, "mood_to_wellbeing")
    function = read(function_to_wellbeing.Parameters, "function_to_wellbeing")

    def utility(d: Array, p: Array, a: Array, loss: Array) -> Array:
        left = pain_to_wellbeing.factor(p, pain), mood_to_wellbeing.factor(d, a, mood)
        return np.asarray(wellbeing.utility(age, *left, function_to_wellbeing.factor(loss, function), 1, station))

    def average(sex: Sex) -> float:
        laws_at_age = (
            [float(REGISTRY.at(f"population.{state}_{moment}_{sex}", age)) for state in STATES]
            for moment in ("mean", "concentration")
        )
        return expectation(utility, *laws_at_age, correlation(), nodes=12)

    assert np.mean([average(sex) for sex in Sex]) == pytest.approx(published, abs=0.03)
