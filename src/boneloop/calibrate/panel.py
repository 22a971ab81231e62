"""Random intercepts and cross-lags of a panel: the same people asked again and again at equal intervals.

    x(w) = what is lasting in the person + what is left,    left(w + 1) = B left(w) + noise

so two waves k apart have the covariance Γ(k) = Ω + B^k Σ, Ω of what lasts and Σ of what is left. Ω, B and Σ are found
from all Γ(k) by least squares (waves are taken as alike). β_ij = B_ij sd_j / sd_i with the spreads of what is left.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.optimize import least_squares

from boneloop.errors import FileError
from boneloop.types import Array

_PARTS = 10
"""Tenths of the people that are left out in turn for the standard errors."""
_FIRST_SHARE, _FIRST_LAG = 0.5, 0.2
HELP_MONTHS = (0, 6, 12, 18, 24)
HELP_STATES = ("depression", "pain", "function_loss")


@dataclass(frozen=True)
class CrossLags:
    """Standardized coefficients, row to, column from, and their standard errors; shape (states, states).

    lasting  share of the variance that lasts, by state
    """

    beta: Array
    error: Array
    lasting: Array


def lagged(panel: Array) -> Array:
    """Covariances of two waves k apart, shape (waves, states, states), row later; of correlation size at k = 0.

    panel  shape (waves, people, states); NaN is missing, and a pair counts where both are known
    """
    spread = np.nanstd(panel, axis=1, keepdims=True)
    scores = (panel - np.nanmean(panel, axis=1, keepdims=True)) / spread
    waves = len(panel)
    return np.stack([_average([_product(scores[w + k], scores[w]) for w in range(waves - k)]) for k in range(waves)])


def _average(matrices: list[Array]) -> Array:
    return np.asarray(np.mean(matrices, axis=0))


def _product(later: Array, earlier: Array) -> Array:
    both = later[:, :, None] * earlier[:, None, :]
    return np.asarray(np.nanmean(both, axis=0))


def cross_lags(panel: Array) -> CrossLags:
    """Fit the model to a panel, shape (waves, people, states)."""
    beta, lasting = _fitted(lagged(panel))
    parts = np.array([_fitted(lagged(np.delete(panel, np.s_[part::_PARTS], axis=1)))[0] for part in range(_PARTS)])
    return CrossLags(beta, np.sqrt((_PARTS - 1) / _PARTS * ((parts - beta) ** 2).sum(axis=0)), lasting)


def _fitted(seen: Array) -> tuple[Array, Array]:
    states = seen.shape[1]
    above = np.triu_indices(states)
    pairs, square = len(above[0]), states * states

    def parts(x: Array) -> tuple[Array, Array, Array]:
        lasting, left = np.zeros((states, states)), np.zeros((states, states))
        lasting[above], left[above] = x[:pairs], x[pairs + square :]
        return _whole(lasting), x[pairs : pairs + square].reshape(states, states), _whole(left)

    def off(x: Array) -> Array:
        lasting, step, left = parts(x)
        expected = [lasting + np.linalg.matrix_power(step, k) @ left for k in range(len(seen))]
        return np.concatenate([(a - b).ravel() for a, b in zip(seen, expected, strict=True)])

    first = np.concatenate(
        [_FIRST_SHARE * seen[0][above], _FIRST_LAG * np.eye(states).ravel(), (1 - _FIRST_SHARE) * seen[0][above]]
    )
    lasting, step, left = parts(least_squares(off, first).x)
    spread = np.sqrt(np.maximum(np.diag(left), np.finfo(float).tiny))
    return step * spread[None, :] / spread[:, None], np.diag(lasting)


def _whole(half: Array) -> Array:
    return np.asarray(half + half.T - np.diag(np.diag(half)))


def help_panel(file: Path) -> Array:
    """Depression, pain and lost function of the HELP patients at their five visits; higher is worse.

    Raises FileError where there is no such file.
    """
    import duckdb

    if not file.is_file():
        raise FileError(str(file), "is the panel of the HELP study", "no such file")
    asked = "SELECT ID, TIME, CES_D, 100 - BP, 100 - PF FROM read_csv(?)"
    rows = np.array(duckdb.connect().execute(asked, [str(file)]).fetchall(), dtype=np.float64)
    people = {person: at for at, person in enumerate(np.unique(rows[:, 0]))}
    panel = np.full((len(HELP_MONTHS), len(people), len(HELP_STATES)), np.nan)
    for person, month, *levels in rows:
        panel[HELP_MONTHS.index(int(month)), people[person]] = levels
    return panel
