"""Formulas: the expressions of a graph as MathML that a person can read.

Products with reciprocals become quotients, exp(c·log x) becomes a power, and the smaller or larger of two becomes a
choice, since the level of SBML that every program reads has no other word for it. What several formulas share gets an
id of its own and is written once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple
from xml.etree.ElementTree import Element, SubElement

from boneloop.kernel.expression import LEAVES, Op
from boneloop.kernel.graph import Graph

MATHML = "http://www.w3.org/1998/Math/MathML"
TIME = "http://www.sbml.org/sbml/symbols/time"
_STEEP = 2.0**50
"""A factor from which on ``minimum(maximum(factor·x, 0), 1)`` is a jump at 0: see ``mathematics.step``."""

_FUNCTIONS = {
    Op.ADD: "plus",
    Op.SUBTRACT: "minus",
    Op.MULTIPLY: "times",
    Op.NEGATE: "minus",
    Op.EXP: "exp",
    Op.LOG: "ln",
    Op.SQRT: "root",
    Op.TANH: "tanh",
}
_EXTREME = {Op.MINIMUM: "lt", Op.MAXIMUM: "gt"}
_ONE = -1
"""Stands for the number 1, which a quotient may need though the graph has no node for it."""


class Term(NamedTuple):
    """One operation as it is written: its MathML word and its arguments, nodes of the graph.

    A choice has the words lt or gt and the arguments (a, b, then, else): ``then`` where a is the one or the other.
    """

    word: str
    arguments: tuple[int, ...]
    choice: bool = False


class Formulas:
    """Writes the expressions of one graph.

    symbols  the ids of states and parameters, by operation and number
    powers   write exp(c·log x) as a power; else as it is, which shares logarithms and runs faster
    """

    def __init__(self, graph: Graph, symbols: Mapping[tuple[Op, int], str], powers: bool = True) -> None:
        self.graph, self.sheet, self.symbols, self.powers = graph, graph.sheet, symbols, powers
        self.terms = {node: self._term(node) for node in graph.order if not self._is_leaf(node)}
        self.shared = self._shared()

    def _is_leaf(self, node: int) -> bool:
        return node == _ONE or self.sheet.ops[node] in LEAVES

    def _term(self, node: int) -> Term:
        op, arguments = self.sheet.ops[node], self.sheet.arguments[node]
        if op is Op.RECIPROCAL:
            return Term("divide", (_ONE, arguments[0]))
        if op is Op.MULTIPLY:
            return self._product(arguments)
        if op is Op.EXP and self.powers:
            return self._power(arguments[0]) or Term("exp", arguments)
        if op in _EXTREME:
            jump = self._jump(node)
            return jump or Term(_EXTREME[op], (*arguments, *arguments), choice=True)
        if op is Op.CHOOSE:
            return Term("gt", arguments, choice=True)
        return Term(_FUNCTIONS[op], arguments)

    def _product(self, arguments: tuple[int, ...]) -> Term:
        a, b = arguments
        for over, under in ((a, b), (b, a)):
            if self.sheet.ops[under] is Op.RECIPROCAL:
                return Term("divide", (over, self.sheet.arguments[under][0]))
        return Term("times", arguments)

    def _power(self, exponent: int) -> Term | None:
        """exp of c·log x is x to the c; of -(c·log x), 1 over it."""
        ops, arguments = self.sheet.ops, self.sheet.arguments
        if ops[exponent] is Op.MULTIPLY:
            for c, log in (arguments[exponent], arguments[exponent][::-1]):
                if ops[log] is Op.LOG:
                    return Term("power", (arguments[log][0], c))
        if ops[exponent] is Op.NEGATE:
            inner = self._power(arguments[exponent][0])
            if inner:
                return Term("power_under_one", inner.arguments)
        return None

    def _jump(self, node: int) -> Term | None:
        """minimum(1, maximum(0, steep·x)) is 1 where x > 0, else 0."""
        ops, arguments, sheet = self.sheet.ops, self.sheet.arguments, self.sheet
        if ops[node] is not Op.MINIMUM:
            return None
        one, rising = arguments[node]
        if not sheet.is_constant(one) or sheet.values[one] != 1 or ops[rising] is not Op.MAXIMUM:
            return None
        zero, steep = arguments[rising]
        word = "lt" if ops[steep] is Op.NEGATE else "gt"
        product = arguments[steep][0] if ops[steep] is Op.NEGATE else steep
        if not sheet.is_zero(zero) or ops[product] is not Op.MULTIPLY:
            return None
        factor, x = arguments[product]
        if not sheet.is_constant(factor) or sheet.values[factor] < _STEEP:
            return None
        return Term(word, (x, zero, one, zero), choice=True)

    def _shared(self) -> tuple[int, ...]:
        """What is written once, under an id: what several need, and what a choice would repeat."""
        uses: Counter[int] = Counter()
        wanted = list(dict.fromkeys(self.graph.results))
        seen: set[int] = set()
        while wanted:
            node = wanted.pop()
            if node in seen or self._is_leaf(node):
                continue
            seen.add(node)
            term = self.terms[node]
            uses.update(term.arguments)
            if term.choice:
                uses.update(set(term.arguments))
            wanted += term.arguments
        uses.update(self.graph.results)
        return tuple(node for node in self.graph.order if uses[node] > 1 and not self._is_leaf(node))

    def math(self, node: int, ids: Mapping[int, str], whole: bool = False) -> Element:
        """The formula of a node, as a ``math`` element.

        ids    of the nodes that have one
        whole  write the formula of the node itself, though it has an id
        """
        element = Element("math", xmlns=MATHML)
        element.append(self._element(node, ids, whole))
        return element

    def _element(self, node: int, ids: Mapping[int, str], whole: bool = False) -> Element:
        if node in ids and not whole:
            return symbol(ids[node])
        if self._is_leaf(node):
            return self._leaf(node)
        term = self.terms[node]
        arguments = [self._element(argument, ids) for argument in term.arguments]
        if term.choice:
            return choice(term.word, *arguments)
        if term.word == "power_under_one":
            return applied("divide", number(1.0), applied("power", *arguments))
        return applied(term.word, *arguments)

    def _leaf(self, node: int) -> Element:
        if node == _ONE:
            return number(1.0)
        op, value = self.sheet.ops[node], self.sheet.values[node]
        if op is Op.CONSTANT:
            return number(value)
        if op is Op.TIME:
            return time()
        return symbol(self.symbols[op, int(value)])


def symbol(identity: str) -> Element:
    """A quantity by its id."""
    element = Element("ci")
    element.text = identity
    return element


def time() -> Element:
    """The time."""
    element = Element("csymbol", encoding="text", definitionURL=TIME)
    element.text = "time"
    return element


def number(value: float) -> Element:
    """A number with all its digits, in plain decimals unless these would be very many."""
    element = Element("cn")
    shortest = Decimal(repr(value))
    plain = format(shortest, "f")
    if len(plain) <= 32:
        element.text = plain
        return element
    mantissa, exponent = f"{shortest:e}".split("e")
    element.set("type", "e-notation")
    element.text = mantissa
    SubElement(element, "sep").tail = str(int(exponent))
    return element


def applied(word: str, *arguments: Element) -> Element:
    """An operator or a function on its arguments."""
    element = Element("apply")
    SubElement(element, word)
    element.extend(arguments)
    return element


def choice(word: str, a: Element, b: Element, then: Element, otherwise: Element) -> Element:
    """``then`` where a is less (lt) or greater (gt) than b, else ``otherwise``."""
    element = Element("piecewise")
    piece = SubElement(element, "piece")
    piece.append(then)
    piece.append(applied(word, a, b))
    SubElement(element, "otherwise").append(otherwise)
    return element
