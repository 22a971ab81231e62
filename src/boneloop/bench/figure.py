"""The figure: throughput against the worst error, one panel per case, both axes logarithmic, as plain SVG.

Up is faster, left is more exact. Ours are filled, peers are hollow; a line joins the tolerances of one tool.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from boneloop.bench.results import Answer, Results, Row

WIDTH, HEIGHT, MARGIN, GAP = 380, 300, 72, 26
LEGEND = 22
COLORS = ("#0b6e99", "#c2410c", "#111827", "#7c3aed", "#15803d", "#4b5563", "#be185d", "#0f766e", "#4d7c0f")
PANELS = ("nat", "den")


@dataclass(frozen=True)
class Axis:
    """A logarithmic axis over whole decades, from ``begin`` to ``end`` on the page."""

    low: int
    high: int
    begin: float
    end: float

    @classmethod
    def around(cls, values: Sequence[float], begin: float, end: float) -> Axis:
        """The decades that hold all values; at least one."""
        low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
        return cls(low, max(high, low + 1), begin, end)

    def at(self, value: float) -> float:
        """Where a value stands."""
        share = (math.log10(value) - self.low) / (self.high - self.low)
        return round(self.begin + share * (self.end - self.begin), 1)

    def decades(self) -> list[float]:
        """The marks."""
        return [10.0**power for power in range(self.low, self.high + 1)]


def figure(results: Results) -> str:
    """The whole picture; panels of cases without any row are left out."""
    shown = [name for name in PANELS if _points(results.answers, name)] or _some_case(results)
    tools = [answer for answer in results.answers if any(_good(row) for row in answer.rows)]
    wide = max(1, len(shown)) * (WIDTH + GAP) + GAP
    high = HEIGHT + GAP + LEGEND * (1 + math.ceil(len(tools) / 2))
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}" font-family="sans-serif" font-size="12" '
        'role="img" aria-label="Throughput against worst error">'
    )
    parts = [head, f'<rect width="{wide}" height="{high}" fill="#ffffff"/>']
    for place, name in enumerate(shown):
        parts += _panel(results, name, GAP + place * (WIDTH + GAP), tools)
    parts += _legend(tools, wide)
    return "\n".join([*parts, "</svg>", ""])


def _good(row: Row) -> bool:
    return not row.failed and bool(row.worst) and row.rate > 0


def _points(answers: Sequence[Answer], case: str) -> list[tuple[Answer, list[tuple[float, float]]]]:
    found = [
        (answer, [(row.worst or 0.0, row.rate) for row in answer.rows if row.case == case and _good(row)])
        for answer in answers
    ]
    return [(answer, points) for answer, points in found if points]


def _some_case(results: Results) -> list[str]:
    named = dict.fromkeys(row.case for answer in results.answers for row in answer.rows if _good(row))
    return list(named)[:2]


def _panel(results: Results, name: str, left: float, tools: Sequence[Answer]) -> list[str]:
    series = _points(results.answers, name)
    errors = [error for _, points in series for error, _ in points]
    speeds = [speed for _, points in series for _, speed in points]
    x = Axis.around(errors, left + MARGIN, left + WIDTH)
    y = Axis.around(speeds, HEIGHT - MARGIN, GAP + 8)
    parts = [f'<text x="{left + MARGIN}" y="18" font-weight="bold">{escape(name)}</text>', *_grid(x, y)]
    parts.append(_label(left + MARGIN + (WIDTH - MARGIN) / 2, HEIGHT - 16, "worst relative error"))
    middle = (y.begin + y.end) / 2
    turned = f'transform="rotate(-90 {left + 8} {middle})"'
    parts.append(_label(left + 8, middle, "patient-decades per core and second", turned))
    for answer, points in series:
        parts += _line(x, y, points, answer, COLORS[tools.index(answer) % len(COLORS)])
    return parts


def _grid(x: Axis, y: Axis) -> list[str]:
    parts = []
    for mark in x.decades():
        parts.append(f'<path d="M{x.at(mark)} {y.begin}V{y.end}" stroke="#e5e7eb"/>')
        parts.append(_label(x.at(mark), y.begin + 16, f"1e{round(math.log10(mark))}"))
    for mark in y.decades():
        parts.append(f'<path d="M{x.begin} {y.at(mark)}H{x.end}" stroke="#e5e7eb"/>')
        words = f"{mark:,.0f}" if mark >= 1 else f"{mark:g}"
        parts.append(f'<text x="{x.begin - 6}" y="{y.at(mark) + 4}" text-anchor="end">{words}</text>')
    return parts


def _label(x: float, y: float, words: str, more: str = "") -> str:
    return f'<text x="{x}" y="{y}" text-anchor="middle" {more}>{escape(words)}</text>'


def _line(x: Axis, y: Axis, points: list[tuple[float, float]], answer: Answer, color: str) -> list[str]:
    places = [(x.at(error), y.at(speed)) for error, speed in sorted(points)]
    way = "L".join(f"{a} {b}" for a, b in places)
    fill = color if answer.ours else "#ffffff"
    dots = [f'<circle cx="{a}" cy="{b}" r="4" fill="{fill}" stroke="{color}" stroke-width="2"/>' for a, b in places]
    return [f'<path d="M{way}" fill="none" stroke="{color}" stroke-width="1.5"/>', *dots]


def _legend(tools: Sequence[Answer], wide: float) -> list[str]:
    parts = []
    for place, answer in enumerate(tools):
        color = COLORS[place % len(COLORS)]
        left, top = GAP + (place % 2) * wide / 2, HEIGHT + GAP + LEGEND * (place // 2)
        fill = color if answer.ours else "#ffffff"
        parts.append(f'<circle cx="{left + 6}" cy="{top - 4}" r="5" fill="{fill}" stroke="{color}" stroke-width="2"/>')
        parts.append(f'<text x="{left + 18}" y="{top}">{escape(answer.title)}</text>')
    return parts
