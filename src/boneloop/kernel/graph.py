"""The graph of a model: which expressions its results are made of, in an order in which they can be worked out.

Evaluated with NumPy it is the oracle that the native engine is tested against, and the engine itself where llvmlite
has no build.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from boneloop.kernel.expression import LEAVES, Expressions, Op
from boneloop.types import Array

_WORK: dict[Op, Callable[..., Any]] = {
    Op.ADD: np.add,
    Op.SUBTRACT: np.subtract,
    Op.MULTIPLY: np.multiply,
    Op.NEGATE: np.negative,
    Op.RECIPROCAL: lambda a: 1.0 / a,
    Op.EXP: np.exp,
    Op.LOG: np.log,
    Op.SQRT: np.sqrt,
    Op.TANH: np.tanh,
    Op.MINIMUM: np.minimum,
    Op.MAXIMUM: np.maximum,
    Op.CHOOSE: lambda a, b, above, otherwise: np.where(a > b, above, otherwise),
}


@dataclass(frozen=True)
class Graph:
    """Results on a sheet of expressions of ``states`` states and ``parameters`` parameters."""

    sheet: Expressions
    results: tuple[int, ...]
    states: int
    parameters: int

    @cached_property
    def order(self) -> tuple[int, ...]:
        """Every node that the results need, arguments before what is made of them."""
        needed = set(self.results)
        for node in range(max(self.results, default=-1), -1, -1):
            if node in needed:
                needed.update(self.sheet.arguments[node])
        return tuple(sorted(needed))

    @cached_property
    def last_use(self) -> dict[int, int]:
        """For each node that is no result, the last node that needs it."""
        return {
            argument: node
            for node in self.order
            for argument in self.sheet.arguments[node]
            if argument not in self.results
        }

    @cached_property
    def digest(self) -> str:
        """A name for the mathematics, the same in every process: 64 hexadecimal digits."""
        place = {node: position for position, node in enumerate(self.order)}
        lines = [f"{self.states} {self.parameters} {[place[node] for node in self.results]}"]
        for node in self.order:
            arguments = " ".join(str(place[argument]) for argument in self.sheet.arguments[node])
            lines.append(f"{self.sheet.ops[node]} {arguments} {float(self.sheet.values[node]).hex()}")
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()

    def __call__(
        self, states: Array, parameters: Array | None = None, time: Array | float = 0.0, step: Array | float = 0.0
    ) -> Array:
        """The results, shape (results, lanes), at ``states`` (states, lanes), ``parameters`` (parameters, lanes).

        time, step  one number, or one per lane; ``step`` is what stands at ``Op.STEP``
        """
        lanes = np.broadcast_shapes(
            states.shape[1:], np.shape(time), np.shape(step), () if parameters is None else parameters.shape[1:]
        )
        rows = np.empty((len(self.results), *lanes), dtype=states.dtype)
        with np.errstate(all="ignore"):
            values = self._values(states, parameters, {Op.TIME: time, Op.STEP: step})
        for row, node in enumerate(self.results):
            rows[row] = values[node]
        return rows

    def _values(self, states: Array, parameters: Array | None, clock: dict[Op, Any]) -> dict[int, Any]:
        sheet, values, last = self.sheet, {}, self.last_use
        given: dict[Op, Any] = {Op.STATE: states, Op.PARAMETER: parameters}
        for node in self.order:
            op, arguments = sheet.ops[node], sheet.arguments[node]
            if op is Op.CONSTANT:
                values[node] = states.dtype.type(sheet.values[node])
            elif op in clock:
                values[node] = clock[op]
            elif op in given:
                values[node] = given[op][int(sheet.values[node])]
            else:
                values[node] = _WORK[op](*(values[argument] for argument in arguments))
                for argument in arguments:
                    if last.get(argument) == node:
                        values.pop(argument, None)
        return values

    def bound(self, numbers: Mapping[int, float]) -> Graph:
        """The same graph with some parameters fixed to numbers; every parameter keeps its index."""
        sheet = Expressions()
        copies: dict[int, int] = {}
        for node in self.order:
            op, value = self.sheet.ops[node], self.sheet.values[node]
            if op is Op.PARAMETER and int(value) in numbers:
                copies[node] = sheet.constant(numbers[int(value)])
            elif op in LEAVES:
                copies[node] = sheet.leaf(op, value)
            else:
                copies[node] = sheet.again(op, tuple(copies[argument] for argument in self.sheet.arguments[node]))
        return Graph(sheet, tuple(copies[node] for node in self.results), self.states, self.parameters)

    def count(self) -> dict[Op, int]:
        """How many operations of each kind there are; leaves are not counted."""
        counted: dict[Op, int] = {}
        for node in self.order:
            op = self.sheet.ops[node]
            if op not in LEAVES:
                counted[op] = counted.get(op, 0) + 1
        return counted
