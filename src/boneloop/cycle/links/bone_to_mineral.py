"""Bone → mineral: what osteoclasts free and osteoblasts bind of calcium follows the bone that is taken and laid down.

release · (resorption/usual)^share      accretion · (formation/usual)^share

The mineral engine has osteoclasts and osteoblasts of its own, on which denosumab acts; with a share of 0, the
default, they alone move calcium, and a drug that only the bone model knows does not reach the blood. With 1 bone's
own resorption and formation set the two flows as well.
"""

from __future__ import annotations

from typing import NamedTuple

from boneloop.mathematics import power
from boneloop.types import Fraction, Scalar


class Parameters(NamedTuple):
    """How much of a relative change of resorption and formation reaches the flows of calcium."""

    share: Fraction


def flow(turnover: Scalar, usual: Scalar, p: Parameters) -> Scalar:
    """Factor on a flow of calcium; ``turnover`` is resorption or formation, ``usual`` that of the start."""
    return power(turnover / usual, p.share)
