"""Quantities: what can be measured, in which units it may come, and which values a living adult can have.

The table is ``quantities.toml``. A value is converted to the canonical unit of its quantity or refused; it is never
clipped, and a number that could be read in two units is refused when it comes without one. A mass and an amount of
substance convert only for a named analyte, so every quantity has its own factors.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import Any

from boneloop.errors import RecordError
from boneloop.patient.record import Measurement, measurement


@dataclass(frozen=True, slots=True)
class Quantity:
    """One row of the table.

    unit           the canonical unit
    accepted       factor to the canonical unit, by unit; the first one is how our own files write it
    plausible      lowest and highest value, canonical unit
    unit_required  a number without a unit is refused
    loinc          code -> "verified" or "recalled"
    notes          code -> what to write down about a value that came under it
    refused        code -> why a value under it is not this quantity
    column         stem of its CSV columns
    """

    name: str
    title: str
    unit: str
    accepted: Mapping[str, float]
    plausible: tuple[float, float]
    loinc: Mapping[str, str]
    column: str
    unit_required: bool = False
    notes: Mapping[str, str] | None = None
    refused: Mapping[str, str] | None = None

    @property
    def units(self) -> tuple[str, ...]:
        """One spelling of each unit that differs in size, the first of the table."""
        first: dict[float, str] = {}
        for unit, factor in self.accepted.items():
            first.setdefault(factor, unit)
        return tuple(first.values())

    def convert(self, value: float, unit: str, place: str) -> float:
        """``value`` in the canonical unit.

        unit  as it came; "" is none
        Raises RecordError for a unit that is missing or not accepted, a value that is no number, or one outside
        the plausible window; the message then names the unit in which the number would have been plausible.
        """
        if not math.isfinite(value):
            raise RecordError(place, f"{self.title} is a number", value)
        if not unit and self.unit_required:
            raise RecordError(place, f"{self.title} needs a unit: {' or '.join(self.units)}", value)
        factor = 1.0 if not unit else _factor(self, unit)
        if factor is None:
            raise RecordError(place, f"{self.title} is given in {' or '.join(self.units)}", f"{value:g} {unit}")
        converted = value if factor == 1 else value * factor
        lowest, highest = self.plausible
        if not lowest <= converted <= highest:
            raise RecordError(
                place,
                f"{self.title} lies between {lowest:g} and {highest:g} {self.unit}{self._mixed_up(value, unit)}",
                f"{value:g} {unit}".strip(),
            )
        return converted

    def measured(
        self, value: float, unit: str, when: date | None, source: str, *, place: str = "", reference: str = ""
    ) -> Measurement:
        """A measurement in the canonical unit, as ``measure`` makes it.

        Raises RecordError as ``convert`` does.
        """
        lowest, highest = self.plausible
        if self.accepted.get(unit) == 1 and lowest <= value <= highest:
            converted = value  # as most come: nothing to convert
        else:
            converted = self.convert(value, unit, place or source)
        return measurement(self.name, converted, when, source, f"{value:g} {unit or self.unit}", reference)

    def _mixed_up(self, value: float, unit: str) -> str:
        """The classic mix-up (creatinine x88, vitamin D x2.5): which other unit would make the number plausible."""
        lowest, highest = self.plausible
        other = [u for u in self.units if u != unit and lowest <= value * self.accepted[u] <= highest]
        return f"; {value:g} {other[0]} would be plausible: is the unit right?" if other and unit else ""


def _factor(quantity: Quantity, unit: str) -> float | None:
    """The factor of a unit: as written, else without regard to case, spaces and the spelling of micro."""
    exact = quantity.accepted.get(unit)
    if exact is not None:
        return exact
    return _loosely(quantity.name).get(_plain(unit))


@cache
def _loosely(name: str) -> dict[str, float]:
    return {_plain(unit): factor for unit, factor in quantities()[name].accepted.items()}


def _plain(unit: str) -> str:
    return unit.strip().replace(" ", "").replace("µ", "u").replace("μ", "u").lower()


@cache
def quantities() -> Mapping[str, Quantity]:
    """All quantities by name, in the order of the table."""
    text = (resources.files("boneloop.patient") / "quantities.toml").read_text(encoding="utf-8")
    return {name: _quantity(name, row) for name, row in tomllib.loads(text).items()}


def _quantity(name: str, row: dict[str, Any]) -> Quantity:
    lowest, highest = row.pop("plausible")
    return Quantity(name=name, plausible=(lowest, highest), notes=row.pop("note", None), **row)


@cache
def by_loinc() -> Mapping[str, Quantity]:
    """The quantity of each LOINC code; codes that are refused as a quantity are not here."""
    return {code: quantity for quantity in quantities().values() for code in quantity.loinc}


@cache
def refused_loinc() -> Mapping[str, str]:
    """LOINC codes that look like one of our quantities and are not, with the reason."""
    return {code: why for quantity in quantities().values() for code, why in (quantity.refused or {}).items()}


def measure(
    name: str, value: float, unit: str, when: date | None, source: str, *, place: str = "", reference: str = ""
) -> Measurement:
    """A measurement in the canonical unit of its quantity.

    source  where it was read, kept in the record; place the same with the file, for the message (``source`` if empty)
    Raises RecordError as ``Quantity.convert`` does, and for a name that is not in the table.
    """
    quantity = quantities().get(name)
    if quantity is None:
        raise RecordError(place or source, "a quantity of patient/quantities.toml", name)
    return quantity.measured(value, unit, when, source, place=place, reference=reference)
