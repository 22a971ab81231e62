"""Time courses: an arm that was looked at many times is drawn over time, published points on the simulated band."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from boneloop.calibrate.targets.judge import MISS
from boneloop.calibrate.targets.outcomes import known
from boneloop.calibrate.targets.run import Found
from boneloop.report.validation import shown
from boneloop.report.validation.forest import STYLE, WIDTH, shortened
from boneloop.report.validation.scale import Scale, label, plain

FEWEST_POINTS = 4
_HEIGHT, _TOP, _PLOT = 176.0, 26.0, 118.0
_LEFT, _RIGHT = 46.0, WIDTH - 12.0
Course = tuple[str, list[Found]]


def split(found: Sequence[Found]) -> tuple[list[Course], list[Found]]:
    """Courses (study, outcome and arm with their results by month), and the results that belong to none."""
    courses: dict[tuple[str, ...], list[Found]] = {}
    for one in found:
        courses.setdefault(_course_of(one), []).append(one)
    long = {key: kept for key, kept in courses.items() if key[0] and len(kept) >= FEWEST_POINTS}
    inside = {id(one) for kept in long.values() for one in kept}
    named = [(", ".join(key[:3]), sorted(kept, key=lambda one: one.result.month)) for key, kept in sorted(long.items())]
    return named, [one for one in found if id(one) not in inside]


def _course_of(one: Found) -> tuple[str, ...]:
    result = one.result
    if result.kind != "arm" or result.from_month or one.simulated is None:
        return ("", result.study, result.id)
    outcome = known(result.outcome)
    return result.study, outcome.title if outcome else result.outcome, result.arm, result.measure, result.unit


def over_time(title: str, courses: Sequence[Course]) -> str:
    """One figure, a panel for each course."""
    height = 24 + len(courses) * _HEIGHT
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:g} {height:g}" role="img" '
        f'aria-label="{escape(title)} over time: published points and simulated bands; the table has the numbers">',
        f"<style>{STYLE}.f-band{{fill:var(--s1,#0b63a3);opacity:0.16}}.f-curve{{fill:none;stroke:var(--s1,#0b63a3)}}</style>",
        f'<rect class="f-paper" width="{WIDTH:g}" height="{height:g}"/>',
        f'<text class="f-ink f-strong" x="10" y="16">{escape(title)}</text>',
    ]
    for place, (name, found) in enumerate(courses):
        parts += _panel(name, found, 24 + place * _HEIGHT)
    return "\n".join([*parts, "</svg>", ""])


def _panel(name: str, found: Sequence[Found], top: float) -> list[str]:
    months = plain([0.0, *(one.result.month for one in found)], _LEFT, _RIGHT, 6)
    held = [x for one in found for x in (one.result.value, *shown.drawn_interval(one.result), *_band(one))]
    amount = plain([0.0, *held], top + _TOP + _PLOT, top + _TOP, 4)
    lines = [
        f'<line class="f-line" x1="{_LEFT}" x2="{_RIGHT}" y1="{amount.at(t)}" y2="{amount.at(t)}"/>'
        f'<text class="f-muted f-small" x="{_LEFT - 5}" y="{amount.at(t) + 4}" text-anchor="end">{label(t)}</text>'
        for t in amount.ticks
    ]
    bottom = top + _TOP + _PLOT + 14
    below = [
        f'<text class="f-muted f-small" x="{months.at(t)}" y="{bottom}" text-anchor="middle">{label(t)}</text>'
        for t in months.ticks[:-1]
    ]
    return [
        f'<text class="f-ink" x="10" y="{top + 15}">{escape(shortened(name))}</text>',
        *lines,
        *below,
        f'<text class="f-muted f-small" x="{_RIGHT}" y="{bottom}" text-anchor="end">months</text>',
        *_simulated(found, months, amount),
        *(piece for one in found for piece in _point(one, months, amount)),
    ]


def _band(one: Found) -> tuple[float, float, float]:
    found = one.simulated
    assert found is not None
    return found.p025, found.median, found.p975


def _simulated(found: Sequence[Found], months: Scale, amount: Scale) -> list[str]:
    xs = [months.at(one.result.month) for one in found]
    low, middle, high = ([amount.at(_band(one)[i]) for one in found] for i in range(3))
    around = [*zip(xs, low, strict=True), *reversed(list(zip(xs, high, strict=True)))]
    curve = " ".join(f"{x:g},{y:g}" for x, y in zip(xs, middle, strict=True))
    return [
        f'<polygon class="f-band" points="{" ".join(f"{x:g},{y:g}" for x, y in around)}"/>',
        f'<polyline class="f-curve" stroke-width="1.8" points="{curve}"/>',
    ]


def _point(one: Found, months: Scale, amount: Scale) -> list[str]:
    x, y = months.at(one.result.month), amount.at(one.result.value)
    low, high = (amount.at(v) for v in shown.drawn_interval(one.result))
    kind = "f-miss" if one.verdict.verdict == MISS else "f-published"
    mark = (
        f'<path class="{kind}" d="M{x - 3.5:g} {y - 3.5:g}l7 7m0 -7l-7 7" fill="none" stroke-width="2"/>'
        if one.verdict.verdict == MISS
        else f'<circle class="{kind}" cx="{x:g}" cy="{y:g}" r="3"/>'
    )
    return [f'<line class="{kind}" x1="{x:g}" x2="{x:g}" y1="{low:g}" y2="{high:g}" stroke-width="1.2"/>', mark]
