"""EQ-5D: five levels and a value set give a utility, 1 for full health, below 0 for worse than dead.

A value set is a published table that the user brings (none is shipped): a CSV with one column per country, whose rows
are either the terms of a formula or whole profiles.

    formula   start + constant (if any level > 1) + one decrement per dimension + the terms below
    profiles  one utility per five-digit profile (crosswalks)

Terms beyond the decrements, as the published models use them; k = how many dimensions stand at that level:
    N4, N5          any dimension at level 4 or 5; at level 5
    MO45 .. AD45    that dimension at level 4 or 5
    Num45sq         (dimensions at level 4 or 5 beyond the first) squared
    MOAD, PDAD      product of the two dimensions' steps from level 1
    AtLeastOne3     any dimension at level 3 (three-level version)
    D1              dimensions above level 1, beyond the first
    I2, I3          dimensions at that level beyond the first; I2square, I3square its square
    C3square        square of the dimensions at level 3
    X5              all five dimensions above level 1
    MO2SC3 ..       both dimensions at just these levels
Where every number of a set is positive the model multiplies instead of adding. A set with a term that is not in this
list, or that is known not to reproduce its published utilities, is refused.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from boneloop.errors import FileError, InstrumentError

DIMENSIONS = ("MO", "SC", "UA", "PD", "AD")
FULL_HEALTH = "11111"
_START = ("StartValue", "FullHealth")
_CONSTANT = ("Intercept", "AtLeastOne2Or3")
_DECREMENTS = frozenset(f"{dimension}{level}" for dimension in DIMENSIONS for level in range(1, 6))
_PAIRS = frozenset(f"{a}{i}{b}{j}" for a, b in combinations(DIMENSIONS, 2) for i in range(1, 4) for j in range(1, 4))


def _stands_high(place: int) -> Callable[[tuple[int, ...]], float]:
    return lambda levels: levels[place] >= 4


_TERMS: dict[str, Callable[[tuple[int, ...]], float]] = {
    "N4": lambda levels: max(levels) >= 4,
    "N5": lambda levels: max(levels) >= 5,
    "Num45sq": lambda levels: max(0, _above(levels, 3) - 1) ** 2,
    "AtLeastOne3": lambda levels: max(levels) >= 3,
    "D1": lambda levels: max(0, _above(levels, 1) - 1),
    "I2": lambda levels: max(0, levels.count(2) - 1),
    "I2square": lambda levels: max(0, levels.count(2) - 1) ** 2,
    "I3": lambda levels: max(0, levels.count(3) - 1),
    "I3square": lambda levels: max(0, levels.count(3) - 1) ** 2,
    "C3square": lambda levels: levels.count(3) ** 2,
    "X5": lambda levels: min(levels) > 1,
    "MOAD": lambda levels: (levels[0] - 1) * (levels[4] - 1),
    "PDAD": lambda levels: (levels[3] - 1) * (levels[4] - 1),
    **{f"{dimension}45": _stands_high(place) for place, dimension in enumerate(DIMENSIONS)},
}
REFUSED = {
    ("3L", "Argentina"): "the meaning of its terms O2, O3, Z2, Z3 and C2square was not found",
    ("3L", "Australia"): "two of its five published utilities do not come out of its table (12233 and 33333)",
}
"""Value sets whose table is not enough to give the published utilities, with the reason."""
REVERSE_CROSSWALK = "tables from three to five levels do not give the utilities expected of them"


@dataclass(frozen=True, slots=True)
class ValueSet:
    """The utilities of one country.

    version  3L or 5L: how many levels a profile may have
    values   by term, or by profile where ``whole`` says so
    """

    country: str
    version: str
    values: Mapping[str, float]
    whole: bool = False

    @property
    def multiplies(self) -> bool:
        """Models that multiply factors have no negative number in their table."""
        return not self.whole and all(value > 0 for value in self.values.values())


def read_value_sets(path: Path) -> dict[str, ValueSet]:
    """All value sets of one file, by country.

    Raises FileError naming the file, the row and what was expected. Sets that are refused are read; using one raises.
    """
    try:
        with path.open(newline="", encoding="utf-8") as file:
            header, *rows = list(csv.reader(file)) or [[]]
    except (OSError, UnicodeDecodeError) as fault:
        raise FileError(str(path), f"a value-set file is readable UTF-8 text: {fault}") from None
    if len(header) < 2 or header[0] != "":
        raise FileError(str(path), "a value-set file has an empty first cell, then one column per country")
    countries = header[1:]
    tables: dict[str, dict[str, float]] = {country: {} for country in countries}
    for row in (row for row in rows if row and row[0]):
        for country, cell in zip(countries, row[1:], strict=False):
            if cell not in ("", "NA"):
                tables[country][row[0]] = _number(path, row[0], country, cell)
    whole = all(term.isdigit() for table in tables.values() for term in table)
    return {country: _value_set(country, table, whole) for country, table in tables.items()}


def utility(profile: str, values: ValueSet) -> float:
    """The utility of five digits in the order mobility, self-care, usual activities, pain, anxiety or depression.

    Raises InstrumentError when the profile is not one of this version, or when the value set is refused.
    """
    levels = _levels(profile, values)
    if values.whole:
        if values.version == "3L":
            raise InstrumentError(f"EQ-5D {values.country}: {REVERSE_CROSSWALK}")
        if profile not in values.values:
            raise InstrumentError(f"EQ-5D {values.country}: profile {profile} is not in its table")
        return values.values[profile]
    if (values.version, values.country) in REFUSED and profile != FULL_HEALTH:
        raise InstrumentError(f"EQ-5D-{values.version} {values.country}: {REFUSED[values.version, values.country]}")
    strange = sorted(set(values.values) - set(_START) - set(_CONSTANT) - _DECREMENTS - _PAIRS - set(_TERMS))
    if strange and profile != FULL_HEALTH:
        raise InstrumentError(f"EQ-5D {values.country}: unknown terms {', '.join(strange)}")
    parts = _parts(profile, levels, values.values)
    return math.prod(parts) if values.multiplies else sum(parts)


def _parts(profile: str, levels: tuple[int, ...], table: Mapping[str, float]) -> list[float]:
    parts = [table[term] for term in _START if term in table]
    if profile != FULL_HEALTH:
        parts += [table[term] for term in _CONSTANT if term in table]
    steps = [f"{dimension}{level}" for dimension, level in zip(DIMENSIONS, levels, strict=True)]
    pairs = [a + b for a, b in combinations(steps, 2)]
    parts += [table[term] for term in (*steps, *pairs) if term in table]
    return parts + [table[term] * times for term, count in _TERMS.items() if term in table and (times := count(levels))]


def _levels(profile: str, values: ValueSet) -> tuple[int, ...]:
    highest = int(values.version[0])
    if len(profile) != len(DIMENSIONS) or not all(d.isdigit() and 1 <= int(d) <= highest for d in profile):
        raise InstrumentError(f"EQ-5D-{values.version}: expected five digits from 1 to {highest}, got {profile!r}")
    return tuple(int(digit) for digit in profile)


def _value_set(country: str, table: Mapping[str, float], whole: bool) -> ValueSet:
    if whole:
        five = any(digit in "45" for profile in table for digit in profile)
    else:
        five = any(f"{dimension}5" in table for dimension in DIMENSIONS)
    return ValueSet(country, "5L" if five else "3L", table, whole)


def _number(path: Path, term: str, country: str, cell: str) -> float:
    try:
        return float(cell)
    except ValueError:
        raise FileError(f"{path}, row {term!r}, column {country!r}", "expected a number or NA", cell) from None


def _above(levels: tuple[int, ...], level: int) -> int:
    return sum(one > level for one in levels)
