"""The JAX engine: patients in chunks of one shape through one compiled program; end states, records, derivatives.

A program is compiled once per model, precision and shape, which takes XLA seconds (a model of a thousand expressions:
twenty); where that matters, let JAX keep what it compiled (its setting ``jax_compilation_cache_dir``). Double
precision is switched on around what happens here and nowhere else.

``gradient`` carries tangents through the accepted steps (forward mode): derivatives of the discrete solution, by any
start states and parameters, with step sizes held. The tolerance does not look at tangents: ask for one ten times as
fine where they matter. Reverse mode is not offered: it would have to keep a number of steps that is not known
beforehand, and a model has fewer numbers to fit than a forecast has results.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from numpy.typing import NDArray

from boneloop.kernel.derivative import jacobian
from boneloop.kernel.dormand_prince import Tolerance
from boneloop.kernel.graph import Graph
from boneloop.kernel.problem import Prepared, Problem, Solution, Watch, prepare
from boneloop.kernel.sparse_lu import factorization
from boneloop.kernel.xla.method import Fixed, Method, Moving
from boneloop.kernel.xla.words import Value
from boneloop.types import Array, Index

CHUNK, LARGE_CHUNK = 128, 16_384
"""How many patients move together: on a central processor as many as its caches hold, elsewhere many."""

_PROGRAMS: dict[tuple[str, str], Program] = {}


class Program(NamedTuple):
    """Compiled on first use for each shape: from what is fixed and the start to the end, without and with tangents."""

    live: Callable[..., Any]
    push: Callable[..., Any]


@dataclass(frozen=True)
class Gradient:
    """Derivatives by the start values of some places, each patient's by its own.

    solution  as ``solve`` gives it
    states    of the end states, shape (states, places, patients)
    recorded  of what was recorded, shape (times, rows, places, patients)
    """

    solution: Solution
    states: Array
    recorded: Array


class Xla:
    """Moves the patients of one model.

    kind   np.float64 or np.float32
    chunk  how many patients move together; None chooses by the device
    """

    def __init__(self, model: Graph, kind: type = np.float64, chunk: int | None = None) -> None:
        if len(model.results) != model.states:
            raise ValueError(f"a model gives one rate per state: {model.states} states, {len(model.results)} rates")
        self.model, self.kind = model, kind
        self.chunk = chunk or (CHUNK if jax.default_backend() == "cpu" else LARGE_CHUNK)
        self.program = program(model, kind)

    def solve(self, problem: Problem, tolerance: Tolerance, watch: Watch | None = None) -> Solution:
        """Every patient from its start to its end; a patient that cannot go on stops alone."""
        given = prepare(problem, tolerance, self.model, self.kind)
        pieces = []
        with jax.enable_x64(True):
            for chunk, lanes in self._chunks(given):
                pieces.append(found(self.program.live(*chunk), lanes))
                if watch:
                    watch(min(len(pieces) * self.chunk, given.patients))
            return joined(given, pieces)

    def gradient(self, problem: Problem, tolerance: Tolerance, places: Sequence[int]) -> Gradient:
        """The solution, and its derivatives by what ``places`` hold at the start.

        places  a state by its number, a parameter by the number of states plus its own, as in ``Event``
        """
        given = prepare(problem, tolerance, self.model, self.kind)
        total = self.model.states + self.model.parameters
        if not places or not all(0 <= place < total for place in places):
            raise ValueError(f"places to differentiate by: expected some of 0 to {total - 1}, got {list(places)}")
        directions: NDArray[Any] = np.eye(total, dtype=self.kind)[list(places)]
        ends: list[Solution] = []
        states = [np.empty((self.model.states, len(places), 0))]
        recorded = [np.empty((len(given.times), len(given.rows), len(places), 0))]
        with jax.enable_x64(True):
            for chunk, lanes in self._chunks(given):
                end, slopes = self.program.push(*chunk, directions)
                ends.append(found(end, lanes))
                states.append(np.asarray(slopes[0])[..., :lanes].transpose(1, 0, 2))
                known = np.isfinite(ends[-1].recorded)[:, :, None]
                by_place = np.asarray(slopes[1])[:, :-1, :lanes].transpose(1, 3, 0, 2)
                recorded.append(np.where(known, by_place, np.nan))
        return Gradient(joined(given, ends), np.concatenate(states, axis=-1), np.concatenate(recorded, axis=-1))

    def _chunks(self, given: Prepared) -> Iterator[tuple[tuple[Fixed, Moving], int]]:
        """What a program takes, chunk by chunk, and how many of its lanes are patients."""
        size = min(self.chunk, 1 << max(given.patients - 1, 0).bit_length())
        for begin in range(0, given.patients, size):
            some = np.arange(begin, begin + size)
            lanes = int((some < given.patients).sum())
            yield chunk_of(given, np.where(some < given.patients, some, begin), lanes), lanes


def program(model: Graph, kind: type) -> Program:
    """The program of a model, made once in this process; compiled when it first meets a shape."""
    key = model.digest, np.dtype(kind).name
    if key not in _PROGRAMS:
        method = Method(factorization(jacobian(model)), model, kind)
        _PROGRAMS[key] = Program(jax.jit(method.live), jax.jit(pushed(method)))
    return _PROGRAMS[key]


def pushed(method: Method) -> Callable[[Fixed, Moving, Value], tuple[Moving, tuple[Value, Value]]]:
    """The end, and derivatives of its states and records along each of some directions, shape (directions, places)."""

    def push(fixed: Fixed, start: Moving, directions: Value) -> tuple[Moving, tuple[Value, Value]]:
        def ends(y: Value, p: Value) -> tuple[tuple[Value, Value], Moving]:
            end = method.live(fixed, start._replace(y=y, p=p))
            return (end.y, end.recorded), end

        def along(direction: Value) -> tuple[Moving, tuple[Value, Value]]:
            parts = jnp.split(direction[:, None], [method.model.states])
            aims = tuple(
                jnp.broadcast_to(part, rows.shape) for part, rows in zip(parts, (start.y, start.p), strict=True)
            )
            _, slopes, end = jax.jvp(ends, (start.y, start.p), aims, has_aux=True)
            return end, slopes

        return jax.vmap(along, out_axes=(None, 0))(directions)

    return push


def chunk_of(given: Prepared, some: Index, lanes: int) -> tuple[Fixed, Moving]:
    """What a program takes for ``some`` patients, of which only the first ``lanes`` are to move."""
    kind, events, count = given.states.dtype.type, given.events, len(some)
    room = 1 << len(events.time).bit_length()  # so that one event more is seldom one program more

    def padded(row: NDArray[Any], value: float) -> NDArray[Any]:
        return np.concatenate([row, np.full(room - len(row), value, row.dtype)])

    fixed = Fixed(
        end=np.where(np.arange(count) < lanes, given.end[some], given.start[some]),
        event_time=padded(events.time, np.inf),
        event_place=padded(events.place, 0),
        event_amount=padded(events.amount, 0),
        event_keep=padded(events.keep, 1),
        event_end=events.end[some],
        times=np.append(given.times, np.inf),
        rows=given.rows,
        floor=given.floor[:, None],
        absolute=given.absolute[:, None],
        relative=kind(given.relative),
        restart=kind(given.restart),
        longest=kind(given.longest),
        stops=np.bool_(given.stops),
        most_steps=np.int32(given.most_steps),
    )
    none = np.zeros(count, np.int32)
    moving = Moving(
        y=given.states[:, some],
        p=given.parameters[:, some],
        time=given.start[some],
        step=given.step[some],
        stop=given.end[some],
        refused=np.zeros(count, np.bool_),
        accepted=none,
        rejected=none,
        status=none,
        event=given.first_event[some],
        due=given.first_output[some],
        recorded=np.full((len(given.times) + 1, count, len(given.rows)), np.nan, kind),
    )
    return fixed, moving


def found(end: Moving, lanes: int) -> Solution:
    """What a program gives back, as engines answer it."""
    return Solution(
        states=np.asarray(end.y)[:, :lanes],
        time=np.asarray(end.time)[:lanes],
        recorded=np.asarray(end.recorded)[:-1, :lanes].transpose(0, 2, 1),
        status=np.asarray(end.status, np.int32)[:lanes],
        step=np.asarray(end.step, np.float64)[:lanes],
        accepted=np.asarray(end.accepted, np.int32)[:lanes],
        rejected=np.asarray(end.rejected, np.int32)[:lanes],
    )


def joined(given: Prepared, ends: Sequence[Solution]) -> Solution:
    """The chunks side by side."""
    if not ends:
        return found(chunk_of(given, np.empty(0, np.int64), 0)[1], 0)
    return Solution(
        *(np.concatenate([getattr(end, field.name) for end in ends], axis=-1) for field in fields(Solution))
    )
