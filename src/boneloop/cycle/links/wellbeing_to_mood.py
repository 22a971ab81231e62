"""Wellbeing → mood: the quality of life that a fracture takes brings fear and loss of role, and with them depression.

Pain and lost function have their own arrows to mood; this one carries what they leave over: the utility lost to the
injury itself. It fades as that utility comes back.
"""

from __future__ import annotations

from typing import NamedTuple

from boneloop.types import Fraction, Scalar


class Parameters(NamedTuple):
    """Input per unit of utility lost to the fracture itself."""

    depression: Fraction


def input(remaining_utility: Scalar, p: Parameters) -> Scalar:
    """Input to depressive severity; ``remaining_utility`` is the share that the fractures themselves leave, 0 to 1."""
    return p.depression * (1 - remaining_utility)
