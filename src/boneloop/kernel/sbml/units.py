"""Units in SBML: a printed unit such as pmol/hour as a product of the base units that SBML knows.

A unit that this cannot read has no definition; the quantity then carries it in its name alone, which SBML allows.
"""

from __future__ import annotations

import re
from typing import NamedTuple
from xml.etree.ElementTree import Element, SubElement

from boneloop.units import DAYS_PER_YEAR

_HOUR = 3600.0
_BASES: dict[str, tuple[tuple[str, int, float], ...]] = {
    "mol": (("mole", 1, 1.0),),
    "M": (("mole", 1, 1.0), ("litre", -1, 1.0)),
    "g": (("gram", 1, 1.0),),
    "L": (("litre", 1, 1.0),),
    "min": (("second", 1, 60.0),),
    "hour": (("second", 1, _HOUR),),
    "day": (("second", 1, 24 * _HOUR),),
    "year": (("second", 1, DAYS_PER_YEAR * 24 * _HOUR),),
    "%": (("dimensionless", 1, 0.01),),
}
_PREFIXES = {"p": -12, "n": -9, "u": -6, "m": -3, "d": -1, "k": 3}
_TOKEN = re.compile(r"([A-Za-z%]+)(\d*)")


class Part(NamedTuple):
    """(multiplier · 10^scale · kind)^exponent"""

    kind: str
    exponent: int
    scale: int
    multiplier: float


def parts(unit: str) -> tuple[Part, ...] | None:
    """What a printed unit is made of; () for "1", None where it cannot be read."""
    found: list[Part] = []
    for place, side in enumerate(unit.split("/")):
        for token in side.strip("() ").split():
            if token != "1":
                read = _read(token, -1 if place else 1)
                if read is None:
                    return None
                found += read
    return tuple(found)


def _read(token: str, sign: int) -> list[Part] | None:
    match = _TOKEN.fullmatch(token)
    if not match:
        return None
    symbol, power = match[1], sign * int(match[2] or 1)
    scale = 0
    if symbol not in _BASES and symbol[0] in _PREFIXES and symbol[1:] in _BASES:
        symbol, scale = symbol[1:], _PREFIXES[symbol[0]]
    if symbol not in _BASES:
        return None
    bases = _BASES[symbol]
    return [
        Part(kind, exponent * power, scale if turn == 0 else 0, multiplier)
        for turn, (kind, exponent, multiplier) in enumerate(bases)
    ]


def identifier(unit: str) -> str | None:
    """The id of a unit in a document, None where it has none: "pmol/hour" is pmol_per_hour, "1" is dimensionless."""
    found = parts(unit)
    if found is None:
        return None
    if not found:
        return "dimensionless"
    words = unit.replace("%", "percent").replace("1/", " per ").replace("/", " per ")
    return "_".join(re.findall(r"\w+", words))


def define(into: Element, unit: str) -> None:
    """Write the definition of a unit that has one."""
    name, found = identifier(unit), parts(unit)
    if name is None or not found:
        return
    definition = SubElement(into, "unitDefinition", id=name)
    listed = SubElement(definition, "listOfUnits")
    for part in found:
        power, scale, size = (f"{value:g}" for value in part[1:])
        SubElement(listed, "unit", kind=part.kind, exponent=power, scale=scale, multiplier=size)
