"""Mineral → bone: parathyroid hormone raises RANKL, and osteoclast precursors mature faster.

osteoclast maturation · (drive/usual drive)^exponent      drive: RANKL production as PTH alone would set it

Only the person's own hormone counts: what denosumab and teriparatide do to bone is the business of bone. The usual
drive is the person's own at the start, since bone's course was fitted to people as they are. A lasting change of
maturation costs or gains bone for a while and then no more, because at rest the number of osteoclasts is set by
their death.
"""

from __future__ import annotations

from typing import NamedTuple

from boneloop.mathematics import power
from boneloop.types import Fraction, Scalar


class Parameters(NamedTuple):
    """Exponent on the relative drive: 1 takes it over as it is."""

    maturation: Fraction


def maturation(drive: Scalar, usual: Scalar, p: Parameters) -> Scalar:
    """Factor on the maturing of osteoclasts; ``drive`` and ``usual`` relative to the listed baseline."""
    return power(drive / usual, p.maturation)
