"""The indicators of a cohort: each person's answers counted one after the other, so that any number of people fits.

Unknown never counts as no. The share is that of those who are known; what the unknown could make of it stands beside it
as the lowest and the highest share, and a level is named only if both ends lie in it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cache

from boneloop.assess.seen import Seen
from boneloop.evidence.registry import load
from boneloop.guidance.indicators import COMPLETENESS, Answer, Indicator, indicators, times
from boneloop.guidance.liaison import Group, Sentinel, answers, sentinel

NOBODY = "nobody has a recent fracture of a known day, of this kind and at the right age"


@dataclass(frozen=True, slots=True)
class Count:
    """One indicator of one group of people.

    yes, no, unknown  people whose time is over, by their answer; not_yet: the others, who are in no denominator
    """

    indicator: Indicator
    group: Group
    yes: int
    no: int
    unknown: int
    not_yet: int

    @property
    def denominator(self) -> int:
        """Everybody whose time is over, known or not."""
        return self.yes + self.no + self.unknown

    @property
    def share(self) -> float | None:
        """Yes among those who are known, 0 to 1; None where nobody is, or where only a yes can be known."""
        known = self.yes + self.no
        return self.yes / known if known and not self.indicator.never_no else None

    @property
    def lowest(self) -> float | None:
        """The share if every unknown were no; None without a denominator."""
        return self.yes / self.denominator if self.denominator else None

    @property
    def highest(self) -> float | None:
        """The share if every unknown were yes; None without a denominator."""
        return (self.yes + self.unknown) / self.denominator if self.denominator else None

    @property
    def cannot(self) -> str:
        """Why it cannot be computed from these data, or cannot in full; empty where it can."""
        if not self.denominator + self.not_yet:
            return f"cannot be computed from these data because {NOBODY}"
        if not self.denominator:
            return "cannot be computed from these data because nobody's time is over yet"
        if not self.yes + self.no:
            return f"cannot be computed from these data because {self.indicator.cannot}"
        if not self.indicator.levels:
            return f"what cannot be computed from these data: {self.indicator.cannot}"
        return ""

    @property
    def level(self) -> str:
        """The level of the service, "not decided" where the unknown could change it, empty where none is set."""
        if self.lowest is None or self.highest is None or not self.yes + self.no or not self.indicator.levels:
            return ""
        limits = _limits(self.indicator.levels)
        low, high = (_level(share, limits) for share in (self.lowest, self.highest))
        return low if low == high else "not decided"


def levels() -> tuple[float, ...]:
    """Between which shares the levels of most indicators lie, 0 to 1."""
    return _limits(max((one.levels for one in indicators()), key=len))


@cache
def _limits(names: tuple[str, ...]) -> tuple[float, ...]:
    return tuple(load().number(name, "1") for name in names)


def _level(share: float, limits: tuple[float, ...]) -> str:
    """The level of a share, in words: a share on a limit belongs to the level between the two."""
    shown = [f"{limit:.0%}".replace("%", " %") for limit in limits]
    if share < limits[0]:
        return f"below {shown[0]}"
    if len(limits) == 1:
        return f"{shown[0]} and more"
    return f"above {shown[-1]}" if share > limits[-1] else f"{shown[0]} to {shown[-1]}"


def over(indicator: Indicator, since: Sentinel, seen: Seen) -> bool:
    """Is the time of an indicator over: only then does a person count, whether it was done early or not at all."""
    return not indicator.within or seen.record.as_of > since.day + getattr(times(), indicator.within)


class Tally:
    """Answers counted so far, and why people are in no denominator."""

    def __init__(self) -> None:
        self.counts: Counter[tuple[Group, str, Answer]] = Counter()
        self.people: Counter[Group] = Counter()
        self.left_out: Counter[str] = Counter()

    def add(self, seen: Seen) -> tuple[Sentinel | None, dict[str, Answer]]:
        """Count one person; the sentinel fracture and the answers, or none."""
        since = sentinel(seen)
        if isinstance(since, str):
            self.left_out[since] += 1
            return None, {}
        said = answers(seen, since)
        self.people[since.group] += 1
        for one in indicators():
            if one.name in said:
                self.counts[since.group, one.name, said[one.name] if over(one, since, seen) else Answer.NOT_YET] += 1
        return since, said

    def result(self) -> tuple[Count, ...]:
        """Every indicator in order, first of those whose fracture was of low energy, then of the others."""
        return tuple(self._count(one, group) for one in indicators() for group in Group)

    def _count(self, indicator: Indicator, group: Group) -> Count:
        if indicator.name == COMPLETENESS:
            return self._completeness(indicator, group)
        found = {answer: self.counts[group, indicator.name, answer] for answer in Answer}
        return Count(
            indicator, group, found[Answer.YES], found[Answer.NO], found[Answer.UNKNOWN], found[Answer.NOT_YET]
        )

    def _completeness(self, indicator: Indicator, group: Group) -> Count:
        """Of the answers that are due, those that are known: here an unknown answer is the no that is counted."""
        found = Counter[Answer]()
        for (of, _, answer), count in self.counts.items():
            if of is group:
                found[answer] += count
        known = found[Answer.YES] + found[Answer.NO]
        return Count(indicator, group, known, found[Answer.UNKNOWN], 0, found[Answer.NOT_YET])
