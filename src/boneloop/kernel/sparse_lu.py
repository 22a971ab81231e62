"""Sparse elimination, written down: the matrix of an implicit step is factored in a fixed order without pivoting.

The matrix is W = 1/(step·γ)·I - J. Its diagonal dominates for the steps an error control allows, and a step that it
misjudges is refused, so pivots are taken from the diagonal in an order fixed once by how little fill they cause
(Markowitz 1957: smallest product of the others in row and column). The factors become expressions on the model's own
sheet, and the substitutions a small graph of their own: both run wherever a graph runs.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from boneloop.kernel.derivative import Jacobian
from boneloop.kernel.expression import Expressions
from boneloop.kernel.graph import Graph

Place = tuple[int, int]


@dataclass(frozen=True)
class Factorization:
    """A model and the factors of its implicit matrix.

    graph    results: the rates, then their derivatives by time (rows ``moving``), then the factors
    moving   rows whose rate changes with time by itself
    factors  (row, column) of each factor: below the diagonal L, above it U, on it one over the pivot
    order    the states in the order in which they are eliminated
    solve    graph from a right-hand side followed by the factors (its states) to the solution
    """

    graph: Graph
    moving: tuple[int, ...]
    factors: tuple[Place, ...]
    order: tuple[int, ...]
    solve: Graph

    @property
    def states(self) -> int:
        """How many states there are."""
        return self.graph.states


def elimination_order(states: int, places: Iterable[Place]) -> tuple[int, ...]:
    """The order of pivots that causes little fill; ties go to the lower number."""
    rows, columns = _pattern(states, places)
    left, order = set(range(states)), []
    while left:
        pivot = min(left, key=lambda k: ((len(rows[k]) - 1) * (len(columns[k]) - 1), k))
        order.append(pivot)
        left.remove(pivot)
        below, across = columns[pivot] - {pivot}, rows[pivot] - {pivot}
        for row in below:
            rows[row] |= across
            rows[row].discard(pivot)
        for column in across:
            columns[column] |= below
            columns[column].discard(pivot)
    return tuple(order)


def _pattern(states: int, places: Iterable[Place]) -> tuple[list[set[int]], list[set[int]]]:
    rows: list[set[int]] = [{index} for index in range(states)]
    columns: list[set[int]] = [{index} for index in range(states)]
    for row, column in places:
        rows[row].add(column)
        columns[column].add(row)
    return rows, columns


def factorization(jacobian: Jacobian) -> Factorization:
    """The factors of W as expressions, and the graph that solves with them."""
    sheet, count = jacobian.graph.sheet, jacobian.graph.states
    given = jacobian.graph.results
    order = elimination_order(count, jacobian.entries)
    matrix = {place: sheet.negate(given[count + k]) for k, place in enumerate(jacobian.entries)}
    for index in range(count):
        matrix[index, index] = sheet.add(sheet.step(), matrix.get((index, index), sheet.constant(0)))
    _eliminate(sheet, matrix, order)
    factors = tuple(sorted(matrix))
    moving = given[count + len(jacobian.entries) :]
    results = (*given[:count], *moving, *(matrix[place] for place in factors))
    graph = Graph(sheet, results, count, jacobian.graph.parameters)
    return Factorization(graph, jacobian.moving, factors, order, _substitution(count, factors, order))


def _eliminate(sheet: Expressions, matrix: dict[Place, int], order: tuple[int, ...]) -> None:
    """Replace the matrix by its factors, in place."""
    for turn, pivot in enumerate(order):
        later = order[turn + 1 :]
        matrix[pivot, pivot] = sheet.reciprocal(matrix[pivot, pivot])
        below = [row for row in later if (row, pivot) in matrix]
        across = [column for column in later if (pivot, column) in matrix]
        for row in below:
            matrix[row, pivot] = sheet.multiply(matrix[row, pivot], matrix[pivot, pivot])
            for column in across:
                product = sheet.multiply(matrix[row, pivot], matrix[pivot, column])
                before = matrix.get((row, column), sheet.constant(0))
                matrix[row, column] = sheet.subtract(before, product)


def _substitution(count: int, factors: tuple[Place, ...], order: tuple[int, ...]) -> Graph:
    """Forward with L, backward with U; factors are states here, so that no algebra regroups them."""
    sheet = Expressions()
    found = {place: sheet.state(count + index) for index, place in enumerate(factors)}
    value = [sheet.state(index) for index in range(count)]
    for turn, pivot in enumerate(order):
        for row in order[turn + 1 :]:
            if (row, pivot) in found:
                value[row] = sheet.subtract(value[row], sheet.multiply(found[row, pivot], value[pivot]))
    for turn, pivot in reversed(list(enumerate(order))):
        for column in order[turn + 1 :]:
            if (pivot, column) in found:
                value[pivot] = sheet.subtract(value[pivot], sheet.multiply(found[pivot, column], value[column]))
        value[pivot] = sheet.multiply(value[pivot], found[pivot, pivot])
    return Graph(sheet, tuple(value), count + len(factors), 0)
