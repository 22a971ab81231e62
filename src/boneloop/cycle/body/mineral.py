"""Mineral: how much calcium comes in, and how well the gut takes it up relative to a calm person.

Until the full mineral engine (calcium, phosphate, PTH, calcitriol) stands here, this room holds the two quantities
that stress and care reach and that are known well enough to state. They are reported; they do not act back on bone,
and no plasma level is pretended.
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
