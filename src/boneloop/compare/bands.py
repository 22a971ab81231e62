"""From draws to bands: median, 5th and 95th percentile, mean, and the Monte-Carlo errors of median and mean."""

from __future__ import annotations

from dataclasses import fields

import numpy as np

from boneloop.compare.forecast import OUTCOMES, Band
from boneloop.types import Array, Mask

_FEWEST = 5
WHILE_ALIVE = ("value", "share")
CHANCES = ("probability", "share")


def bands(values: dict[str, Array], alive: Mask) -> dict[str, Band]:
    """Bands of every known outcome of one patient; ``values`` and ``alive`` have shape (times, draws)."""
    return bands_of_each(values, alive, 1)[0]


def bands_of_each(values: dict[str, Array], alive: Mask, patients: int) -> list[dict[str, Band]]:
    """The same of many patients at once, shape (times, patients and their draws).

    Values are of those alive at that time; with fewer than five draws alive the band is not a number.
    """
    times, lanes = alive.shape
    rows = times * patients, lanes // patients
    living = alive.reshape(rows)
    found: list[dict[str, Band]] = [{} for _ in range(patients)]
    for name, o in OUTCOMES.items():
        of_all = band(values[name].reshape(rows), living if o.kind in WHILE_ALIVE else None, o.kind in CHANCES)
        split = {f.name: getattr(of_all, f.name) for f in fields(Band) if f.name != "expected"}
        for index, own in enumerate(found):
            parts = {part: array.reshape(times, patients)[:, index].copy() for part, array in split.items()}
            own[name] = Band(**parts, expected=of_all.expected)
    return found


def band(values: Array, alive: Mask | None = None, expected: bool = False) -> Band:
    """One outcome over its draws, shape (times, draws); ``expected``: its point is the mean."""
    counted = np.ones(values.shape, dtype=bool) if alive is None else alive
    ordered = np.sort(np.where(counted, values, np.inf), axis=1)
    n = counted.sum(axis=1)
    enough = n >= _FEWEST
    ordered[~enough] = 0  # they get no band; the infinities of the dead would only warn
    size = np.maximum(n, 1)
    mean = np.where(counted, values, 0).sum(axis=1) / size

    def known(row: Array) -> Array:
        return np.where(enough, row, np.nan)

    return Band(
        median=known(_quantile(ordered, size, 0.5)),
        p05=known(_quantile(ordered, size, 0.05)),
        p95=known(_quantile(ordered, size, 0.95)),
        mcse=known(_error_of_median(ordered, size)),
        mean=known(mean),
        mean_error=known(_error_of_mean(values, counted, mean, size)),
        expected=expected,
    )


def _quantile(ordered: Array, n: Array, share: float) -> Array:
    """Quantile of the first ``n`` of each sorted row, straight between order statistics."""
    place = share * (n - 1)
    low = np.floor(place).astype(np.int64)
    high = np.minimum(low + 1, n - 1)
    rows = np.arange(len(n))
    below, above = ordered[rows, low], ordered[rows, high]
    return np.asarray(below + (place - low) * np.where(high > low, above - below, 0))


def _error_of_median(ordered: Array, n: Array) -> Array:
    """Half the distance between the order statistics one standard deviation of rank (√n/2) either side of the middle.

    It needs no shape of the law: the number of draws below the true median is binomial.
    """
    away, rows = np.sqrt(n) / 2, np.arange(len(n))
    low = np.maximum(np.floor((n - 1) / 2 - away), 0).astype(np.int64)
    high = np.minimum(np.ceil((n - 1) / 2 + away), n - 1).astype(np.int64)
    return np.asarray((ordered[rows, high] - ordered[rows, low]) / 2)


def _error_of_mean(values: Array, counted: Mask, mean: Array, n: Array) -> Array:
    squares = np.where(counted, (values - mean[:, None]) ** 2, 0).sum(axis=1)
    return np.asarray(np.sqrt(squares / np.maximum(n - 1, 1) / n))


def spread(draws: Array) -> tuple[float, float, float]:
    """Median, 5th and 95th percentile of one number over its draws."""
    low, middle, high = np.quantile(draws, (0.05, 0.5, 0.95))
    return float(middle), float(low), float(high)
