"""The native engine for chains: one compiled walk, fed with blocks of persons by as many threads as there are cores.

A person's moves hang on that person, the chain, the seed and the precision: not on who else walks, on the order, on the
number of threads or the width of vectors. In float64 they are those of the NumPy engine; in float32 a chance is rounded
differently in its last digits, so that about one move in ten million cycles differs.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import llvmlite  # type: ignore[import-untyped]
import numpy as np
from numpy.typing import NDArray

from boneloop.errors import SimulationError
from boneloop.kernel import philox
from boneloop.kernel.chain import Chain, Cohort, Trace
from boneloop.kernel.chain_check import Prepared, prepare
from boneloop.kernel.chain_plan import LARGEST_EXPONENT, Plan, plan
from boneloop.kernel.chain_steps import Steps
from boneloop.kernel.native import store
from boneloop.kernel.native.chain_code import JOB, VECTORS, ChainProgram, chain_program
from boneloop.kernel.native.compiler import Linked, compile_text
from boneloop.kernel.native.engine import cores
from boneloop.kernel.native.machine import Machine, this_machine
from boneloop.kernel.native.store import Compiled

_KINDS = {np.dtype(np.float64): "double", np.dtype(np.float32): "float"}
_ALIGNMENT = 64
_NOBODY = np.iinfo(np.int64).max


class NativeChain:
    """Walks one chain.

    kind     np.float64 or np.float32
    machine  what to compile for; None is this one
    threads  how many; None is one per core that this process may use
    vectors  how many vectors of persons walk side by side
    """

    def __init__(
        self,
        model: Chain,
        kind: type = np.float64,
        machine: Machine | None = None,
        threads: int | None = None,
        vectors: int = VECTORS,
    ) -> None:
        self.model, self.kind, self.machine = model, kind, machine or this_machine()
        self.threads, self.vectors = threads or cores(), vectors
        self._programs: dict[tuple[bool, bool], _Program] = {}

    def run(self, cohort: Cohort) -> Trace:
        """Every person, every cycle (``ChainEngine``)."""
        given = prepare(cohort, self.model)
        run = self._program(cohort.follow, plain=False).run(cohort, given, self.threads)
        if run.too_wide or run.offender is not None:
            # The chances as they were written decide, not the rewritten ones.
            run = self._program(cohort.follow, plain=True).run(cohort, given, self.threads)
        if run.offender is not None:
            self._explain(cohort, given, run.offender)
        return run.trace(cohort.follow)

    def _program(self, follow: bool, plain: bool) -> _Program:
        if (follow, plain) not in self._programs:
            made = plan(self.model, plain)
            width = self.machine.width(_KINDS[np.dtype(self.kind)])
            program = chain_program(made, width, self.machine, follow, self.vectors)
            self._programs[follow, plain] = _Program(made, program, self.machine, self.kind)
        return self._programs[follow, plain]

    def _explain(self, cohort: Cohort, given: Prepared, person: int) -> None:
        """Walk the one person again, slowly, to say where their chances are none."""
        one = slice(person, person + 1)
        alone = replace(
            cohort,
            covariates={name: row[one] for name, row in zip(self.model.covariates, given.columns, strict=True)},
            start=given.start[one],
            keys=given.everybodys_keys()[one],
            stay=given.stay[one],
        )
        offence = Steps(self.model, self.kind).offence(alone)
        if offence is None:
            raise SimulationError(f"person {person} (counted from 0): chances at the very edge of what is allowed")
        raise replace(offence, person=person).error(self.model)


class _Program:
    """One plan of a chain, compiled."""

    def __init__(self, made: Plan, program: ChainProgram, machine: Machine, kind: type) -> None:
        self.plan, self.kind, self.program = made, np.dtype(kind), program
        key = _key(program.text, machine)
        found = store.fetch(key)
        if found is None:
            found = Compiled(compile_text(program.text, machine), program.workspace)
            store.keep(key, found)
        self._linked = Linked(found.code, machine, "walk")

    def run(self, cohort: Cohort, given: Prepared, threads: int) -> _Run:
        """Walk everybody; Ctrl-C stops at the next blocks."""
        run = _Run(self, cohort, given)
        count = max(1, min(threads, run.blocks))
        works = [run.workspace() for _ in range(count)]
        if run.too_wide:
            return run
        workers = [threading.Thread(target=self._linked.advance, args=(run.job.ctypes.data, w)) for w in works]
        try:
            for worker in workers:
                worker.start()
            for worker in workers:
                worker.join()
        finally:
            run.next_block[0] = run.blocks
            for worker in workers:
                if worker.ident is not None:
                    worker.join()
        return run

    def tables(self, given: Prepared, cycles: int) -> tuple[NDArray[Any], NDArray[Any], bool]:
        """What hangs on the cycle, shape (cycles, columns), and on parameters alone; and whether that will do."""
        made = self.plan
        parameters = np.full((made.chain.graph.parameters, 1), np.nan)
        parameters[len(made.chain.covariates) :, 0] = given.parameters
        nodes = (*made.tabulated, *(cycle for _, cycle in made.apart))
        time = np.arange(cycles, dtype=np.float64)
        values = made.part(nodes)(np.zeros((1, cycles)), parameters, time)
        table, exponents = values[: len(made.tabulated)], values[len(made.tabulated) :]
        good = bool(np.all(np.abs(exponents) <= LARGEST_EXPONENT))
        if made.positive is not None:
            good &= bool(np.all(table[sorted(made.positive[1])] >= 0))
        shared = made.part(made.shared)(np.zeros((1, 1)), parameters)[:, 0]
        return np.ascontiguousarray(table.T, dtype=self.kind), shared.astype(self.kind), good


class _Run:
    """One cohort on its way: the job, the threads' workspaces, and the answer."""

    def __init__(self, program: _Program, cohort: Cohort, given: Prepared) -> None:
        self.plan, self.given, self.cycles = program.plan, given, cohort.cycles
        self.workspace_bytes = program.program.workspace
        block, kind = program.program.persons, program.kind
        self.blocks = -(-given.persons // block)
        self.persons = persons = self.blocks * block
        table, shared, good = program.tables(given, cohort.cycles)
        self.next_block = np.zeros(1, dtype=np.int64)
        self._offender, self._too_wide = (
            np.full(1, _NOBODY),
            np.full(1, _NOBODY if good else 0),
        )
        follow = persons if cohort.follow else 0
        self._last, self._entered = np.empty(follow, np.int32), np.empty((len(self.plan.codes), follow), np.int32)
        codes = np.array(self.plan.codes, dtype=kind)
        start = codes[given.start] if given.start.strides[0] else np.broadcast_to(codes[given.start[:1]], given.persons)
        arrays: dict[str, NDArray[Any]] = {
            "next_block": self.next_block,
            "covariates": _padded(given.columns, persons, kind),
            "parameters": given.parameters.astype(kind),
            "start": _padded([start], persons, kind, len(codes)),
            "shared": shared,
            "table": table,
            "round_keys": np.array(philox.round_keys(philox.key_of(cohort.seed, cohort.stream)), dtype=np.int64),
            "offender": self._offender,
            "too_wide": self._too_wide,
            "last": self._last,
            "entered": self._entered,
        }
        if program.plan.counts_stay:
            arrays["stay"] = _padded([given.stay], persons, kind)
        if given.keys is not None:
            arrays["keys"] = _padded([given.keys], persons, np.dtype(np.uint64))
        counts = {"blocks": self.blocks, "cycles": cohort.cycles, "persons": persons}
        self._kept: list[NDArray[Any]] = list(arrays.values())
        self.job = np.array(
            [arrays[name].ctypes.data if name in arrays else counts.get(name, 0) for name in JOB], dtype=np.int64
        )
        self._counts: list[NDArray[np.int64]] = []

    def workspace(self) -> int:
        """The address of a workspace for one more thread."""
        rows = (self.cycles + 1, len(self.plan.codes))
        memory = np.zeros(self.workspace_bytes + 8 * int(np.prod(rows)) + _ALIGNMENT, dtype=np.uint8)
        self._kept.append(memory)
        offset = -memory.ctypes.data % _ALIGNMENT
        counts = memory[offset + self.workspace_bytes :][: 8 * int(np.prod(rows))]
        self._counts.append(counts.view(np.int64).reshape(rows))
        return memory.ctypes.data + offset

    @property
    def too_wide(self) -> bool:
        """Whether a separated exponent was out of range, and the answer is none."""
        return bool(self._too_wide[0] != _NOBODY)

    @property
    def offender(self) -> int | None:
        """The first person with chances that are none."""
        return int(self._offender[0]) if self._offender[0] != _NOBODY else None

    def trace(self, follow: bool) -> Trace:
        """The answer, states by number."""
        above = np.cumsum(sum(self._counts, np.zeros_like(self._counts[0])), axis=0)
        above[:, :-1] -= self.persons - self.given.persons
        everybody = np.full((len(above), 1), self.given.persons)
        by_code = -np.diff(np.concatenate([everybody, above], axis=1), axis=1)
        states, codes = self.plan.chain.states, np.array(self.plan.codes)
        if not follow:
            return Trace(states, by_code[:, codes])
        number = np.argsort(codes).astype(np.int32)
        count = self.given.persons
        return Trace(states, by_code[:, codes], number[self._last[:count]], self._entered[:, :count])


def _padded(
    rows: Sequence[NDArray[Any]], persons: int, kind: np.dtype[Any], others: float | None = None
) -> NDArray[Any]:
    """Rows filled up to ``persons``, with their last value or ``others``, on an address that vectors like."""
    size = len(rows) * persons * kind.itemsize
    memory = np.empty(size + _ALIGNMENT, dtype=np.uint8)
    offset = -memory.ctypes.data % _ALIGNMENT
    made = memory[offset : offset + size].view(kind).reshape(len(rows), persons)
    for place, row in zip(made, rows, strict=True):
        place[: len(row)] = row
        place[len(row) :] = row[-1:] if others is None else others
    return made


def _key(text: str, machine: Machine) -> str:
    parts = (text, repr(machine), llvmlite.__version__)
    return "chain-" + hashlib.sha256(repr(parts).encode()).hexdigest()[:34]
