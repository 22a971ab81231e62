"""Ranges on one scale."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from boneloop.report.ranges import ranges
from boneloop.report.words import Spread

values = st.lists(st.floats(-1e4, 1e4), min_size=3, max_size=3).map(sorted)


@given(st.lists(values, min_size=1, max_size=5), st.floats(-10, 10))
def test_every_bar_lies_on_the_scale_with_its_dot_inside(bands: list[list[float]], mark: float) -> None:
    drawn = ranges([("a", "", i, Spread(b[1], b[0], b[2])) for i, b in enumerate(bands)], mark)
    assert drawn.mark is not None and 0 <= drawn.mark <= 100
    for row in drawn.rows:
        assert 0 <= row.left <= row.dot <= row.right <= 100
    places = [tick.at for tick in drawn.ticks]
    assert places == sorted(places) and places[0] == 0 and places[-1] == 100


def test_a_scale_too_narrow_for_its_labels_is_widened() -> None:
    drawn = ranges([("a", "", 0, Spread(0.0, 0.0, 3.2194762713405675e-295))], 0.0)
    assert [drawn.ticks[0].at, drawn.ticks[-1].at] == [0, 100]


def test_a_scale_without_width_is_still_a_scale() -> None:
    drawn = ranges([("no change", "0", 0, Spread(0.0, 0.0, 0.0))], 0.0)
    assert drawn.rows[0].dot == drawn.mark


def test_ticks_are_round_numbers() -> None:
    drawn = ranges([("plan", "", 0, Spread(0.4, 0.2, 0.9))], 1.0, holds=(0.0, 1.2))
    assert [tick.label for tick in drawn.ticks] == ["0", "0.25", "0.5", "0.75", "1", "1.25"]
