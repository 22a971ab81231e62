"""Pain → inflammation: pain raises inflammatory cytokines."""

from __future__ import annotations

from typing import NamedTuple

from boneloop.types import Fraction, Scalar


class Parameters(NamedTuple):
    """Drive per unit of felt pain."""

    cytokines: Fraction


def drive(felt_pain: Scalar, p: Parameters) -> Scalar:
    """Drive on cytokines; 0 without pain."""
    return p.cytokines * felt_pain
