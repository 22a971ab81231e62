"""vivarium: one component as lean as it can be, its column moved as a whole; making the people is not timed."""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import version as of
from typing import Any

import numpy as np
from numpy.typing import NDArray

from boneloop.bench.chain import Walk
from boneloop.bench.peers import chain_numpy, chain_numpy_tuned


def version() -> str:
    """Of vivarium and pandas."""
    return f"{of('vivarium')} (pandas {of('pandas')})"


def walker(count: int, cycles: int, variant: str, threads: int) -> Walk:
    """A simulation, ready to run; its step is NumPy's, plain or tuned."""
    import_module("loguru").logger.disable("vivarium")
    vivarium, pandas = import_module("vivarium"), import_module("pandas")
    step = chain_numpy_tuned.step(count) if variant == "tuned" else chain_numpy.step(count)
    time = {"start": {"year": 2000}, "end": {"year": 2000 + 2 * cycles}, "step_size": 365}
    configuration = {"population": {"population_size": count}, "time": time}
    simulation = vivarium.InteractiveContext(
        components=[_component(vivarium, pandas, step)], configuration=configuration
    )

    def walk() -> NDArray[np.float64]:
        simulation.take_steps(cycles, with_logging=False)
        return chain_numpy.shares(simulation.get_population("state").to_numpy().astype(np.intp))

    return walk


def _component(vivarium: Any, pandas: Any, step: chain_numpy.Step) -> Any:
    class Chain(vivarium.Component):  # type: ignore[misc]
        """The four states of everybody in one column."""

        def setup(self, builder: Any) -> None:
            """Everybody begins well."""
            builder.population.register_initializer(initializer=self.begin, columns="state")

        def begin(self, given: Any) -> None:
            """The column."""
            self.population_view.initialize(pandas.Series(np.zeros(len(given.index)), index=given.index, name="state"))

        def on_time_step(self, event: Any) -> None:
            """One cycle."""
            self.population_view.update("state", self.next)

        def next(self, column: Any) -> Any:
            """The column after a cycle."""
            state = step(column.to_numpy().astype(np.intp))
            return pandas.Series(state.astype(float), index=column.index, name="state")

    return Chain()
