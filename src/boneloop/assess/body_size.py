"""Body size: the body mass index as measured, else from the newest weight and height."""

from __future__ import annotations

from boneloop.assess.seen import Seen, dated, once
from boneloop.patient.quantities import quantities
from boneloop.patient.record import Measurement


@once
def body_mass_index(seen: Seen) -> tuple[float | None, tuple[str, ...]]:
    """kg/m2 and where it comes from; a measured index gives way to a newer weight with a height."""
    measured, weight, height = seen.newest("bmi"), seen.newest("weight"), seen.newest("height")
    if weight is not None and height is not None and not _newer(measured, weight):
        meters = height.value / quantities()["height"].accepted["m"]
        return weight.value / meters**2, (dated(weight), dated(height))
    return (None, ()) if measured is None else (measured.value, (dated(measured),))


def _newer(one: Measurement | None, other: Measurement) -> bool:
    if one is None:
        return False
    return other.date is None or (one.date is not None and one.date >= other.date)
