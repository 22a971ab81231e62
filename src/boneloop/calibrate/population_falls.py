"""The mean fall factor of the people of an age: what the fall rate is divided by, so that the average person has 1.

    E[exp(Σ_k w_k·f_k)],  f = lost function, D/(D + caseness), felt pain

over the joint prior of the three. A forecast draws the weights w; ``fall_factor_slope_*`` is the derivative of the
logarithm of the mean by each weight, which moves the mean along with them (error below 0.2 % for a weight 30 % off).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import numpy as np

from boneloop.calibrate.population_copula import expectation
from boneloop.calibrate.population_entry import Derived
from boneloop.calibrate.population_states import KNOTS, STATES, matrix
from boneloop.cycle.links import function_to_fracture, mood_to_fracture, pain_to_fracture
from boneloop.types import Array, Sex

_THREE = ("depression", "pain", "function_loss")


@dataclass(frozen=True)
class FallArrows:
    """The three arrows that raise the fall rate."""

    mood: mood_to_fracture.Parameters
    pain: pain_to_fracture.Parameters
    function: function_to_fracture.Parameters

    @classmethod
    def registered(cls) -> FallArrows:
        """As the registry has them."""
        from boneloop.evidence.registry import load

        read = load().parameters
        return cls(
            read(mood_to_fracture.Parameters, "mood_to_fracture"),
            read(pain_to_fracture.Parameters, "pain_to_fracture"),
            read(function_to_fracture.Parameters, "function_to_fracture"),
        )

    def logs(self, depression: Array, pain: Array, function_loss: Array) -> tuple[Array, Array, Array]:
        """What each arrow adds to the log of the fall rate."""
        return (
            mood_to_fracture.falls_log(depression, self.mood),
            pain_to_fracture.falls_log(pain, self.pain),
            function_to_fracture.falls_log(function_loss, self.function),
        )

    def factor(self, depression: Array, pain: Array, function_loss: Array) -> Array:
        """Fall rate over that of a person with none of the three."""
        return np.asarray(np.exp(sum(self.logs(depression, pain, function_loss))))

    def added(self, row: int) -> Callable[..., Array]:
        """What one arrow adds to the log of the fall rate, times the factor."""
        return lambda *states: np.asarray(self.logs(*states)[row] * self.factor(*states))


def fall_factors(entries: list[Derived], arrows: FallArrows) -> list[Derived]:
    """The mean fall factor by sex over age, and its slopes, under the priors among ``entries``."""
    weights = zip(_THREE, (arrows.mood.falls, arrows.pain.falls, arrows.function.falls), strict=True)
    return [entry for sex in Sex for entry in _of_one_sex(entries, arrows, sex)] + [
        Derived(
            f"fall_factor_at_{state}",
            float(weight),
            "1",
            "US community adults",
            f"weight of {state} at which fall_factor_mean was taken",
            note="a forecast moves the mean from here to its own weight along fall_factor_slope",
        )
        for state, weight in weights
    ]


def _of_one_sex(entries: list[Derived], arrows: FallArrows, sex: Sex) -> list[Derived]:
    found = {entry.name: np.asarray(entry.value) for entry in entries}
    rows = [STATES.index(state) for state in _THREE]
    correlation = matrix(entries)[np.ix_(rows, rows)]
    weights = (arrows.mood.falls, arrows.pain.falls, arrows.function.falls)
    means, slopes = [], []
    for knot in range(len(KNOTS)):
        middle, tight = (
            [float(found[f"{state}_{moment}_{sex.value}"][knot]) for state in _THREE]
            for moment in ("mean", "concentration")
        )
        average = partial(expectation, means=middle, concentrations=tight, correlation=correlation)
        mean = average(arrows.factor)
        means.append(mean)
        slopes.append([average(arrows.added(row)) / mean / weight for row, weight in enumerate(weights)])
    return [
        _curve(f"fall_factor_mean_{sex.value}", means, sex, _note(arrows)),
        *(
            _curve(f"fall_factor_slope_{state}_{sex.value}", [at[row] for at in slopes], sex, _SLOPE_NOTE)
            for row, state in enumerate(_THREE)
        ),
    ]


_SLOPE_NOTE = "derivative of ln(fall_factor_mean) by the weight of the arrow; for draws of the weight"


def _note(arrows: FallArrows) -> str:
    return (
        f"exp({arrows.function.falls:.3g} l + {arrows.mood.falls:.3g} D/(D + {arrows.mood.caseness:.3g}) + "
        f"{arrows.pain.falls:.3g} P), drugs left out"
    )


def _curve(name: str, values: list[float], sex: Sex, note: str) -> Derived:
    return Derived(
        name,
        values,
        "1",
        f"US community adults, {sex.value}",
        "mean over the priors of depression, pain and function_loss",
        over=KNOTS,
        note=note,
    )
