"""Calcium and vitamin D → mineral: more calcium eaten; through the mineral state alone.

No term of its own on bone cells, falls, fracture or mood. Vitamin D is given with the calcium; it helps only a person
who lacks it, and that needs calcitriol, which the mineral station does not hold yet.
"""

from __future__ import annotations

from collections.abc import Mapping

from boneloop.types import Scalar

CHANNELS = ("calcium_vitamin_d",)


def effects(activity: Mapping[str, Scalar]) -> dict[str, Scalar]:
    """Calcium supplement, mg per day: the activity itself."""
    if "calcium_vitamin_d" not in activity:
        return {}
    return {"mineral.calcium_supplement": activity["calcium_vitamin_d"]}
