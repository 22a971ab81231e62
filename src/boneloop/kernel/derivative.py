"""Derivatives of a graph, written on the same sheet: exact, sparse, and sharing all that the model already computes.

Every node carries its gradient, only the entries that are not zero, from its arguments to itself (forward mode). The
derivative of a power x^c = exp(c·log x) at x = 0 is taken at a tiny positive x instead, where it is finite.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from boneloop.kernel.expression import Expressions, Op
from boneloop.kernel.graph import Graph

Gradient = dict[int, int]
"""Derivative by column: state number (or ``TIME``) to node."""

TIME = -1
"""The column of the derivative with respect to time."""

_TINY = 1e-30
"""Nearest to 0 at which the slope of a logarithm is taken; a float32 can hold it."""


@dataclass(frozen=True)
class Jacobian:
    """Derivatives of a graph's results: ``graph`` gives the results, then ``entries`` in order, then ``moving``.

    entries  (row, column) of each derivative by a state that is not identically 0
    moving   rows whose derivative by time is not identically 0
    """

    graph: Graph
    entries: tuple[tuple[int, int], ...]
    moving: tuple[int, ...]


def jacobian(graph: Graph) -> Jacobian:
    """Results, derivatives by every state and derivatives by time, as one graph that shares its expressions."""
    sheet = graph.sheet
    gradients: dict[int, Gradient] = {}
    for node in graph.order:
        gradients[node] = _gradient(sheet, node, gradients)
    rows = [gradients[node] for node in graph.results]
    entries = tuple((row, column) for row, found in enumerate(rows) for column in sorted(found) if column != TIME)
    moving = tuple(row for row, found in enumerate(rows) if TIME in found)
    nodes = [rows[row][column] for row, column in entries] + [rows[row][TIME] for row in moving]
    return Jacobian(Graph(sheet, (*graph.results, *nodes), graph.states, graph.parameters), entries, moving)


def _gradient(sheet: Expressions, node: int, known: dict[int, Gradient]) -> Gradient:
    op, arguments = sheet.ops[node], sheet.arguments[node]
    if op is Op.STATE:
        return {int(sheet.values[node]): sheet.constant(1)}
    if op is Op.TIME:
        return {TIME: sheet.constant(1)}
    columns = sorted({column for argument in arguments for column in known[argument]})
    if not columns:
        return {}
    if op in _TWO:
        return _clean(sheet, {c: _TWO[op](sheet, node, [known[a].get(c) for a in arguments]) for c in columns})
    slope = _SLOPE[op](sheet, node)
    inner = known[arguments[0]]
    return _clean(sheet, {c: sheet.multiply(slope, inner[c]) for c in columns})


def _clean(sheet: Expressions, gradient: Gradient) -> Gradient:
    return {column: node for column, node in gradient.items() if not sheet.is_zero(node)}


Parts = list[int | None]


def _added(sheet: Expressions, node: int, parts: Parts) -> int:
    a, b = parts
    if a is None or b is None:
        return b if a is None else a  # type: ignore[return-value]
    return sheet.add(a, b)


def _subtracted(sheet: Expressions, node: int, parts: Parts) -> int:
    a, b = parts
    zero = sheet.constant(0)
    return sheet.subtract(zero if a is None else a, zero if b is None else b)


def _multiplied(sheet: Expressions, node: int, parts: Parts) -> int:
    (x, y), (dx, dy) = sheet.arguments[node], parts
    total = sheet.constant(0)
    if dx is not None:
        total = sheet.multiply(dx, y)
    if dy is not None:
        total = sheet.add(total, sheet.multiply(x, dy))
    return total


def _chosen(sheet: Expressions, node: int, parts: Parts) -> int:
    a, b, *_ = sheet.arguments[node]
    zero = sheet.constant(0)
    above, otherwise = (zero if part is None else part for part in parts[-2:])
    return sheet.choose(a, b, above, otherwise)


def _smaller(sheet: Expressions, node: int, parts: Parts) -> int:
    (a, b), zero = sheet.arguments[node], sheet.constant(0)
    da, db = (zero if part is None else part for part in parts)
    return sheet.choose(a, b, db, da)


def _larger(sheet: Expressions, node: int, parts: Parts) -> int:
    (a, b), zero = sheet.arguments[node], sheet.constant(0)
    da, db = (zero if part is None else part for part in parts)
    return sheet.choose(a, b, da, db)


_TWO: dict[Op, Callable[[Expressions, int, Parts], int]] = {
    Op.ADD: _added,
    Op.SUBTRACT: _subtracted,
    Op.MULTIPLY: _multiplied,
    Op.MINIMUM: _smaller,
    Op.MAXIMUM: _larger,
    Op.CHOOSE: _chosen,
}


def _log_slope(sheet: Expressions, node: int) -> int:
    return sheet.reciprocal(sheet.maximum(sheet.arguments[node][0], sheet.constant(_TINY)))


_SLOPE: dict[Op, Callable[[Expressions, int], int]] = {
    Op.NEGATE: lambda sheet, node: sheet.constant(-1),
    Op.RECIPROCAL: lambda sheet, node: sheet.negate(sheet.multiply(node, node)),
    Op.EXP: lambda sheet, node: node,
    Op.LOG: _log_slope,
    Op.SQRT: lambda sheet, node: sheet.multiply(sheet.constant(1 / 2), sheet.reciprocal(node)),
    Op.TANH: lambda sheet, node: sheet.subtract(sheet.constant(1), sheet.multiply(node, node)),
}
