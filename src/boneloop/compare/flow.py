"""How numbers flow through the body: which of them, and which other states, the rate of each state is made of.

The whole circle under a care plan is written down by the kernel's recorder with every number of the registry as a named
leaf; what a rate depends on is then read off its expression, and nothing is listed by hand.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, get_type_hints

from boneloop.cycle import loop
from boneloop.cycle.body import bone, fracture
from boneloop.cycle.body.mineral import state as mineral_state
from boneloop.evidence.registry import Registry
from boneloop.kernel.expression import Expressions, Op
from boneloop.kernel.graph import Graph
from boneloop.kernel.recorder import Node
from boneloop.kernel.vector import leaves, rebuild
from boneloop.simulate.lanes import body_parameters
from boneloop.simulate.motion import DEPOT, Being, Hormone, Now, in_depot, rates
from boneloop.simulate.natural_course import Push
from boneloop.therapy import actions, bone_drugs, exposure
from boneloop.therapy.care_plan import CarePlan
from boneloop.therapy.schedule import Schedule, schedule

INJURIES = "injuries"
"""What fractures leave: no state of the engine, but read by its rates; stands among the states under this name."""


@dataclass(frozen=True)
class Flow:
    """What the rate of each state is made of.

    numbers  ids, by state; sources: states that it reads, by state
    """

    numbers: Mapping[str, frozenset[str]]
    sources: Mapping[str, frozenset[str]]


def stations() -> dict[str, str]:
    """The station of each state."""
    fast = [name for name, kind in zip(loop.Fast._fields, _fast_kinds(), strict=True) for _ in kind._fields]
    cells, damage, minerals = (len(kind._fields) for kind in (bone.State, fracture.State, mineral_state.State))
    found = [*["bone"] * cells, *fast, *["fracture"] * damage, *["mineral"] * minerals]
    return {**dict(zip(loop.STATE_NAMES, found, strict=True)), INJURIES: "fracture"}


def _fast_kinds() -> tuple[Any, ...]:
    return tuple(get_type_hints(loop.Fast).values())


class _Sheet:
    """Leaves of a recording: numbers by id, states by theirs, and others without a name."""

    def __init__(self, ids: Iterable[str]) -> None:
        self.expressions = Expressions()
        self.names: list[tuple[str, str]] = []
        self.numbers: dict[str, Any] = {identity: self.leaf("number", identity) for identity in ids}

    def leaf(self, kind: str = "", name: str = "") -> Node:
        """A new leaf."""
        self.names.append((kind, name))
        return Node(self.expressions, self.expressions.parameter(len(self.names) - 1))

    def opened(self, tree: Any, kind: str = "", name: str = "") -> Any:
        """A tree of the same shape with a new leaf for each number."""
        return rebuild(tree, iter([self.leaf(kind, name) for _ in leaves(tree)]))


def flow(registry: Registry, plans: Iterable[CarePlan], months: int) -> Flow:
    """Record the circle under these plans, at every month at which something new begins."""
    sheet = _Sheet(entry.id for entry in registry if not isinstance(entry.value, tuple))
    given = sheet.numbers
    healing = registry.parameters(fracture.Healing, "healing", given)
    care, kinetics = actions.parameters(registry, given), exposure.kinetics(registry, given)
    hormone, person, gates = Hormone(sheet.leaf(), sheet.leaf()), sheet.opened(loop.Person()), sheet.opened(loop.OPEN)
    being = Being(hormone, person, healing, care, gates, body_parameters(registry, given))
    rows = [sheet.leaf("state", name) for name in loop.STATE_NAMES]
    under: dict[str, list[Node]] = {name: [] for name in loop.STATE_NAMES}
    for lines in (schedule(plan, months) for plan in plans):
        if bone_drugs.DOSED in lines.channels:
            under[loop.STATE_NAMES[DEPOT]].append(in_depot(sheet.leaf(), being.body))
        for now in _moments(sheet, lines, kinetics):
            moved = leaves(rates(now, being, rows, sheet.leaf()))
            for name, rate in zip(loop.STATE_NAMES, moved, strict=True):
                under[name].append(rate)
    return _read(sheet, under)


def _moments(sheet: _Sheet, lines: Schedule, kinetics: dict[str, exposure.Kinetics]) -> Iterator[Now]:
    """What the body is told at each month at which the treatments of a plan change."""
    for month in changing_months(lines):
        drive = exposure.month_drive(lines, month, [1.0] * len(lines.lines), kinetics)
        begun = {channel: sheet.leaf() + drive.pulse[channel] for channel in drive.plateau}
        injuries = sheet.opened(fracture.Injuries(), "state", INJURIES)
        yield Now(sheet.leaf(), injuries, sheet.opened(Push()), begun, drive.plateau, drive.rate)


def changing_months(lines: Schedule) -> list[int]:
    """The months at which a course of the schedule begins; month 0 always."""
    begins = {line.given.index(1) for line in lines.lines if 1 in line.given}
    return sorted({0} | begins)


def _read(sheet: _Sheet, under: Mapping[str, list[Node]]) -> Flow:
    """The leaves under each recorded rate, by the state whose rate it is."""
    results = tuple(rate.number for rates_ in under.values() for rate in rates_)
    graph = Graph(sheet.expressions, results, 0, len(sheet.names))
    reached: dict[int, frozenset[int]] = {}
    for node in graph.order:
        if sheet.expressions.ops[node] is Op.PARAMETER:
            reached[node] = frozenset((int(sheet.expressions.values[node]),))
        else:
            reached[node] = frozenset().union(*(reached[a] for a in sheet.expressions.arguments[node]))
    found = {state: frozenset().union(*(reached[r.number] for r in made)) for state, made in under.items()}
    return Flow(_named(sheet, found, "number"), _named(sheet, found, "state"))


def _named(sheet: _Sheet, under: Mapping[str, frozenset[int]], kind: str) -> dict[str, frozenset[str]]:
    return {
        state: frozenset(sheet.names[leaf][1] for leaf in found if sheet.names[leaf][0] == kind)
        for state, found in under.items()
    }
