"""Where an outcome comes from: every number behind it, from the formula that gives it back to the start.

    read        when the outcome is noted
    stations    whose states it reads, then those that drive these through an arrow, and so on; with their numbers
    staying     who stays on a treatment
    start       where the person is placed, what is not known of them, their natural course

Nothing is listed by hand: ``readings`` asks the model what an outcome reads, ``flow`` reads the recorded rates.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from boneloop.compare.flow import INJURIES, Flow, flow, stations
from boneloop.compare.readings import Readings, readings
from boneloop.cycle import loop
from boneloop.evidence.entry import Entry
from boneloop.evidence.registry import Registry
from boneloop.kernel.dormand_prince import Tolerance
from boneloop.patient.profile import Profile
from boneloop.simulate.lanes import arrange
from boneloop.simulate.life import MONTHS_PER_YEAR, Setting, live
from boneloop.simulate.model import prepare
from boneloop.simulate.start import start
from boneloop.therapy.care_plan import CarePlan
from boneloop.types import Array

KINDS = 3
"""People of more kinds (sex, country, ancestry, site measured) are not asked for one by one."""
_START_TOLERANCE = 1e-3
_LIFE_TOLERANCE = 1e-5
_NOTICED = 1e-4
"""A number that moves an outcome by a smaller share of itself is not named among those that move it."""


@dataclass(frozen=True)
class Step:
    """One station on the way to an outcome.

    steps    how many arrows lie between it and the outcome, 0 where the outcome reads its state
    numbers  ids of its own rates, of the arrows into it and of the treatments that act there
    arrows   into it
    """

    station: str
    steps: int
    numbers: tuple[str, ...]
    arrows: tuple[str, ...]


@dataclass(frozen=True)
class Mover:
    """An uncertain number that moves an outcome.

    change  of the outcome at the horizon when the number is one standard deviation higher, and the numbers that it
            was fitted together with go along as their correlation says; share: of the outcome
    """

    id: str
    change: float
    share: float


@dataclass(frozen=True)
class Origin:
    """Where one outcome comes from; ids in alphabetical order.

    movers  by care plan, the strongest first; empty where they were not asked for
    """

    outcome: str
    read: tuple[str, ...]
    steps: tuple[Step, ...]
    staying: tuple[str, ...]
    start: tuple[str, ...]
    movers: dict[str, tuple[Mover, ...]]

    def roles(self) -> dict[str, str]:
        """What each number is to the outcome: "read", "mood:1" (a station, and arrows away), "staying" or "start"."""
        found = dict.fromkeys(self.start, "start") | dict.fromkeys(self.staying, "staying")
        for step in reversed(self.steps):
            found |= dict.fromkeys(step.numbers, f"{step.station}:{step.steps}")
        return found | dict.fromkeys(self.read, "read")

    @property
    def ids(self) -> tuple[str, ...]:
        """Every number behind the outcome."""
        found = {*self.read, *self.staying, *self.start}
        return tuple(sorted(found.union(*(step.numbers for step in self.steps))))


def origins(
    profile: Profile, plans: Sequence[CarePlan], registry: Registry, years: int, *, movers: Collection[str] = ()
) -> dict[str, Origin]:
    """Where every outcome of this person under these plans comes from.

    movers  under the plans of these names, also live a life with each uncertain number a standard deviation higher
    """
    seen = readings(profile, plans, registry, Tolerance(_START_TOLERANCE, _START_TOLERANCE))
    body = _with_fractures(flow(registry, plans, years * MONTHS_PER_YEAR), seen)
    moved = {plan.name: moving(profile, plan, registry, years) for plan in plans if plan.name in movers}
    return {outcome: _with_movers(_origin(outcome, seen, body), moved) for outcome in seen.numbers}


def _origin(outcome: str, seen: Readings, body: Flow) -> Origin:
    read, steps = tuple(sorted(seen.numbers[outcome])), _steps(seen.states[outcome], body)
    return Origin(outcome, read, steps, tuple(sorted(seen.staying)), tuple(sorted(seen.start)), {})


def _with_movers(origin: Origin, moved: Mapping[str, Mapping[str, tuple[Mover, ...]]]) -> Origin:
    """The origin with those that move it; what only goes along with one of its numbers is not one of them."""
    own = set(origin.ids)
    movers = {plan: tuple(m for m in found.get(origin.outcome, ()) if m.id in own) for plan, found in moved.items()}
    return replace(origin, movers=movers)


def origins_of_people(
    people: Sequence[Profile], plans: Sequence[CarePlan], registry: Registry, years: int
) -> dict[str, Origin]:
    """Where every outcome of some people comes from: asked of the first of each kind, at most ``KINDS`` of them."""
    kinds = {(p.sex, p.country, p.ethnicity, p.bone.site if p.bone else ""): p for p in reversed(people)}
    asked = [origins(one, plans, registry, years) for one in list(reversed(kinds.values()))[:KINDS]]
    return merged(asked) if plans else {}


def merged(asked: Sequence[dict[str, Origin]]) -> dict[str, Origin]:
    """What stands behind an outcome in any of the people asked for; a station as near as in any of them."""
    outcomes = dict.fromkeys(outcome for found in asked for outcome in found)
    return {outcome: _united([found[outcome] for found in asked if outcome in found]) for outcome in outcomes}


def _united(same: Sequence[Origin]) -> Origin:
    at: dict[str, list[Step]] = {}
    for origin in same:
        for step in origin.steps:
            at.setdefault(step.station, []).append(step)
    steps = (
        Step(station, min(s.steps for s in found), _all(s.numbers for s in found), _all(s.arrows for s in found))
        for station, found in at.items()
    )
    return Origin(
        same[0].outcome,
        _all(origin.read for origin in same),
        tuple(sorted(steps, key=lambda step: (step.steps, step.station))),
        _all(origin.staying for origin in same),
        _all(origin.start for origin in same),
        {},
    )


def _all(parts: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(sorted(set().union(*parts)))


def _with_fractures(body: Flow, seen: Readings) -> Flow:
    """The flow with what breaks a bone, and what that does at once, behind the injuries."""
    broken = "fracture_any"
    numbers = {**body.numbers, INJURIES: seen.injuries | seen.numbers[broken]}
    return Flow(numbers, {**body.sources, INJURIES: seen.states[broken]})


def _steps(first: frozenset[str], body: Flow) -> tuple[Step, ...]:
    """The stations behind an outcome, the nearest first, each with the numbers of those states that matter here."""
    station = stations()
    distance = {station[state]: 0 for state in sorted(first)}
    reached, edge = set(first), set(first)
    while edge:
        further: set[str] = set()
        for state in sorted(edge):
            for source in sorted(body.sources[state] - reached):
                further.add(source)
                distance.setdefault(station[source], distance[station[state]] + 1)
        reached, edge = reached | further, further
    numbers: dict[str, set[str]] = {name: set() for name in distance}
    for state in reached:
        numbers[station[state]] |= body.numbers[state]
    order = sorted(distance, key=lambda name: (distance[name], name))
    return tuple(
        Step(name, distance[name], tuple(sorted(numbers[name])), _arrows(name, numbers[name])) for name in order
    )


def _arrows(station: str, numbers: set[str]) -> tuple[str, ...]:
    tables = {identity.partition(".")[0] for identity in numbers}
    return tuple(arrow for arrow in loop.ARROWS if arrow in tables and arrow.endswith(f"_to_{station}"))


def moving(
    profile: Profile, plan: CarePlan, registry: Registry, years: int, *, along: bool = True
) -> dict[str, tuple[Mover, ...]]:
    """By outcome, what moves it: one middle life for each uncertain number, with that number one deviation higher.

    along  the numbers that it was fitted together with go along
    """
    ids = [entry.id for entry in registry if entry.drawn]
    lanes = arrange([profile], len(ids) + 1, 1, central=True)
    model = prepare(registry, lanes, _one_higher(registry, ids, along))
    tolerance = Tolerance(_LIFE_TOLERANCE, _LIFE_TOLERANCE)
    begin = start(lanes, model, tolerance)
    course = live(begin, plan, model, Setting(years * MONTHS_PER_YEAR, tolerance, expected=True))
    return {outcome: _strongest(rows[-1], ids) for outcome, rows in course.values.items()}


def _one_higher(registry: Registry, ids: Sequence[str], along: bool) -> dict[str, Array]:
    """Values by id: the middle in the first lane, then in each lane one number higher, its partners along with it."""
    scores = {identity: np.zeros(len(ids) + 1) for identity in ids}
    together = [fit.joint for fit in registry.fits.values() if fit.joint and along]
    for lane, identity in enumerate(ids, 1):
        scores[identity][lane] = 1
        if identity in registry.believed:
            continue
        for joint in (joint for joint in together if identity in joint.names):
            for partner, correlation in joint.partners(identity):
                if partner not in registry.believed:
                    scores[partner][lane] = correlation
    return {identity: _at(registry[identity], score) for identity, score in scores.items()}


def _at(entry: Entry, scores: Array) -> Array:
    """The number at each score, with its value as the registry has it at score 0."""
    assert not isinstance(entry.value, tuple)
    return entry.value + entry.spread.at_score(entry.value, scores) - entry.spread.at_score(entry.value, 0 * scores)


def _strongest(values: Array, ids: Sequence[str]) -> tuple[Mover, ...]:
    middle, found = float(values[0]), []
    for identity, value in zip(ids, values[1:].tolist(), strict=True):
        change = value - middle
        share = change / abs(middle) if middle else 0.0
        if abs(share) > _NOTICED:
            found.append(Mover(identity, change, share))
    return tuple(sorted(found, key=lambda mover: (-abs(mover.change), mover.id)))
