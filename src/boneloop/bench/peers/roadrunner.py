"""libRoadRunner: CVODE (BDF) on our exported SBML, compiled by its own LLVM; each dose stops and starts it."""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import version as of
from typing import Any

import numpy as np

from boneloop.bench.case import ABSOLUTE, Case, Found, Solve
from boneloop.bench.itinerary import Path, act, paths
from boneloop.bench.peers.sbml_text import Text, text
from boneloop.kernel.problem import Problem
from boneloop.types import Array, Index

MOST_STEPS = 1_000_000


def version() -> str:
    """Of libRoadRunner."""
    return of("libroadrunner")


def ready(case: Case, variant: str, threads: int) -> Solve:
    """Load the document."""
    written = text(case)
    model = _Model(import_module("roadrunner"), written)

    def solve(problem: Problem, relative: float) -> Found:
        model.hold(relative)
        recorded = np.full((len(problem.times), len(problem.states), problem.patients), np.nan)
        for path in paths(problem):
            recorded[..., path.patient] = model.live(path, recorded.shape[:2])
        return Found(recorded)

    return solve


class _Model:
    """The loaded document, and where its states and parameters are."""

    def __init__(self, tool: Any, written: Text) -> None:
        tool.Logger.disableLogging()
        self.written, self.runner = written, tool.RoadRunner(written.sbml)
        self.model = self.runner.model
        known = {name: place for place, name in enumerate(self.model.getGlobalParameterIds())}
        self.places = [known[name] for name in written.states]
        self.used: Index = np.array([place for place, name in enumerate(written.parameters) if name], dtype=np.int64)
        self.parameters = [known[written.parameters[place]] for place in self.used]
        self.runner.setIntegrator("cvode")
        self.runner.timeCourseSelections = written.states

    def hold(self, relative: float) -> None:
        """Set the tolerance."""
        integrator = self.runner.getIntegrator()
        for name, value in (
            ("relative_tolerance", relative),
            ("absolute_tolerance", relative * ABSOLUTE),
            ("stiff", True),
            ("maximum_num_steps", MOST_STEPS),
        ):
            integrator.setValue(name, value)

    def live(self, path: Path, shape: tuple[int, ...]) -> Array:
        """One patient, stretch after stretch."""
        found, y, p, way = np.full(shape, np.nan), path.states.copy(), path.parameters.copy(), path.itinerary
        self._give(p)
        for stretch in range(len(way)):
            if act(way, stretch, y, p):
                self._give(p)
            points = slice(way.first[stretch], way.first[stretch + 1])
            self.model.setTime(float(way.grid[points.start]))
            self.model.setGlobalParameterValues(self.places, y)
            passed = np.asarray(self.runner.simulate(times=way.grid[points]))
            output = way.output[points]
            found[output[output >= 0]] = passed[output >= 0]
            y = passed[-1].copy()
        return found

    def _give(self, p: Array) -> None:
        if self.parameters:
            self.model.setGlobalParameterValues(self.parameters, self.written.values(p)[self.used])
