"""Mineral: calcium, phosphate and the hormones and cells that hold them level.

The engine of this station is in the modules beside this one, one idea each:

    gut, kidney, skeleton, fluid     where calcium and phosphate come from, go to, and are kept
    parathyroid, calcitriol          the hormones that steer them
    rankl, tgf_beta, survival        the signals between bone cells
    osteoblast, osteoclast, density  the cells, and the published links to bone density
    drugs, courses                   denosumab and teriparatide; estrogen and kidney function over the years
    state, parameters, station       what there is, its numbers, and how it moves
    form                             published (as printed, with its jumps) or smooth (ours)
    rest                             where a person comes to rest under given inputs

Time inside the engine is in hours, as printed; ``station.rates_per_day`` speaks the days of the circle.

This file holds what the circle says of a person in the words of a clinic: food, supplement, vitamin D, kidney.
"""

from __future__ import annotations

from typing import Annotated, NamedTuple

from boneloop.mathematics import maximum, power
from boneloop.types import Fraction, Scalar, Unit

NanomolesPerLiter = Annotated[Scalar, Unit("nmol/L")]


class Parameters(NamedTuple):
    """Calcium in the food where intake is not recorded; vitamin D and kidney function that leave the engine as listed.

    vitamin_d_of_supplement  25-hydroxyvitamin D that a supplement keeps up
    severe_hypocalcemia      albumin-corrected calcium below which it is called so
    """

    dietary_calcium: Annotated[Scalar, Unit("mg/day")]
    sufficient_vitamin_d: NanomolesPerLiter
    vitamin_d_exponent: Fraction
    vitamin_d_of_supplement: NanomolesPerLiter
    full_filtration: Annotated[Scalar, Unit("mL/min")]
    severe_hypocalcemia: Annotated[Scalar, Unit("mmol/L")]


def intake(supplement: Scalar, p: Parameters) -> Scalar:
    """Calcium eaten and supplemented, mg per day."""
    return p.dietary_calcium + supplement


def relative_absorption(stress_factor: Scalar, care_factor: Scalar) -> Scalar:
    """Share of calcium that the gut absorbs, relative to a calm person without care, 1."""
    return stress_factor * care_factor


def calcitriol_factor(vitamin_d: Scalar, supplemented: Scalar, p: Parameters) -> Scalar:
    """How fast calcitriol is made, relative to a person with enough of what it is made from, 1.

    vitamin_d     25-hydroxyvitamin D without supplement, relative to what is sufficient
    supplemented  0 none, 1 the usual supplement: it lifts those who have less
    """
    lifted = maximum(p.vitamin_d_of_supplement / p.sufficient_vitamin_d - vitamin_d, 0)
    return power(vitamin_d + supplemented * lifted, p.vitamin_d_exponent)
