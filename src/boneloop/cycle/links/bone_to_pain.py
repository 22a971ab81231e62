"""Bone → pain: microdamage in thinned bone and the joints it carries hurts."""

from __future__ import annotations

from typing import NamedTuple

from boneloop.types import Fraction, Scalar


class Parameters(NamedTuple):
    """Nociception per unit of microdamage."""

    nociception: Fraction


def nociception(microdamage: Scalar, p: Parameters) -> Scalar:
    """Input to felt pain; 0 without microdamage."""
    return p.nociception * microdamage
