"""Collaborative care → mood and pain: the total that a care manager, drug review and psychological care reach together.

Its trials measured the whole program, so its relief is a total: where a plan also names a part of it (an
antidepressant, psychological care), the larger of total and parts counts, not their sum.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from boneloop.mathematics import maximum
from boneloop.types import Fraction, Scalar

CHANNELS = ("collaborative_care",)


class Parameters(NamedTuple):
    """Reliefs δ in state units."""

    depression_relief: Fraction
    pain_relief: Fraction


def effects(activity: Mapping[str, Scalar], parameters: Parameters) -> dict[str, Scalar]:
    """Relief of the program as a whole, for an activity 0 to 1."""
    if "collaborative_care" not in activity:
        return {}
    running = activity["collaborative_care"]
    return {
        "mood.depression_relief": parameters.depression_relief * running,
        "pain.pain_relief": parameters.pain_relief * running,
    }


def with_parts(parts: Mapping[str, Scalar], whole: Mapping[str, Scalar]) -> dict[str, Scalar]:
    """The effects of the parts, with each relief of the program taken as the larger of the two."""
    return {**parts, **{place: maximum(parts[place], relief) for place, relief in whole.items()}}
