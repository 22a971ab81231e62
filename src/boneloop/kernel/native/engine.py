"""The native engine: one compiled solver, fed with patients by as many threads as there are cores.

bits   A patient's numbers depend on that patient, the model, the tolerance and the precision. They do not depend
       on who else is there, on the order, on the number of threads or the width of vectors, nor on the level of
       optimization; and every machine that multiplies and adds in one rounding (x86 since about 2013, ARM) gives
       the same.
start  Code that is quick to make answers first; better code takes over as soon as it is there (``running``).
speed  A lane that is done takes the next patient, so that long and short patients mix without waiting.
"""

from __future__ import annotations

import os
import threading
from typing import Any

import numpy as np
from numpy.typing import NDArray

from boneloop.kernel.dormand_prince import Tolerance
from boneloop.kernel.graph import Graph
from boneloop.kernel.native.compiler import Linked
from boneloop.kernel.native.layout import JOB, Order
from boneloop.kernel.native.machine import Machine, this_machine
from boneloop.kernel.native.running import Running
from boneloop.kernel.problem import MOST_STEPS, Prepared, Problem, Solution, Status, Watch, prepare

_ALIGNMENT = 64
_PULSE = 0.05
"""Seconds after which somebody looks up from waiting."""

_KINDS = {np.dtype(np.float64): "double", np.dtype(np.float32): "float"}


class Native:
    """Moves the patients of one model.

    kind     np.float64 or np.float32
    machine  what to compile for; None is this one
    threads  how many; None is one per core that this process may use
    """

    def __init__(
        self, model: Graph, kind: type = np.float64, machine: Machine | None = None, threads: int | None = None
    ) -> None:
        if len(model.results) != model.states:
            raise ValueError(f"a model gives one rate per state: {model.states} states, {len(model.results)} rates")
        machine = machine or this_machine()
        self.model, self.kind, self.threads = model, kind, threads or cores()
        self.width = machine.width(_KINDS[np.dtype(kind)])
        self.running = Running(model, self.width, machine)

    def solve(self, problem: Problem, tolerance: Tolerance, watch: Watch | None = None) -> Solution:
        """Every patient from its start to its end; a patient that cannot go on stops alone.

        watch  told, some times a second, how many patients are done
        """
        given = prepare(problem, tolerance, self.model, self.kind)
        answer = _Answer(given)
        job = _Job(given, answer)
        while answer.next_patient[0] < given.patients:
            self._run(job.slots, answer, given.most_steps, watch)
        if watch:
            watch(given.patients)
        return answer.solution()

    def _run(self, job: NDArray[np.int64], answer: _Answer, most_steps: int, watch: Watch | None) -> None:
        """Until nobody is left, or until there is better code to go on with."""
        linked, answer.order[0] = self.running.linked, Order.GO_ON
        patients = len(answer.status)
        if patients <= self.width.lanes and most_steps <= MOST_STEPS:
            self._work(linked, job)
            return
        count = min(self.threads, -(-patients // self.width.lanes))
        threads = [threading.Thread(target=self._work, args=(linked, job)) for _ in range(count)]
        try:
            for thread in threads:
                thread.start()
            for thread in threads:
                self._wait(thread, linked, answer, watch)
        finally:
            # Interrupted, by whatever: wait until no thread touches the memory any more.
            answer.order[0] = Order.LEAVE
            for thread in threads:
                if thread.ident is not None:
                    thread.join()

    def _wait(self, thread: threading.Thread, linked: Linked, answer: _Answer, watch: Watch | None) -> None:
        thread.join(_PULSE)
        while thread.is_alive():
            if self.running.linked is not linked:
                answer.order[0] = Order.FINISH
            if watch:
                watch(answer.done())
            thread.join(_PULSE)

    def _work(self, linked: Linked, job: NDArray[np.int64]) -> None:
        memory = np.zeros(self.running.workspace + _ALIGNMENT, dtype=np.uint8)
        address = memory.ctypes.data
        linked.advance(job.ctypes.data, address + -address % _ALIGNMENT)


def cores() -> int:
    """How many cores this process may use."""
    allowed = getattr(os, "sched_getaffinity", None)
    return len(allowed(0)) if allowed else os.cpu_count() or 1


def _cast(values: NDArray[np.float64], kind: np.dtype[Any]) -> NDArray[Any]:
    """In working precision; what is too large for it is infinite."""
    with np.errstate(over="ignore"):
        return values.astype(kind)


class _Answer:
    """Memory that the compiled code writes; rows are patients."""

    def __init__(self, given: Prepared) -> None:
        count, kind = given.patients, given.states.dtype
        self.order, self.next_patient = np.zeros(1, dtype=np.int64), np.zeros(1, dtype=np.int64)
        self.states = np.ascontiguousarray(given.states.T)
        self.step = given.step.copy()
        self.time = given.start.copy()
        self.recorded = np.full((count, len(given.times), len(given.rows)), np.nan, dtype=kind)
        self.status = np.full(count, int(Status.NOT_STARTED), dtype=np.int32)
        self.accepted, self.rejected = np.zeros(count, dtype=np.int32), np.zeros(count, dtype=np.int32)

    def done(self) -> int:
        """How many patients have been put down by now."""
        return int(np.count_nonzero(self.status != Status.NOT_STARTED))

    def solution(self) -> Solution:
        """As engines answer: states and records by row, then patient."""
        return Solution(
            self.states.T,
            self.time,
            self.recorded.transpose(1, 2, 0),
            self.status,
            self.step.astype(np.float64),
            self.accepted,
            self.rejected,
        )


class _Job:
    """The slots of ``layout.JOB``; keeps alive what they point to."""

    def __init__(self, given: Prepared, answer: _Answer) -> None:
        kind, events = given.states.dtype, given.events
        arrays: dict[str, NDArray[Any]] = {
            "order": answer.order,
            "next_patient": answer.next_patient,
            "states": answer.states,
            "parameters": np.ascontiguousarray(given.parameters.T),
            "start": given.start,
            "end": given.end,
            "step": answer.step,
            "event_time": events.time,
            "event_place": events.place,
            "event_keep": _cast(events.keep, kind),
            "event_amount": _cast(events.amount, kind),
            "event_begin": given.first_event,
            "event_end": events.end,
            "times": given.times,
            "first_output": given.first_output,
            "rows": given.rows,
            "recorded": answer.recorded,
            "floor": given.floor,
            "fallen": given.floor - given.absolute,
            "absolute": given.absolute,
            "status": answer.status,
            "time": answer.time,
            "accepted": answer.accepted,
            "rejected": answer.rejected,
        }
        counts = {
            "patients": given.patients,
            "time_count": len(given.times),
            "row_count": len(given.rows),
            "stops": int(given.stops),
            "most_steps": given.most_steps,
        }
        numbers = {"relative": given.relative, "restart": given.restart, "longest": given.longest}
        self._kept = {name: np.ascontiguousarray(array) for name, array in arrays.items()}
        self.slots = np.array([self._slot(name, counts, numbers) for name in JOB], dtype=np.int64)

    def _slot(self, name: str, counts: dict[str, int], numbers: dict[str, float]) -> int:
        if name in self._kept:
            return int(self._kept[name].ctypes.data)
        return counts[name] if name in counts else int(np.float64(numbers[name]).view(np.int64))
