"""Fracture: microdamage in bone, falls, the hazard of breaking at each site, and what an injury leaves behind.

    w'  = k_w load (1 + 2 (1 - relative density)) - k_rep turnover w          microdamage
    r_f = r_0(age) e^{log factor} / its population mean                       falls per year
    λ_s = λ_0,s(age, sex, country) · density · earlier fracture · falls · drug · microdamage

Injuries are amplitudes that fade: pain and lost function for months, a part of each for good.
"""

from __future__ import annotations

from typing import NamedTuple

from boneloop.mathematics import decayed, exp, power
from boneloop.types import Days, Fraction, PerDay, PerYear, Scalar, Years

SITES = ("hip", "vertebra", "wrist", "other")


class State(NamedTuple):
    """Microdamage, 0 = none."""

    microdamage: Scalar


class Parameters(NamedTuple):
    """Microdamage and falls."""

    damage_rate: PerDay
    damage_thinning: Fraction
    repair_rate: PerDay
    damage_hazard: Fraction
    falls_reference: PerYear
    falls_reference_age: Years
    falls_yearly_rise: PerYear


class Injuries(NamedTuple):
    """What fractures up to now have left, as amplitudes at one moment.

    acute_pain, acute_loss  fade; lasting_pain, lasting_loss stay
    *_disutility            quality of life lost to the fracture itself, beyond pain and function: fading and lasting
    """

    acute_pain: Scalar = 0
    lasting_pain: Scalar = 0
    acute_loss: Scalar = 0
    lasting_loss: Scalar = 0
    hip_acute_disutility: Scalar = 0
    hip_lasting_disutility: Scalar = 0
    vertebra_acute_disutility: Scalar = 0
    vertebra_lasting_disutility: Scalar = 0
    wrist_acute_disutility: Scalar = 0


class Healing(NamedTuple):
    """How fast the fading parts fade."""

    pain_time: Days
    loss_time: Days
    disutility_time: Days
    wrist_disutility_time: Days


def rates(state: State, load: Scalar, relative_density: Scalar, turnover: Scalar, p: Parameters) -> State:
    """Microdamage made by load on thin bone and removed by turnover, per day; all three inputs are 1 at baseline."""
    made = p.damage_rate * load * (1 + p.damage_thinning * (1 - relative_density))
    return State(made - p.repair_rate * turnover * state.microdamage)


def healed(injuries: Injuries, days: Scalar, healing: Healing) -> Injuries:
    """What is left of the injuries after ``days``."""
    return injuries._replace(
        acute_pain=decayed(injuries.acute_pain, days, healing.pain_time),
        acute_loss=decayed(injuries.acute_loss, days, healing.loss_time),
        hip_acute_disutility=decayed(injuries.hip_acute_disutility, days, healing.disutility_time),
        vertebra_acute_disutility=decayed(injuries.vertebra_acute_disutility, days, healing.disutility_time),
        wrist_acute_disutility=decayed(injuries.wrist_acute_disutility, days, healing.wrist_disutility_time),
    )


def remaining_utility(injuries: Injuries) -> Scalar:
    """Share of quality of life that the fractures themselves leave, 0 to 1."""
    hip = (1 - injuries.hip_acute_disutility) * (1 - injuries.hip_lasting_disutility)
    vertebra = (1 - injuries.vertebra_acute_disutility) * (1 - injuries.vertebra_lasting_disutility)
    return hip * vertebra * (1 - injuries.wrist_acute_disutility)


def average_falls(age: Scalar, p: Parameters) -> Scalar:
    """Falls a year of the average person of that age."""
    return p.falls_reference * exp(p.falls_yearly_rise * (age - p.falls_reference_age))


def fall_hazard_factor(relative_falls: Scalar, share: Scalar) -> Scalar:
    """How the hazard of a site follows the rate of falling: a power, 1 = in step with it."""
    return power(relative_falls, share)


def damage_factor(state: State, p: Parameters) -> Scalar:
    """Hazard factor of microdamage."""
    return exp(p.damage_hazard * state.microdamage)
