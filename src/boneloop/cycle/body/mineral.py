"""Mineral: how much calcium gets through the gut wall, relative to this person at rest.

Until the full mineral engine (calcium, phosphate, PTH, calcitriol) stands here, this room holds the one quantity
that stress and care reach and that is known well enough to state: relative absorption. It is reported; it does not
act back on bone, and no plasma level is pretended.
"""

from __future__ import annotations

from typing import NamedTuple

from boneloop.types import Scalar


class Supply(NamedTuple):
    """Calcium eaten and supplemented, mg per day, and the share absorbed relative to rest."""

    dietary: Scalar
    supplement: Scalar
    relative_absorption: Scalar


def absorbed(supply: Supply) -> Scalar:
    """Calcium absorbed relative to what the diet alone gives this person at rest, 1."""
    return supply.relative_absorption * (supply.dietary + supply.supplement) / supply.dietary
