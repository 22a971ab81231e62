"""Falls and fractures as facts: how many, since when, and what of it is not known.

A list of fractures that nobody called whole has a lower bound and no upper one; a fracture without a date may lie
before or after a given age. Nothing is counted as absent because it was not written down.
"""

from __future__ import annotations

from typing import NamedTuple

from boneloop.assess.seen import Seen, once
from boneloop.patient.record import Fracture
from boneloop.types import Known


class Count(NamedTuple):
    """At least, and at most (None = nobody knows); ``missing`` says in words what would settle it."""

    least: float
    most: float | None
    missing: str = ""

    @property
    def known(self) -> bool:
        """Is it one number?"""
        return self.most == self.least


@once
def falls(seen: Seen) -> Count:
    """Falls in the last 12 months."""
    counted = seen.newest("falls_12_months")
    if counted is not None:
        return Count(counted.value, counted.value)
    missing = "how many falls in the last 12 months"
    return Count(1 if seen.condition("falls") is Known.YES else 0, None, missing)


def fractures_from(seen: Seen, age: float) -> Count:
    """Fractures at or after an age in years, those of known high energy left out."""
    counted = [f for f in seen.record.fractures if f.low_energy is not Known.NO]
    ages = [seen.age_on(f.date) for f in counted]
    least = sum(1 for then in ages if then is not None and then >= age)
    undated = sum(1 for then in ages if then is None)
    if seen.record.fractures_recorded is not Known.YES:
        return Count(least, None, f"all fractures since the age of {age:.0f}")
    return Count(least, least + undated, f"the dates of {undated} fractures" if undated else "")


def fractured_within(seen: Seen, months: float) -> tuple[Fracture, ...]:
    """Fractures with a date in the last ``months`` calendar months."""
    return tuple(
        f for f in seen.record.fractures if (ago := seen.months_ago(f.date)) is not None and 0 <= ago <= months
    )
