"""The model as four functions: what a patient shares over all steps, the rates, the factors of a step, the solution.

    share(parameters, shared)                              everything that depends on parameters alone
    rates(argument, parameters, shared, time, slope)       adds the rates to slope
    factor(y, parameters, shared, time, rate, slope, drift, factors)
    solve(slope, factors, stage)

Every argument is the address of vectors; time and rate (1/(step·γ)) are one vector each.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from boneloop.kernel.expression import Level, Op
from boneloop.kernel.graph import Graph
from boneloop.kernel.native.assembly import Function, Width
from boneloop.kernel.native.interleave import interleaved
from boneloop.kernel.native.straight_line import StraightLine
from boneloop.kernel.sparse_lu import Factorization

Finish = Callable[[Function, int, str], None]


@dataclass(frozen=True)
class ModelCode:
    """The text of the four functions, and how many values are shared over the steps."""

    text: str
    shared: int


def model_code(model: Graph, factored: Factorization, width: Width) -> ModelCode:
    """Write the four functions of a model."""
    shared = _shared(factored.graph)
    places = {node: place for place, node in enumerate(shared)}
    pieces = [
        _share(factored.graph, shared, width),
        _rates(model, places, width),
        _factor(factored, places, width),
        _solve(factored.solve, width),
    ]
    return ModelCode("\n".join(pieces), len(shared))


def _shared(graph: Graph) -> list[int]:
    """Nodes made of parameters alone that something else, or a result, uses."""
    sheet = graph.sheet
    found: set[int] = set()
    for node in graph.order:
        if sheet.levels[node] > Level.PARAMETER:
            found.update(a for a in sheet.arguments[node] if sheet.levels[a] is Level.PARAMETER)
    found.update(node for node in graph.results if sheet.levels[node] is Level.PARAMETER)
    return sorted(node for node in found if sheet.ops[node] is not Op.PARAMETER)


def _loader(function: Function, array: str, index: int) -> Callable[[], str]:
    return lambda: function.load(function.at(f"%{array}", index))


def _leaves(function: Function, graph: Graph, states: str) -> dict[int, Callable[[], str]]:
    arrays = {Op.STATE: states, Op.PARAMETER: "parameters", Op.TIME: "time", Op.STEP: "rate"}
    sheet = graph.sheet
    return {
        node: _loader(function, arrays[sheet.ops[node]], int(sheet.values[node]))
        for node in graph.order
        if sheet.ops[node] in arrays
    }


def _finish(line: StraightLine, results: tuple[int, ...], keep: Callable[[int, str], None]) -> None:
    """Write every node, and keep each result as soon as it is there."""
    wanted: dict[int, list[int]] = {}
    for place, node in enumerate(results):
        wanted.setdefault(node, []).append(place)

    def finished(node: int, value: str) -> None:
        for place in wanted.pop(node, ()):
            keep(place, value)

    line.run(finished)
    for node, places in wanted.items():
        for place in places:
            keep(place, line.value(node))


def _ended(function: Function) -> str:
    function.lines = interleaved(function.lines)
    function.do("ret void")
    return function.text


def _share(graph: Graph, shared: list[int], width: Width) -> str:
    f = Function(width, "share", ["ptr noalias %parameters", "ptr noalias %shared"])
    results = tuple(shared)
    line = StraightLine(f, graph.sheet, results, _leaves(f, Graph(graph.sheet, results, 0, 0), "none"))
    _finish(line, results, lambda place, value: f.store(value, f.at("%shared", place)))
    return _ended(f)


def _known(f: Function, graph: Graph, places: dict[int, int], states: str) -> dict[int, Callable[[], str]]:
    known = _leaves(f, graph, states)
    known.update((node, _loader(f, "shared", place)) for node, place in places.items())
    return known


def _rates(model: Graph, places: dict[int, int], width: Width) -> str:
    names = ("argument", "parameters", "shared", "time", "slope")
    f = Function(width, "rates", [f"ptr noalias %{name}" for name in names])
    line = StraightLine(f, model.sheet, model.results, _known(f, model, places, "argument"))

    def keep(place: int, value: str) -> None:
        address = f.at("%slope", place)
        f.store(f.binary("fadd", f.load(address), value), address)

    _finish(line, model.results, keep)
    return _ended(f)


def _factor(factored: Factorization, places: dict[int, int], width: Width) -> str:
    names = ("y", "parameters", "shared", "time", "rate", "slope", "drift", "factors")
    f = Function(width, "factor", [f"ptr noalias %{name}" for name in names])
    graph, count, moving = factored.graph, factored.states, len(factored.moving)
    line = StraightLine(f, graph.sheet, graph.results, _known(f, graph, places, "y"))

    def keep(place: int, value: str) -> None:
        if place < count:
            f.store(value, f.at("%slope", place))
        elif place < count + moving:
            f.store(value, f.at("%drift", place - count))
        else:
            f.store(value, f.at("%factors", place - count - moving))

    _finish(line, graph.results, keep)
    return _ended(f)


def _solve(graph: Graph, width: Width) -> str:
    f = Function(width, "solve", [f"ptr noalias %{name}" for name in ("slope", "factors", "stage")])
    count = len(graph.results)
    known: dict[int, Callable[[], str]] = {}
    for node in graph.order:
        if graph.sheet.ops[node] is Op.STATE:
            index = int(graph.sheet.values[node])
            known[node] = _loader(f, "slope", index) if index < count else _loader(f, "factors", index - count)
    line = StraightLine(f, graph.sheet, graph.results, known)
    _finish(line, graph.results, lambda place, value: f.store(value, f.at("%stage", place)))
    return _ended(f)
