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

This file holds what the circle reports without the engine: how much calcium comes in, and how well the gut takes
it up relative to a calm person.
"""

from __future__ import annotations

from typing import Annotated, NamedTuple

from boneloop.types import Scalar, Unit


class Parameters(NamedTuple):
    """Calcium in the food, mg per day, where intake is not recorded."""

    dietary_calcium: Annotated[Scalar, Unit("mg/day")]


def intake(supplement: Scalar, p: Parameters) -> Scalar:
    """Calcium eaten and supplemented, mg per day."""
    return p.dietary_calcium + supplement


def relative_absorption(stress_factor: Scalar, care_factor: Scalar) -> Scalar:
    """Share of calcium that the gut absorbs, relative to a calm person without care, 1."""
    return stress_factor * care_factor
