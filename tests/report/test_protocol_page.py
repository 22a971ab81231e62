"""The page of a protocol: everybody's curve, or the band of many; text from a file never runs."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from boneloop.report.protocol_page import MOST_CURVES, MOST_TIMES, Curves, thinned, write_protocol_page


def written(path: Path, people: int, values: np.ndarray | None = None, title: str = "Title") -> tuple[str, dict]:
    times = np.arange(4.0)
    ids = [f"p{number}" for number in range(people)]
    given = np.arange(8.0 * people).reshape(2, 4, people) if values is None else values
    write_protocol_page(
        path, title, [("form", "smooth")], Curves(["pth", "calcium"], ["", "mmol/L"], "day", times, ids, given)
    )
    text = path.read_text("utf-8")
    return text, json.loads(text.split('id="data">')[1].split("</script>")[0])


def test_each_of_few_patients_has_a_curve(tmp_path: Path) -> None:
    text, data = written(tmp_path / "t.html", 2)
    assert data["lines"] == ["p0", "p1"]
    assert data["charts"][1]["values"][0] == [8, 10, 12, 14]
    assert not data["band"]
    assert text.count("data-chart=") == 2


def test_many_patients_are_a_median_and_a_band_of_those_who_are_there(tmp_path: Path) -> None:
    values = np.tile(np.arange(MOST_CURVES + 9.0), (2, 4, 1))
    values[:, 2:, ::2] = np.nan
    values[:, 3] = np.nan
    text, data = written(tmp_path / "t.html", MOST_CURVES + 9, values)
    low, middle, high = data["charts"][0]["values"]
    assert (low[0], middle[0], high[0]) == (1, 10, 19)
    assert middle[2] == 10
    assert (low[3], middle[3], high[3]) == (None, None, None)
    assert f"{MOST_CURVES + 9} patients" in text


def test_text_of_a_protocol_cannot_run(tmp_path: Path) -> None:
    text, _ = written(tmp_path / "t.html", 1, title="</title><script>alert(1)</script>")
    assert "<script>alert" not in text


@pytest.mark.parametrize("count", [1, MOST_TIMES, MOST_TIMES + 1, 10 * MOST_TIMES + 7])
def test_a_page_stays_light(count: int) -> None:
    assert len(np.arange(count)[thinned(count)]) <= MOST_TIMES
