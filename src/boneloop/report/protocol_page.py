"""One page of curves for a protocol that was simulated: opens offline, asks nothing of the network.

A curve for each patient; of many patients the median, and the band in which nine of ten lie at each time.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from markupsafe import Markup

from boneloop.report.offline import asset, embedded, environment, policy
from boneloop.types import Array, Mask

MOST_CURVES, MOST_TIMES, MOST_MARKS = 12, 2000, 60
DIGITS = 6
LEVELS = (5, 50, 95)


@dataclass(frozen=True)
class Curves:
    """What is drawn.

    names, units  of the columns
    clock         name of the unit of time
    times         shape (times,), in that unit
    people        ids
    values        shape (columns, times, people), NaN where there is no row
    marks         times at which something is given, and what
    """

    names: Sequence[str]
    units: Sequence[str]
    clock: str
    times: Array
    people: Sequence[str]
    values: Array
    marks: Sequence[tuple[float, str]] = ()


def thinned(count: int) -> slice:
    """Which of so many times are drawn: all, or every second, third, ..., so that a page stays light."""
    return slice(None, None, max(1, -(-count // MOST_TIMES)))


def write_protocol_page(path: Path, title: str, story: Sequence[tuple[str, str]], curves: Curves) -> None:
    """Write the page; ``story`` is the protocol in rows of what and how."""
    scripts = [asset("vendor", "echarts.common.min.js"), asset("templates", "protocol.js")]
    html = (
        environment()
        .get_template("protocol.html.j2")
        .render(
            title=title,
            policy=policy(scripts),
            story=story,
            charts=list(zip(curves.names, curves.units, strict=True)),
            band=len(curves.people) > MOST_CURVES,
            people=len(curves.people),
            data=embedded(_drawn(curves)),
            scripts=[Markup(script) for script in scripts],
        )
    )
    partial = path.with_name(path.name + ".partial")
    partial.write_text(html, encoding="utf-8", newline="\n")
    os.replace(partial, path)


def _drawn(curves: Curves) -> dict[str, Any]:
    many = len(curves.people) > MOST_CURVES
    lines = _band(curves.values) if many else {id: curves.values[:, :, at] for at, id in enumerate(curves.people)}
    return {
        "clock": curves.clock,
        "band": many,
        "times": _numbers(curves.times),
        "marks": [list(mark) for mark in curves.marks] if len(curves.marks) <= MOST_MARKS else [],
        "lines": list(lines),
        "charts": [
            {"name": name, "unit": unit, "values": [_numbers(line[column]) for line in lines.values()]}
            for column, (name, unit) in enumerate(zip(curves.names, curves.units, strict=True))
        ],
    }


def _band(values: Array) -> Mapping[str, Array]:
    """Of those who have a row: 5th percentile, median and 95th, each of shape (columns, times)."""
    known: Mask = np.array(np.isfinite(values).any(axis=2))
    levels = np.nanpercentile(np.where(known[..., None], values, 0), LEVELS, axis=2)
    return dict(zip(("5 %", "median", "95 %"), np.where(known, levels, np.nan), strict=True))


def _numbers(values: Array) -> list[float | None]:
    return [float(f"{value:.{DIGITS}g}") if np.isfinite(value) else None for value in values.tolist()]
