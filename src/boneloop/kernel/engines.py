"""Which engine moves a model on this machine, and engines by their names.

native   compiled in the process through llvmlite: the fast one, and the default
numpy    the same steps in NumPy: the oracle, and the fallback where llvmlite has no build
scipy    SciPy's Radau, patient by patient: somebody else's solver, for comparing
jax      the same steps in JAX: gradients, and graphics processors (extra ``jax``)
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Mapping

import numpy as np

from boneloop.errors import SimulationError
from boneloop.kernel.graph import Graph
from boneloop.kernel.problem import Engine
from boneloop.kernel.rodas4 import Rodas4


def has_native() -> bool:
    """Whether llvmlite has a build for this machine, which the native engine needs."""
    return importlib.util.find_spec("llvmlite") is not None


def engine_for(model: Graph, kind: type = np.float64, threads: int | None = None) -> Engine:
    """The native engine where it can be, else the NumPy engine, which gives the same within rounding.

    kind     np.float64 or np.float32
    threads  how many; None is one per core that this process may use; NumPy takes one
    """
    return engine_named("native" if has_native() else "numpy", model, kind, threads)


def engine_named(name: str, model: Graph, kind: type = np.float64, threads: int | None = None) -> Engine:
    """The engine of that name; SimulationError where there is none, or where it cannot run, saying what to do.

    kind     np.float64 or np.float32; scipy has float64 only
    threads  for native; the others decide for themselves
    """
    if name not in ENGINES:
        raise SimulationError(f"there is no engine {name!r}; there are: {', '.join(ENGINES)}")
    return ENGINES[name](model, kind, threads)


def _native(model: Graph, kind: type, threads: int | None) -> Engine:
    if not has_native():
        raise SimulationError(
            "the engine 'native' needs the package llvmlite, which has no build here; take the engine 'numpy'"
        )
    from boneloop.kernel.native.engine import Native

    return Native(model, kind, threads=threads)


def _numpy(model: Graph, kind: type, threads: int | None) -> Engine:
    return Rodas4(model, kind)


def _scipy(model: Graph, kind: type, threads: int | None) -> Engine:
    if np.dtype(kind) != np.float64:
        raise SimulationError(f"the engine 'scipy' has double precision only, not {np.dtype(kind).name}")
    from boneloop.kernel.reference import Reference

    return Reference(model)


def _jax(model: Graph, kind: type, threads: int | None) -> Engine:
    if importlib.util.find_spec("jax") is None:
        raise SimulationError("the engine 'jax' needs an extra; install it with: pip install 'boneloop[jax]'")
    from boneloop.kernel.xla.engine import Xla

    return Xla(model, kind)


ENGINES: Mapping[str, Callable[[Graph, type, int | None], Engine]] = {
    "native": _native,
    "numpy": _numpy,
    "scipy": _scipy,
    "jax": _jax,
}
