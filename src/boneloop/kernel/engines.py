"""Which engine moves a model on this machine."""

from __future__ import annotations

import importlib.util

import numpy as np

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
    if not has_native():
        return Rodas4(model, kind)
    from boneloop.kernel.native.engine import Native

    return Native(model, kind, threads=threads)
