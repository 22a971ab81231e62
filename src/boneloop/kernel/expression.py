"""Expressions, each written down once: a growing sheet of nodes that knows a little algebra.

A node is a number that stands for one operation on earlier nodes; asking twice for the same operation gives the same
node (common subexpressions cost nothing). Before a node is made, what is already decided is decided: constants fold,
x·1, x+0, 0·x and -(-x) disappear, x/c becomes x·(1/c), powers with a constant exponent become products, roots or
exp(c·log x) that share one logarithm, and factors that a whole patient shares (``Level``) are gathered, so that an
engine can work them out once per patient instead of once per step.

The algebra is that of real numbers: an identity may move a result by a rounding error, and 0·x is 0 whatever x is.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from enum import IntEnum, StrEnum


class Op(StrEnum):
    """What a node does. ``choose`` (a, b, x, y) is x where a > b, else y; ``step`` is what an implicit method adds to
    the diagonal, 1/(step size·γ)."""

    CONSTANT = "constant"
    STATE = "state"
    PARAMETER = "parameter"
    TIME = "time"
    STEP = "step"
    ADD = "add"
    SUBTRACT = "subtract"
    MULTIPLY = "multiply"
    NEGATE = "negate"
    RECIPROCAL = "reciprocal"
    EXP = "exp"
    LOG = "log"
    SQRT = "sqrt"
    TANH = "tanh"
    MINIMUM = "minimum"
    MAXIMUM = "maximum"
    CHOOSE = "choose"


class Level(IntEnum):
    """How often a node changes: never, from patient to patient, with time, or with the state."""

    CONSTANT = 0
    PARAMETER = 1
    TIME = 2
    STATE = 3


LEAVES = frozenset({Op.CONSTANT, Op.STATE, Op.PARAMETER, Op.TIME, Op.STEP})
_LEAF_LEVEL = {
    Op.CONSTANT: Level.CONSTANT,
    Op.PARAMETER: Level.PARAMETER,
    Op.TIME: Level.TIME,
    Op.STEP: Level.TIME,
    Op.STATE: Level.STATE,
}
_LARGEST_PRODUCT = 64
_FOLD: dict[Op, Callable[[float], float]] = {
    Op.EXP: math.exp,
    Op.LOG: math.log,
    Op.SQRT: math.sqrt,
    Op.TANH: math.tanh,
}


class Expressions:
    """The sheet: ``ops``, ``arguments`` (earlier nodes), ``values`` (a constant, or a leaf's index) and ``levels``."""

    def __init__(self) -> None:
        self.ops: list[Op] = []
        self.arguments: list[tuple[int, ...]] = []
        self.values: list[float] = []
        self.levels: list[Level] = []
        self._known: dict[tuple[object, ...], int] = {}

    def __len__(self) -> int:
        return len(self.ops)

    # leaves

    def constant(self, value: float) -> int:
        """A number that never changes; -0 is 0."""
        return self._node(Op.CONSTANT, (), float(value) + 0.0)

    def state(self, index: int) -> int:
        """State number ``index``."""
        return self._node(Op.STATE, (), index)

    def parameter(self, index: int) -> int:
        """Parameter number ``index``."""
        return self._node(Op.PARAMETER, (), index)

    def time(self) -> int:
        """The time."""
        return self._node(Op.TIME, (), 0)

    def step(self) -> int:
        """1/(step size·γ) of an implicit method."""
        return self._node(Op.STEP, (), 0)

    def leaf(self, op: Op, value: float) -> int:
        """The leaf of this kind: ``value`` is its number or its index."""
        if op in (Op.TIME, Op.STEP):
            return self._node(op, (), 0)
        return self.constant(value) if op is Op.CONSTANT else self._node(op, (), int(value))

    # arithmetic

    def add(self, a: int, b: int) -> int:
        """a + b"""
        if self.ops[b] is Op.NEGATE:
            return self.subtract(a, self.arguments[b][0])
        if self.ops[a] is Op.NEGATE:
            return self.subtract(b, self.arguments[a][0])
        a, b = self._by_level(a, b)
        if self.is_constant(a):
            return self._add_constant(self.values[a], b)
        return self.multiply(self.constant(2), a) if a == b else self._node(Op.ADD, (a, b))

    def _add_constant(self, value: float, b: int) -> int:
        if value == 0:
            return b
        if self.is_constant(b):
            return self.constant(value + self.values[b])
        if self.ops[b] in (Op.ADD, Op.SUBTRACT) and self.is_constant(self.arguments[b][0]):
            first, second = self.arguments[b]
            total = self.constant(value + self.values[first])
            return self.add(total, second) if self.ops[b] is Op.ADD else self.subtract(total, second)
        return self._node(Op.ADD, (self.constant(value), b))

    def subtract(self, a: int, b: int) -> int:
        """a - b"""
        if a == b:
            return self.constant(0)
        if self.ops[b] is Op.NEGATE:
            return self.add(a, self.arguments[b][0])
        if self.is_constant(b):
            return self._add_constant(-self.values[b], a)
        if self.is_constant(a):
            return self._subtract_from_constant(self.values[a], b)
        if self.ops[a] is Op.NEGATE:
            return self.negate(self.add(self.arguments[a][0], b))
        return self._node(Op.SUBTRACT, (a, b))

    def _subtract_from_constant(self, value: float, b: int) -> int:
        if value == 0:
            return self.negate(b)
        if self.ops[b] in (Op.ADD, Op.SUBTRACT) and self.is_constant(self.arguments[b][0]):
            first, second = self.arguments[b]
            left = self.constant(value - self.values[first])
            return self.subtract(left, second) if self.ops[b] is Op.ADD else self.add(left, second)
        return self._node(Op.SUBTRACT, (self.constant(value), b))

    def negate(self, a: int) -> int:
        """-a"""
        if self.is_constant(a):
            return self.constant(-self.values[a])
        if self.ops[a] is Op.NEGATE:
            return self.arguments[a][0]
        if self.ops[a] is Op.SUBTRACT:
            return self.subtract(self.arguments[a][1], self.arguments[a][0])
        return self._node(Op.NEGATE, (a,))

    def multiply(self, a: int, b: int) -> int:
        """a·b; signs move outward, factors of a lower level come first."""
        if self.ops[a] is Op.NEGATE:
            return self.negate(self.multiply(self.arguments[a][0], b))
        if self.ops[b] is Op.NEGATE:
            return self.negate(self.multiply(a, self.arguments[b][0]))
        a, b = self._by_level(a, b)
        if self.is_constant(a):
            return self._scale(self.values[a], b)
        if self._inverse(a, b):
            return self.constant(1)
        if self.ops[b] is Op.MULTIPLY and self.levels[b] > self.levels[a]:
            first, second = self.arguments[b]
            if self.levels[first] <= self.levels[a]:
                return self.multiply(self.multiply(a, first), second)
        if self.ops[a] is Op.MULTIPLY and self.is_constant(self.arguments[a][0]):
            first, second = self.arguments[a]
            return self.multiply(first, self.multiply(second, b))
        return self._node(Op.MULTIPLY, (a, b))

    def _scale(self, factor: float, b: int) -> int:
        if factor == 0:
            return self.constant(0)
        if factor == 1:
            return b
        if self.is_constant(b):
            return self.constant(factor * self.values[b])
        if factor < 0:
            return self.negate(self._scale(-factor, b))
        if self.ops[b] is Op.MULTIPLY and self.is_constant(self.arguments[b][0]):
            return self._scale(factor * self.values[self.arguments[b][0]], self.arguments[b][1])
        return self._node(Op.MULTIPLY, (self.constant(factor), b))

    def _inverse(self, a: int, b: int) -> bool:
        return (self.ops[a] is Op.RECIPROCAL and self.arguments[a][0] == b) or (
            self.ops[b] is Op.RECIPROCAL and self.arguments[b][0] == a
        )

    def reciprocal(self, a: int) -> int:
        """1/a"""
        if self.is_constant(a):
            if self.values[a] == 0:
                raise ZeroDivisionError("the model divides by a constant that is 0")
            return self.constant(1 / self.values[a])
        if self.ops[a] is Op.RECIPROCAL:
            return self.arguments[a][0]
        if self.ops[a] is Op.NEGATE:
            return self.negate(self.reciprocal(self.arguments[a][0]))
        if self.ops[a] is Op.MULTIPLY and self.levels[self.arguments[a][0]] < self.levels[a]:
            first, second = self.arguments[a]
            return self.multiply(self.reciprocal(first), self.reciprocal(second))
        return self._node(Op.RECIPROCAL, (a,))

    def divide(self, a: int, b: int) -> int:
        """a/b, as a·(1/b)"""
        return self.multiply(a, self.reciprocal(b))

    # functions

    def power(self, base: int, exponent: int) -> int:
        """base to the exponent; for an exponent that is not a whole constant the base must be positive."""
        if self.is_constant(exponent):
            return self._constant_power(base, self.values[exponent])
        if self.is_constant(base) and self.values[base] <= 0:
            raise ValueError(f"{self.values[base]} to a power that varies has no value")
        return self.exp(self.multiply(exponent, self.log(base)))

    def _constant_power(self, base: int, exponent: float) -> int:
        if self.is_constant(base):
            return self.constant(self.values[base] ** exponent)
        if exponent < 0:
            inverted = self._constant_power(base, -exponent)
            if self.ops[inverted] is Op.EXP:
                return self.exp(self.negate(self.arguments[inverted][0]))
            return self.reciprocal(inverted)
        if exponent == math.floor(exponent) and exponent <= _LARGEST_PRODUCT:
            return self._whole_power(base, int(exponent))
        if exponent in (1 / 2, 3 / 2):
            root = self.sqrt(base)
            return root if exponent == 1 / 2 else self.multiply(root, base)
        return self.exp(self.multiply(self.constant(exponent), self.log(base)))

    def _whole_power(self, base: int, exponent: int) -> int:
        if exponent == 0:
            return self.constant(1)
        half = self._whole_power(base, exponent // 2)
        square = self.multiply(half, half)
        return self.multiply(square, base) if exponent % 2 else square

    def exp(self, a: int) -> int:
        """e to the a"""
        return self._function(Op.EXP, a)

    def log(self, a: int) -> int:
        """natural logarithm"""
        return self.arguments[a][0] if self.ops[a] is Op.EXP else self._function(Op.LOG, a)

    def sqrt(self, a: int) -> int:
        """square root"""
        return self._function(Op.SQRT, a)

    def tanh(self, a: int) -> int:
        """hyperbolic tangent"""
        if self.ops[a] is Op.NEGATE:
            return self.negate(self.tanh(self.arguments[a][0]))
        return self._function(Op.TANH, a)

    def _function(self, op: Op, a: int) -> int:
        if self.is_constant(a):
            return self.constant(_FOLD[op](self.values[a]))
        return self._node(op, (a,))

    def minimum(self, a: int, b: int) -> int:
        """the smaller of two"""
        return self._extreme(Op.MINIMUM, min, a, b)

    def maximum(self, a: int, b: int) -> int:
        """the larger of two"""
        return self._extreme(Op.MAXIMUM, max, a, b)

    def _extreme(self, op: Op, fold: Callable[[float, float], float], a: int, b: int) -> int:
        if a == b:
            return a
        a, b = self._by_level(a, b)
        if self.is_constant(b):
            return self.constant(fold(self.values[a], self.values[b]))
        return self._node(op, (a, b))

    def choose(self, a: int, b: int, above: int, otherwise: int) -> int:
        """``above`` where a > b, else ``otherwise``: a jump, for published models that have one."""
        if above == otherwise:
            return above
        if self.is_constant(a) and self.is_constant(b):
            return above if self.values[a] > self.values[b] else otherwise
        return self._node(Op.CHOOSE, (a, b, above, otherwise))

    # the sheet itself

    def is_constant(self, node: int) -> bool:
        """Whether a node is a number that never changes."""
        return self.ops[node] is Op.CONSTANT

    def is_zero(self, node: int) -> bool:
        """Whether a node is the constant 0."""
        return self.ops[node] is Op.CONSTANT and self.values[node] == 0

    def again(self, op: Op, arguments: tuple[int, ...]) -> int:
        """The node of ``op`` on these arguments, simplified anew: the way to copy or change an expression."""
        made: int = getattr(self, op.value)(*arguments)
        return made

    def _by_level(self, a: int, b: int) -> tuple[int, int]:
        return (a, b) if (self.levels[a], a) <= (self.levels[b], b) else (b, a)

    def _node(self, op: Op, arguments: tuple[int, ...], value: float = 0.0) -> int:
        key = (op, arguments, value)
        found = self._known.get(key)
        if found is not None:
            return found
        level = _LEAF_LEVEL.get(op)
        if level is None:
            level = max(self.levels[argument] for argument in arguments)
        self.ops.append(op)
        self.arguments.append(arguments)
        self.values.append(value)
        self.levels.append(level)
        self._known[key] = len(self.ops) - 1
        return len(self.ops) - 1
