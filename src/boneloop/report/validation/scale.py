"""The scale of a figure: round ticks over what it must hold, plain or logarithmic."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

_NICE = (1.0, 2.0, 2.5, 5.0, 10.0)
_RATIOS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 1.0, 1.5, 2.0, 3.0, 5.0, 7.0, 10.0, 20.0, 50.0, 100.0)
_NARROWEST = 1e-9


@dataclass(frozen=True)
class Scale:
    """From ``low`` to ``high`` on the quantity, from ``begin`` to ``end`` on the page."""

    low: float
    high: float
    begin: float
    end: float
    ticks: tuple[float, ...]
    logarithmic: bool = False

    def at(self, value: float) -> float:
        """Where a value stands; what lies beyond is drawn at the edge."""
        low, high, x = (math.log(v) if self.logarithmic else v for v in (self.low, self.high, self._inside(value)))
        return round(self.begin + (x - low) / (high - low) * (self.end - self.begin), 1)

    def _inside(self, value: float) -> float:
        return min(max(value, self.low), self.high)


def plain(values: Sequence[float], begin: float, end: float, ticks: int = 5) -> Scale:
    """A scale over these values, ends on round ticks."""
    low, high = min(values), max(values)
    width = max(high - low, _NARROWEST, abs(high) * _NARROWEST)
    raw = width / ticks
    size = 10.0 ** math.floor(math.log10(raw))
    step = next(nice for nice in _NICE if nice * size >= raw * (1 - _NARROWEST)) * size
    first, last = math.floor(low / step + _NARROWEST), math.ceil(high / step - _NARROWEST)
    last = max(last, first + 1)
    return Scale(first * step, last * step, begin, end, tuple(n * step for n in range(first, last + 1)))


def logarithmic(values: Sequence[float], begin: float, end: float) -> Scale:
    """A scale over these positive values, ends on round ratios."""
    low = max((r for r in _RATIOS if r <= min(values)), default=_RATIOS[0])
    high = min((r for r in _RATIOS if r >= max(values)), default=_RATIOS[-1])
    if low == high:
        place = _RATIOS.index(low)
        low, high = _RATIOS[max(0, place - 1)], _RATIOS[min(len(_RATIOS) - 1, place + 1)]
    ticks = tuple(r for r in _RATIOS if low <= r <= high)
    return Scale(low, high, begin, end, ticks if len(ticks) <= 7 else ticks[:: math.ceil(len(ticks) / 7)], True)


def label(value: float) -> str:
    """A tick in as few digits as it needs."""
    return f"{value:.10g}".replace("-", "−") if abs(value) > _NARROWEST else "0"
