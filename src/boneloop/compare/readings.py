"""What each outcome is worked out from: the numbers and the states that are read when it is noted.

Found by asking, not by listing: in one batch every lane has one number doubled, or one state halved, and nothing else
changed; nothing moves. An outcome that comes out otherwise in a lane reads that number or that state. It is asked
twice, of the person as told and of one to whom everything has happened that can happen in a life.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar, cast

import numpy as np

from boneloop.compare.flow import INJURIES, changing_months
from boneloop.cycle import loop
from boneloop.cycle.body.fracture import SITES, Injuries
from boneloop.evidence.entry import Entry
from boneloop.evidence.registry import Registry
from boneloop.kernel.dormand_prince import Tolerance
from boneloop.kernel.vector import pack
from boneloop.patient.profile import Profile
from boneloop.simulate.hazard import History
from boneloop.simulate.injury import injured, uninjured
from boneloop.simulate.lanes import Lanes, arrange
from boneloop.simulate.life import Setting, glance
from boneloop.simulate.model import Model, prepare
from boneloop.simulate.outcomes import EVERY_MONTHS
from boneloop.simulate.start import Start, start
from boneloop.therapy import adherence
from boneloop.therapy.care_plan import CarePlan
from boneloop.therapy.schedule import schedule
from boneloop.types import Array

P = TypeVar("P")
_HURT = 0.1
"""How much worse an injury is, or a state that was 0."""
_LONGEST = 360
"""Months within which a course of a plan begins."""
_PAST = (0.5, 2), (7.0, 3)
"""Years since the last fractures of the two persons to whom everything has happened, and vertebrae broken."""


@dataclass(frozen=True)
class Readings:
    """What is read.

    numbers   ids, by outcome; states: by outcome, what fractures leave among them as ``flow.INJURIES``
    injuries  ids that say what a fracture does at once
    start     ids read to place the person at the start, and for the natural course
    staying   ids that decide who stays on a treatment of the plans
    """

    numbers: Mapping[str, frozenset[str]]
    states: Mapping[str, frozenset[str]]
    injuries: frozenset[str]
    start: frozenset[str]
    staying: frozenset[str]


class _Noted:
    """A registry that notes every number asked of it; parameters are read by ``flow`` and not noted."""

    def __init__(self, registry: Registry) -> None:
        self._registry, self.asked = registry, set[str]()
        self.entries, self.believed = registry.entries, registry.believed

    def __getitem__(self, identity: str) -> Entry:
        self.asked.add(identity)
        return self._registry[identity]

    def number(self, identity: str, unit: str = "1") -> float:
        self.asked.add(identity)
        return self._registry.number(identity, unit)

    def at(self, identity: str, x: Array | float, unit: str = "1", logarithmic: bool = False) -> Array:
        self.asked.add(identity)
        return self._registry.at(identity, x, unit, logarithmic)

    def parameters(self, kind: type[P], table: str, draws: Mapping[str, Array] | None = None) -> P:
        return self._registry.parameters(kind, table, draws)


class _OneEach:
    """The registry as lanes see it: in the k-th lane the k-th number is doubled, all others are as they are."""

    def __init__(self, registry: Registry, places: Mapping[str, int], lanes: int) -> None:
        self._registry, self._places, self._lanes = registry, places, lanes
        self.entries, self.believed = registry.entries, registry.believed

    def __getitem__(self, identity: str) -> Entry:
        return self._registry[identity]

    def number(self, identity: str, unit: str = "1") -> Array:
        return self._doubled(identity, np.full(self._lanes, self._registry.number(identity, unit)))

    def at(self, identity: str, x: Array | float, unit: str = "1", logarithmic: bool = False) -> Array:
        found = self._registry.at(identity, x, unit, logarithmic)
        return self._doubled(identity, np.array(np.broadcast_to(found, (self._lanes,))))

    def parameters(self, kind: type[P], table: str, draws: Mapping[str, Array] | None = None) -> P:
        return self._registry.parameters(kind, table, draws)

    def _doubled(self, identity: str, values: Array) -> Array:
        values[self._places[identity]] = _twice(values[self._places[identity]])
        return values


def _twice(value: float) -> float:
    return 2 * value if value else 1.0


def readings(profile: Profile, plans: Iterable[CarePlan], registry: Registry, tolerance: Tolerance) -> Readings:
    """What every outcome of this person reads under these plans."""
    plans, ids, states = list(plans), list(registry.entries), loop.STATE_NAMES
    past = len(History.__dataclass_fields__)
    lanes = arrange([profile], 1 + len(ids) + len(states) + len(Injuries._fields) + past, 1, central=True)
    noted = _Noted(registry)
    plain = prepare(cast(Registry, noted), lanes, {})
    noted.asked.clear()
    begin = start(lanes, plain, tolerance)
    model = _one_each(registry, {identity: lane for lane, identity in enumerate(ids, 1)}, lanes)
    rows = _halved(_moved(pack(begin.state, lanes.count)), 1 + len(ids))
    begin = replace(begin, injuries=_hurt(begin.injuries, 1 + len(ids) + len(states)))
    meaning = ["", *ids, *states, *[INJURIES] * (len(Injuries._fields) + past)]
    found: dict[str, set[int]] = {}
    for person in (begin, *_after_everything(begin)):
        for plan in plans:
            for outcome, differs in _differing(person, plan, model, rows).items():
                found.setdefault(outcome, set()).update(differs)
    return Readings(
        numbers={o: frozenset(meaning[k] for k in differ if k <= len(ids)) for o, differ in found.items()},
        states={o: frozenset(meaning[k] for k in differ if k > len(ids)) for o, differ in found.items()},
        injuries=frozenset(meaning[k] for k in _of_injuries(model, lanes.count)),
        start=frozenset(noted.asked),
        staying=frozenset(meaning[k] for k in _of_staying(plans, model)),
    )


def _moved(rows: Array) -> Array:
    """Every state somewhat away from where it was, so that nothing cancels against the start."""
    return np.where(rows == 0, _HURT, (1 + _HURT) * rows)


def _halved(rows: Array, first: int) -> Array:
    """Rows in which, from lane ``first`` on, one state after another is half of what it is."""
    changed = rows.copy()
    for state, row in enumerate(rows):
        changed[state, first + state] = row[first + state] / 2
    return changed


def _hurt(injuries: Injuries, first: int) -> Injuries:
    """Injuries of which, from lane ``first`` on, one after another is a little worse."""
    changed = [np.array(field) for field in injuries]
    for place, field in enumerate(changed):
        field[first + place] += _HURT
    return Injuries(*changed)


def _differing(begin: Start, plan: CarePlan, model: Model, rows: Array) -> dict[str, list[int]]:
    """The lanes in which each outcome comes out otherwise than in the first, where nothing is changed."""
    months = changing_months(schedule(plan, _LONGEST))[-1] // EVERY_MONTHS * EVERY_MONTHS + EVERY_MONTHS
    setting = Setting(months, Tolerance(0, 0), expected=True)
    with np.errstate(all="ignore"):
        noted = glance(begin, plan, model, setting, rows)
    return {outcome: _unlike_first(values) for outcome, values in noted.items()}


def _unlike_first(values: Array) -> list[int]:
    alike = (values == values[0]) | (np.isnan(values) & np.isnan(values[0]))
    return [int(lane) for lane in np.flatnonzero(~alike)]


def _of_injuries(model: Model, lanes: int) -> set[int]:
    """The lanes whose number changes what a fracture does at once."""
    found: set[int] = set()
    for site in SITES:
        with np.errstate(all="ignore"):
            after = injured(uninjured(lanes), site, np.ones(lanes), np.full(lanes, _HURT), model.body)
            lasts = getattr(model.body.fracture_to_pain, f"{site}_lasting_probability")
        for field in (*after, np.broadcast_to(lasts, (lanes,))):
            found.update(_unlike_first(np.broadcast_to(field, (lanes,))))
    return found


def _of_staying(plans: Iterable[CarePlan], model: Model) -> set[int]:
    """The lanes whose number changes who stays on a treatment."""
    found: set[int] = set()
    lanes = next(iter(model.drawn.values())).size
    for plan in plans:
        for line in schedule(plan, _LONGEST).lines:
            for year in {asked for asked in line.years if asked}:
                with np.errstate(all="ignore"):
                    stays = adherence.stays(_HURT, line.drug, year, line.ask_months, model.adherence)
                found.update(_unlike_first(np.broadcast_to(np.asarray(stays), (lanes,))))
    return found


def _one_each(registry: Registry, places: Mapping[str, int], lanes: Lanes) -> Model:
    values = {}
    for entry in registry:
        if not isinstance(entry.value, tuple):
            values[entry.id] = np.full(lanes.count, entry.value)
            values[entry.id][places[entry.id]] = _twice(entry.value)
    return prepare(cast(Registry, _OneEach(registry, places, lanes.count)), lanes, values)


def _after_everything(begin: Start) -> tuple[Start, ...]:
    """The same person depressed, on a glucocorticoid, after fractures of every kind: lately, and some years ago."""
    ones = np.ones(begin.lanes.count)
    who = replace(begin.who, glucocorticoid=ones, depressed=ones > 0)
    return tuple(replace(begin, who=who, history=_past(years, n, begin.lanes.count)) for years, n in _PAST)


def _past(years: float, vertebrae: int, lanes: int) -> History:
    """Every fracture so long ago; in each of the last lanes one of them half as long, or half as many vertebrae."""
    fields = [np.full(lanes, years), np.full(lanes, years), np.full(lanes, years), np.full(lanes, 1.0 * vertebrae)]
    for place, field in enumerate(fields):
        field[lanes - len(fields) + place] /= 2
    return History(*fields)
