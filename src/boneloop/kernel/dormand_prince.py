"""The NumPy engine: Dormand-Prince 5(4), adaptive, many independent systems (lanes) at once.

Every lane has its own step size and its own error control, and no operation mixes lanes. A lane's result therefore
does not depend on which other lanes run beside it: one patient alone equals that patient in a crowd, bit for bit.

Coefficients: Dormand & Prince 1980, the pair of SciPy's RK45 and MATLAB's ode45.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from boneloop.errors import SimulationError
from boneloop.types import Array, Mask

Rates = Callable[[Array, Array], Array]
"""rates(time, states): time has shape (lanes,), states and result (states, lanes)."""

Narrow = Callable[[NDArray[np.int64]], Rates]
"""The same rates for some of the lanes only."""

_NODES = (1 / 5, 3 / 10, 4 / 5, 8 / 9, 1.0)
_STAGES = (
    (1 / 5,),
    (3 / 40, 9 / 40),
    (44 / 45, -56 / 15, 32 / 9),
    (19372 / 6561, -25360 / 2187, 64448 / 6561, -212 / 729),
    (9017 / 3168, -355 / 33, 46732 / 5247, 49 / 176, -5103 / 18656),
)
_FIFTH = (35 / 384, 0.0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84)
_ERROR = (71 / 57600, 0.0, -71 / 16695, 71 / 1920, -17253 / 339200, 22 / 525, -1 / 40)
_SAFETY, _SHRINK, _GROW, _ORDER = 0.9, 0.2, 5.0, 1 / 5
_MOST_STEPS = 100_000
_WORTH_NARROWING = 0.75
_SLOWEST, _SHORTEST_FIRST, _LONGEST_FIRST = 1e-9, 1e-4, 10.0


@dataclass(frozen=True)
class Tolerance:
    """Error allowed in one step: ``relative`` of each state plus ``absolute``, a number or (states, 1 or lanes)."""

    relative: float
    absolute: Array | float


def integrate(
    rates: Rates,
    states: Array,
    start: Array,
    end: Array,
    step: Array,
    tolerance: Tolerance,
    narrow: Narrow | None = None,
) -> tuple[Array, Array]:
    """Move every lane from its ``start`` to its ``end``.

    states  shape (states, lanes); start, end, step have shape (lanes,); a step of 0 lets the engine choose
    narrow  gives the rates of some lanes: with it, lanes that have arrived are no longer computed
    Returns the states at ``end`` and each lane's next step size.
    Raises SimulationError when a state stops being finite or a lane needs more than 100,000 steps.
    """
    y, t = states.copy(), start.copy()
    slope = rates(t, y)
    h = np.where(step > 0, step, _first_step(y, slope, tolerance))
    for _ in range(_MOST_STEPS):
        left = end - t
        moving = left > 0
        if not moving.any():
            return y, h
        if narrow is not None and moving.sum() < _WORTH_NARROWING * len(moving):
            rest = np.flatnonzero(moving)
            y[:, rest], h[rest] = integrate(
                narrow(rest), y[:, rest], t[rest], end[rest], h[rest], _narrowed(tolerance, rest)
            )
            return y, h
        taken = np.where(moving, np.minimum(h, left), 0.0)
        with np.errstate(invalid="ignore", over="ignore", divide="ignore"):
            new, new_slope, error = _try(rates, t, y, slope, taken, tolerance)
        accepted = moving & (error <= 1)
        last = taken >= left
        t = np.where(accepted, np.where(last, end, t + taken), t)
        y = np.where(accepted, new, y)
        slope = np.where(accepted, new_slope, slope)
        h = np.where(moving, _next_step(h, taken, error, accepted & last), h)
        stuck = moving & (t < end) & ~(t + h > t)
        if stuck.any():
            raise SimulationError(
                f"{int(stuck.sum())} of {len(h)} lanes left the model's range: no step is short enough"
            )
    raise SimulationError(f"{int((end > t).sum())} lanes did not reach the end in {_MOST_STEPS} steps")


def _narrowed(tolerance: Tolerance, lanes: NDArray[np.int64]) -> Tolerance:
    absolute = tolerance.absolute
    if isinstance(absolute, np.ndarray) and absolute.shape[1:] not in ((), (1,)):
        absolute = absolute[:, lanes]
    return Tolerance(tolerance.relative, absolute)


def _try(rates: Rates, t: Array, y: Array, slope: Array, h: Array, tolerance: Tolerance) -> tuple[Array, Array, Array]:
    """One step; a stage outside the model's range makes the error infinite, and the step is tried again, shorter."""
    slopes = [slope]
    for node, weights in zip(_NODES, _STAGES, strict=True):
        slopes.append(rates(t + node * h, y + h * _mix(slopes, weights)))
    new = y + h * _mix(slopes, _FIFTH)
    slopes.append(rates(t + h, new))
    size = tolerance.absolute + tolerance.relative * np.maximum(np.abs(y), np.abs(new))
    error = np.abs(h * _mix(slopes, _ERROR) / size).max(axis=0)
    return new, slopes[-1], np.where(np.isfinite(error), error, np.inf)


def _mix(slopes: list[Array], weights: tuple[float, ...]) -> Array:
    total = weights[0] * slopes[0]
    part = np.empty_like(total)
    for weight, slope in zip(weights[1:], slopes[1:], strict=True):
        if weight:
            np.multiply(slope, weight, out=part)
            total += part
    return total


def _next_step(h: Array, taken: Array, error: Array, cut_short: Mask) -> Array:
    """The usual controller; a step that only the end cut short says nothing about the next one."""
    with np.errstate(divide="ignore"):
        factor = np.clip(_SAFETY * error ** (-_ORDER), _SHRINK, _GROW)
    proposal = np.where(taken > 0, taken * factor, h)
    return np.where(cut_short & (taken < h), h, proposal)


def _first_step(y: Array, slope: Array, tolerance: Tolerance) -> Array:
    """A step in which no state moves by much more than its allowed error; the controller does the rest."""
    size = tolerance.absolute + tolerance.relative * np.abs(y)
    speed = np.abs(slope / size).max(axis=0)
    return np.asarray(np.clip(1 / np.maximum(speed, _SLOWEST), _SHORTEST_FIRST, _LONGEST_FIRST))
