"""Our chain engine as a contestant: float32, the cohort in one call."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from boneloop.bench.chain import STATES, Walk, model, people
from boneloop.bench.ours import version
from boneloop.kernel.chain import Cohort, engine_for

__all__ = ["version", "walker"]


def walker(count: int, cycles: int, variant: str, threads: int) -> Walk:
    """The engine and its cohort."""
    engine, who = engine_for(model(), np.float32, threads), people(count)
    cohort = Cohort({"age": who.age, "male": who.male}, cycles, start=STATES[0], seed=1)

    def walk() -> NDArray[np.float64]:
        shares: NDArray[np.float64] = engine.run(cohort).occupancy[-1] / count
        return shares

    return walk
