"""Model: the recorded mineral engine with open what the people of a protocol, or its changes, may differ in.

All inputs are always open, so that most protocols share one compiled model. With the course of estrogen three numbers
more are open: whether a person follows it, their age at the start, and the age at which the transition begins.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from boneloop.cycle.body.mineral import courses, parameters, station
from boneloop.cycle.body.mineral.form import PUBLISHED, SMOOTH
from boneloop.cycle.body.mineral.state import Inputs, State
from boneloop.kernel.graph import Graph
from boneloop.kernel.recorder import record
from boneloop.mathematics import maximum
from boneloop.simulate.mineral_alone import INPUTS, MineralAlone, Told
from boneloop.simulate.protocol.numbers import AGE, MENOPAUSE_AGE, OF_THE_START
from boneloop.simulate.protocol.observables import Observable
from boneloop.simulate.protocol.people import Person
from boneloop.simulate.protocol.reading import Protocol
from boneloop.types import Array, Scalar

FOLLOWS, ONSET = "course.follows", "course.onset"
COURSE = (FOLLOWS, AGE, ONSET)
STATES = State._fields


@dataclass(frozen=True)
class Model:
    """The engine of one protocol.

    alone   the engine by itself, with the numbers of the engine that are open
    course  whether anybody follows the course of estrogen
    year    hours in a year of age
    """

    alone: MineralAlone
    course: bool
    year: float

    @property
    def opened(self) -> tuple[str, ...]:
        """Places of the parameters of the recorded model."""
        return (*self.alone.opened, *(COURSE if self.course else ()))

    @cached_property
    def graph(self) -> Graph:
        """Rates of the scaled states, per hour."""
        return record(self.rates, len(STATES), len(self.opened))

    def rates(self, states: Sequence[Scalar], opened: Sequence[Scalar], hour: Scalar) -> State:
        """Rates of the scaled states, per hour."""
        count = len(self.alone.opened)
        alone = replace(self.alone, told=self._told(*opened[count:])) if self.course else self.alone
        return alone.rates(states, opened[:count], hour)

    def _told(self, follows: Scalar, age: Scalar, onset: Scalar) -> Told:
        def told(hour: Scalar, p: parameters.Parameters, given: Inputs) -> Inputs:
            course = self.estrogen(age + hour / self.year, onset, p)
            return given._replace(estrogen=given.estrogen * (1 + follows * (course - 1)))

        return told

    def estrogen(self, age: Scalar, onset: Scalar, p: parameters.Parameters) -> Scalar:
        """Where estrogen heads by the course, 1 up to the age at which the printed one starts (41)."""
        return courses.goal(maximum(age, p.estrogen.age_at_start / p.estrogen.year), onset, p.estrogen)

    def own(self, protocol: Protocol, persons: Sequence[Person]) -> dict[str, Array]:
        """The numbers of these people by place, each of shape (people,): the open ones and those of the start."""
        usual = dict(zip(self.alone.opened, self.alone.usual().tolist(), strict=True))
        usual.update({place: np.nan for place in (AGE, MENOPAUSE_AGE)})
        usual[OF_THE_START[-1]] = float(protocol.p.baseline.filtration)
        values = {
            place: np.array([protocol.own(one, place, number) for one in persons]) for place, number in usual.items()
        }
        return {**values, **(self._course_of(protocol, values) if self.course else {})}

    def _course_of(self, protocol: Protocol, values: dict[str, Array]) -> dict[str, Array]:
        p, course = protocol.p.estrogen, protocol.estrogen
        assert course is not None
        age, menopause = values[AGE], values[MENOPAUSE_AGE]
        follows = np.ones_like(age) if course.everybody else np.isfinite(menopause).astype(np.float64)
        last = np.where(np.isnan(menopause), p.age_at_end / p.year, menopause)
        onset = last - values.get("estrogen.transition", p.transition) / p.year
        return {
            FOLLOWS: follows,
            AGE: np.where(np.isnan(age), p.age_at_start / p.year, age),
            ONSET: np.full_like(age, course.onset) if course.onset is not None else onset,
        }

    def observer(self, what: Sequence[Observable]) -> Observer:
        """What is written down, as a function of states and open numbers."""
        return Observer.of(self, what)


@dataclass(frozen=True)
class Observer:
    """What is written down.

    states, parameters  numbers of the states and of the parameters that it reads, in this order
    graph               of those alone: results in the order of what is written down
    """

    states: tuple[int, ...]
    parameters: tuple[int, ...]
    graph: Graph

    @classmethod
    def of(cls, model: Model, what: Sequence[Observable]) -> Observer:
        """Find out what is read, and leave everything else out."""
        whole = record(_observed(model, what), len(STATES), len(model.opened))
        leaves = [(whole.sheet.ops[node].name, int(whole.sheet.values[node])) for node in whole.order]
        states = tuple(number for kind, number in leaves if kind == "STATE")
        numbers = tuple(number for kind, number in leaves if kind == "PARAMETER")

        def fewer(some: Sequence[Scalar], others: Sequence[Scalar], hour: Scalar) -> list[Scalar]:
            every: list[Scalar] = [1.0] * len(STATES)
            opened: list[Scalar] = model.alone.usual().tolist() + [0.0] * (len(COURSE) if model.course else 0)
            for number, value in zip(states, some, strict=True):
                every[number] = value
            for number, value in zip(numbers, others, strict=True):
                opened[number] = value
            return _observed(model, what)(every, opened, hour)

        return cls(states, numbers, record(fewer, len(states), len(numbers)))


def _observed(model: Model, what: Sequence[Observable]) -> Callable[..., list[Scalar]]:
    def observed(states: Sequence[Scalar], opened: Sequence[Scalar], hour: Scalar) -> list[Scalar]:
        alone = model.alone
        p, inputs = alone.filled(dict(zip(alone.opened, opened[: len(alone.opened)], strict=True)))
        state = State(*(size * value for size, value in zip(alone.scale, states, strict=True)))
        d = parameters.derive(p)
        seen = {
            "state": state,
            "reading": station.readings(state, inputs, p, d),
            "flux": station.fluxes(state, inputs, p, d, alone.form),
        }
        return [one.factor * getattr(seen[one.kind], one.name) for one in what]

    return observed


def model_of(protocol: Protocol) -> Model:
    """The model that the people and the changes of a protocol need."""
    named = {place for person in protocol.people for place in person.values}
    named |= {change.place for change in protocol.changes}
    inputs = [f"{INPUTS}.{name}" for name in Inputs._fields]
    extra = sorted(named - set(inputs) - set(OF_THE_START))
    form = PUBLISHED if protocol.form == "published" else SMOOTH
    course = protocol.estrogen is not None and (protocol.estrogen.everybody or MENOPAUSE_AGE in named)
    alone = MineralAlone(protocol.p, (*inputs, *extra), form=form)
    return Model(alone, course, protocol.calendar.year)
