"""Curved arrows between the stations of a ring: their path, their head, and a place for their number."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

Point = tuple[float, float]

BADGE_RADIUS = 13.0
_PLACES = tuple(step / 40 for step in range(8, 33))
_ROOM_FROM_BADGES, _ROOM_FROM_CURVES = 2.5 * BADGE_RADIUS, 1.3 * BADGE_RADIUS


@dataclass(frozen=True, slots=True)
class Curve:
    """A quadratic curve with an arrow head: from ``start``, bent toward ``bend``, ending at ``tip``."""

    start: Point
    bend: Point
    tip: Point
    width: float

    @property
    def _head_length(self) -> float:
        return 9.0 + 1.3 * self.width

    @property
    def end(self) -> Point:
        """Where the line ends, inside its head."""
        return toward(self.tip, self.bend, 0.8 * self._head_length)

    def at(self, t: float) -> Point:
        """The point at ``t`` between 0 (start) and 1 (end)."""
        u, points = 1 - t, zip(self.start, self.bend, self.end, strict=True)
        x, y = (u * u * p + 2 * u * t * q + t * t * r for p, q, r in points)
        return round(x, 1), round(y, 1)

    def path(self) -> str:
        """The line as an SVG path."""
        (ax, ay), (bx, by), (cx, cy) = self.start, self.bend, self.end
        return f"M{ax:.1f} {ay:.1f}Q{bx:.1f} {by:.1f} {cx:.1f} {cy:.1f}"

    def head(self) -> str:
        """The head as the points of an SVG polygon."""
        base, half = toward(self.tip, self.bend, self._head_length), 3.5 + 0.8 * self.width
        dx, dy = ((t - b) / self._head_length for t, b in zip(self.tip, base, strict=True))
        sides = (base[0] - dy * half, base[1] + dx * half), (base[0] + dy * half, base[1] - dx * half)
        return " ".join(f"{x:.1f},{y:.1f}" for x, y in (self.tip, *sides))


def toward(origin: Point, goal: Point, distance: float) -> Point:
    """The point at a distance from ``origin`` on the way to ``goal``."""
    dx, dy = goal[0] - origin[0], goal[1] - origin[1]
    length = math.hypot(dx, dy) or 1.0
    return origin[0] + dx / length * distance, origin[1] + dy / length * distance


def free_place(curve: Curve, taken: Iterable[Point], others: Iterable[Curve]) -> Point:
    """Where on a curve its number is least in the way of the numbers already placed and of the other curves."""
    numbers = list(taken)
    lines = [other.at(step / 16) for other in others if other is not curve for step in range(17)]

    def room(place: Point) -> float:
        clear = min((math.dist(place, point) for point in numbers), default=math.inf)
        off = min((math.dist(place, point) for point in lines), default=math.inf)
        return 2 * min(clear, _ROOM_FROM_BADGES) + min(off, _ROOM_FROM_CURVES)

    return max((curve.at(t) for t in _PLACES), key=room)
