"""The fast circle alone: made-up people live a plan with bone held, for many vectors of numbers at once.

Pain, mood, function and stress do not feel bone within the years of a trial unless a bone breaks, so a fit of their
numbers can leave it out. Everything else is the whole model's own: starts, natural course, treatments, gains. The
states follow their goals g(x, t) with time constants τ, exactly where g is straight in time:

    a = g₀ + (x - g₀) e^{-h/τ},    x(t + h) = a + (g₁ - g₀) (1 - (1 - e^{-h/τ}) τ/h),    g₁ = g(a, t + h)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from boneloop.calibrate.targets.lives import Lives
from boneloop.calibrate.targets.observed import readings
from boneloop.cycle import loop, observe
from boneloop.cycle.body import fracture, function, inflammation, mood, pain, stress, wellbeing
from boneloop.evidence.registry import Registry
from boneloop.kernel.vector import pack, unpack
from boneloop.patient.profile import Profile
from boneloop.simulate.aftermath import measured_after, old_injuries
from boneloop.simulate.lanes import Lanes, arrange
from boneloop.simulate.model import Model, prepare
from boneloop.simulate.natural_course import NaturalCourse, tendency
from boneloop.simulate.priors import STATES, seen_states, usual_states
from boneloop.simulate.rest import hidden, hold
from boneloop.simulate.start import own_gain
from boneloop.therapy import actions, exposure
from boneloop.therapy.care_plan import CarePlan
from boneloop.therapy.schedule import Schedule, schedule
from boneloop.types import Array
from boneloop.units import DAYS_PER_MONTH, DAYS_PER_YEAR

STEPS = 2
"""Steps a month."""


@dataclass(frozen=True)
class Gathered:
    """Made-up people, and what is drawn of them whatever the numbers of a vector: one value per person.

    seen, usual  levels by state as in ``priors``
    """

    people: tuple[Profile, ...]
    seed: int
    seen: Mapping[str, Array]
    usual: Mapping[str, Array]


def gathered(people: Sequence[Profile], registry: Registry, seed: int) -> Gathered:
    """Draw the levels at which people start."""
    lanes = arrange(people, 1, seed)
    return Gathered(tuple(people), seed, seen_states(lanes, registry), usual_states(lanes, registry))


def lived(who: Gathered, plan: CarePlan, registry: Registry, values: Mapping[str, Array], months: int) -> Lives:
    """Months from 0, and pages of shape (months, people, vectors).

    values  the numbers of every vector by id, shape (vectors,), in the entries' own units; all have the same luck
    """
    vectors = len(next(iter(values.values())))
    lanes = arrange(who.people, vectors, who.seed)
    lanes = replace(lanes, draw=np.zeros_like(lanes.draw))
    model = prepare(registry, lanes, {name: np.tile(row, len(who.people)) for name, row in values.items()})
    begun = _begun(who, lanes, model)
    pages = _Walk(begun, schedule(plan, months), model).pages(months)
    shape = (months + 1, len(who.people), vectors)
    noted = {name: np.stack(page).reshape(shape) for name, page in pages.items()}
    shown = {page: np.broadcast_to(row[None, :, None], shape) for page, row in readings(who.people).items()}
    return Lives(np.arange(months + 1.0), noted | shown)


class _Begun:
    """Everybody at month 0."""

    def __init__(self, lanes: Lanes, person: loop.Person, fast: loop.Fast, injuries: fracture.Injuries) -> None:
        self.lanes, self.person, self.fast, self.injuries = lanes, person, fast, injuries
        self.course: NaturalCourse | None = None


def _begun(who: Gathered, lanes: Lanes, model: Model) -> _Begun:
    seen = {state: row[lanes.patient] for state, row in who.seen.items()}
    usual = {state: row[lanes.patient] for state, row in who.usual.items()}
    person = loop.Person(gain=own_gain(lanes, model))
    fast = hidden(seen, person, model)
    after = {state: measured_after(lanes, state) for state in STATES}
    held = hold(fast, person, old_injuries(lanes, model), after, usual, model)
    begun = _Begun(lanes, held.person, fast, held.injuries)
    begun.course = NaturalCourse(lanes, tendency(lanes, held.levels, model), model)
    return begun


class _Walk:
    """The same people through one plan."""

    def __init__(self, begun: _Begun, lines: Schedule, model: Model) -> None:
        self._begun, self._lines, self._model = begun, lines, model
        self._rows = pack(begun.fast, begun.lanes.count)
        self._activity: dict[str, Array] = {}
        self._injuries = begun.injuries
        p = model.body
        times = loop.Fast(
            stress.State(p.stress.norepinephrine_time, p.stress.cortisol_time),
            inflammation.State(p.inflammation.time),
            pain.State(p.pain.felt_time, p.pain.sensitization_time),
            mood.State(p.mood.depression_time, p.mood.anxiety_time),
            function.State(p.function.time),
        )
        self._times = pack(times, begun.lanes.count)

    def pages(self, months: int) -> dict[str, list[Array]]:
        """A page of each outcome, at every month from 0."""
        noted = [self._page(0)]
        for month in range(months):
            self._month(month)
            noted.append(self._page(month + 1))
        return {name: [page[name] for page in noted] for name in noted[0]}

    def _month(self, month: int) -> None:
        model, course = self._model, self._begun.course
        assert course is not None
        drive = exposure.month_drive(self._lines, month, [1.0] * len(self._lines.lines), model.kinetics)
        begun = {c: self._activity.get(c, 0.0) + drive.pulse.get(c, 0.0) for c in drive.rate}
        everywhere = np.arange(self._begun.lanes.count)
        person = course.push(month, everywhere).on(self._begun.person)
        step = DAYS_PER_MONTH / STEPS
        fading = np.exp(-step / self._times)
        ahead = 1 - (1 - fading) * self._times / step

        def goal(rows: Array, days: float) -> Array:
            care = actions.effects(exposure.activities(begun, drive.plateau, drive.rate, days), model.care)
            hurt = fracture.healed(self._injuries, days, model.healing)
            x = unpack(self._begun.fast, rows)
            told = loop.fast_inputs(x, person, hurt, 0, care, loop.OPEN, model.body)
            return rows + self._times * pack(loop.fast_rates(x, told, model.body), rows.shape[1])

        for number in range(STEPS):
            first = goal(self._rows, number * step)
            reached = first + (self._rows - first) * fading
            self._rows = reached + (goal(reached, (number + 1) * step) - first) * ahead
        self._injuries = fracture.healed(self._injuries, DAYS_PER_MONTH, model.healing)
        self._activity = dict(exposure.activities(begun, drive.plateau, drive.rate, DAYS_PER_MONTH))
        course.advance(month)

    def _page(self, month: int) -> dict[str, Array]:
        model, lanes = self._model, self._begun.lanes
        x = unpack(self._begun.fast, self._rows)
        factors = loop.quality(x, self._injuries, loop.OPEN, model.body)
        age = lanes.age + month * DAYS_PER_MONTH / DAYS_PER_YEAR
        page = {name: np.asarray(value) for name, value in observe.instruments(x, model.observe)._asdict().items()}
        return page | {
            "utility": np.asarray(wellbeing.utility(age, *factors, model.wellbeing)),
            "norepinephrine": x.stress.norepinephrine,
            "cortisol": x.stress.cortisol,
            "cytokines": x.inflammation.cytokines,
            "left_death": np.ones(lanes.count),
        }
