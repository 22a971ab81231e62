"""Numbers: what a person may be told by. Words of the clinic, the inputs of the mineral engine, any number of it.

    words     age, menopause_age (years), gfr (mL/min), calcium_intake (mg/day), vitamin_d (factor on making calcitriol)
    inputs    factors such as rankl_production, and estrogen, as ``Inputs`` of the engine has them
    registry  "denosumab.clearance": every number of the engine by its id, in a unit that converts

A number has a place: where it stands in the model ("gut.calcium_intake", "inputs.calcitriol"), in the model's unit.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, get_type_hints

from boneloop.cycle.body.mineral.dimensions import HOURS_PER_DAY
from boneloop.cycle.body.mineral.parameters import Parameters
from boneloop.cycle.body.mineral.state import Inputs
from boneloop.evidence.registry import declared_units
from boneloop.simulate.protocol import quantity
from boneloop.simulate.protocol.lines import Path
from boneloop.simulate.protocol.quantity import QuantityError
from boneloop.simulate.protocol.section import Section

AGE, MENOPAUSE_AGE = "course.age", "course.menopause_age"
GFR, ESTROGEN, SUPPLEMENT = "baseline.filtration", "inputs.estrogen", "inputs.calcium_supplement"
OF_THE_START = (AGE, MENOPAUSE_AGE, GFR)
"""Places that the moving model does not read: they say where a person begins."""

_NOT_NUMBERS = ("search", "smoothing", "filtration")
_CLOCKS = ("estrogen.year", "estrogen.age_at_start", "estrogen.age_at_end")
_BY_ANOTHER_NAME = ("calcitriol", "filtration", "filtration_fall")


@dataclass(frozen=True)
class Number:
    """One thing that a person may be told by.

    place    where it stands in the model
    usual    what it is where nothing is said, in the model's unit; NaN where nothing is usual
    factors  what a number is multiplied by to be in the model's unit, by the unit in which it may come
    bare     it may come without a unit
    lowest   it is not below this; where ``above``, not equal to it either
    """

    name: str
    place: str
    usual: float
    factors: Mapping[str, float]
    example: str
    bare: bool = False
    lowest: float = -math.inf
    above: bool = False

    @property
    def unit(self) -> str:
        """The unit in which it is spoken of."""
        return next(iter(self.factors))

    def read(self, value: Any) -> float:
        """A value of a protocol in the model's unit.

        Raises QuantityError.
        """
        number, unit = quantity.split(value, self.example)
        if not unit and not self.bare:
            raise QuantityError(f'a number with its unit, as "{self.example}"')
        return self.checked(number * self._factor(unit or self.unit))

    def checked(self, value: float) -> float:
        """The value, if it can be.

        Raises QuantityError.
        """
        if value < self.lowest or (self.above and value == self.lowest) or not math.isfinite(value):
            raise QuantityError(f"{'more than' if self.above else 'at least'} {self.lowest:g}")
        return value

    def spoken(self, value: float) -> str:
        """A value of the model as people say it: 45 mL/min."""
        said = f"{value / self.factors[self.unit]:.6g}"
        return said if self.unit == "1" else f"{said} {self.unit}"

    def _factor(self, unit: str) -> float:
        for mine, factor in self.factors.items():
            try:
                return quantity.converted(unit, mine, self.example) * factor
            except QuantityError:
                continue
        raise QuantityError(f'a unit that converts to {" or ".join(self.factors)}, as in "{self.example}"')


def numbers(p: Parameters) -> dict[str, Number]:
    """Everything a person may be told by, by name; ``p`` says what is usual."""
    known = (*_words(p), *_inputs(), *_registered(p))
    return {number.name: number for number in known}


def _words(p: Parameters) -> Iterator[Number]:
    for name, place in (("age", AGE), ("menopause_age", MENOPAUSE_AGE)):
        yield Number(name, place, math.nan, {"year": 1.0}, "62 years", bare=True, lowest=0, above=True)
    yield Number("gfr", GFR, p.baseline.filtration, {"mL/min": 1.0}, "45 mL/min", lowest=0, above=True)
    daily = {"mg/day": 1 / (p.gut.calcium_molar_mass * HOURS_PER_DAY), "mmol/day": 1 / HOURS_PER_DAY}
    yield Number("calcium_intake", "gut.calcium_intake", p.gut.calcium_intake, daily, "700 mg/day", lowest=0)
    yield Number("vitamin_d", "inputs.calcitriol", 1.0, {"1": 1.0}, "0.6", bare=True, lowest=0)


def _inputs() -> Iterator[Number]:
    for name, usual in Inputs()._asdict().items():
        if name == "calcium_supplement":
            yield Number(name, f"inputs.{name}", usual, {"mg/day": 1.0}, "500 mg/day", lowest=0)
        elif name not in _BY_ANOTHER_NAME:
            above = name == "estrogen"
            yield Number(name, f"inputs.{name}", usual, {"1": 1.0}, "0.8", bare=True, lowest=0, above=above)


def _registered(p: Parameters) -> Iterator[Number]:
    for table, kind in get_type_hints(Parameters).items():
        for field, unit in declared_units(kind).items():
            name, usual = f"{table}.{field}", float(getattr(getattr(p, table), field))
            if table not in _NOT_NUMBERS and name not in _CLOCKS:
                example = f"{usual:g}" if unit == "1" else f"{usual:g} {unit}"
                lowest = 0 if usual >= 0 else -math.inf
                yield Number(name, name, usual, {unit: 1.0}, example, unit == "1", lowest, above=usual > 0)


def told(section: Section, known: Mapping[str, Number], also: tuple[str, ...] = ()) -> dict[str, float]:
    """The numbers that a table tells, by their places; ``also`` are keys that somebody else reads."""
    found: dict[str, float] = {}
    for path, name, value in named(section, also):
        number = known.get(name)
        if number is None:
            section.page.unknown(path, name, (*also, *known) if "." in name else _plain(also, known))
        elif number.place in found:
            section.page.fault(path, "this number stands here twice, under two names", name)
        else:
            try:
                found[number.place] = number.read(value)
            except QuantityError as rule:
                section.page.fault(path, str(rule), value)
    return found


def named(section: Section, but: tuple[str, ...] = ()) -> Iterator[tuple[Path, str, Any]]:
    """Path, name and value of each key; a table in the table is a table of the registry, unless it says a law."""
    for key, value in section.table.items():
        path = (*section.path, key)
        if key in but:
            continue
        if isinstance(value, dict) and key in Parameters._fields:
            for field, inner in value.items():
                yield (*path, field), f"{key}.{field}", inner
        else:
            yield path, key, value


def _plain(also: tuple[str, ...], known: Mapping[str, Number]) -> list[str]:
    """The names without a dot, which are short enough to be listed."""
    return [*also, *(name for name in known if "." not in name)]
