"""Courses: how estrogen falls at the menopause and kidney function over the years, as printed and in real years.

    estrogen    E' = k_E (goal - E)      goal = (a/a_in)^γ_E (1 - q x²/((δ/2)² + x²))      x = a - a_on, 0 before it
    filtration  F' = -k F                k = -ln((F0 - Δ)/F0)/τ

a age. As printed a_on = a_fin - δ, a year of the estrogen clock has 8736 h, one of the kidney clock 8766 h. Without a
course E heads for the input ``estrogen`` and F stays. The two courses are functions of time that give inputs.
"""

from __future__ import annotations

from typing import Annotated, NamedTuple

from boneloop.cycle.body.mineral.dimensions import HOURS_PER_DAY, Hours, MillilitersPerMinute, PerHour
from boneloop.mathematics import log, maximum, power
from boneloop.types import Fraction, Scalar, Unit
from boneloop.units import DAYS_PER_YEAR

HoursPerYear = Annotated[Scalar, Unit("hour/year")]
CALENDAR_YEAR = HOURS_PER_DAY * DAYS_PER_YEAR


class Estrogen(NamedTuple):
    """k_E, a_in, a_fin, δ, γ_E, q, and the hours of a year of this clock."""

    turnover: PerHour
    age_at_start: Hours
    age_at_end: Hours
    transition: Hours
    age_exponent: Fraction
    depth: Fraction
    year: HoursPerYear


class Filtration(NamedTuple):
    """τ and Δ of the printed course, the hours of a year of its clock, and mL/min in an L/h."""

    fall_time: Annotated[Scalar, Unit("year of this clock")]
    fall: MillilitersPerMinute
    year: HoursPerYear
    milliliters_per_minute: Annotated[Scalar, Unit("mL/min per L/h")]


def rate(estrogen: Scalar, goal: Scalar, p: Estrogen) -> Scalar:
    """E', per hour."""
    return p.turnover * (goal - estrogen)


def published_goal(hours: Scalar, p: Estrogen) -> Scalar:
    """Where estrogen heads ``hours`` after the printed start at 41 years."""
    return goal((p.age_at_start + hours) / p.year, (p.age_at_end - p.transition) / p.year, p)


def goal(age: Scalar, onset: Scalar, p: Estrogen) -> Scalar:
    """Where estrogen heads at ``age`` when the menopausal transition begins at ``onset``, both in years.

    It is 1 at the printed starting age (41) and falls slowly from there.
    """
    since, half = maximum(age - onset, 0), p.transition / (2 * p.year)
    return power(age * p.year / p.age_at_start, p.age_exponent) * (
        1 - p.depth * since * since / (half * half + since * since)
    )


def published_fall(filtration: Scalar, p: Filtration) -> Scalar:
    """Share of the GFR lost per hour by the printed course, from ``filtration`` (mL/min) at its start."""
    return fall(filtration, p.fall, p.fall_time * p.year)


def fall(filtration: Scalar, lost: Scalar, hours: Scalar) -> Scalar:
    """Share of the GFR lost per hour when ``lost`` (mL/min) of ``filtration`` go in ``hours``."""
    return -log((filtration - lost) / filtration) / hours
