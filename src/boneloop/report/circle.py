"""The circle as a picture: nine stations on a ring, an arrow for every link, thick where it is active in this person.

Only geometry and words are made here; ``templates/circle.html.j2`` draws them. The picture is plain SVG, so that it
prints and is seen without scripts. What a color says is said again by thickness, fill height, number or word.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from boneloop.compare.forecast import Arrow, Circle
from boneloop.report.curve import Curve, Point, free_place, toward

RING = ("bone", "fracture", "pain", "function", "wellbeing", "mood", "stress", "inflammation", "mineral")
WIDTH, HEIGHT = 700.0, 540.0
_CENTER = (384.0, 272.0)
_RING_RADIUS, _STATION_RADIUS = 200.0, 35.0


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
    shown = [a for a in circle.arrows if a.source in places and a.target in places and a.source != a.target]
    curves = {a.name: _curve(a, a.name in rank, places) for a in shown}
    badges = _badges([a for a in ranked if a.name in curves], curves, list(places.values()))
    # Thin arrows first, so that the active ones lie above them.
    drawn = sorted((_drawn(a, curves[a.name], rank, badges) for a in shown), key=lambda d: d.width)
    stations = tuple(_station(name, places[name], circle.stations.get(name)) for name in RING)
    return Figure(stations, tuple(drawn), _describe(stations, ranked))


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


def _curve(arrow: Arrow, active: bool, places: dict[str, Point]) -> Curve:
    start, end = places[arrow.source], places[arrow.target]
    bend, reach = _bend(arrow.source, arrow.target, start, end), _STATION_RADIUS + 4
    width = 2.2 + 6 * min(1.0, arrow.share) if active else 1.4
    return Curve(toward(start, bend, reach), bend, toward(end, bend, reach), round(width, 1))


def _badges(ranked: list[Arrow], curves: dict[str, Curve], taken: list[Point]) -> dict[str, Point]:
    """A place for the number of each active arrow, by name."""
    found: dict[str, Point] = {}
    active = [curves[a.name] for a in ranked]
    # Arrows along the ring are short: their number stands outside, beside them.
    for arrow in sorted(ranked, key=lambda a: _steps(a.source, a.target) != 1):
        curve = curves[arrow.name]
        along = _steps(arrow.source, arrow.target) == 1
        found[arrow.name] = _from_center(curve.at(0.5), 1.12) if along else free_place(curve, taken, active)
        taken.append(found[arrow.name])
    return found


def _drawn(arrow: Arrow, curve: Curve, rank: dict[str, int], badges: dict[str, Point]) -> Drawn:
    place = rank.get(arrow.name, 0)
    return Drawn(arrow, place, curve.path(), curve.head(), curve.width, badges.get(arrow.name))


def _steps(source: str, target: str) -> int:
    """How many stations further along the ring."""
    return (RING.index(target) - RING.index(source)) % len(RING)


def _bend(source: str, target: str, start: Point, end: Point) -> Point:
    """The control point: along the ring for a neighbor, else toward the middle; never the same for both directions."""
    middle = (start[0] + end[0]) / 2, (start[1] + end[1]) / 2
    step = _steps(source, target)
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


def _describe(stations: tuple[Station, ...], active: list[Arrow]) -> str:
    levels = ", ".join(f"{s.name} {s.shown}" for s in stations if s.severity is not None)
    arrows = "; ".join(a.title for a in active) or "none"
    return f"Severity now, 0 to 100: {levels}. Active arrows, strongest first: {arrows}."
