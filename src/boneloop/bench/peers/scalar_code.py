"""The rates of a model as functions of scalars: compiled by numba where it is there, else plain Python."""

from __future__ import annotations

import importlib.util
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from boneloop.bench.source import source
from boneloop.kernel.graph import Graph


@dataclass(frozen=True)
class ScalarCode:
    """``share(p, s)`` and ``rates(t, y, p, s, out)``, and how long their arrays are."""

    share: Callable[..., Any]
    rates: Callable[..., Any]
    states: int
    parameters: int
    shared: int
    by_numba: bool


def compiled(graph: Graph) -> ScalarCode:
    """The functions of a model."""
    written = source(graph)
    space: dict[str, Any] = {"math": math}
    exec(compile(written.text, "<recorded model>", "exec"), space)
    share, rates = space["share"], space["rates"]
    numba = importlib.util.find_spec("numba") is not None
    if numba:
        import numba as compiler  # type: ignore[import-not-found,import-untyped,unused-ignore]

        # NumPy's rules: no test before every division
        share, rates = (compiler.njit(error_model="numpy")(function) for function in (share, rates))
    return ScalarCode(share, rates, graph.states, graph.parameters, written.shared, numba)
