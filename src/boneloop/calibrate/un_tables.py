"""Tables of the World Population Prospects as the R packages wpp2019 and wpp2022 carry them: tab-separated text.

A row is a country and an age, a column a year or a period: ``country_code  name  age  1950 ...``. The header of some
tables calls the country by another name; only its place counts.
"""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

import numpy as np

from boneloop.errors import FileError
from boneloop.types import Array, Sex

_YEARS_OF_GROUP = 5
_FIRST_DEATH_AGE, _OPEN_AGE, _OPEN_MIDDLE = 35, 100, 2.0
_ALIASES = {"United States": "United States of America"}


def people(tables: Path, country: str, sex: Sex, year: int, above: int) -> tuple[Array, Array]:
    """Ages in the middle of each year of age above ``above``, and the share of people there; shares sum to 1.

    Inside five years of age people are spread evenly; 100 and over stand within 100 to 104.
    """
    rows = _column(tables / f"pop{sex.value[0].upper()}.txt", country, str(year))
    groups = {int(label.rstrip("+").split("-")[0]): size for label, size in rows.items()}
    counted = {start: size for start, size in groups.items() if start >= above}
    ages = np.concatenate([start + np.arange(_YEARS_OF_GROUP) + 1 / 2 for start in counted])
    sizes = np.repeat([size / _YEARS_OF_GROUP for size in counted.values()], _YEARS_OF_GROUP)
    return ages, sizes / sizes.sum()


def death_rates(tables: Path, country: str, sex: Sex, period: str) -> tuple[Array, Array]:
    """Middles of the age intervals from 35, and central death rates per year."""
    rows = _column(tables / f"mx{sex.value[0].upper()}5.txt", country, period)
    rates = {age: rate for label, rate in rows.items() if (age := int(label.rstrip("+"))) >= _FIRST_DEATH_AGE}
    middles = [age + (_OPEN_MIDDLE if age == _OPEN_AGE else _YEARS_OF_GROUP / 2) for age in rates]
    return np.array(middles), np.array(list(rates.values()))


@cache
def _rows(file: Path) -> list[list[str]]:
    if not file.is_file():
        raise FileError(str(file), "is a table of the World Population Prospects", "no such file")
    with file.open(newline="", encoding="utf-8") as lines:
        return list(csv.reader(lines, delimiter="\t"))


def _column(file: Path, country: str, column: str) -> dict[str, float]:
    """One column of one country, by age."""
    head, *rows = _rows(file)
    if column not in head:
        raise FileError(str(file), f"has a column {column}", f"columns {head[3]} to {head[-1]}")
    names, place = {country, _ALIASES.get(country, country)}, head.index(column)
    found = {row[2]: float(row[place]) for row in rows if row[1] in names}
    if not found:
        raise FileError(str(file), f"has rows of {country}", "none")
    return found
