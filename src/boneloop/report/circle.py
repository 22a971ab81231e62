"""The circle as a picture: nine stations on a ring, an arrow for every link, thick where it is active in this person.

Only geometry and words are made here; ``templates/circle.html.j2`` draws them. The picture is plain SVG, so that it
prints and is seen without scripts. What a color says is said again by thickness, fill height, number or word.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from boneloop.compare.forecast import Arrow, Circle

RING = ("bone", "fracture", "pain", "function", "wellbeing", "mood", "stress", "inflammation", "mineral")
WIDTH, HEIGHT = 700.0, 540.0
_CENTER = (384.0, 272.0)
_RING_RADIUS, _STATION_RADIUS, _BADGE_RADIUS = 200.0, 35.0, 13.0
_BADGE_PLACES = (0.5, 0.42, 0.58, 0.35, 0.65, 0.28, 0.72)

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Station:
    """A disc on the ring. ``fill`` is the path of its filled part; ``severity`` None = not followed by the forecast."""

    name: str
    x: float
    y: float
    radius: float
    severity: float | None
    shown: str
    fill: str
    label_x: float
    label_y: float
    anchor: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """An arrow on the picture. ``rank`` numbers the active ones from 1, strongest first; 0 = not active."""

    arrow: Arrow
    rank: int
    path: str
    head: str
    width: float
    badge: Point | None


@dataclass(frozen=True, slots=True)
class Figure:
    """Everything the template draws, and the same as words."""

    stations: tuple[Station, ...]
    arrows: tuple[Drawn, ...]
    description: str


def figure(circle: Circle) -> Figure:
    """The picture of one person's circle."""
    places = {name: _on_ring(index) for index, name in enumerate(RING)}
    ranked = sorted((a for a in circle.arrows if a.active), key=lambda a: -a.share)
    rank = {a.name: index for index, a in enumerate(ranked, start=1)}
    taken = list(places.values())
    drawn = []
    for arrow in sorted(circle.arrows, key=lambda a: rank.get(a.name, len(rank) + 1)):
        if arrow.source in places and arrow.target in places and arrow.source != arrow.target:
            drawn.append(_draw(arrow, rank.get(arrow.name, 0), places, taken))
    stations = tuple(_station(name, places[name], circle.stations.get(name)) for name in RING)
    # Thin arrows first, so that the active ones lie above them.
    return Figure(stations, tuple(sorted(drawn, key=lambda d: d.width)), _describe(stations, ranked))


def _on_ring(index: int) -> Point:
    angle = 2 * math.pi * index / len(RING) - math.pi / 2
    return _CENTER[0] + _RING_RADIUS * math.cos(angle), _CENTER[1] + _RING_RADIUS * math.sin(angle)


def _station(name: str, place: Point, severity: float | None) -> Station:
    x, y = place
    out_x, out_y = (x - _CENTER[0]) / _RING_RADIUS, (y - _CENTER[1]) / _RING_RADIUS
    sideways = abs(out_x) > 0.4
    anchor = "middle" if not sideways else "start" if out_x > 0 else "end"
    reach = _STATION_RADIUS + (11 if sideways else 22)
    shown = "–" if severity is None else f"{100 * severity:.0f}"
    return Station(
        name,
        round(x, 1),
        round(y, 1),
        _STATION_RADIUS,
        severity,
        shown,
        _level(x, y, _STATION_RADIUS, severity or 0.0),
        round(x + out_x * reach, 1),
        round(y + out_y * reach + 7, 1),
        anchor,
    )


def _level(x: float, y: float, radius: float, severity: float) -> str:
    """The part of a disc below a water line: empty at 0, full at 1."""
    level = min(1.0, max(0.0, severity))
    if level == 0.0:
        return ""
    if level == 1.0:
        return (
            f"M{x - radius:.1f} {y:.1f}a{radius} {radius} 0 1 0 {2 * radius} 0a{radius} {radius} 0 1 0 {-2 * radius} 0Z"
        )
    height = radius * (1 - 2 * level)
    half = math.sqrt(radius**2 - height**2)
    large = 1 if level > 0.5 else 0
    return f"M{x - half:.1f} {y + height:.1f}A{radius} {radius} 0 {large} 0 {x + half:.1f} {y + height:.1f}Z"


