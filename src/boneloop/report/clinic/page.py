"""``cohort.html``: worklists first, then the indicators, the people of the lists, and what could not be used.

One file that opens offline and asks nothing of the network, however many people were read: a list of the page holds the
most urgent, and says how many more there are and where.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from markupsafe import Markup

from boneloop.guidance.indicators import Indicator, recent, source
from boneloop.guidance.liaison import Group
from boneloop.guidance.rule import MARKS
from boneloop.guidance.tally import Count, levels
from boneloop.guidance.worklists import Worklist, worklists
from boneloop.report.clinic.columns import PERCENT
from boneloop.report.clinic.gathering import Clinic
from boneloop.report.clinic.shown import Listed, Shown, Value, day
from boneloop.report.files import write_whole
from boneloop.report.offline import asset, environment, flat, policy, rejected

REASONS_SHOWN = 20
REFUSED = {"file": "whole file", "patient": "person", "row": "row", "value": "value; the person is used without it"}


class ListView(NamedTuple):
    """One worklist of the page; more: people on it who stand only in the file."""

    about: Worklist
    people: int
    rows: Sequence[tuple[Listed, Value]]
    more: int


class Half(NamedTuple):
    """One indicator in one group of people: the share, its range in percent, and how many."""

    of: Count
    share: str
    low: float
    high: float
    dot: float | None


class IndicatorView(NamedTuple):
    """One indicator of the page, in both groups."""

    about: Indicator
    mark: str
    halves: Sequence[Half]
    cannot: str


class PersonView(NamedTuple):
    """One row of the people of the page, and the lists it stands on."""

    person: Shown
    lists: Sequence[tuple[str, str]]
    level: str


def write_page(path: Path, clinic: Clinic, provenance: Mapping[str, Any]) -> None:
    """Write the page of a clinic that has taken in everybody."""
    write_whole(path, page(clinic, provenance))


def page(clinic: Clinic, provenance: Mapping[str, Any]) -> str:
    """The page as text."""
    early, script = asset("templates", "early.js"), asset("templates", "clinic.js")
    lists = [_list(clinic, one) for one in worklists()]
    counts = clinic.indicators()
    return (
        environment()
        .get_template("clinic.html.j2")
        .render(
            clinic=clinic,
            policy=policy([early, script]),
            early_script=Markup(early),
            script=Markup(script),
            style=Markup(asset("templates", "report.css") + asset("templates", "clinic.css")),
            lists=lists,
            indicators=_indicators(counts),
            groups=[(group.value, clinic.tally.people[group]) for group in Group],
            left_out=clinic.tally.left_out.most_common(),
            recent=f"{recent():.0f}",
            people=_people(clinic, lists),
            known=[(name.replace("_", " "), PERCENT * share) for name, share in clinic.known().items()],
            refused_people=clinic.lost,
            why_refused=_why_refused(clinic),
            why_incomplete=clinic.why_incomplete.most_common(REASONS_SHOWN),
            rejects=[rejected(refusal.as_json()) for refusal in clinic.refusals],
            rejects_count=clinic.refused.total(),
            as_of=provenance.get("options", {}).get("as_of"),
            source=source(),
            limits=" and ".join(f"{PERCENT * limit:.0f} %" for limit in levels()),
            disclaimers=list(dict.fromkeys(p.disclaimer for p in clinic.people() if p.disclaimer)),
            provenance=flat(provenance),
        )
    )


def _list(clinic: Clinic, about: Worklist) -> ListView:
    rows = [(one, day(one.entry.since)) for one in clinic.listed(about.name)]
    count = clinic.listed_count[about.name]
    return ListView(about, count, rows, count - len(rows))


def _people(clinic: Clinic, lists: Sequence[ListView]) -> list[PersonView]:
    on: dict[int, list[tuple[str, str]]] = {}
    for one in lists:
        for listed, _ in one.rows:
            on.setdefault(listed.person.row, []).append((one.about.name, one.about.title))
    return [PersonView(person, on[person.row], _level(person)) for person in clinic.people()]


def _level(person: Shown) -> str:
    grave = [severity for severity, _ in person.flags]
    return "safety" if "safety" in grave else "warning" if grave else "clear"


def _indicators(counts: Sequence[Count]) -> list[IndicatorView]:
    """Both groups of each indicator; a group of nobody is left out where the other is somebody."""
    by_number: dict[int, list[Count]] = {}
    for count in counts:
        by_number.setdefault(count.indicator.number, []).append(count)
    return [_indicator(both) for both in by_number.values()]


def _indicator(both: Sequence[Count]) -> IndicatorView:
    about = both[0].indicator
    peopled = [count for count in both if count.denominator + count.not_yet]
    said = tuple(half for count in peopled if (half := _half(count)) is not None)
    return IndicatorView(about, MARKS[about.mark], said, _cannot(peopled or both[:1]))


def _cannot(counts: Sequence[Count]) -> str:
    """What cannot be said; the group is named where it holds of one of two groups."""
    reasons = dict.fromkeys(count.cannot for count in counts)
    if len(reasons) == 1:
        return "".join(_sentence(reason) for reason in reasons)
    return " ".join(f"{_sentence(f'{c.group.value}: {c.cannot}')}" for c in counts if c.cannot)


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}." if text else ""


def _half(count: Count) -> Half | None:
    if count.lowest is None or count.highest is None:
        return None
    low, high = PERCENT * count.lowest, PERCENT * count.highest
    if count.share is None:
        return Half(count, f"at least {low:.0f} %" if count.yes else "not known", low, high, None)
    dot = PERCENT * count.share
    return Half(count, f"{dot:.0f} %", low, high, dot)


def _why_refused(clinic: Clinic) -> list[tuple[str, str, int]]:
    found = clinic.why_refused.most_common(REASONS_SHOWN)
    return [(REFUSED.get(level, level), rule, count) for (level, rule), count in found]
