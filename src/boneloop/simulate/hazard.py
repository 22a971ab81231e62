"""Hazards of a month: breaking at each site, falling, dying. The base is the population's, the factors the person's."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc, gamma

from boneloop.cycle import loop
from boneloop.cycle.body import fracture
from boneloop.cycle.body.fracture import SITES
from boneloop.mathematics import decayed
from boneloop.simulate import population_rates
from boneloop.simulate.model import Model
from boneloop.types import Array, Mask

FALLS_OF = {"antidepressant": "antidepressant.ssri_falls", "beta_blocker": "beta_blocker.falls"}
"""What drugs taken all along do to falls; the class of the antidepressant is not asked, and all three have one size."""


COUNTRIES = population_rates.COUNTRIES
"""Whose fracture and death rates the registry has."""


@dataclass(frozen=True)
class Constitution:
    """What belongs to a lane's hazards and does not change: shape (lanes,) each.

    country  lower-case code; falls_frailty  how much more this person falls than their state explains
    background_falls_log  drugs taken all along; glucocorticoid  mg a day; depressed  was so at baseline
    """

    age: Array
    male: Mask
    country: NDArray[np.str_]
    falls_frailty: Array
    background_falls_log: Array
    glucocorticoid: Array
    depressed: Mask


@dataclass(frozen=True)
class History:
    """Fractures and their times, years before this moment; inf = never. Shape (lanes,) each.

    vertebrae  how many vertebral fractures there have been
    """

    last: Array
    hip: Array
    vertebra: Array
    vertebrae: Array

    def later(self, years: float) -> History:
        """The same history seen ``years`` later."""
        return History(self.last + years, self.hip + years, self.vertebra + years, self.vertebrae)


def falls(x: loop.Fast, who: Constitution, years: float, care: loop.Care, gates: loop.Gates, model: Model) -> Array:
    """Falls a year relative to the average person of that age and sex."""
    age = who.age + years
    average = average_fall_factor(age, who.male, model)
    log_factor = loop.falls_log(x, care, gates, model.body) + who.background_falls_log
    return np.asarray(who.falls_frailty * np.exp(log_factor) / average)


def average_fall_factor(age: Array, male: Mask, model: Model) -> Array:
    """What state and drugs of people of that age and sex do to their falls on average."""
    return _average_state(age, male, model) * _average_drugs(age, male, model)


def _average_state(age: Array, male: Mask, model: Model) -> Array:
    """Mean fall factor of the population for this draw's weights: the stored mean, moved along its slopes."""
    average = _by_sex(model, "population.fall_factor_mean", age, male)
    for state, weight in (
        ("depression", "mood_to_fracture.falls"),
        ("pain", "pain_to_fracture.falls"),
        ("function_loss", "function_to_fracture.falls"),
    ):
        slope = _by_sex(model, f"population.fall_factor_slope_{state}", age, male)
        average = average * np.exp(
            slope * (model.number(weight) - model.registry.number(f"population.fall_factor_at_{state}"))
        )
    return average


def _average_drugs(age: Array, male: Mask, model: Model) -> Array:
    """What the drugs that people of that age and sex take do to their falls on average."""
    factor = np.ones(age.shape)
    for drug, falls_log in FALLS_OF.items():
        share = _by_sex(model, f"population.{drug}_share", age, male)
        factor = factor * (1 + share * (np.exp(model.number(falls_log)) - 1))
    return factor


def fracture_hazards(
    z: Array,
    relative_falls: Array,
    damage: fracture.State,
    who: Constitution,
    history: History,
    years: float,
    care: loop.Care,
    gates: loop.Gates,
    model: Model,
    spine: Array | None = None,
) -> Array:
    """Hazard per year by site, shape (sites, lanes); ``years`` since the start.

    z, spine  density Z-scores of the hip, and of the spine by which vertebrae break; None: the same
    """
    age = who.age + years
    density = loop.density_factors(z, age, gates, model.body)
    of_spine = loop.density_factors(z if spine is None else spine, age, gates, model.body)
    density = density._replace(vertebra=of_spine.vertebra)
    shared = earlier_fracture(history, age, who, model) * fracture.damage_factor(damage, model.body.fracture)
    shared = shared * (1 + model.number("glucocorticoid.hazard_per_mg") * who.glucocorticoid)
    rows = []
    for site in SITES:
        share = model.number(f"fall_share.{site}")
        by_falls = fracture.fall_hazard_factor(relative_falls, share) / _mean_power(share, model)
        by_drug = np.exp(care.get(f"fracture.{site}_log", 0))
        own = shared * several_vertebrae(history, model) if site == "vertebra" else shared
        rows.append(base_hazard(site, age, who, model) * getattr(density, site) * by_falls * by_drug * own)
    return np.stack(rows)


