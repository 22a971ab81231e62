"""Wellbeing: the utility of a life, 1 = full health, 0 = as bad as death.

    U = U_0(age) · factor of pain · factor of mood · factor of lost function · factor of fractures

Each factor comes from its own arrow; there is no state of its own. Quality-adjusted life years add U up over time.
"""

from __future__ import annotations

from typing import NamedTuple

from boneloop.mathematics import minimum, power
from boneloop.types import Fraction, PerYear, Scalar, Years


class Parameters(NamedTuple):
    """Utility without pain, depression or lost function: ``at_reference`` at ``reference_age``, and its yearly fall."""

    at_reference: Fraction
    reference_age: Years
    yearly_fall: PerYear


def utility(age: Scalar, pain: Scalar, mood: Scalar, function: Scalar, fractures: Scalar, p: Parameters) -> Scalar:
    """Utility from the factors (each 0 to 1) of the four arrows; ``age`` in years; no age makes it more than 1."""
    healthy = minimum(p.at_reference - p.yearly_fall * (age - p.reference_age), 1)
    return healthy * pain * mood * function * fractures


def discount(years: Scalar, yearly_rate: Scalar) -> Scalar:
    """Weight of a life year that lies ``years`` ahead."""
    return power(1 + yearly_rate, -years)
