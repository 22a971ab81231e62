"""AMICI: CVODES with an analytic sparse Jacobian on our exported SBML, compiled as C++; a dose stops and starts it."""

from __future__ import annotations

import logging
import os
import sys
import tempfile
from functools import cache
from importlib import import_module
from importlib.metadata import version as of
from pathlib import Path as Place
from typing import Any

import numpy as np

from boneloop.bench.case import ABSOLUTE, Case, Found, Solve
from boneloop.bench.itinerary import Path, act, paths
from boneloop.bench.peers.sbml_text import Text, text
from boneloop.kernel.problem import Problem
from boneloop.types import Array, Index

MOST_STEPS = 1_000_000


def version() -> str:
    """Of AMICI."""
    return of("amici")


def ready(case: Case, variant: str, threads: int) -> Solve:
    """Compile the document, or take what was compiled for the same model."""
    written = text(case)
    model = _Model(_compiled(written.sbml), written)

    def solve(problem: Problem, relative: float) -> Found:
        solver = model.solver(relative)
        recorded = np.full((len(problem.times), len(problem.states), problem.patients), np.nan)
        for path in paths(problem):
            recorded[..., path.patient] = model.live(path, solver, recorded.shape[:2])
        return Found(recorded)

    return solve


@cache
def _compiled(sbml: str) -> Any:
    """The model's object; its C++ is compiled in a folder that is kept while the process lives."""
    os.environ["PATH"] = os.pathsep.join([str(Place(sys.executable).parent), os.environ.get("PATH", "")])
    importer = import_module("amici.importers.sbml").SbmlImporter(sbml, from_file=False)
    _folders.append(tempfile.TemporaryDirectory(prefix="boneloop-amici-"))
    return importer.sbml2amici(
        f"bench_{len(_folders)}",
        _folders[-1].name,
        generate_sensitivity_code=False,
        compute_conservation_laws=False,
        simplify=None,
        verbose=False,
    )


_folders: list[tempfile.TemporaryDirectory[str]] = []


class _Model:
    """A compiled model, and where its states and parameters are."""

    def __init__(self, model: Any, written: Text) -> None:
        self.model, self.written = model, written
        self.tool = import_module("amici.sim.sundials")
        logging.disable()  # it says each failure once more; the missing result says it
        states, parameters = list(model.get_state_ids()), list(model.get_free_parameter_ids())
        self.of_state: Index = np.array([states.index(name) for name in written.states], dtype=np.int64)
        self.of_parameter: Index = np.array([written.parameters.index(name) for name in parameters], dtype=np.int64)

    def solver(self, relative: float) -> Any:
        """CVODES, without sensitivities."""
        solver = self.model.create_solver()
        solver.set_relative_tolerance(relative)
        solver.set_absolute_tolerance(relative * ABSOLUTE)
        solver.set_max_steps(MOST_STEPS)
        return solver

    def live(self, path: Path, solver: Any, shape: tuple[int, ...]) -> Array:
        """One patient, stretch after stretch."""
        found, y, p, way = np.full(shape, np.nan), path.states.copy(), path.parameters.copy(), path.itinerary
        self._give(p)
        for stretch in range(len(way)):
            if act(way, stretch, y, p):
                self._give(p)
            points = slice(way.first[stretch], way.first[stretch + 1])
            passed = self._stretch(solver, y, way.grid[points])
            if passed is None:
                break
            output = way.output[points][1:]
            found[output[output >= 0]] = passed[output >= 0]
            y = passed[-1].copy()
        return found

    def _stretch(self, solver: Any, y: Array, grid: Array) -> Array | None:
        start = np.empty(len(y))
        start[self.of_state] = y
        self.model.set_t0(float(grid[0]))
        self.model.set_timepoints(grid[1:])
        self.model.set_initial_state(start)
        seen = self.tool.run_simulation(self.model, solver)
        if seen.status != self.tool.AMICI_SUCCESS:
            return None
        passed: Array = np.asarray(seen.x)[:, self.of_state]
        return passed

    def _give(self, p: Array) -> None:
        if len(self.of_parameter):
            self.model.set_free_parameters(self.written.values(p)[self.of_parameter])
