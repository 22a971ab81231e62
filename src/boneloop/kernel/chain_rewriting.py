"""The graph of a chain written anew, so that less is left to do for each person in each cycle.

separate   exp(a + b), a the person's alone and b the cycle's alone, becomes exp(a)·exp(b): the first is worked out
           once per person, the second once per cycle, and a Gompertz hazard costs one multiplication
merge      a person is in one state at a time: where the chances of two states are the same expression of other
           numbers, the numbers are chosen by the state and the expression is worked out once
"""

from __future__ import annotations

from collections.abc import Callable
from enum import IntFlag

from boneloop.kernel.chain import Chain
from boneloop.kernel.expression import LEAVES, Expressions, Op
from boneloop.kernel.graph import Graph


class Hangs(IntFlag):
    """What a value hangs on."""

    NOTHING = 0
    PERSON = 1
    CYCLE = 2
    STATE = 4
    STAY = 8

    @property
    def settled(self) -> bool:
        """Whether it stays as it is while the person stays in the state."""
        return not self & (Hangs.CYCLE | Hangs.STAY)

    @property
    def mixed(self) -> bool:
        """Whether it has to be worked out for each person in each cycle."""
        return not self.settled and self != Hangs.CYCLE


_STAY = 1
"""The stay's number among the states of the sheet; 0 is the code of the present state."""


