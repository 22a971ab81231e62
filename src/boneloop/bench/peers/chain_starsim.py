"""starsim: one module as lean as it can be, its array moved as a whole; making the people is not timed."""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import version as of
from typing import Any

import numpy as np
from numpy.typing import NDArray

from boneloop.bench.chain import Walk
from boneloop.bench.peers import chain_numpy, chain_numpy_tuned


def version() -> str:
    """Of starsim."""
    return of("starsim")


def walker(count: int, cycles: int, variant: str, threads: int) -> Walk:
    """A simulation, ready to run; its step is NumPy's, plain or tuned."""
    starsim = import_module("starsim")
    step = chain_numpy_tuned.step(count) if variant == "tuned" else chain_numpy.step(count)
    module = _module(starsim, step, count, cycles)
    sim = starsim.Sim(n_agents=count, start=2000, dur=cycles, dt=1, modules=[module], copy_inputs=False, verbose=0)
    sim.init()

    def walk() -> NDArray[np.float64]:
        sim.run()
        return chain_numpy.shares(np.asarray(module.state.raw[:count], dtype=np.intp))

    return walk


def _module(starsim: Any, step: chain_numpy.Step, count: int, cycles: int) -> Any:
    class Chain(starsim.Module):  # type: ignore[misc]
        """The four states of everybody in one array."""

        def __init__(self) -> None:
            super().__init__()
            self.define_states(starsim.FloatArr("state", default=0.0))
            self.left = cycles

        def step(self) -> None:
            """One cycle; a run counts both of its ends, the chain does not."""
            if self.left:
                self.left -= 1
                self.state.raw[:count] = step(self.state.raw[:count].astype(np.intp))

    return Chain()
