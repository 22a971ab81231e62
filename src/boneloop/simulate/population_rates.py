"""How often the bones of a whole population break: a curve by site, sex and age, times the factor of a country.

    rate_s(age, sex, country) = curve_s(age, sex) · factor_s(country, sex)

The hip's curve is log-linear between its knots, clinical vertebral and other fractures rise exponentially, the wrist
is level from 65. The factors come from each country's published rates and the ages of its people in those years
(``calibrate/incidence.py``); a factor of 1 that is *assumed* says that no rate of that country was found.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from boneloop.evidence.registry import Registry
from boneloop.types import Array, Mask

COUNTRIES = ("us", "gb", "se", "cn")
"""Whose fracture and death rates the registry has, in lower case."""

Numbers = Callable[[str, str], Array | float]
"""A number by id in a unit: the registry's, or its draws."""


def rate(
    site: str, age: Array, male: Mask, country: NDArray[np.str_], registry: Registry, number: Numbers | None = None
) -> Array:
    """Fractures per person-year of people of that age, sex and country, shape of ``age``."""
    read = registry.number if number is None else number
    return np.asarray(curve(site, age, male, registry, read) * _country_factor(site, male, country, read))


def curve(site: str, age: Array, male: Mask, registry: Registry, number: Numbers) -> Array:
    """The curve of a site that the factors of countries refer to, per year."""
    if site == "hip":
        women = registry.at("hazard.hip_female", age, "1/year", logarithmic=True)
        men = registry.at("hazard.hip_male", age, "1/year", logarithmic=True)
        return np.asarray(np.where(male, men, women) * number("hazard.hip_spread", "1"))
    if site == "vertebra":
        rise = np.exp(number("hazard.vertebra_slope", "1/year") * (age - number("hazard.vertebra_age", "year")))
        ratio = np.where(male, number("hazard.vertebra_male_ratio", "1"), 1)
        return np.asarray(number("hazard.vertebra_female", "1/year") * rise * ratio)
    if site == "wrist":
        women = registry.at("hazard.wrist_female", age, "1/year")
        few = number("hazard.wrist_male", "1/year")
        return np.asarray(np.where(male, few, women) * number("hazard.wrist_spread", "1"))
    rise = np.exp(number("hazard.other_slope", "1/year") * (age - number("hazard.other_age", "year")))
    level = np.where(male, number("hazard.other_male", "1/year"), number("hazard.other_female", "1/year"))
    return np.asarray(level * rise * number("hazard.other_spread", "1"))


def _country_factor(site: str, male: Mask, country: NDArray[np.str_], number: Numbers) -> Array:
    factor: Array = np.ones(male.shape)
    for code in COUNTRIES:
        women, men = (number(f"hazard.{site}_{code}_{sex}", "1") for sex in ("female", "male"))
        factor = np.asarray(np.where(country == code, np.where(male, men, women), factor))
    return factor
