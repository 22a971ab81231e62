"""A graph as straight-line vector code.

Nodes are written in an order in which results are finished one after another, so that few values wait; a product
used once goes into the sum that uses it, a reciprocal used once becomes a division.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping

from boneloop.kernel.expression import Expressions, Op
from boneloop.kernel.graph import Graph
from boneloop.kernel.native import functions
from boneloop.kernel.native.assembly import Function

Given = Mapping[int, Callable[[Function], str]]
"""How to get the value of a node that is not worked out here, in the function being written."""

LARGEST = 1500
"""Nodes in one function: beyond, finding registers for them takes longer than they are worth."""

_BINARY = {Op.ADD: "fadd", Op.SUBTRACT: "fsub", Op.MULTIPLY: "fmul"}
_FUNCTIONS = {Op.EXP: functions.exp, Op.LOG: functions.log, Op.TANH: functions.tanh}


class StraightLine:
    """Writes the nodes of one graph, in one function or, piece by piece, in several.

    given     for each leaf, and for each node known beforehand, how to load it
    pieces    the nodes to write, in order, for each function
    crossing  nodes that a later piece needs again, each with a number
    """

    def __init__(self, sheet: Expressions, results: tuple[int, ...], given: Given) -> None:
        self.sheet, self.results, self.given = sheet, results, given
        self.values: dict[int, str] = {}
        self.masks: dict[tuple[int, int], str] = {}
        self.uses = _uses(sheet, results, given)
        order = _order(sheet, results, given)
        self.inside = {node for node in order if self._goes_inside(node)}
        written = [node for node in order if node not in self.inside]
        self.pieces = [written[begin : begin + LARGEST] for begin in range(0, len(written), LARGEST)] or [[]]
        self.crossing = self._crossing()

    def _crossing(self) -> dict[int, int]:
        made: set[int] = set()
        needed: set[int] = set()
        for piece in self.pieces:
            needed.update(a for node in piece for a in self._operands(node) if a in made)
            made.update(piece)
        return {node: place for place, node in enumerate(sorted(needed))}

    def _operands(self, node: int) -> Iterator[int]:
        for argument in self.sheet.arguments[node]:
            if argument in self.inside:
                yield from self._operands(argument)
            else:
                yield argument

    def begin(self, function: Function, load: Callable[[int], str]) -> None:
        """Go on in another function; ``load`` gets a crossing node by its number."""
        self.function, self._load = function, load
        self.values.clear()
        self.masks.clear()

    def write(self, node: int) -> str:
        """Write one node of a piece; gives its value."""
        self.values[node] = self._written(node)
        return self.values[node]

    def _goes_inside(self, node: int) -> bool:
        """Whether the one user of a product or a reciprocal takes it in."""
        uses = self.uses[node]
        if len(uses) != 1 or node in self.given:
            return False
        user, op = uses[0], self.sheet.ops[node]
        if user < 0:
            return False
        if op is Op.RECIPROCAL:
            return self.sheet.ops[user] is Op.MULTIPLY and not self._both_reciprocal(node, user)
        if op is not Op.MULTIPLY or self._divides(node):
            return False
        if self.sheet.ops[user] not in (Op.ADD, Op.SUBTRACT):
            return False
        second = self.sheet.arguments[user][1]
        return node == second or not self._plain_product(second)

    def _both_reciprocal(self, node: int, user: int) -> bool:
        """Whether ``node`` is the first of two reciprocals: only the second becomes a division."""
        first, second = self.sheet.arguments[user]
        other = self.sheet.ops[second] is Op.RECIPROCAL and len(self.uses[second]) == 1 and second not in self.given
        return node == first and other

    def _plain_product(self, node: int) -> bool:
        single = len(self.uses[node]) == 1 and node not in self.given
        return single and self.sheet.ops[node] is Op.MULTIPLY and not self._divides(node)

    def _divides(self, node: int) -> bool:
        """Whether a product is written as a division."""
        arguments = self.sheet.arguments[node]
        return any(
            self.sheet.ops[a] is Op.RECIPROCAL and len(self.uses[a]) == 1 and a not in self.given for a in arguments
        )

    def value(self, node: int) -> str:
        """The value of a node that is there, of a leaf, or of a constant."""
        found = self.values.get(node)
        if found is None:
            found = self._leaf(node)
            self.values[node] = found
        return found

    def _leaf(self, node: int) -> str:
        if self.sheet.is_constant(node):
            return self.function.splat(self.sheet.values[node])
        if node in self.crossing:
            return self._load(self.crossing[node])
        return self.given[node](self.function)

    def _written(self, node: int) -> str:
        f, op, arguments = self.function, self.sheet.ops[node], self.sheet.arguments[node]
        if op is Op.MULTIPLY and self._divides(node):
            return self._division(arguments)
        if op in (Op.ADD, Op.SUBTRACT):
            fused = self._fused(op, arguments)
            if fused is not None:
                return fused
        values = [self.value(argument) for argument in arguments]
        if op in _BINARY:
            return f.binary(_BINARY[op], *values)
        if op in _FUNCTIONS:
            return _FUNCTIONS[op](f, values[0])
        if op is Op.NEGATE:
            return f.negative(values[0])
        if op is Op.RECIPROCAL:
            return f.binary("fdiv", f.splat(1), values[0])
        if op is Op.SQRT:
            return f.root(values[0])
        return self._selected(op, arguments, values)

    def _selected(self, op: Op, arguments: tuple[int, ...], values: list[str]) -> str:
        """Minimum and maximum keep the second value where the first is not a number, and so do not hide a NaN."""
        f = self.function
        a, b = values[:2]
        if op is Op.CHOOSE:
            key = (arguments[0], arguments[1])
            if key not in self.masks:
                self.masks[key] = f.compare("ogt", a, b)
            return f.pick(self.masks[key], values[2], values[3])
        return f.pick(f.compare("olt" if op is Op.MINIMUM else "ogt", a, b), a, b)

    def _division(self, arguments: tuple[int, ...]) -> str:
        a, b = arguments
        over = b if self.sheet.ops[b] is Op.RECIPROCAL and b in self.inside else a
        top = a if over == b else b
        return self.function.binary("fdiv", self.value(top), self.value(self.sheet.arguments[over][0]))

    def _fused(self, op: Op, arguments: tuple[int, ...]) -> str | None:
        f, (a, b) = self.function, arguments
        if b in self.inside:
            x, y = (self.value(argument) for argument in self.sheet.arguments[b])
            return f.fused(x if op is Op.ADD else f.negative(x), y, self.value(a))
        if a in self.inside:
            x, y = (self.value(argument) for argument in self.sheet.arguments[a])
            other = self.value(b)
            return f.fused(x, y, other if op is Op.ADD else f.negative(other))
        return None


def _uses(sheet: Expressions, results: tuple[int, ...], given: Given) -> dict[int, list[int]]:
    """For each node its users; a result is used once more, by -1."""
    uses: dict[int, list[int]] = {node: [] for node in results}
    for node in results:
        uses[node].append(-1)
    for node in reversed(Graph(sheet, results, 0, 0).order):
        if node in given or node not in uses:
            continue
        for argument in sheet.arguments[node]:
            uses.setdefault(argument, []).append(node)
    return uses


def _order(sheet: Expressions, results: tuple[int, ...], given: Given) -> list[int]:
    """Depth first from the results, the deeper argument first; leaves and given nodes are left out."""
    depth = _depth(sheet, results, given)
    order: list[int] = []
    done: set[int] = set()
    for result in results:
        stack = [(result, False)]
        while stack:
            node, ready = stack.pop()
            if node in done or node in given or not sheet.arguments[node]:
                continue
            if ready:
                done.add(node)
                order.append(node)
                continue
            stack.append((node, True))
            stack.extend((argument, False) for argument in sorted(sheet.arguments[node], key=lambda a: depth[a]))
    return order


def _depth(sheet: Expressions, results: tuple[int, ...], given: Given) -> Counter[int]:
    depth: Counter[int] = Counter()
    for node in Graph(sheet, results, 0, 0).order:
        if node not in given and sheet.arguments[node]:
            depth[node] = 1 + max(depth[argument] for argument in sheet.arguments[node])
    return depth
