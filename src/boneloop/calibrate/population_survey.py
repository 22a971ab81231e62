"""A survey with weights and a clustered design: means, shares and the interval of anything computed from them.

The survey is the public-use National Health and Nutrition Examination Survey. Codes are those of its questionnaires;
refused and "don't know" are missing here, never "no".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from boneloop.errors import FileError
from boneloop.types import Array, Sex

GROUPS: tuple[tuple[float, float, float], ...] = (
    (45, 40, 50),
    (55, 50, 60),
    (65, 60, 70),
    (75, 70, 80),
    (85, 80, np.inf),
)
"""A knot, and the ages in completed years of the people it speaks for: from the second, below the third."""

_SEX_CODE = {Sex.MALE: 1, Sex.FEMALE: 2}
_NORMAL_95 = 1.96
_DESIGN = {
    "age": "RIDAGEYR",
    "sex": "RIAGENDR",
    "exam_weight": "d_wtmec_pooled",
    "home_weight": "d_wtint_pooled",
    "stratum": "SDMVSTRA",
    "cluster": "SDMVPSU",
}


@dataclass(frozen=True)
class Survey:
    """One row per adult; NaN is missing.

    columns      by the survey's own variable name
    exam_weight  for what was asked or measured in the examination center
    home_weight  for what was asked at home
    """

    columns: Mapping[str, Array]
    cycle: np.ndarray
    age: Array
    sex: Array
    exam_weight: Array
    home_weight: Array
    stratum: Array
    cluster: Array

    def answered(self, name: str, lowest: float, highest: float) -> Array:
        """A column with every code outside ``lowest`` to ``highest`` read as missing."""
        column = self.columns[name]
        return np.where((column >= lowest) & (column <= highest), column, np.nan)

    def people(self, sex: Sex | None = None, lowest_age: float = 0, below_age: float = np.inf) -> np.ndarray:
        """Who is of this sex (None: both) and age, as a mask."""
        right_age = (self.age >= lowest_age) & (self.age < below_age)
        return right_age if sex is None else right_age & (self.sex == _SEX_CODE[sex])


def read(file: Path, columns: tuple[str, ...]) -> Survey:
    """Read the named columns and the design of the survey from its Parquet file."""
    import duckdb

    if not file.is_file():
        raise FileError(str(file), "is the NHANES extract that the numbers are derived from", "no such file")
    names = ["CYCLE", *_DESIGN.values(), *columns]
    table = duckdb.connect().execute(f"SELECT {', '.join(names)} FROM read_parquet(?)", [str(file)]).fetchnumpy()
    numbers = {name: _plain(table[name]) for name in names[1:]}
    design = {field: numbers[name] for field, name in _DESIGN.items()}
    return Survey({name: numbers[name] for name in columns}, np.asarray(table["CYCLE"]), **design)


def _plain(column: np.ndarray) -> Array:
    values = column.astype(np.float64)
    return np.asarray(np.ma.filled(values, np.nan) if np.ma.isMaskedArray(values) else values)


def mean(values: Array, weights: Array) -> float:
    """Weighted mean of what is not missing."""
    known = np.isfinite(values)
    return float(np.average(values[known], weights=weights[known]))


def concentration(average: float, square: float) -> float:
    """alpha + beta of the Beta law with this mean and this mean of squares."""
    return average * (1 - average) / (square - average**2) - 1


def interval(statistic: Callable[[Array], float], weights: Array, survey: Survey) -> tuple[float, float]:
    """95 % interval by the jackknife over the clusters of the design.

    statistic  the number, given weights for everybody; a cluster is left out by giving it no weight
    """
    center, variance = statistic(weights), 0.0
    for stratum in np.unique(survey.stratum):
        inside = survey.stratum == stratum
        clusters = np.unique(survey.cluster[inside])
        share = (len(clusters) - 1) / len(clusters)
        for cluster in clusters if share else ():
            left_out = inside & (survey.cluster == cluster)
            changed = np.where(left_out, 0.0, np.where(inside, weights / share, weights))
            variance += share * (statistic(changed) - center) ** 2
    half = _NORMAL_95 * float(np.sqrt(variance))
    return center - half, center + half
