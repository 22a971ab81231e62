"""What a belief changes for one person, as data: differences that were taken draw by draw."""

from __future__ import annotations

from dataclasses import dataclass

BOTH = "both"
"""The name of this choice beside those of the beliefs."""
REFERENCE_PLAN = "none"


@dataclass(frozen=True, slots=True)
class Paired:
    """A difference taken draw by draw: its point, the 5th and the 95th percentile, its Monte-Carlo standard error.

    The point is the mean for chances and the median for everything else, as in a ``Band``.
    """

    point: float
    p05: float
    p95: float
    error: float


Table = dict[str, dict[str, Paired]]


@dataclass(frozen=True, slots=True)
class Contrast:
    """What the belief changes for one person, at the horizon unless said otherwise. Tables: by plan, then by outcome.

    compared   the plan that the others are compared with
    changes    the second belief minus the first, under the same plan
    effects    by belief: a plan minus the compared one
    averages   by belief: the same for what the living have, averaged over the years from the start to the horizon
    cuts       by belief: the share of the chance of an event that a plan takes away, 1 = all of it
    """

    patient: str
    beliefs: tuple[str, str]
    compared: str
    changes: Table
    effects: dict[str, Table]
    averages: dict[str, Table]
    cuts: dict[str, Table]
