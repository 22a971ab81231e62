"""The circle as a picture."""

from __future__ import annotations

import math
from dataclasses import replace
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from boneloop.compare.forecast import Circle
from boneloop.report.circle import HEIGHT, RING, WIDTH, _level, figure


@pytest.fixture
def circle(made_up: ModuleType) -> Circle:
    found: Circle = made_up.case().forecast.circle
    return found


def test_every_station_is_on_the_ring_and_every_arrow_is_drawn(circle: Circle) -> None:
    drawn = figure(circle)
    assert tuple(s.name for s in drawn.stations) == RING
    assert {d.arrow.name for d in drawn.arrows} == {a.name for a in circle.arrows}


def test_active_arrows_are_numbered_from_the_strongest_and_the_others_are_not(circle: Circle) -> None:
    drawn = figure(circle).arrows
    active = sorted((d for d in drawn if d.arrow.active), key=lambda d: d.rank)
    assert [d.rank for d in active] == list(range(1, len(active) + 1))
    assert [d.arrow.share for d in active] == sorted((d.arrow.share for d in active), reverse=True)
    assert all(d.rank == 0 and d.badge is None for d in drawn if not d.arrow.active)


def test_an_active_arrow_is_thicker_than_a_quiet_one(circle: Circle) -> None:
    drawn = figure(circle).arrows
    assert min(d.width for d in drawn if d.rank) > max(d.width for d in drawn if not d.rank)


def test_numbers_stay_in_the_picture_and_do_not_lie_on_one_another_or_on_a_station(circle: Circle) -> None:
    drawn = figure(circle)
    badges = [d.badge for d in drawn.arrows if d.badge]
    assert all(0 < x < WIDTH and 0 < y < HEIGHT for x, y in badges)
    assert all(math.dist(a, b) > 20 for i, a in enumerate(badges) for b in badges[:i])
    assert all(math.dist(badge, (s.x, s.y)) > s.radius for badge in badges for s in drawn.stations)


def test_a_station_that_the_forecast_does_not_follow_is_shown_as_not_known(circle: Circle) -> None:
    mineral = next(s for s in figure(circle).stations if s.name == "mineral")
    assert mineral.severity is None and mineral.shown == "–" and mineral.fill == ""


def test_an_arrow_between_places_that_are_not_on_the_ring_is_left_out_of_the_picture(circle: Circle) -> None:
    strange = replace(circle.arrows[0], name="moon_to_mood", source="moon", target="mood")
    names = {d.arrow.name for d in figure(replace(circle, arrows=(*circle.arrows, strange))).arrows}
    assert "moon_to_mood" not in names


def test_the_picture_says_itself_in_words(circle: Circle) -> None:
    assert "bone → fracture" in figure(circle).description


@given(st.floats(0, 1))
def test_the_water_line_of_a_station_rises_with_its_severity(severity: float) -> None:
    path = _level(0.0, 0.0, 10.0, severity)
    if not path:
        assert severity == 0
    elif severity < 1:
        height = float(path.split("A")[0].split(" ")[1])
        assert height == pytest.approx(10 * (1 - 2 * severity), abs=0.051)
