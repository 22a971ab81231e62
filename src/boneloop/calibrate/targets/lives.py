"""The lives of an arm, and a published result looked up in them: a number in each draw, over all people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from boneloop.calibrate.targets.format import Result
from boneloop.calibrate.targets.outcomes import (
    Looked,
    Outcome,
    known,
    measured,
    person_years,
    spread,
    units,
)
from boneloop.types import Array, Mask

GROUPS = 8
"""Parts that the people are split into for the Monte-Carlo error."""
_SAME_MONTH = 1e-6


@dataclass(frozen=True)
class Lives:
    """An arm: months from 0, and pages by name, shape (months, people, draws)."""

    months: Array
    pages: Mapping[str, Array]

    @property
    def people(self) -> int:
        """How many there are."""
        return next(iter(self.pages.values())).shape[1] if self.pages else 0

    @classmethod
    def joined(cls, pieces: Sequence[Lives], kept: Mask) -> Lives:
        """Several pieces of the people one after another, those who are ``kept``."""
        pages = {name: np.concatenate([one.pages[name] for one in pieces], axis=1)[:, kept] for name in pieces[0].pages}
        return cls(pieces[0].months, pages)

    def some(self, people: slice) -> Lives:
        """Some of the people."""
        return Lives(self.months, {name: page[:, people] for name, page in self.pages.items()})

    def at(self, month: float) -> Looked:
        """The pages at one month, straight between two noted moments."""
        right = int(np.clip(np.searchsorted(self.months, month - _SAME_MONTH), 1, len(self.months) - 1))
        before, after = self.months[right - 1], self.months[right]
        weight = (month - before) / (after - before)
        pages = {name: (1 - weight) * page[right - 1] + weight * page[right] for name, page in self.pages.items()}
        return Looked(pages, month)


def outcome_of(result: Result) -> Outcome:
    """The outcome of a result that was read."""
    found = known(result.outcome)
    assert found is not None, "the reader refuses an outcome that is not known"
    return found


def parts(people: int) -> Iterator[slice]:
    """All people, then every part of them, as evenly as they come."""
    count = min(GROUPS, people // 2)
    yield slice(None)
    yield from (slice(part, None, count) for part in range(count) if count > 1)


def looked_up(result: Result, lives: Mapping[str, Lives]) -> Array:
    """What the model says in each draw, in the unit of the result; for a rank 1 where the order holds."""
    outcome = outcome_of(result)
    sides = [(lives[arm].at(result.from_month), lives[arm].at(result.month)) for arm in result.arms]
    with np.errstate(divide="ignore", invalid="ignore"):
        visits = [[lives[arm].at(month) for month in result.visits[:-1]] for arm in result.arms]
        said = [measured(result, outcome, *side, between) for side, between in zip(sides, visits, strict=True)]
        factor = person_years(result.unit) or units(outcome, result.measure, result.kind).get(result.unit, 1.0)
        match result.kind:
            case "rank":
                held = np.all([first > second for first, second in pairwise(said)], axis=0)
                return np.asarray(held, dtype=np.float64)
            case "ratio":
                ratio = said[0] / said[1]
                ratio = factor * (ratio - 1) if result.unit == "%" else ratio
                return np.asarray(ratio)
            case "difference":
                off = said[0] - said[1]
                people = spread(result, outcome, sides) if result.measure == "smd" else 1.0
                return np.asarray(factor * off / people)
        return np.asarray(factor * said[0])
