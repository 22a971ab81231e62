"""Beta1-blocker → stress: keeps norepinephrine from the receptors that drive resorption; → falls: a few more.

It does what the founding text asks of antidepressants. It has no effect on mood.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from boneloop.types import Fraction, Scalar

CHANNELS = ("beta_blocker",)


class Parameters(NamedTuple):
    """Occupancy θ of beta1-receptors at the usual dose, and ln of the rate ratio of falls (low blood pressure)."""

    occupancy: Fraction
    falls: Fraction


def effects(activity: Mapping[str, Scalar], parameters: Parameters) -> dict[str, Scalar]:
    """Occupancy and falls for an activity 0 to 1."""
    if "beta_blocker" not in activity:
        return {}
    taken = activity["beta_blocker"]
    return {
        "stress.beta1_blockade": parameters.occupancy * taken,
        "fracture.falls_log": parameters.falls * taken,
    }
