"""Our own engines as contestants: native in two precisions, NumPy for scale."""

from __future__ import annotations

import numpy as np

from boneloop.bench.case import Case, Found, Solve, tolerance
from boneloop.kernel.engines import engine_for
from boneloop.kernel.problem import Engine, Problem
from boneloop.kernel.rodas4 import Rodas4


def ready(case: Case, variant: str, threads: int) -> Solve:
    """The engine for a case: ``variant`` is float64, float32 or numpy."""
    engine = _engine(case, variant, threads)

    def solve(problem: Problem, relative: float) -> Found:
        solution = engine.solve(problem, tolerance(relative))
        recorded = np.where(solution.status == 0, solution.recorded, np.nan)
        return Found(recorded, float(solution.accepted.mean()), float(solution.rejected.mean()))

    return solve


_ENGINES: list[Engine] = []


def settle() -> None:
    """Wait until no better code is being made: the first answer is there, and what follows is timed."""
    for engine in _ENGINES:
        running = getattr(engine, "running", None)
        if running is not None:
            running.settle()


def _engine(case: Case, variant: str, threads: int) -> Engine:
    if variant == "numpy":
        return Rodas4(case.graph)
    _ENGINES[:] = [engine_for(case.graph, np.float32 if variant == "float32" else np.float64, threads)]
    return _ENGINES[0]


def version() -> str:
    """Of the package."""
    from boneloop.report.provenance import version as of

    return of("boneloop")
