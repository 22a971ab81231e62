"""What this machine does at most: fused multiply-adds and vector exponentials per second of one core, measured.

Both loops are written as text and compiled as the solver is, with the solver's own vector exponential; operands stay
in registers, or in the first-level cache. The fastest of several turns counts, in processor time.
"""

from __future__ import annotations

import time
from typing import Any

import numpy as np
from numpy.typing import NDArray

from boneloop.bench.results import Rates
from boneloop.kernel.native.assembly import Function, Width
from boneloop.kernel.native.compiler import Linked, compile_text
from boneloop.kernel.native.functions import exp
from boneloop.kernel.native.layout import ARGUMENTS
from boneloop.kernel.native.machine import Machine, this_machine
from boneloop.kernel.native.program import preamble

CHAINS = 12
"""Independent sums: more than a core can have under way, fewer than it has registers."""

VECTORS = 8
TURNS, SECONDS = 7, 0.05
_ALIGNMENT = 64


def measured(turns: int = TURNS, seconds: float = SECONDS) -> list[Rates]:
    """Of float64 and float32."""
    machine = this_machine()
    return [
        Rates(
            precision=np.dtype(width.dtype).name,
            multiply_add=_rate(_multiply_adds(width), CHAINS, width, machine, turns, seconds),
            exponential=_rate(_exponentials(width), VECTORS, width, machine, turns, seconds),
        )
        for width in (machine.width("double"), machine.width("float"))
    ]


def _multiply_adds(width: Width) -> Function:
    """As many rounds as the job says, of one multiply-add for each sum."""
    f = Function(width, "advance", ARGUMENTS, "void", "exported")
    sums = [f.variable(width.vector) for _ in range(CHAINS)]
    for place in sums:
        f.store(f.load("%work"), place)
    factor, addend = f.load(f.at("%work", 1)), f.load(f.at("%work", 2))
    with f.repeat(f.load("%job", "i64")):
        for place in sums:
            f.store(f.fused(f.load(place), factor, addend), place)
    total = f.load(sums[0])
    for place in sums[1:]:
        total = f.binary("fadd", total, f.load(place))
    f.store(total, "%work")
    f.do("ret void")
    return f


def _exponentials(width: Width) -> Function:
    """As many rounds as the job says, of some vectors each."""
    f = Function(width, "advance", ARGUMENTS, "void", "exported")
    with f.repeat(f.load("%job", "i64")):
        for vector in range(VECTORS):
            f.store(exp(f, f.load(f.at("%work", vector))), f.at("%work", VECTORS + vector))
    f.do("ret void")
    return f


def _rate(function: Function, vectors: int, width: Width, machine: Machine, turns: int, seconds: float) -> float:
    """Values per second."""
    text = "\n".join([preamble(width, machine), function.text])
    code = Linked(compile_text(text, machine), machine)
    memory = np.zeros(2 * VECTORS * width.bytes + _ALIGNMENT, dtype=np.uint8)
    begin = -memory.ctypes.data % _ALIGNMENT
    work: NDArray[Any] = memory[begin : begin + 2 * VECTORS * width.bytes].view(width.dtype)
    work[:] = np.random.default_rng(1).uniform(0.1, 0.9, len(work))
    rounds, best, spent = np.array([1000], dtype=np.int64), np.inf, 0
    while spent < turns:
        begun = time.thread_time()
        code.advance(rounds.ctypes.data, work.ctypes.data)
        took = time.thread_time() - begun
        if took < seconds:
            rounds *= 4
            continue
        best, spent = min(best, took / int(rounds[0])), spent + 1
    return vectors * width.lanes / best
