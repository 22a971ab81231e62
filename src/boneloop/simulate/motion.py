"""The body in motion: the whole circle of every lane, recorded once for the compiled engine, moved month by month.

What can differ between lanes or months (the person, what fractures left, exposures, every number that is drawn) is a
parameter of the recorded model; the rest is folded into its code. The same question asked again, with other people
and other luck, finds the code it had before.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from boneloop.cycle import loop
from boneloop.cycle.body import bone, fracture
from boneloop.kernel.dormand_prince import Tolerance
from boneloop.kernel.engines import engine_for
from boneloop.kernel.problem import REASONS, Engine, Problem, Status
from boneloop.kernel.recorder import record
from boneloop.kernel.vector import leaves, rebuild
from boneloop.simulate import mineral_alone
from boneloop.simulate.natural_course import Push
from boneloop.therapy import actions, exposure
from boneloop.types import Array, Scalar
from boneloop.units import DAYS_PER_MONTH, DAYS_PER_YEAR

RESTART_DAYS = 0.02
"""First step after an injection, half an hour."""

CALCIUM = loop.STATE_NAMES.index("mineral_calcium")
FLOOR = np.concatenate([np.zeros(len(loop.STATE_NAMES) - len(mineral_alone.FLOOR)), mineral_alone.FLOOR])
"""What no state falls below."""
DEPOT = loop.STATE_NAMES.index("mineral_denosumab_depot")
LOOKED_AT = np.array([1.0, 2.0, 4.0, 6.0, 8.0, 10.0, 13.0, 16.0, 20.0, 25.0, DAYS_PER_MONTH])
"""Days of a month on which calcium is looked at: its lowest after an injection lies in the first two weeks."""


class Hormone(NamedTuple):
    """Age at which sex steroids start to fall, and how fast, days."""

    start: Scalar
    half_time: Scalar


class Now(NamedTuple):
    """What changes from month to month; leaves are numbers or one per lane.

    age_days            at the start of the month
    push                what the natural course adds to the person's own inputs
    begun, goal, rate   of each channel of ``exposure``: where it stands, where it heads, how fast
    """

    age_days: Scalar
    injuries: fracture.Injuries
    push: Push
    begun: Mapping[str, Scalar]
    goal: Mapping[str, Scalar]
    rate: Mapping[str, Scalar]


class Being(NamedTuple):
    """What stays; leaves are numbers or one per lane."""

    hormone: Hormone
    person: loop.Person
    healing: fracture.Healing
    care: actions.Parameters
    gates: loop.Gates
    body: loop.Parameters


_ALWAYS_OPEN = ("hormone", "person")


class Moved(NamedTuple):
    """Where every lane ended.

    rows  (states, lanes); step  the next; least_calcium  lowest of the month, mmol; stopped  who, and why
    """

    rows: Array
    step: Array
    least_calcium: Array
    stopped: dict[int, str]


def rates(now: Now, being: Being, rows: Any, days: Scalar) -> loop.State:
    """Rates of everything in one person, per day, ``days`` into the month."""
    care = actions.effects(exposure.activities(now.begun, now.goal, now.rate, days), being.care)
    hurt = fracture.healed(now.injuries, days, being.healing)
    age = now.age_days + days
    estrogen = bone.estrogen_after_menopause(age - being.hormone.start, being.hormone.half_time)
    person, years = now.push.on(being.person), age / DAYS_PER_YEAR
    return loop.rates(loop.state_of(rows), person, estrogen, hurt, care, being.gates, being.body, years)


def in_depot(injected: Scalar, body: loop.Parameters) -> Scalar:
    """What an injection of denosumab, mg, adds to its depot."""
    p = body.mineral_engine.denosumab
    return injected * p.nanograms_per_milligram * p.bioavailability


class Motion:
    """Moves the same lanes through many months."""

    def __init__(self, being: Being, lanes: int) -> None:
        self.lanes, self._being = lanes, being
        self._constants = _constants(being)
        values = zip(leaves(being), self._constants, strict=True)
        self._open = _rows([value for value, constant in values if constant is None], lanes)

    def advance(self, now: Now, rows: Array, step: Array, injected: Array, allowed: Tolerance) -> Moved:
        """Move every lane through one month.

        step      shape (lanes,), first step, days; 0 lets the engine choose
        injected  denosumab given at the start of the month, mg, shape (lanes,)
        allowed   error of one step
        A lane that cannot go on stops alone, stays where it was and is named with the reason.
        """
        rows = self._after(injected, rows)
        problem = Problem(
            states=rows,
            parameters=np.concatenate([_rows(list(leaves(now)), self.lanes), self._open]),
            start=0.0,
            end=DAYS_PER_MONTH,
            times=LOOKED_AT,
            rows=[CALCIUM],
            stops=False,
            floor=FLOOR,
            step=np.where(injected > 0, np.minimum(step, RESTART_DAYS), step),
        )
        found = self._engine(now).solve(problem, allowed)
        stopped = {lane: REASONS[Status(found.status[lane])] for lane in np.flatnonzero(found.status).tolist()}
        held = list(stopped)
        ended, least = np.array(found.states), found.recorded[:, 0].min(axis=0)
        ended[:, held], least[held] = rows[:, held], rows[CALCIUM, held]
        return Moved(ended, found.step, least, stopped)

    def _after(self, injected: Array, rows: Array) -> Array:
        """The rows right after the injections."""
        if not injected.any():
            return rows
        dosed = rows.copy()
        dosed[DEPOT] += in_depot(injected, self._being.body)
        return dosed

    def _engine(self, now: Now) -> Engine:
        blank = rebuild(self._being, (0.0 if value is None else value for value in self._constants))
        return _compiled(_Shape(blank, tuple(now.begun), self._constants))


def _rows(values: list[Any], lanes: int) -> Array:
    rows = np.empty((len(values), lanes))
    for row, value in zip(rows, values, strict=True):
        row[:] = value
    return rows


def _constants(being: Being) -> tuple[float | None, ...]:
    """The value of every leaf that is folded into the code, None for an open one."""
    return tuple(
        None if name in _ALWAYS_OPEN or (isinstance(leaf, np.ndarray) and leaf.ndim) else float(leaf)
        for name, branch in being._asdict().items()
        for leaf in leaves(branch)
    )


class _Shape:
    """Which channels act and which numbers are open: two that are alike have the same code."""

    def __init__(self, being: Being, channels: tuple[str, ...], constants: tuple[float | None, ...]) -> None:
        self.being, self.channels, self.constants = being, channels, constants

    def __hash__(self) -> int:
        return hash((self.channels, self.constants))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Shape) and (self.channels, self.constants) == (other.channels, other.constants)

    @property
    def now(self) -> Now:
        """The tree of what changes, with nothing in it."""
        none: dict[str, Scalar] = dict.fromkeys(self.channels, 0.0)
        return Now(0.0, fracture.Injuries(), Push(), none, none, none)

    @property
    def opened(self) -> int:
        """How many parameters the recorded model has."""
        return sum(1 for _ in leaves(self.now)) + sum(constant is None for constant in self.constants)

    def filled(self, opened: Any) -> tuple[Now, Being]:
        """With the parameters in their places."""
        given = iter(opened)
        now = rebuild(self.now, given)
        return now, rebuild(self.being, (next(given) if c is None else c for c in self.constants))


@lru_cache(maxsize=32)
def _compiled(shape: _Shape) -> Engine:
    def model(rows: Any, opened: Any, days: Any) -> loop.State:
        return rates(*shape.filled(opened), rows, days)

    return engine_for(record(model, len(loop.STATE_NAMES), shape.opened), threads=1)
