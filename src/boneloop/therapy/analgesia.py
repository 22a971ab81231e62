"""Analgesia → pain: a weaker pain signal while it is taken; nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from boneloop.types import Fraction, Scalar

CHANNELS = ("analgesia",)


class Parameters(NamedTuple):
    """Share of the pain signal that is taken off at the usual dose."""

    nociception_loss: Fraction


def effects(activity: Mapping[str, Scalar], parameters: Parameters) -> dict[str, Scalar]:
    """Factor on the pain signal for an activity 0 to 1."""
    if "analgesia" not in activity:
        return {}
    return {"pain.nociception": 1 - parameters.nociception_loss * activity["analgesia"]}
