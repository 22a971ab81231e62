"""A recorded model as Python source: straight-line code that a just-in-time compiler, or Python itself, can take.

The same algebra as ours for everybody: common subexpressions once, constants folded, what depends on parameters alone
worked out beforehand, reciprocals used once written as divisions.

    share(p, s)              fills s with what depends on the parameters p alone
    rates(t, y, p, s, out)   fills out with the rates
    rates(t, y, p, s)        gives a list of them, in the dialect "jax"
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from boneloop.kernel.expression import LEAVES, Level, Op
from boneloop.kernel.graph import Graph

_SIGNS = {Op.ADD: "+", Op.SUBTRACT: "-", Op.MULTIPLY: "*"}


@dataclass(frozen=True)
class Dialect:
    """How functions and choices are written.

    words    module that has exp, log, sqrt and tanh
    choice   x where a > b, else y: a format of these four
    lists    results are returned as a list instead of written into the last argument
    """

    words: str
    choice: str = "({x} if {a} > {b} else {y})"
    lists: bool = False


SCALAR = Dialect("math")
JAX = Dialect("jnp", "jnp.where({a} > {b}, {x}, {y})", lists=True)


@dataclass(frozen=True)
class Source:
    """The text of ``share`` and ``rates``, and how many values are shared."""

    text: str
    shared: int


def source(graph: Graph, dialect: Dialect = SCALAR) -> Source:
    """Write a model down."""
    writer = _Writer(graph, dialect)
    return Source(f"{writer.share()}\n\n{writer.rates()}\n", len(writer.shared))


class _Writer:
    def __init__(self, graph: Graph, dialect: Dialect) -> None:
        self.graph, self.sheet, self.dialect = graph, graph.sheet, dialect
        self.shared = {node: place for place, node in enumerate(shared_nodes(graph))}
        self.uses: dict[int, int] = dict.fromkeys(graph.order, 0)
        for node in graph.order:
            for argument in self.sheet.arguments[node]:
                self.uses[argument] += 1
        for node in graph.results:
            self.uses[node] += 1

    def share(self) -> str:
        """What depends on parameters alone."""
        wanted = Graph(self.sheet, tuple(self.shared), self.graph.states, self.graph.parameters)
        lines = [self._line(node, {}) for node in wanted.order if self.sheet.ops[node] not in LEAVES]
        kept = [f"s[{place}] = {self._name(node, {})}" for node, place in self.shared.items()]
        returned = f"return [{', '.join(self._name(node, {}) for node in self.shared)}]"
        return _function(
            "share", "p" if self.dialect.lists else "p, s", lines, [returned] if self.dialect.lists else kept
        )

    def rates(self) -> str:
        """The rates."""
        lines = [self._line(node, self.shared) for node in self.graph.order if self._is_written(node)]
        names = [self._name(node, self.shared) for node in self.graph.results]
        if self.dialect.lists:
            return _function("rates", "t, y, p, s", lines, [f"return [{', '.join(names)}]"])
        return _function("rates", "t, y, p, s, out", lines, [f"out[{k}] = {name}" for k, name in enumerate(names)])

    def _is_written(self, node: int) -> bool:
        changes = self.sheet.levels[node] > Level.PARAMETER
        return changes and self.sheet.ops[node] not in LEAVES and not self._goes_inside(node)

    def _goes_inside(self, node: int) -> bool:
        """A reciprocal that one product alone uses becomes its division."""
        return self.sheet.ops[node] is Op.RECIPROCAL and self.uses[node] == 1 and node in self._divisors

    @cached_property
    def _divisors(self) -> set[int]:
        products = (node for node in self.graph.order if self.sheet.ops[node] is Op.MULTIPLY)
        seconds = (self.sheet.arguments[node][1] for node in products)
        return {second for second in seconds if self.sheet.levels[second] > Level.PARAMETER}

    def _line(self, node: int, shared: dict[int, int]) -> str:
        return f"v{node} = {self._expression(node, shared)}"

    def _name(self, node: int, shared: dict[int, int]) -> str:
        op, value = self.sheet.ops[node], self.sheet.values[node]
        if node in shared:
            return f"s[{shared[node]}]"
        if op is Op.CONSTANT:
            return f"({float(value)!r})"
        if op in (Op.STATE, Op.PARAMETER):
            return f"{'y' if op is Op.STATE else 'p'}[{int(value)}]"
        return "t" if op is Op.TIME else f"v{node}"

    def _expression(self, node: int, shared: dict[int, int]) -> str:
        op, arguments = self.sheet.ops[node], self.sheet.arguments[node]
        if op is Op.MULTIPLY and self._goes_inside(arguments[1]):
            inner = self.sheet.arguments[arguments[1]][0]
            return f"{self._name(arguments[0], shared)} / {self._name(inner, shared)}"
        a, *rest = (self._name(argument, shared) for argument in arguments)
        if op in _SIGNS:
            return f"{a} {_SIGNS[op]} {rest[0]}"
        if op is Op.NEGATE:
            return f"-{a}"
        if op is Op.RECIPROCAL:
            return f"1.0 / {a}"
        if op is Op.CHOOSE:
            return self.dialect.choice.format(a=a, b=rest[0], x=rest[1], y=rest[2])
        if op in (Op.MINIMUM, Op.MAXIMUM):
            b = rest[0]
            low, high = (a, b) if op is Op.MAXIMUM else (b, a)
            return self.dialect.choice.format(a=a, b=b, x=low, y=high)
        return f"{self.dialect.words}.{op.value}({a})"


def shared_nodes(graph: Graph) -> list[int]:
    """Nodes made of parameters alone that something else, or a result, uses."""
    sheet = graph.sheet
    found = {
        argument
        for node in graph.order
        if sheet.levels[node] > Level.PARAMETER
        for argument in sheet.arguments[node]
        if sheet.levels[argument] is Level.PARAMETER
    }
    found.update(node for node in graph.results if sheet.levels[node] is Level.PARAMETER)
    return sorted(node for node in found if sheet.ops[node] is not Op.PARAMETER)


def _function(name: str, arguments: str, lines: list[str], last: list[str]) -> str:
    body = [*lines, *last] or ["pass"]
    return "\n    ".join([f"def {name}({arguments}):", *body])
