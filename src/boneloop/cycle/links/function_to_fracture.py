"""Function → fracture: people who have lost function fall more."""

from __future__ import annotations

from typing import NamedTuple

from boneloop.types import Fraction, Scalar


class Parameters(NamedTuple):
    """Log of the fall rate ratio per unit of lost function."""

    falls: Fraction


def falls_log(loss: Scalar, p: Parameters) -> Scalar:
    """What it adds to the log of the fall rate."""
    return p.falls * loss
