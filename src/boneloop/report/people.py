"""A hundred people like you: the same hundred under every plan, consecutive, with the range in words."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from boneloop.report.words import Spread

HUNDRED = 100
_ROW, _CELL_WIDTH, _CELL_HEIGHT = 10, 22, 26


@dataclass(frozen=True, slots=True)
class Icon:
    """A symbol: one person, or a full row of ten alike. kind: harmed, spared (harmed without the plan) or well."""

    symbol: str
    kind: str
    count: int
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Shade:
    """Places in one row where the number of the harmed may end."""

    x: int
    y: int
    width: int


@dataclass(frozen=True, slots=True)
class Hundred:
    """The icons of one plan and the sentences under them."""

    icons: tuple[Icon, ...]
    shades: tuple[Shade, ...]
    harmed: int
    headline: str
    rest: str
    band: str
    compared: str


def of_hundred(probability: float) -> int:
    """How many of 100, rounded half up."""
    return min(HUNDRED, max(0, math.floor(HUNDRED * probability + 0.5)))


def hundred(spread: Spread, without_plan: Spread | None, event: str) -> Hundred | None:
    """The hundred people of a probability; None where it is not defined.

    without_plan  the same risk without the plan, None for the plan that the others are compared with
    event         "break a bone", "break a hip"
    """
    if not math.isfinite(spread.median):
        return None
    harmed, low, high = (of_hundred(p) for p in (spread.median, spread.p05, spread.p95))
    before = of_hundred(without_plan.median) if without_plan and math.isfinite(without_plan.median) else harmed
    kinds = ["harmed"] * harmed + ["spared"] * max(0, before - harmed)
    kinds += ["well"] * (HUNDRED - len(kinds))
    count = "Fewer than 1" if harmed == 0 else f"{harmed}"
    return Hundred(
        tuple(icon for row in range(_ROW) for icon in _row(kinds[row * _ROW : (row + 1) * _ROW], row)),
        tuple(_shades(low, high)),
        harmed,
        f"{count} of 100 {event}",
        f"{HUNDRED - harmed} will not" if harmed else "at least 99 will not",
        f"The simulation allows between {low} and {high} of 100.",
        _compared(harmed, before) if without_plan else "",
    )


def _row(kinds: list[str], row: int) -> Iterator[Icon]:
    if len(set(kinds)) == 1:
        yield Icon(f"ten-{kinds[0]}", kinds[0], _ROW, 0, row * _CELL_HEIGHT)
        return
    for column, kind in enumerate(kinds):
        yield Icon(f"person-{kind}", kind, 1, column * _CELL_WIDTH, row * _CELL_HEIGHT)


def _shades(low: int, high: int) -> Iterator[Shade]:
    for row in range(_ROW):
        start, stop = max(low, row * _ROW), min(high, (row + 1) * _ROW)
        if start < stop:
            yield Shade(start % _ROW * _CELL_WIDTH, row * _CELL_HEIGHT, (stop - start) * _CELL_WIDTH)


def _compared(harmed: int, before: int) -> str:
    if harmed == before:
        return "As many as without this plan, to the nearest whole person."
    return f"{abs(before - harmed)} {'fewer' if harmed < before else 'more'} than without this plan."
