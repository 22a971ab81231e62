"""The model as four functions: what a patient shares over all steps, the rates, the factors of a step, the solution.

    share(parameters, shared)                              everything that depends on parameters alone
    rates(argument, parameters, shared, time, slope)       adds the rates to slope
    factor(y, parameters, shared, time, rate, slope, drift, factors)
    solve(slope, factors, stage, shared)

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

Keep = Callable[[Function, int, str], None]
"""Puts the value of a result, by its place, where it belongs."""


@dataclass(frozen=True)
class ModelCode:
    """The text of the four functions, and how many vectors the place called shared needs.

    First stand there the values shared over the steps, then what one piece of a long function leaves to the next.
    """

    text: str
    shared: int


def model_code(model: Graph, factored: Factorization, width: Width) -> ModelCode:
    """Write the four functions of a model."""
    shared = _shared(factored.graph)
    places = {node: place for place, node in enumerate(shared)}
    found = [
        _share(factored.graph, shared, width),
        _rates(model, places, width),
        _factor(factored, places, width),
        _solve(factored.solve, len(shared), width),
    ]
    return ModelCode("\n".join(text for text, _ in found), len(shared) + max(crossing for _, crossing in found))


def _shared(graph: Graph) -> list[int]:
    """Nodes made of parameters alone that something else, or a result, uses."""
    sheet = graph.sheet
    found: set[int] = set()
    for node in graph.order:
        if sheet.levels[node] > Level.PARAMETER:
            found.update(a for a in sheet.arguments[node] if sheet.levels[a] is Level.PARAMETER)
    found.update(node for node in graph.results if sheet.levels[node] is Level.PARAMETER)
    return sorted(node for node in found if sheet.ops[node] is not Op.PARAMETER)


def _loader(array: str, index: int) -> Callable[[Function], str]:
    return lambda function: function.load(function.at(f"%{array}", index))


def _leaves(graph: Graph, states: str) -> dict[int, Callable[[Function], str]]:
    arrays = {Op.STATE: states, Op.PARAMETER: "parameters", Op.TIME: "time", Op.STEP: "rate"}
    sheet = graph.sheet
    return {
        node: _loader(arrays[sheet.ops[node]], int(sheet.values[node]))
        for node in graph.order
        if sheet.ops[node] in arrays
    }


class _Writer:
    """Writes one function of the model, in pieces if it is long; they leave values behind from ``room`` on."""

    def __init__(self, name: str, arguments: tuple[str, ...], width: Width, room: int) -> None:
        self.name, self.arguments, self.width, self.room = name, arguments, width, room

    def text(self, line: StraightLine, keep: Keep) -> tuple[str, int]:
        """The function, and how many values its pieces leave to one another."""
        wanted: dict[int, list[int]] = {}
        for place, node in enumerate(line.results):
            wanted.setdefault(node, []).append(place)
        names = [self.name] if len(line.pieces) == 1 else [f"{self.name}{k}" for k in range(len(line.pieces))]
        texts = [self._piece(name, line, nodes, wanted, keep) for name, nodes in zip(names, line.pieces, strict=True)]
        if len(names) > 1:
            texts.append(self._whole(names))
        return "\n".join(texts), len(line.crossing)

    def _piece(self, name: str, line: StraightLine, nodes: list[int], wanted: dict[int, list[int]], keep: Keep) -> str:
        """Every node of a piece, and each result as soon as it is there; with the last piece all that is left."""
        f = self._function(name)
        line.begin(f, lambda place: f.load(f.at("%shared", self.room + place)))
        for node in nodes:
            value = line.write(node)
            for place in wanted.pop(node, ()):
                keep(f, place, value)
            if node in line.crossing:
                f.store(value, f.at("%shared", self.room + line.crossing[node]))
        if nodes is line.pieces[-1]:
            for node, places in wanted.items():
                for place in places:
                    keep(f, place, line.value(node))
        f.lines = interleaved(f.lines)
        f.do("ret void")
        return f.text

    def _whole(self, names: list[str]) -> str:
        f = self._function(self.name)
        for name in names:
            f.do(f"call void @{name}({', '.join(f'ptr %{argument}' for argument in self.arguments)})")
        f.do("ret void")
        return f.text

    def _function(self, name: str) -> Function:
        return Function(self.width, name, [f"ptr noalias %{argument}" for argument in self.arguments])


def _share(graph: Graph, shared: list[int], width: Width) -> tuple[str, int]:
    results = tuple(shared)
    line = StraightLine(graph.sheet, results, _leaves(Graph(graph.sheet, results, 0, 0), "none"))
    writer = _Writer("share", ("parameters", "shared"), width, len(shared))
    return writer.text(line, lambda f, place, value: f.store(value, f.at("%shared", place)))


def _known(graph: Graph, places: dict[int, int], states: str) -> dict[int, Callable[[Function], str]]:
    known = _leaves(graph, states)
    known.update((node, _loader("shared", place)) for node, place in places.items())
    return known


def _rates(model: Graph, places: dict[int, int], width: Width) -> tuple[str, int]:
    line = StraightLine(model.sheet, model.results, _known(model, places, "argument"))

    def keep(f: Function, place: int, value: str) -> None:
        address = f.at("%slope", place)
        f.store(f.binary("fadd", f.load(address), value), address)

    return _Writer("rates", ("argument", "parameters", "shared", "time", "slope"), width, len(places)).text(line, keep)


def _factor(factored: Factorization, places: dict[int, int], width: Width) -> tuple[str, int]:
    names = ("y", "parameters", "shared", "time", "rate", "slope", "drift", "factors")
    graph, count, moving = factored.graph, factored.states, len(factored.moving)
    line = StraightLine(graph.sheet, graph.results, _known(graph, places, "y"))

    def keep(f: Function, place: int, value: str) -> None:
        if place < count:
            f.store(value, f.at("%slope", place))
        elif place < count + moving:
            f.store(value, f.at("%drift", place - count))
        else:
            f.store(value, f.at("%factors", place - count - moving))

    return _Writer("factor", names, width, len(places)).text(line, keep)


def _solve(graph: Graph, room: int, width: Width) -> tuple[str, int]:
    count = len(graph.results)
    known: dict[int, Callable[[Function], str]] = {}
    for node in graph.order:
        if graph.sheet.ops[node] is Op.STATE:
            index = int(graph.sheet.values[node])
            known[node] = _loader("slope", index) if index < count else _loader("factors", index - count)
    line = StraightLine(graph.sheet, graph.results, known)
    writer = _Writer("solve", ("slope", "factors", "stage", "shared"), width, room)
    return writer.text(line, lambda f, place, value: f.store(value, f.at("%stage", place)))
