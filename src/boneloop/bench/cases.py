"""The cases: ten years of the mineral engine with and without denosumab, daily teriparatide, the whole circle.

*nat* and *den* are the published form from age 48, with the estrogen transition and a falling GFR; *den* gives 60 mg of
denosumab every half year. Sixteen parameters differ between patients, log-normal around the printed value (median).
All states start at the listed baseline. A year is 8736 hours, as in the published model.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache, cached_property
from typing import Any

import numpy as np

from boneloop.bench.case import Case
from boneloop.cycle import loop
from boneloop.cycle.body import bone, fracture
from boneloop.cycle.body.mineral import courses, parameters
from boneloop.cycle.body.mineral.form import PUBLISHED, SMOOTH, Form
from boneloop.cycle.body.mineral.state import Inputs, State
from boneloop.evidence.registry import load
from boneloop.kernel.graph import Graph
from boneloop.kernel.problem import Event, Events, Problem
from boneloop.kernel.recorder import record
from boneloop.kernel.vector import leaves
from boneloop.mathematics import exp
from boneloop.simulate.lanes import body_parameters
from boneloop.simulate.mineral_alone import MineralAlone, sizes
from boneloop.therapy.exposure import kinetics
from boneloop.types import Array, Scalar
from boneloop.units import DAYS_PER_YEAR

SPREAD = {
    "density.osteoblast_exponent": 0.2,
    "density.spine_osteoclast_exponent": 0.2,
    "density.spine_rate": 0.25,
    "density.neck_rate": 0.25,
    "denosumab.clearance": 0.3,
    "denosumab.saturable_clearance": 0.3,
    "denosumab.absorption": 0.3,
    "denosumab.rankl_loss": 0.3,
    "osteoblast.death_estrogen_exponent": 0.3,
    "tgf_beta.activation": 0.2,
    "osteoblast.influx_estrogen_exponent": 0.2,
    "tgf_beta.latent_estrogen_exponent": 0.2,
    "estrogen.depth": 0.1,
    "gut.calcium_intake": 0.1,
    "osteoclast.rate": 0.15,
    "calcitriol.elimination": 0.1,
}
"""The parameters that differ between patients, and their coefficients of variation."""

AGE, GFR_FALL = 48, 20.0
YEARS, HALF_YEAR, DAY = 10, 4368.0, 24.0
DENOSUMAB_MG, TERIPARATIDE_UG, TERIPARATIDE_DAYS = 60.0, 20.0, 728
RESTART, RESTART_DAILY = 0.5, 0.02
MOST_STEPS = 1_000_000
SEED = 20
DRUGS = tuple(name for name in State._fields if name.startswith(("denosumab_", "teriparatide_")))


class Mineral:
    """The mineral engine of one form, with its patients."""

    def __init__(self, form: Form) -> None:
        self.form = form

    @cached_property
    def model(self) -> MineralAlone:
        """The engine with the varied parameters left open, from age 48."""
        return MineralAlone(parameters.read(load()), tuple(SPREAD), form=self.form, told=_told)

    def graph(self) -> Graph:
        """The recorded engine."""
        return self.model.graph

    def ten_years(self, events: Sequence[Event], count: int) -> Problem:
        """All states at twenty half-years."""
        return self._problem(events, count, HALF_YEAR * np.arange(1.0, 2 * YEARS + 1), RESTART)

    def two_years(self, events: Sequence[Event], count: int) -> Problem:
        """All states every four weeks."""
        return self._problem(events, count, DAY * np.arange(28.0, TERIPARATIDE_DAYS + 1, 28), RESTART_DAILY)

    def _problem(self, events: Sequence[Event], count: int, times: Array, restart: float) -> Problem:
        start = self.model.scaled(parameters.listed(self.model.p), count)
        shared = Events.shared(events, count) if events else None
        return Problem(
            start, self._varied(count), 0.0, times[-1], shared, times, restart=restart, most_steps=MOST_STEPS
        )

    def _varied(self, count: int) -> Array:
        """Shape (parameters, count); the draws of a patient do not depend on how many there are."""
        spread = np.sqrt(np.log1p(np.square(list(SPREAD.values()))))
        chance = np.random.default_rng(SEED).standard_normal((count, len(spread)))
        varied: Array = self.model.usual()[:, None] * np.exp(chance * spread).T
        return varied

    def denosumab(self) -> list[Event]:
        """60 mg every half year, the first at once."""
        amount = DENOSUMAB_MG * self.model.p.denosumab.bioavailability
        return self._given("denosumab_depot", amount, HALF_YEAR, 2 * YEARS)

    def teriparatide(self) -> list[Event]:
        """20 µg a day for two years."""
        amount = TERIPARATIDE_UG * self.model.p.teriparatide.bioavailability
        return self._given("teriparatide_depot", amount, DAY, TERIPARATIDE_DAYS)

    def _given(self, depot: str, amount: Scalar, every: float, doses: int) -> list[Event]:
        place = State._fields.index(depot)
        return [Event(dose * every, place, float(amount)) for dose in range(doses)]


def _told(hour: Scalar, p: parameters.Parameters, given: Inputs) -> Inputs:
    hours = hour + (AGE * p.estrogen.year - p.estrogen.age_at_start)
    fall = p.filtration._replace(fall=GFR_FALL)
    return given._replace(
        estrogen=courses.published_goal(hours, p.estrogen),
        filtration_fall=courses.published_fall(p.baseline.filtration, fall),
    )


_JUDGED = [place for place, name in enumerate(State._fields) if name not in DRUGS]


def _mineral(name: str, title: str, form: Form) -> list[Case]:
    """Without and with denosumab."""
    engine = Mineral(form)
    decades = YEARS / 10
    return [
        Case(f"nat{name}", f"ten years, no drug{title}", decades, engine.graph, _alone(engine), _JUDGED),
        Case(f"den{name}", f"ten years, denosumab{title}", decades, engine.graph, _denosumab(engine), _JUDGED),
    ]


def _alone(engine: Mineral) -> Callable[[int], Problem]:
    return lambda count: engine.ten_years((), count)


def _denosumab(engine: Mineral) -> Callable[[int], Problem]:
    return lambda count: engine.ten_years(engine.denosumab(), count)


def _daily(form: Form) -> Case:
    engine = Mineral(form)
    decades = TERIPARATIDE_DAYS * DAY / (2 * HALF_YEAR) / 10

    def patients(count: int) -> Problem:
        return engine.two_years(engine.teriparatide(), count)

    return Case("teriparatide", "two years, teriparatide daily, smooth form", decades, engine.graph, patients, _JUDGED)


class Circle:
    """The circle of one person, estrogen falling over the years; people differ in their states and in one gain.

    Denosumab every half year reaches the mineral engine as doses and bone as an exposure that jumps and fades.
    """

    HALF_TIME = 1200.0
    SPREAD_OF_STATES, SPREAD_OF_GAIN = 0.1, 0.2
    ELSEWHERE = 0.1
    RESTART = 0.02

    @cached_property
    def body(self) -> Any:
        """Parameters of everybody."""
        return body_parameters(load(), {})

    @cached_property
    def size(self) -> list[float]:
        """What the states are scaled by."""
        minerals = sizes(self.body.mineral_engine)
        return [*(value or 1.0 for value in self.typical[: -len(minerals)].tolist()), *minerals]

    @cached_property
    def typical(self) -> Array:
        """States of a typical person: bone at rest, a little of all else."""
        cells = [float(value) for value in leaves(bone.rest(self.body.bone))]
        shares = [self.ELSEWHERE] * (len(loop.FAST_NAMES) + len(fracture.State._fields))
        return np.array([*cells, *shares, *parameters.listed(self.body.mineral_engine)])

    def graph(self) -> Graph:
        """The recorded circle, states scaled by those of a typical person, per day."""
        return record(self._rates, len(self.typical), 1 + len(("exposure", "since")))

    def _rates(self, scaled: Sequence[Scalar], given: Sequence[Scalar], day: Scalar) -> list[Scalar]:
        y = [size * value for size, value in zip(self.size, scaled, strict=True)]
        whole = fracture.Injuries(*(0.0 for _ in fracture.Injuries._fields))
        gain, exposure, since = given
        care = {"bone.denosumab": exposure * exp(-self.kinetics.rate_off * (day - since))}
        person = loop.Person(gain=gain, felt_input=self.ELSEWHERE, depression_input=self.ELSEWHERE / 2)
        estrogen = 1 / (1 + day / self.HALF_TIME)
        moved = leaves(loop.rates(loop.state_of(y), person, estrogen, whole, care, loop.OPEN, self.body))
        return [rate / size for rate, size in zip(moved, self.size, strict=True)]

    def patients(self, count: int) -> Problem:
        """Ten years with a report every month."""
        chance = np.random.default_rng(SEED).standard_normal((count, len(self.typical) + 1)).T
        typical = (self.typical / self.size)[:, None]
        states, gain = typical * np.exp(self.SPREAD_OF_STATES * chance[:-1]), np.exp(self.SPREAD_OF_GAIN * chance[-1:])
        end = YEARS * DAYS_PER_YEAR
        times = np.linspace(0, end, 12 * YEARS + 1)[1:]
        events = Events.shared(list(self._doses()), count)
        nothing_yet = np.zeros((2, count))
        return Problem(
            states, np.concatenate([gain, nothing_yet]), 0.0, end, events, times, stops=False, restart=self.RESTART
        )

    @cached_property
    def kinetics(self) -> Any:
        """How the exposure of bone to denosumab jumps and fades, per day."""
        return kinetics(load())["denosumab"]

    def _doses(self) -> Iterator[Event]:
        """Every half year: the dose into the depot, the exposure, and the day from which it fades."""
        place, first = loop.STATE_NAMES.index("mineral_denosumab_depot"), len(self.typical) + 1
        apart, exposure = DAYS_PER_YEAR / 2, 0.0
        for number in range(2 * YEARS):
            day = number * apart
            exposure = exposure * np.exp(-self.kinetics.rate_off * apart) + DENOSUMAB_MG * self.kinetics.per_pulse
            yield Event(day, place, DENOSUMAB_MG * self.body.mineral_engine.denosumab.bioavailability)
            yield Event(day, first, exposure, keep=0)
            yield Event(day, first + 1, day, keep=0)


def _circle() -> Case:
    person = Circle()
    judged = [place for place, name in enumerate(loop.STATE_NAMES) if name.removeprefix("mineral_") not in DRUGS]
    return Case(
        "whole", "ten years, the whole circle, denosumab, monthly reports", 1.0, person.graph, person.patients, judged
    )


@cache
def cases() -> dict[str, Case]:
    """All cases by name, in the order of the table."""
    listed = [
        *_mineral("", ", published form", PUBLISHED),
        *_mineral("-smooth", ", smooth form", SMOOTH),
        _daily(SMOOTH),
        _circle(),
    ]
    return {case.name: case for case in listed}
