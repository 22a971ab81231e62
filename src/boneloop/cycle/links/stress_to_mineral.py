"""Stress → mineral: cortisol lowers the calcium that the gut absorbs.

relative absorption = H^-exponent · what care adds      H = 1 + excess cortisol
"""

from __future__ import annotations

from typing import NamedTuple

from boneloop.mathematics import exp, log
from boneloop.types import Fraction, Scalar


class Parameters(NamedTuple):
    """Exponent on cortisol."""

    absorption_cortisol: Fraction


def absorption(cortisol: Scalar, p: Parameters) -> Scalar:
    """Calcium absorption relative to a calm person, 1; ``cortisol`` is the excess over the healthy level."""
    return exp(-p.absorption_cortisol * log(1 + cortisol))