def _mean_power(share: Array | float, model: Model) -> Array:
    """Mean of a Gamma factor of mean 1 raised to ``share``; divided out, the base hazard stays the population's."""
    shape = model.registry.number("fracture.falls_heterogeneity")
    return np.asarray(gamma(shape + share) / (gamma(shape) * shape**share))


def base_hazard(site: str, age: Array, who: Constitution, model: Model) -> Array:
    """Hazard per year of the population of that age, sex and country."""
    return population_rates.rate(site, age, who.male, who.country, model.registry, model.number)


def earlier_fracture(history: History, age: Array, who: Constitution, model: Model) -> Array:
    """Hazard factor of earlier fractures; 1 on average over people of that age and sex."""
    n = model.number
    recent = n("prior_fracture.floor") + decayed(
        n("prior_fracture.recent"), history.last, n("prior_fracture.time", "year")
    )
    own = np.where(np.isfinite(history.last), recent, 1)
    share = _by_sex(model, "population.prior_any_fracture_share", age, who.male)
    return np.asarray(own / (1 + share * (n("prior_fracture.undated") - 1)))


def several_vertebrae(history: History, model: Model) -> Array:
    """Factor on the next vertebral fracture of two, and of three or more, vertebrae broken before, over one."""
    two, three = model.number("prior_fracture.two_vertebrae"), model.number("prior_fracture.three_vertebrae")
    return np.asarray(np.where(history.vertebrae > 2, three, np.where(history.vertebrae > 1, two, 1)))


def undated_fracture_age(model: Model) -> Array | float:
    """Years ago that an undated fracture counts as: where the curve meets the average of all earlier fractures."""
    n = model.number
    left = (n("prior_fracture.undated") - n("prior_fracture.floor")) / n("prior_fracture.recent")
    return np.maximum(-np.log(left), 0) * n("prior_fracture.time", "year")


def death_hazard(who: Constitution, history: History, years: float, model: Model) -> Array:
    """Hazard of death per year."""
    n, age = model.number, who.age + years
    base = np.ones(who.age.shape)
    for code in COUNTRIES:
        women = model.registry.at(f"mortality.{code}_female", age, "1/year", logarithmic=True)
        men = model.registry.at(f"mortality.{code}_male", age, "1/year", logarithmic=True)
        base = np.where(who.country == code, np.where(who.male, men, women), base)
    hip = np.where(who.male, n("death.hip_male"), n("death.hip_female"))
    excess = n("death.hip_floor") + decayed(n("death.hip_recent"), history.hip, n("death.hip_time", "year")) - 1
    after_hip = np.where(np.isfinite(history.hip), 1 + excess * hip, 1)
    vertebra = np.where(who.male, n("death.vertebra_male"), n("death.vertebra_female"))
    after_vertebra = np.where(history.vertebra < n("death.vertebra_years", "year"), vertebra, 1)
    mood = np.where(who.depressed, n("death.depression"), 1)
    average = _average_mood_death(who, model) * _average_death_after_fracture(who, age, hip, vertebra, model)
    return np.asarray(base * after_hip * after_vertebra * mood / average)


def _average_mood_death(who: Constitution, model: Model) -> Array:
    """Mean factor of depression at the start over people of that age and sex: the life table has it in it already."""
    return 1 + depressed_share(who.age, who.male, model) * (model.number("death.depression") - 1)


def depressed_share(age: Array, male: Mask, model: Model) -> Array:
    """Share of people of that age and sex whose depression is a case."""
    mean = _by_sex(model, "population.depression_mean", age, male)
    tight = _by_sex(model, "population.depression_concentration", age, male)
    caseness = model.registry.number("mood_to_fracture.caseness")
    return np.asarray(1 - betainc(mean * tight, (1 - mean) * tight, caseness))


def _average_death_after_fracture(who: Constitution, age: Array, hip: Array, vertebra: Array, model: Model) -> Array:
    """The same of fractures: fresh ones come at the population's rate, old hip fractures are as common as told."""
    n = model.number
    fresh = n("death.hip_recent") * n("death.hip_time", "year") * base_hazard("hip", age, who, model)
    old = (n("death.hip_floor") - 1) * _by_sex(model, "population.prior_hip_fracture_share", age, who.male)
    recent = np.minimum(n("death.vertebra_years", "year") * base_hazard("vertebra", age, who, model), 1)
    return np.asarray((1 + hip * (fresh + old)) * (1 + (vertebra - 1) * recent))


def average_falls(who: Constitution, years: float, model: Model) -> Array:
    """Falls a year of the average person of that age."""
    return np.asarray(fracture.average_falls(who.age + years, model.body.fracture))


def _by_sex(model: Model, name: str, age: Array, male: Mask) -> Array:
    women = model.registry.at(f"{name}_female", age)
    return np.where(male, model.registry.at(f"{name}_male", age), women)
