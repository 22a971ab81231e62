"""Raloxifene, estrogen → bone: stand in for part of the estrogen that bone has lost; → fracture: beyond density.

The loop adds the amount to relative estrogen and never lets the sum pass 1, the level before menopause. Raloxifene
lowers vertebral fractures more than its density gain explains; for estrogen no row gives the density gain of its
trial, so nothing is claimed beyond density. Neither acts on mood or flushes here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from boneloop.types import Fraction, Scalar

CHANNELS = ("raloxifene", "estrogen")


class Parameters(NamedTuple):
    """Amounts added to relative estrogen, and ln hazard factors of raloxifene beyond density."""

    raloxifene: Fraction
    estrogen: Fraction
    raloxifene_vertebra: Fraction
    raloxifene_wrist: Fraction
    raloxifene_other: Fraction


def effects(activity: Mapping[str, Scalar], parameters: Parameters) -> dict[str, Scalar]:
    """Relative estrogen added, and ln hazard factors, for activities 0 to 1."""
    if not any(channel in activity for channel in CHANNELS):
        return {}
    raloxifene = activity.get("raloxifene", 0.0)
    return {
        "bone.estrogen": parameters.raloxifene * raloxifene + parameters.estrogen * activity.get("estrogen", 0.0),
        "fracture.vertebra_log": parameters.raloxifene_vertebra * raloxifene,
        "fracture.wrist_log": parameters.raloxifene_wrist * raloxifene,
        "fracture.other_log": parameters.raloxifene_other * raloxifene,
    }
