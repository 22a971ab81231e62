"""The forest plot of a group: for each result the published interval and the simulated band on one scale.

Plain SVG that is narrow enough for a phone: the words of a row stand above its bars. Results of one unit share a scale;
ratios have a logarithmic one. Colors come from the page where the figure stands in one.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from itertools import groupby

from boneloop.calibrate.targets.judge import MISS
from boneloop.calibrate.targets.run import Found
from boneloop.report.validation import shown
from boneloop.report.validation.scale import Scale, label, logarithmic, plain

WIDTH = 520.0
_LEFT, _RIGHT = 10.0, WIDTH - 10.0
_ROW, _TOP, _AXIS = 46.0, 70.0, 40.0
_LONGEST = 74
STYLE = (
    ".f-ink{fill:var(--ink,#14222c)}.f-muted{fill:var(--muted,#51616d)}.f-paper{fill:var(--paper,#fff)}"
    ".f-line{stroke:var(--line,#d7dfe4)}.f-published{fill:var(--s0,#44515c);stroke:var(--s0,#44515c)}"
    ".f-inside{fill:var(--s1,#0b63a3);stroke:var(--s1,#0b63a3)}.f-miss{fill:var(--s2,#c25a00);stroke:var(--s2,#c25a00)}"
    "text{font:12px system-ui,'Segoe UI','Noto Sans','Liberation Sans',Arial,sans-serif}.f-small{font-size:11px}"
    ".f-tolerance{stroke-dasharray:4 3}.f-strong{font-weight:650}"
    ".f-over{paint-order:stroke;stroke:var(--paper,#fff);stroke-width:5px}"
)


def forest(title: str, found: Sequence[Found]) -> str:
    """The figure of these results; those that were not run are left out."""
    kept = [one for one in found if one.simulated is not None and one.result.kind != "rank"]
    ordered = sorted(kept, key=lambda one: _scale_of(one))
    panels = [list(members) for _, members in groupby(ordered, key=_scale_of)]
    height = _TOP + sum(len(panel) * _ROW + _AXIS for panel in panels)
    parts = [*_head(title, height), *_key(title)]
    top = _TOP
    for panel in panels:
        parts += _panel(panel, top)
        top += len(panel) * _ROW + _AXIS
    return "\n".join([*parts, "</svg>", ""])


def _head(title: str, height: float) -> list[str]:
    return [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:g} {height:g}" role="img" '
        f'aria-label="{escape(title)}: published intervals and simulated bands; the table has the numbers">',
        f'<style>{STYLE}</style><rect class="f-paper" width="{WIDTH:g}" height="{height:g}"/>',
    ]


def _key(title: str) -> list[str]:
    y = 38.0
    return [
        text(_LEFT, 16, title, "f-ink f-strong"),
        bar("f-published", _LEFT, _LEFT + 26, y, 5),
        _diamond(_LEFT + 13, y),
        text(_LEFT + 32, y + 4, "published, 95 % interval"),
        f'<g class="f-inside">{bar("", 190, 216, y, 2)}<circle cx="203" cy="{y}" r="4"/></g>',
        text(222, y + 4, "simulated, 95 % band: inside"),
        f'<g class="f-miss">{bar("", 392, 418, y, 2)}{_cross(405, y)}</g>',
        text(424, y + 4, "a miss"),
        bar("f-published f-tolerance", _LEFT, _LEFT + 26, y + 17, 5),
        text(_LEFT + 32, y + 21, "no interval published: stated tolerance"),
    ]


def text(x: float, y: float, words: str, kind: str = "f-muted f-small", anchor: str = "start") -> str:
    """Words at a place."""
    return f'<text class="{kind}" x="{x:g}" y="{y:g}" text-anchor="{anchor}">{escape(words)}</text>'


def bar(kind: str, begin: float, end: float, y: float, width: float) -> str:
    """A horizontal bar; a wide one is pale."""
    pale = ' opacity="0.45"' if width > 2 else ""
    return f'<line class="{kind}" x1="{begin:g}" x2="{end:g}" y1="{y:g}" y2="{y:g}" stroke-width="{width:g}"{pale}/>'


def upright(kind: str, x: float, top: float, bottom: float) -> str:
    """A vertical line."""
    return f'<line class="{kind}" x1="{x:g}" x2="{x:g}" y1="{top:g}" y2="{bottom:g}"/>'


def _scale_of(one: Found) -> tuple[str, bool]:
    """What results must share to stand on one scale."""
    return one.result.unit, one.result.on_log_scale


def _panel(panel: Sequence[Found], top: float) -> list[str]:
    (unit, is_log), values = _scale_of(panel[0]), _values(panel)
    begin, end = _LEFT + 6, _RIGHT - 6
    scale = logarithmic(values, begin, end) if is_log and min(values) > 0 else plain(values, begin, end)
    bottom, no_effect = top + len(panel) * _ROW, 1.0 if unit == "ratio" else 0.0
    parts = [upright("f-line", scale.at(tick), top, bottom) for tick in scale.ticks]
    if scale.low < no_effect < scale.high:
        parts.append(upright("f-published", scale.at(no_effect), top, bottom))
    for place, one in enumerate(panel):
        parts += _row(one, scale, top + place * _ROW)
    for tick in scale.ticks:
        edge = (tick == scale.ticks[-1]) - (tick == scale.ticks[0])
        anchor = ("middle", "end", "start")[edge]
        parts.append(text(scale.at(tick) + 5 * edge, bottom + 13, label(tick), anchor=anchor))
    return [*parts, text(WIDTH / 2, bottom + 27, _axis(unit), anchor="middle")]


def _axis(unit: str) -> str:
    return {"ratio": "ratio, logarithmic scale", "1": "share or odds", "SD": "standard deviations"}.get(unit, unit)


def _values(panel: Sequence[Found]) -> list[float]:
    held: list[float] = []
    for one in panel:
        assert one.simulated is not None
        held += [one.result.value, *shown.drawn_interval(one.result)]
        held += [one.simulated.median, one.simulated.p025, one.simulated.p975]
    return held


def _row(one: Found, scale: Scale, top: float) -> list[str]:
    found = one.simulated
    assert found is not None
    low, high = (scale.at(x) for x in shown.drawn_interval(one.result))
    first, last, middle = (scale.at(x) for x in (found.p025, found.p975, found.median))
    y, below = top + 24.0, top + 35.0
    missed = one.verdict.verdict == MISS
    kind = "f-miss" if missed else "f-inside"
    width = "f-published" if one.result.tolerance is None else "f-published f-tolerance"
    mark = _cross(middle, below) if missed else f'<circle cx="{middle}" cy="{below}" r="4"/>'
    return [
        text(_LEFT, top + 13, shortened(f"{one.result.id}  {one.result.title}"), "f-ink f-over"),
        bar(width, low, max(high, low + 1), y, 5),
        _diamond(scale.at(one.result.value), y),
        f'<g class="{kind}">{bar("", first, last, below, 2)}{mark}</g>',
    ]


def shortened(text: str) -> str:
    """Words that fit into a row."""
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1].rstrip() + "…"


def _diamond(x: float, y: float) -> str:
    return f'<path class="f-published" d="M{x - 4.5:g} {y:g}l4.5 -4.5 4.5 4.5 -4.5 4.5z"/>'


def _cross(x: float, y: float) -> str:
    return f'<path d="M{x - 4:g} {y - 4:g}l8 8m0 -8l-8 8" fill="none" stroke-width="2.4"/>'
