"""A chain: persons who, cycle by cycle, stay in a state or move to another, each by their own chances.

The individual-level model of health economics (a Markov-type microsimulation, or semi-Markov where chances depend on
the time in a state), written once as a function of one person in the words of ``boneloop.mathematics``:

    def transitions(person, now, parameters):
        falls = parameters.rate * exp(parameters.slope * (person.age + now.cycle))
        dies = 0.01 * exp(0.1 * (person.age + now.cycle - 60))
        return {("well", "fracture"): falls, ("fracture", "well"): 0.6, ("well", "dead"): dies}

    states = ("well", "fracture", "dead")
    model = chain(states, transitions, Law.HAZARDS, covariates=("age",), parameters=("rate", "slope"))
    trace = engine_for(model).run(Cohort({"age": ages}, cycles=20, parameters={"rate": 0.001, "slope": 0.06}))

Every pair that is not named is impossible; a state that nobody can leave is absorbing. In each cycle a person makes at
most one move, drawn with one random number (``philox``): the moves out of the state stand in the order of the names
of the states, the rest of (0, 1) is staying.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from boneloop.kernel.graph import Graph
from boneloop.kernel.recorder import record
from boneloop.types import Scalar

Move = tuple[str, str]
Transitions = Callable[[Any, Any, Any], Mapping[Move, Scalar]]


class Law(StrEnum):
    """What a transition function gives.

    PROBABILITIES  of each move within a cycle; the rest is staying. Staying may be named too, as (state, state):
                   then the chances of that state must sum to 1
    HAZARDS        per cycle, constant over the cycle: with total H a person leaves with probability 1 - exp(-H), and
                   a move's share of that is its share of H
    """

    PROBABILITIES = "probabilities"
    HAZARDS = "hazards"


class Now(NamedTuple):
    """When: ``cycle`` counts from 0; ``stay`` is how many cycles the person has been in the present state, from 0."""

    cycle: Scalar
    stay: Scalar


SLACK = {np.dtype(np.float32): 2.0**-18, np.dtype(np.float64): 2.0**-40}
"""By how much probabilities may sum to more than 1, for rounding."""


@dataclass(frozen=True)
class Chain:
    """A recorded chain.

    moves   (from, to) by number, in the order of from, then to; staying, where it was named, is among them
    graph   one result per move; its state is the stay, its time the cycle, its parameters covariates then parameters
    """

    states: tuple[str, ...]
    law: Law
    covariates: tuple[str, ...]
    parameters: tuple[str, ...]
    moves: tuple[tuple[int, int], ...]
    graph: Graph

    @cached_property
    def living(self) -> tuple[int, ...]:
        """The states that somebody can leave, by number."""
        return tuple(sorted({origin for origin, target in self.moves if origin != target}))

    def out_of(self, state: int) -> list[int]:
        """The places among ``moves`` of the moves out of a state."""
        return [place for place, (origin, target) in enumerate(self.moves) if origin == state != target]

    def staying(self, state: int) -> int | None:
        """The place among ``moves`` of staying in a state, where it was named."""
        return self.moves.index((state, state)) if (state, state) in self.moves else None


def chain(
    states: Sequence[str],
    transitions: Transitions,
    law: Law,
    covariates: Sequence[str] = (),
    parameters: Sequence[str] = (),
) -> Chain:
    """Record ``transitions(person, now, parameters)``.

    covariates  what differs between persons and stays as it is: fields of ``person``
    parameters  what is the same for everybody and may differ from run to run: fields of ``parameters``
    Raises ValueError when states repeat or a move names a state that is not there.
    """
    names = tuple(states)
    if len(set(names)) < len(names):
        raise ValueError(f"states: expected different names, got {names}")
    order: list[tuple[int, int]] = []

    def model(given: Sequence[Any], constant: Sequence[Any], time: Any) -> tuple[Any, ...]:
        person = namedtuple("Person", covariates)(*constant[: len(covariates)])
        shared = namedtuple("Parameters", parameters)(*constant[len(covariates) :])
        found = {
            _places(move, names): value for move, value in transitions(person, Now(time, given[0]), shared).items()
        }
        order.extend(sorted(found))
        if law is Law.HAZARDS and any(origin == target for origin, target in order):
            raise ValueError("hazards: staying has none; leave it out")
        return tuple(found[move] for move in order)

    graph = record(model, 1, len(covariates) + len(parameters))
    return Chain(names, law, tuple(covariates), tuple(parameters), tuple(order), graph)


def _places(move: Move, states: tuple[str, ...]) -> tuple[int, int]:
    for name in move:
        if name not in states:
            raise ValueError(
                f"move {move[0]!r} to {move[1]!r}: there is no state {name!r}; there are {', '.join(states)}"
            )
    return states.index(move[0]), states.index(move[1])


@dataclass(frozen=True)
class Cohort:
    """Who walks the chain, and for how long.

    covariates  by name: one number per person, or one for all
    cycles      how many
    start       the state at the start: a name for all, or one name or number per person
    seed        another seed is another luck
    parameters  by name: one number each
    keys        64-bit key of each person, which their luck hangs on; None is their number. Two persons of the same key
                have the same luck
    stay        cycles already spent in the state at the start: one number per person, or one for all
    stream      the name of this use of chance: another stream is independent luck of the same persons
    follow      whether to report the last state and the first entries of each person
    """

    covariates: Mapping[str, Any]
    cycles: int
    start: str | Sequence[str] | NDArray[np.integer[Any]] = ""
    seed: int = 0
    parameters: Mapping[str, float] | None = None
    keys: NDArray[np.uint64] | None = None
    stay: Any = 0
    stream: str = "chain"
    follow: bool = False


@dataclass(frozen=True)
class Trace:
    """What became of a cohort.

    occupancy  shape (cycles + 1, states): how many persons are in each state at the start and after each cycle
    last       shape (persons,): the state at the end, by number; None unless followed
    entered    shape (states, persons): after how many cycles a person first was in a state (0 at the start), -1 never;
               None unless followed
    """

    states: tuple[str, ...]
    occupancy: NDArray[np.int64]
    last: NDArray[np.int32] | None = None
    entered: NDArray[np.int32] | None = None

    def share(self, state: str) -> NDArray[np.float64]:
        """The share of the cohort in a state, shape (cycles + 1,)."""
        return np.asarray(self.occupancy[:, self.states.index(state)] / self.occupancy[0].sum())


class ChainEngine(Protocol):
    """What walks a cohort through a chain."""

    def run(self, cohort: Cohort) -> Trace:
        """Every person, every cycle.

        Raises ValueError when the cohort is not what the chain needs, SimulationError when a probability or hazard that
        somebody meets is none, naming person, state and cycle.
        """
        ...


def engine_for(model: Chain, kind: type = np.float64, threads: int | None = None) -> ChainEngine:
    """The native engine where llvmlite has a build, else the NumPy engine.

    kind  np.float64, or np.float32 for large cohorts: a chance is then rounded to seven digits
    """
    from boneloop.kernel.engines import has_native

    if not has_native():
        from boneloop.kernel.chain_steps import Steps

        return Steps(model, kind)
    from boneloop.kernel.native.chain_engine import NativeChain

    return NativeChain(model, kind, threads=threads)
