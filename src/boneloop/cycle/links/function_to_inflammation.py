"""Function → inflammation: inactivity raises inflammatory cytokines."""

from __future__ import annotations

from typing import NamedTuple

from boneloop.types import Fraction, Scalar


class Parameters(NamedTuple):
    """Drive per unit of lost function."""

    cytokines: Fraction


def drive(loss: Scalar, p: Parameters) -> Scalar:
    """Drive on cytokines; 0 with full function."""
    return p.cytokines * loss
