"""The recorder: a value that answers every operation by writing it down.

A model function called with nodes instead of numbers leaves its expression graph behind. Nodes speak the words of
``boneloop.mathematics`` and the operators ``+ - * / **``; they cannot be compared, because the graph holds for every
patient and a comparison would freeze the answer of one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

from boneloop import mathematics
from boneloop.kernel.expression import Expressions
from boneloop.kernel.graph import Graph
from boneloop.kernel.vector import leaves

Recordable = Callable[[tuple["Node", ...], tuple["Node", ...], "Node"], Any]
"""model(states, parameters, time): rates as one scalar per state, nested in tuples or mappings as it likes."""


class Node:
    """One expression on a sheet."""

    __array_ufunc__ = None
    __slots__ = ("number", "sheet")

    def __init__(self, sheet: Expressions, number: int) -> None:
        self.sheet, self.number = sheet, number

    def __add__(self, other: Any) -> Node:
        return _node(self.sheet, self.sheet.add(self.number, _number(self.sheet, other)))

    def __sub__(self, other: Any) -> Node:
        return _node(self.sheet, self.sheet.subtract(self.number, _number(self.sheet, other)))

    def __rsub__(self, other: Any) -> Node:
        return _node(self.sheet, self.sheet.subtract(_number(self.sheet, other), self.number))

    def __mul__(self, other: Any) -> Node:
        return _node(self.sheet, self.sheet.multiply(self.number, _number(self.sheet, other)))

    def __truediv__(self, other: Any) -> Node:
        return _node(self.sheet, self.sheet.divide(self.number, _number(self.sheet, other)))

    def __rtruediv__(self, other: Any) -> Node:
        return _node(self.sheet, self.sheet.divide(_number(self.sheet, other), self.number))

    def __pow__(self, other: Any) -> Node:
        return _node(self.sheet, self.sheet.power(self.number, _number(self.sheet, other)))

    def __rpow__(self, other: Any) -> Node:
        return _node(self.sheet, self.sheet.power(_number(self.sheet, other), self.number))

    __radd__ = __add__
    __rmul__ = __mul__

    def __neg__(self) -> Node:
        return _node(self.sheet, self.sheet.negate(self.number))

    def __pos__(self) -> Node:
        return self

    def _compared(self, *_: object) -> NoReturn:
        raise TypeError(
            "a recorded value cannot be compared or turned into a number or a truth value: it stands for every patient"
            " at once; write minimum, maximum or step of boneloop.mathematics"
        )

    __eq__ = __ne__ = __lt__ = __le__ = __gt__ = __ge__ = _compared
    __bool__ = __float__ = __int__ = __index__ = _compared
    __hash__ = object.__hash__

    def __repr__(self) -> str:
        return f"Node({self.sheet.ops[self.number]}, {self.number})"


def _node(sheet: Expressions, number: int) -> Node:
    return Node(sheet, number)


def _number(sheet: Expressions, value: Any) -> int:
    if isinstance(value, Node):
        if value.sheet is not sheet:
            raise ValueError("these two values were recorded on different sheets")
        return value.number
    return sheet.constant(float(value))


def _word(word: str) -> Callable[..., Node]:
    def speak(*values: Any) -> Node:
        sheet = next(value.sheet for value in values if isinstance(value, Node))
        numbers = [_number(sheet, value) for value in values]
        return Node(sheet, getattr(sheet, word)(*numbers))

    return speak


WORDS = ("exp", "log", "sqrt", "tanh", "power", "minimum", "maximum", "choose")
mathematics.teach(Node, {word: _word(word) for word in WORDS})


def record(model: Recordable, states: int, parameters: int = 0) -> Graph:
    """Write ``model(states, parameters, time)`` down.

    states, parameters  how many scalars the model receives of each
    Returns the graph of its results, flattened in order; there may be any number of them.
    """
    sheet = Expressions()
    given = tuple(Node(sheet, sheet.state(index)) for index in range(states))
    constant = tuple(Node(sheet, sheet.parameter(index)) for index in range(parameters))
    results = model(given, constant, Node(sheet, sheet.time()))
    flat = leaves(tuple(results) if isinstance(results, list) else results)
    return Graph(sheet, tuple(_number(sheet, value) for value in flat), states, parameters)