class Rewriting:
    """One pass over the graph of a chain, onto a new sheet.

    ``apart`` says of each exponential that was separated, (person's, cycle's), what it was separated into.
    """

    def __init__(self, model: Chain, plain: bool) -> None:
        self.model, self.plain, self.sheet = model, plain, Expressions()
        self.hangs: dict[int, Hangs] = {}
        self.apart: dict[int, tuple[int, int]] = {}
        self._merged: dict[tuple[int, ...], int] = {}
        self._copies: dict[int, int] = {}
        old = model.graph.sheet
        for node in model.graph.order:
            arguments = tuple(self._copies[a] for a in old.arguments[node])
            self._copies[node] = self._copy(old.ops[node], arguments, old.values[node])

    def _copy(self, op: Op, arguments: tuple[int, ...], value: float) -> int:
        if op is Op.STATE:
            return self.sheet.state(_STAY)
        if op in LEAVES:
            return self.sheet.leaf(op, value)
        if op is Op.EXP and not self.plain:
            return self._separated(arguments[0])
        return self.sheet.again(op, arguments)

    def hang(self, node: int) -> Hangs:
        """What a node hangs on."""
        if node not in self.hangs:
            op = self.sheet.ops[node]
            if op in LEAVES:
                found = self._leaf(op, self.sheet.values[node])
            else:
                found = Hangs.NOTHING
                for argument in self.sheet.arguments[node]:
                    found |= self.hang(argument)
            self.hangs[node] = found
        return self.hangs[node]

    def _leaf(self, op: Op, value: float) -> Hangs:
        if op is Op.STATE:
            return Hangs.STAY if value == _STAY else Hangs.STATE
        if op is Op.PARAMETER and value < len(self.model.covariates):
            return Hangs.PERSON
        return Hangs.CYCLE if op is Op.TIME else Hangs.NOTHING

    # separate

    def _separated(self, argument: int) -> int:
        sheet = self.sheet
        if not self.hang(argument).mixed:
            return sheet.exp(argument)
        parts = {Hangs.PERSON: sheet.constant(0), Hangs.CYCLE: sheet.constant(0)}
        for term in self.terms(argument):
            hangs = self.hang(term)
            if hangs.mixed:
                return sheet.exp(argument)
            side = Hangs.PERSON if hangs.settled else Hangs.CYCLE
            parts[side] = sheet.add(parts[side], term)
        person, cycle = parts[Hangs.PERSON], parts[Hangs.CYCLE]
        made = sheet.exp(person), sheet.exp(cycle)
        for node in made:
            self.apart[node] = person, cycle
        return sheet.multiply(*made)

    def terms(self, node: int) -> list[int]:
        """What a node is the sum of, as far as it is one."""
        op, arguments, sheet = self.sheet.ops[node], self.sheet.arguments[node], self.sheet
        if not self.hang(node).mixed:
            return [node]
        if op is Op.ADD:
            return self.terms(arguments[0]) + self.terms(arguments[1])
        if op is Op.SUBTRACT:
            return self.terms(arguments[0]) + [sheet.negate(term) for term in self.terms(arguments[1])]
        if op is Op.NEGATE:
            return [sheet.negate(term) for term in self.terms(arguments[0])]
        if op is Op.MULTIPLY:
            for factor, other in (arguments, arguments[::-1]):
                if self.hang(factor) == Hangs.NOTHING:
                    return [sheet.multiply(factor, term) for term in self.terms(other)]
        return [node]

    # merge

    def chance(self, target: int, state: int) -> int:
        """The chance of a move; 0 where there is none."""
        if state == target or (state, target) not in self.model.moves:
            return self.sheet.constant(0)
        return self._copies[self.model.graph.results[self.model.moves.index((state, target))]]

    def stays(self, state: int) -> int:
        """The probability of staying: as named, or what the moves leave."""
        place = self.model.staying(state)
        if place is not None:
            return self._copies[self.model.graph.results[place]]
        left = self.sheet.constant(1)
        for move in self.model.out_of(state):
            left = self.sheet.subtract(left, self._copies[self.model.graph.results[move]])
        return left

    def row(self, chance: Callable[[int], int]) -> int:
        """One expression of the present state that is the chance of each state in turn."""
        nodes = tuple(chance(state) for state in self.model.living)
        return self._chosen(nodes) if self.plain else self._together(nodes)

    def _together(self, nodes: tuple[int, ...]) -> int:
        if nodes not in self._merged:
            if len(set(nodes)) == 1:
                made = nodes[0]
            elif not any(self.hang(node).mixed for node in nodes):
                made = self._chosen(nodes)
            else:
                made = self._as_products(nodes) or self._as_one(nodes) or self._chosen(nodes)
            self._merged[nodes] = made
        return self._merged[nodes]

    def _as_products(self, nodes: tuple[int, ...]) -> int | None:
        """As (a number chosen by the state)·(what the products share); 0 is 0·anything and x is 1·x."""
        sheet = self.sheet
        shared = next((sheet.arguments[n][1] for n in nodes if sheet.ops[n] is Op.MULTIPLY), None)
        if shared is None:
            return None
        pairs: list[tuple[int, ...]] = []
        for node in nodes:
            if sheet.ops[node] is Op.MULTIPLY:
                pairs.append(sheet.arguments[node])
            elif node == shared or sheet.is_zero(node):
                pairs.append((sheet.constant(node == shared), shared))
            else:
                return None
        first, second = (self._together(tuple(side)) for side in zip(*pairs, strict=True))
        return sheet.multiply(first, second)

    def _as_one(self, nodes: tuple[int, ...]) -> int | None:
        ops = {self.sheet.ops[node] for node in nodes}
        op = ops.pop()
        if ops or op in LEAVES:
            return None
        columns = zip(*(self.sheet.arguments[node] for node in nodes), strict=True)
        return self.sheet.again(op, tuple(self._together(tuple(column)) for column in columns))

    def _chosen(self, nodes: tuple[int, ...]) -> int:
        sheet, state = self.sheet, self.sheet.state(0)
        made = nodes[-1]
        for code in range(len(nodes) - 2, -1, -1):
            made = sheet.choose(state, sheet.constant(code + 0.5), made, nodes[code])
        return made

    def total(self, rows: list[int]) -> int:
        """The sum of all chances of moving."""
        made = rows[0]
        for row in rows[1:]:
            made = self.sheet.add(made, row)
        return made

    def factors(self, node: int) -> list[int]:
        """What a node is the product of, as far as it is one."""
        if self.sheet.ops[node] is not Op.MULTIPLY or not self.hang(node).mixed:
            return [node]
        return [factor for argument in self.sheet.arguments[node] for factor in self.factors(argument)]

    def placed(self, settled: list[int]) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """What the settled nodes need of the person alone, and of parameters alone."""
        edge = {node for node in settled if Hangs.STATE not in self.hang(node)}
        for node in Graph(self.sheet, tuple(settled), 0, 0).order:
            if Hangs.STATE in self.hang(node):
                edge.update(a for a in self.sheet.arguments[node] if Hangs.STATE not in self.hang(a))
        hoisted = sorted(node for node in edge if Hangs.PERSON in self.hang(node))
        shared = sorted(n for n in edge if self.hang(n) == Hangs.NOTHING and not self.sheet.is_constant(n))
        return tuple(hoisted), tuple(shared)
