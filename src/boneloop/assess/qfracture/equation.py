"""The equation of QFracture-2012, restated: a proportional-hazards sum on centered powers of age and body mass index.

    risk(t) = 1 - survival(t) ^ exp(sum)

Copyright 2012 ClinRisk Ltd for the numbers; GNU Lesser General Public License, version 3 or later, with the additional
term that ``DISCLAIMER`` stands beside every result (NOTICE in this folder).

Values outside the range of the original are refused, as the original does; they are never moved to its edge.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from boneloop.errors import InputError
from boneloop.types import Sex

NAME = "QFracture-2012 algorithm"
DISCLAIMER = (
    "QFracture-2012 algorithm, copyright 2012 ClinRisk Ltd, GNU Lesser General Public License version 3 or later. "
    "Disclaimer of its authors: The initial version of this file, to be found at http://svn.clinrisk.co.uk/qfracture, "
    "faithfully implements QFracture-2012. We have released this code under the GNU Lesser General Public License to "
    "enable others to implement the algorithm faithfully. However, the nature of the GNU Lesser General Public License "
    "is such that we cannot prevent, for example, someone altering the coefficients. We stress, therefore, that it is "
    "the responsibility of the end user to check that the source that they receive produces the same results as the "
    "original code posted at http://svn.clinrisk.co.uk/qfracture. Inaccurate implementations of risk scores can lead "
    "to wrong patients being given the wrong treatment."
)
OUTCOMES = {"any": "osteoporotic fracture (hip, spine, wrist, shoulder)", "hip": "hip fracture"}


@dataclass(frozen=True, slots=True)
class Equation:
    """One of the four equations. Weights of alcohol, smoking and ethnicity are by category; factors by name."""

    age_terms: tuple[tuple[float, bool, float, float], ...]
    bmi_terms: tuple[tuple[float, float, float], ...]
    alcohol: tuple[float, ...]
    smoking: tuple[float, ...]
    ethnicity: tuple[float, ...]
    survival: tuple[float, ...]
    factors: Mapping[str, float]

    def continuous(self, age: float, bmi: float) -> float:
        """The part of the sum that age (whole years) and body mass index (kg/m2) make."""
        scale = table()["scale"]
        a, b = age / scale["age"], bmi / scale["bmi"]
        total = 0.0
        for power, with_log, center, weight in self.age_terms:
            total += weight * (float(a**power) * (math.log(a) if with_log else 1) - center)
        for power, center, weight in self.bmi_terms:
            total += weight * (b**power - center)
        return total

    def probability(self, total: float, years: int) -> float:
        """The risk over ``years`` (1 to 18) that a sum of weights stands for, 0 to 1."""
        return float(1 - self.survival[years - 1] ** math.exp(total))


@cache
def table() -> Mapping[str, Any]:
    """The file of the numbers."""
    text = (resources.files("boneloop.assess.qfracture") / "coefficients.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def equation(sex: Sex, outcome: str) -> Equation:
    """The equation of one sex for ``any`` (osteoporotic) fracture or ``hip`` fracture."""
    row = table()[f"{sex}_{outcome}"]
    ages = zip(row["age_powers"], row["age_log"], row["age_centers"], row["age_weights"], strict=True)
    masses = zip(row["bmi_powers"], row["bmi_centers"], row["bmi_weights"], strict=True)
    categories = {name: tuple(row[name]) for name in ("alcohol", "smoking", "ethnicity", "survival")}
    return Equation(age_terms=tuple(ages), bmi_terms=tuple(masses), factors=row["factors"], **categories)


@cache
def limits() -> tuple[tuple[int, int], tuple[int, int], tuple[int, int]]:
    """Lowest and highest age (years), body mass index (kg/m2) and horizon (years)."""
    rows = table()["limits"]
    return tuple(rows["age"]), tuple(rows["bmi"]), tuple(rows["years"])


def outside(age: float, bmi: float | None) -> str:
    """Why the algorithm does not answer for this age and body mass index; empty where it does."""
    (youngest, oldest), (lightest, heaviest), _ = limits()
    if not youngest <= math.floor(age) <= oldest:
        return f"age {age:.0f} is outside {youngest} to {oldest}"
    if bmi is not None and not lightest <= bmi <= heaviest:
        return f"body mass index {bmi:.1f} is outside {lightest} to {heaviest}"
    return ""


def risk(
    sex: Sex,
    outcome: str,
    age: float,
    bmi: float,
    years: int,
    *,
    alcohol: int = 0,
    smoking: int = 0,
    ethnicity: int = 1,
    factors: Collection[str] = (),
) -> float:
    """Risk of ``any`` (osteoporotic) or ``hip`` fracture over 1 to 18 ``years``, 0 to 1.

    age        years; the algorithm counts whole ones
    alcohol    category 0 to 5, smoking 0 to 4, ethnicity 1 to 9, as in coefficients.toml
    factors    names of ``Equation.factors`` that are present; one that an equation lacks has no weight in it
    Raises InputError outside the range of the algorithm.
    """
    refused = outside(age, bmi)
    first, last = limits()[-1]
    if not refused and not first <= years <= last:
        refused = f"{years} years are outside {first} to {last}"
    if refused:
        raise InputError(NAME, refused)
    model = equation(sex, outcome)
    total = model.continuous(math.floor(age), bmi)
    total += model.alcohol[alcohol] + model.smoking[smoking] + model.ethnicity[ethnicity - 1]
    return model.probability(total + sum(model.factors.get(name, 0.0) for name in factors), years)
