"""Calcium and vitamin D → mineral: more calcium eaten, more to make calcitriol from; through the mineral state alone.

No term of its own on bone cells, falls, fracture or mood. Vitamin D helps only a person who lacks it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, NamedTuple

from boneloop.mathematics import minimum
from boneloop.types import Scalar, Unit

CHANNELS = ("calcium_vitamin_d",)


class Regimen(NamedTuple):
    """Calcium a day with which the vitamin D given along is the usual supplement."""

    calcium_vitamin_d_dose: Annotated[Scalar, Unit("mg/day")]


def effects(activity: Mapping[str, Scalar], p: Regimen) -> dict[str, Scalar]:
    """Calcium supplement, mg per day: the activity itself; vitamin D as a share of the usual supplement."""
    if "calcium_vitamin_d" not in activity:
        return {}
    calcium = activity["calcium_vitamin_d"]
    return {
        "mineral.calcium_supplement": calcium,
        "mineral.vitamin_d": minimum(calcium / p.calcium_vitamin_d_dose, 1),
    }
