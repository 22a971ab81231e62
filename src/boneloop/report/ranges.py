"""Ranges on one scale: a dot for the median, a bar for the band, one row for each plan, and a mark where it matters."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from boneloop.report.words import Spread

_NARROWEST = 1e-6
"""A scale narrower than this is one without width: its ticks could not be told apart."""
_NICE = (1.0, 2.0, 2.5, 5.0, 10.0)


@dataclass(frozen=True, slots=True)
class Row:
    """One bar; positions in percent of the scale. ``style`` numbers the plan's color and line, -1 = none of them."""

    label: str
    shown: str
    style: int
    left: float
    right: float
    dot: float
    is_defined: bool


@dataclass(frozen=True, slots=True)
class Tick:
    """A labeled place on the scale, in percent."""

    label: str
    at: float


@dataclass(frozen=True, slots=True)
class Ranges:
    """Rows over a shared scale; ``mark`` in percent, None if it lies outside."""

    rows: tuple[Row, ...]
    ticks: tuple[Tick, ...]
    mark: float | None


def ranges(rows: Sequence[tuple[str, str, int, Spread]], mark: float, holds: Sequence[float] = ()) -> Ranges:
    """Lay rows of (label, shown, style, spread) on one scale that holds ``mark`` and ``holds`` too."""
    finite = [v for *_, s in rows for v in (s.median, s.p05, s.p95) if math.isfinite(v)]
    low, high = min([*finite, mark, *holds]), max([*finite, mark, *holds])
    step = _step(high - low if high - low > _NARROWEST else 1.0)
    start = math.floor(low / step) * step
    stop = max(math.ceil(high / step) * step, start + step)

    def place(value: float) -> float:
        return round(100 * (value - start) / (stop - start), 2) if math.isfinite(value) else 0.0

    drawn = tuple(
        Row(label, shown, style, place(s.p05), place(s.p95), place(s.median), math.isfinite(s.median))
        for label, shown, style, s in rows
    )
    ticks = tuple(Tick(f"{t:.10g}".replace("-", "−"), place(t)) for t in _ticks(start, stop, step))
    return Ranges(drawn, ticks, place(mark))


def _step(width: float) -> float:
    """A round step that gives four to eight ticks."""
    raw = width / 5
    scale = 10.0 ** math.floor(math.log10(raw))
    return scale * next(n for n in _NICE if n * scale >= raw)


def _ticks(start: float, stop: float, step: float) -> list[float]:
    count = round((stop - start) / step)
    return [round(start + i * step, 10) for i in range(count + 1)]
