"""Laboratory values that no formula uses here, height lost, and falls: shown as measured, each with its day and place.

A band stands only beside a value for which a usual limit is in the registry; the laboratory's own range goes before it.
"""

from __future__ import annotations

from functools import cache

from boneloop.assess.assessment import Score
from boneloop.assess.falls_and_fractures import falls
from boneloop.assess.seen import Seen, dated
from boneloop.evidence.registry import load
from boneloop.patient.quantities import quantities
from boneloop.patient.record import Measurement

SHOWN = (
    "calcium_ionized", "phosphate", "alkaline_phosphatase", "pth", "tsh", "ctx", "p1np", "osteocalcin", "sodium",
    "potassium", "crp", "hemoglobin", "height_loss",
)  # fmt: skip
LOW, HIGH = {"sodium": "sodium.low_below"}, {"alkaline_phosphatase": "alkaline_phosphatase.high_above"}
"""Numbers of the registry beyond which a value is low or high."""
OWN_RANGE = "as measured; the laboratory's own range goes before any limit of ours"


def scores(seen: Seen) -> list[Score]:
    """What was measured of these, and the falls of the last year where they are known."""
    made = [_shown(found) for name in SHOWN if (found := seen.newest(name)) is not None]
    return [*made, *_falls(seen)]


def _shown(found: Measurement) -> Score:
    row, (band, rule) = quantities()[found.quantity], _band(found)
    shown = f"{found.value:.4g} {row.unit}"
    facts = (found.value, shown, band, "complete", found.date, (dated(found),), rule)
    return Score("bone", found.quantity, row.title, *facts)


def _band(found: Measurement) -> tuple[str, str]:
    """The band of a value and the rule behind it; no band where no limit is registered."""
    if found.quantity in LOW:
        limit = _limit(LOW[found.quantity])
        return "low" if found.value < limit else "not low", f"low below {limit:g}; {OWN_RANGE}"
    if found.quantity in HIGH:
        limit = _limit(HIGH[found.quantity])
        return "high" if found.value > limit else "not high", f"high above {limit:g}; {OWN_RANGE}"
    return "", OWN_RANGE


def _falls(seen: Seen) -> list[Score]:
    count = falls(seen)
    measured = seen.newest("falls_12_months")
    if not count.known and not count.least:
        return []
    value, status = (count.least, "complete") if count.known else (None, "incomplete")
    shown = f"{count.least:g}" if count.known else f"at least {count.least:g}"
    basis = (dated(measured),) if measured is not None else ("falls are recorded, how many is not",)
    facts = (value, shown, "", status, measured.date if measured else None, basis, "as counted over twelve months")
    return [Score("function", "falls_12_months", "Falls in the last 12 months", *facts)]


@cache
def _limit(name: str) -> float:
    entry = load()[name]
    return entry.number(entry.unit)
