"""A case as SBML, for tools that read it: one parameter for every value that the parameters alone decide.

A tool that reads SBML would work such a value out anew at every call of the rates; so it is given the finished values.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from boneloop.bench.case import Case
from boneloop.bench.source import shared_nodes, source
from boneloop.kernel.expression import LEAVES, Expressions, Op
from boneloop.kernel.graph import Graph
from boneloop.kernel.sbml.document import Description, Quantity, write
from boneloop.types import Array


@dataclass(frozen=True)
class Text:
    """The document, the ids of states and parameters in it, and the parameters of a patient."""

    sbml: str
    states: list[str]
    parameters: list[str]
    values: Callable[[Array], Array]


def text(case: Case) -> Text:
    """The document of a case; its events are left to who runs it."""
    graph = case.graph
    space: dict[str, Any] = {"math": math}
    written = source(graph)
    exec(compile(written.text, "<recorded model>", "exec"), space)

    def values(parameters: Array) -> Array:
        finished = np.empty(written.shared)
        space["share"](parameters, finished)
        return np.concatenate([parameters, finished])

    one = case.patients(1)
    start, given = one.states[:, 0], values(one.parameters[:, 0])
    description = Description(
        title="bench",  # the same for cases of one model, so that a tool compiles it once
        states=[Quantity(f"y{place}", "1", float(value)) for place, value in enumerate(start)],
        parameters=[Quantity(f"p{place}", "1", float(value)) for place, value in enumerate(given)],
    )
    flat = flattened(graph)
    used = {int(flat.sheet.values[node]) for node in flat.order if flat.sheet.ops[node] is Op.PARAMETER}
    names = [f"p{place}" if place in used else "" for place in range(len(given))]
    return Text(write(flat, description, powers=False), [f"y{place}" for place in range(len(start))], names, values)


def flattened(graph: Graph) -> Graph:
    """The same model; what its parameters alone decide are further parameters."""
    sheet, copies = Expressions(), dict[int, int]()
    ready = {node: graph.parameters + place for place, node in enumerate(shared_nodes(graph))}
    for node in graph.order:
        op = graph.sheet.ops[node]
        if node in ready:
            copies[node] = sheet.parameter(ready[node])
        elif op in LEAVES:
            copies[node] = sheet.leaf(op, graph.sheet.values[node])
        else:
            copies[node] = sheet.again(op, tuple(copies[argument] for argument in graph.sheet.arguments[node]))
    results = tuple(copies[node] for node in graph.results)
    return Graph(sheet, results, graph.states, graph.parameters + len(ready))
