"""Bone → fracture: thin bone breaks more easily, by a gradient of risk per standard deviation of density.

    factor = GR(age)^-z / E[GR^-z]      z = (density - mean of that age and sex) / standard deviation
    ln GR(age) = ln GR · e^(trend (age - reference age)), so that dense bone protects at every age

Dividing by the mean over the population, exp((ln GR)²/2) for a normal z, keeps the base hazard the population's.
"""

from __future__ import annotations

from typing import NamedTuple

from boneloop.mathematics import exp, log
from boneloop.types import Fraction, PerYear, Scalar, Years


class Parameters(NamedTuple):
    """Gradient of risk per standard deviation at the reference age, and by how much its logarithm grows a year."""

    reference_age: Years
    hip: Fraction
    vertebra: Fraction
    wrist: Fraction
    other: Fraction
    hip_trend: PerYear
    vertebra_trend: PerYear
    wrist_trend: PerYear
    other_trend: PerYear


class Factors(NamedTuple):
    """Hazard factor by site; 1 on average over the population."""

    hip: Scalar
    vertebra: Scalar
    wrist: Scalar
    other: Scalar


def factors(z: Scalar, age: Scalar, p: Parameters) -> Factors:
    """Hazard factors of a person with Z-score ``z`` at ``age`` (years)."""
    years = age - p.reference_age
    return Factors(
        _factor(z, log(p.hip) * exp(p.hip_trend * years)),
        _factor(z, log(p.vertebra) * exp(p.vertebra_trend * years)),
        _factor(z, log(p.wrist) * exp(p.wrist_trend * years)),
        _factor(z, log(p.other) * exp(p.other_trend * years)),
    )


def _factor(z: Scalar, log_gradient: Scalar) -> Scalar:
    return exp(-z * log_gradient - log_gradient * log_gradient / 2)