def _draw(arrow: Arrow, rank: int, places: dict[str, Point], taken: list[Point]) -> Drawn:
    start, end = places[arrow.source], places[arrow.target]
    bend = _bend(arrow.source, arrow.target, start, end)
    width = 2.5 + 6.5 * min(1.0, arrow.share) if rank else 1.4
    head_length = 9.0 + 1.3 * width
    a = _toward(start, bend, _STATION_RADIUS + 4)
    tip = _toward(end, bend, _STATION_RADIUS + 4)
    b = _toward(tip, bend, head_length * 0.8)
    neighbor = (RING.index(arrow.target) - RING.index(arrow.source)) % len(RING) == 1
    badge = None
    if rank:
        # Arrows along the ring are short: their number stands outside, beside them.
        badge = _from_center(_on_curve(a, bend, b, 0.5), 1.12) if neighbor else _free_place(a, bend, b, taken)
    if badge:
        taken.append(badge)
    path = f"M{a[0]:.1f} {a[1]:.1f}Q{bend[0]:.1f} {bend[1]:.1f} {b[0]:.1f} {b[1]:.1f}"
    return Drawn(arrow, rank, path, _head(tip, bend, head_length, 3.5 + width * 0.8), round(width, 1), badge)


def _bend(source: str, target: str, start: Point, end: Point) -> Point:
    """The control point: along the ring for a neighbor, else toward the middle; never the same for both directions."""
    middle = (start[0] + end[0]) / 2, (start[1] + end[1]) / 2
    step = (RING.index(target) - RING.index(source)) % len(RING)
    if step == 1:
        return _from_center(middle, 1.14)
    if step == len(RING) - 1:
        return _from_center(middle, 0.82)
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = math.hypot(dx, dy)
    inner = _from_center(middle, 0.72)
    return inner[0] - dy / length * 24, inner[1] + dx / length * 24


def _from_center(point: Point, factor: float) -> Point:
    return round(_CENTER[0] + (point[0] - _CENTER[0]) * factor, 1), round(
        _CENTER[1] + (point[1] - _CENTER[1]) * factor, 1
    )


def _toward(origin: Point, goal: Point, distance: float) -> Point:
    dx, dy = goal[0] - origin[0], goal[1] - origin[1]
    length = math.hypot(dx, dy) or 1.0
    return origin[0] + dx / length * distance, origin[1] + dy / length * distance


def _head(tip: Point, bend: Point, length: float, half_width: float) -> str:
    base = _toward(tip, bend, length)
    dx, dy = (tip[0] - base[0]) / length, (tip[1] - base[1]) / length
    left = base[0] - dy * half_width, base[1] + dx * half_width
    right = base[0] + dy * half_width, base[1] - dx * half_width
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in (tip, left, right))


def _free_place(a: Point, bend: Point, b: Point, taken: list[Point]) -> Point:
    """Where on the arrow its number collides least with what is already there."""

    def room(place: Point) -> float:
        return min(2.4 * _BADGE_RADIUS, min(math.dist(place, other) for other in taken))

    return max((_on_curve(a, bend, b, t) for t in _BADGE_PLACES), key=room)


def _on_curve(a: Point, bend: Point, b: Point, t: float) -> Point:
    u = 1 - t
    x, y = (u * u * p + 2 * u * t * q + t * t * r for p, q, r in zip(a, bend, b, strict=True))
    return round(x, 1), round(y, 1)


def _describe(stations: tuple[Station, ...], active: list[Arrow]) -> str:
    levels = ", ".join(f"{s.name} {s.shown}" for s in stations if s.severity is not None)
    arrows = "; ".join(a.title for a in active) or "none"
    return f"Severity now, 0 to 100: {levels}. Active arrows, strongest first: {arrows}."
