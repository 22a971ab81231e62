"""Both beliefs in one run: the same people with the same luck, and what the belief alone changes.

Luck has the same keys under both beliefs, and a number that no belief replaces has the same draws. Whatever differs
is the belief, so differences are taken draw by draw, and their bands are those of the difference itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from boneloop.compare.bands import CHANCES, WHILE_ALIVE, band
from boneloop.compare.contrast import BOTH, REFERENCE_PLAN, Contrast, Paired
from boneloop.compare.forecast import OUTCOMES, Forecast, Outcome, Stopped, Tabled
from boneloop.compare.run import Lives, Progress, Question, forecasts_of, in_chunks, lives_of, tables_of
from boneloop.evidence.registry import BELIEFS
from boneloop.patient.profile import Profile
from boneloop.simulate.life import Course
from boneloop.therapy.care_plan import CarePlan
from boneloop.types import Array, Mask


@dataclass(frozen=True, slots=True)
class Sided:
    """One person under both beliefs, in the order of ``BELIEFS``."""

    forecasts: tuple[Forecast, Forecast]
    contrast: Contrast


@dataclass(frozen=True, slots=True)
class SidedTables:
    """The same for tables only."""

    tables: tuple[Tabled, Tabled]


def forecast_both(
    profiles: Sequence[Profile],
    plans: Sequence[CarePlan],
    *,
    draws: int = 100,
    years: int = 10,
    seed: int = 1,
    jobs: int | None = None,
    progress: Progress | None = None,
) -> Iterator[Sided | Stopped]:
    """Forecast every profile under every plan and under both beliefs; the arguments of ``forecast``."""
    yield from in_chunks(both_chunk, profiles, Question(tuple(plans), BOTH, draws, years, seed), jobs, progress)


def both_chunk(profiles: tuple[Profile, ...], question: Question) -> tuple[Sided | Stopped, ...]:
    """Forecast a few patients under both beliefs."""
    if not profiles:
        return ()
    asked = _asked(question)
    lives = [lives_of(profiles, one) for one in asked]
    first, second = (forecasts_of(profiles, *pair) for pair in zip(asked, lives, strict=True))
    compared = _compared(question.plans)
    found: list[Sided | Stopped] = []
    for index, (one, other) in enumerate(zip(first, second, strict=True)):
        if isinstance(one, Stopped) or isinstance(other, Stopped):
            found.append(_stopped(one, other))
        else:
            found.append(Sided((one, other), _contrast(one.profile.id, index, lives, compared)))
    return tuple(found)


def both_tables(profiles: tuple[Profile, ...], question: Question) -> tuple[SidedTables | Stopped, ...]:
    """The bands of both beliefs, for tables only."""
    if not profiles:
        return ()
    first, second = (tables_of(profiles, one, lives_of(profiles, one)) for one in _asked(question))
    return tuple(
        _stopped(one, other) if isinstance(one, Stopped) or isinstance(other, Stopped) else SidedTables((one, other))
        for one, other in zip(first, second, strict=True)
    )


def _asked(question: Question) -> list[Question]:
    return [replace(question, belief=belief) for belief in BELIEFS]


def _stopped(*answers: object) -> Stopped:
    """The first belief under which a body could not be followed; a person is answered under both or not at all."""
    belief, answer = next((b, a) for b, a in zip(BELIEFS, answers, strict=True) if isinstance(a, Stopped))
    return replace(answer, reason=f"belief {belief}: {answer.reason}")


def _compared(plans: Sequence[CarePlan]) -> str:
    names = [plan.name for plan in plans]
    return REFERENCE_PLAN if REFERENCE_PLAN in names else names[0]


def _contrast(patient: str, index: int, lives: Sequence[Lives], compared: str) -> Contrast:
    here = lives[0].begin.lanes.of(index)
    seen = {b: {p: _Seen.of(c, here) for p, c in one.courses.items()} for b, one in zip(BELIEFS, lives, strict=True)}
    one, other = (seen[belief] for belief in BELIEFS)
    others = [plan for plan in one if plan != compared]
    return Contrast(
        patient=patient,
        beliefs=(BELIEFS[0], BELIEFS[1]),
        compared=compared,
        changes={plan: _differences(other[plan], one[plan]) for plan in one},
        effects={b: {plan: _differences(own[plan], own[compared]) for plan in others} for b, own in seen.items()},
        averages={b: {plan: _averages(own[plan], own[compared]) for plan in others} for b, own in seen.items()},
        cuts={b: {plan: _cuts(own[plan], own[compared]) for plan in others} for b, own in seen.items()},
    )


@dataclass(frozen=True)
class _Seen:
    """Every outcome of one patient's draws and who is alive, shape (times, draws)."""

    values: dict[str, Array]
    alive: Mask

    @classmethod
    def of(cls, course: Course, here: slice) -> _Seen:
        return cls({name: values[:, here] for name, values in course.values.items()}, course.alive[:, here])


def _differences(ahead: _Seen, behind: _Seen) -> dict[str, Paired]:
    """``ahead`` minus ``behind`` at the horizon; what only the living have, over draws alive in both."""
    alive = ahead.alive[-1] & behind.alive[-1]
    return {name: _paired(o, ahead.values[name][-1] - behind.values[name][-1], alive) for name, o in OUTCOMES.items()}


def _averages(ahead: _Seen, behind: _Seen) -> dict[str, Paired]:
    """``ahead`` minus ``behind``, averaged over the times at which a draw is alive in both."""
    alive = ahead.alive & behind.alive
    lived = alive.sum(axis=0)

    def average(name: str) -> Array:
        apart = np.where(alive, ahead.values[name] - behind.values[name], 0)
        return np.asarray(apart.sum(axis=0) / np.maximum(lived, 1))

    living = [o for o in OUTCOMES.values() if o.kind == "value"]
    return {o.name: _paired(o, average(o.name), lived > 0) for o in living}


def _paired(outcome: Outcome, values: Array, alive: Mask) -> Paired:
    counted = alive[None] if outcome.kind in WHILE_ALIVE else None
    found = band(values[None], counted, outcome.kind in CHANCES)
    error = found.mean_error if found.expected else found.mcse
    return Paired(float(found.point[0]), float(found.p05[0]), float(found.p95[0]), float(error[0]))


def _cuts(treated: _Seen, untreated: _Seen) -> dict[str, Paired]:
    events = [name for name, o in OUTCOMES.items() if o.kind == "probability"]
    return {name: _cut(treated.values[name][-1], untreated.values[name][-1]) for name in events}


def _cut(treated: Array, untreated: Array) -> Paired:
    """1 minus the ratio of the mean chances; error by the linearized ratio, band from the ratio of each draw."""
    whole = float(untreated.mean())
    if whole <= 0:
        return Paired(np.nan, np.nan, np.nan, np.nan)
    left = float(treated.mean()) / whole
    error = float(np.std(treated - left * untreated, ddof=1)) / whole / np.sqrt(len(treated))
    each = 1 - treated[untreated > 0] / untreated[untreated > 0]
    low, high = np.quantile(each, (0.05, 0.95))
    return Paired(1 - left, float(low), float(high), float(error))
