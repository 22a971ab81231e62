"""What a chain costs per person and cycle, made little: what is worked out when.

    per person       what hangs on the person alone (``hoisted``)
    per move         what hangs on the person and their state (``settled``)
    per cycle        what hangs on the cycle alone (``tabulated``), for all persons at once
    per both         what is left (``step``): a few products of settled and tabulated numbers, for most chains

The graph is first written anew (``chain_rewriting``), so that little is left. States are renumbered by ``codes``: those
that can be left come first, so that "may still move" is one comparison.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass

from boneloop.kernel.chain import Chain
from boneloop.kernel.chain_rewriting import Hangs, Rewriting
from boneloop.kernel.expression import Expressions, Op
from boneloop.kernel.graph import Graph

LARGEST_EXPONENT = 80.0
"""Beyond this, up or down, a separated exponent could leave the range of a float although the whole would not."""


@dataclass(frozen=True)
class Plan:
    """How to walk a chain.

    targets    states that somebody can move to, by number, in the order of drawing
    codes      the code of each state by number; codes below ``living`` can be left
    step       results: the chance of a move to each target, 0 where there is none from the present state; their sum;
               and, where staying was named, its probability (in the other states what the moves leave). Its state 0 is
               the stay, the others are ``settled``, its parameters ``tabulated``
    sheet      where the nodes below stand; parameters are covariates, then parameters; state 0 is the code of the state
    settled    nodes that hang on the person and the state
    hoisted    nodes that hang on the person alone and that the settled need
    shared     nodes that hang on parameters alone and that the settled need
    tabulated  nodes that hang on the cycle alone
    apart      pairs of nodes, (person's, cycle's), whose exponentials were separated
    positive   places among the settled, and among the tabulated, that must be 0 or more; then no chance is negative.
               None if that cannot be seen, so that every chance has to be looked at
    """

    chain: Chain
    targets: tuple[int, ...]
    codes: tuple[int, ...]
    step: Graph
    sheet: Expressions
    settled: tuple[int, ...]
    hoisted: tuple[int, ...]
    shared: tuple[int, ...]
    tabulated: tuple[int, ...]
    apart: tuple[tuple[int, int], ...]
    positive: tuple[frozenset[int], frozenset[int]] | None
    staying: bool

    @property
    def living(self) -> int:
        """How many states can be left."""
        return len(self.chain.living)

    @property
    def counts_stay(self) -> bool:
        """Whether the chances hang on the time in the state."""
        sheet = self.step.sheet
        return any(sheet.ops[node] is Op.STATE and sheet.values[node] == 0 for node in self.step.order)

    def part(self, nodes: tuple[int, ...]) -> Graph:
        """The graph of some nodes of the sheet."""
        return Graph(self.sheet, nodes, 1, self.chain.graph.parameters)


def plan(model: Chain, plain: bool = False) -> Plan:
    """Rewrite a chain; ``plain`` separates and merges nothing, for chances that this would break."""
    work = Rewriting(model, plain)
    living = model.living
    codes = [0] * len(model.states)
    for code, state in enumerate([*living, *(s for s in range(len(model.states)) if s not in living)]):
        codes[state] = code
    targets = tuple(sorted({target for origin, target in model.moves if origin != target}))
    rows = [work.row(functools.partial(work.chance, target)) for target in targets]
    staying = any(model.staying(state) is not None for state in living)
    if rows:
        rows.append(work.total(rows))
    if staying:
        rows.append(work.row(work.stays))
    stepping = Stepping(work)
    step = stepping.graph(rows)
    hoisted, shared = work.placed(stepping.settled)
    needed = set(Graph(work.sheet, (*hoisted, *stepping.tabulated), 0, 0).order)
    return Plan(
        model,
        targets,
        tuple(codes),
        step,
        work.sheet,
        tuple(stepping.settled),
        hoisted,
        shared,
        tuple(stepping.tabulated),
        tuple({pair for made, pair in work.apart.items() if made in needed}),
        None if plain else signs(step, len(targets)),
        staying,
    )


class Stepping:
    """Writes what is left to do in a cycle onto a sheet of its own, on which the rest are leaves."""

    def __init__(self, work: Rewriting) -> None:
        self.work, self.sheet = work, Expressions()
        self.settled: list[int] = []
        self.tabulated: list[int] = []
        self._written: dict[int, int] = {}

    def graph(self, rows: list[int]) -> Graph:
        """The chances, given the stay and what is settled as states and what is tabulated as parameters."""
        results = tuple(self._write(row) for row in rows)
        return Graph(self.sheet, results, 1 + len(self.settled), len(self.tabulated))

    def _write(self, node: int) -> int:
        if node not in self._written:
            self._written[node] = self._new(node)
        return self._written[node]

    def _new(self, node: int) -> int:
        work, sheet, old = self.work, self.sheet, self.work.sheet
        hangs, op = work.hang(node), old.ops[node]
        if old.is_constant(node):
            return sheet.constant(old.values[node])
        if hangs.settled:
            return sheet.state(1 + _place(self.settled, node))
        if hangs == Hangs.CYCLE:
            return sheet.parameter(_place(self.tabulated, node))
        if op is Op.STATE:
            return sheet.state(0)
        if op is Op.MULTIPLY:
            return self._gathered(work.factors(node), old.multiply, sheet.multiply)
        if op in (Op.ADD, Op.SUBTRACT):
            return self._gathered(work.terms(node), old.add, sheet.add)
        return sheet.again(op, tuple(self._write(argument) for argument in old.arguments[node]))

    def _gathered(self, parts: list[int], before: Callable[[int, int], int], now: Callable[[int, int], int]) -> int:
        """A product or a sum with its settled parts taken together beforehand, and its tabulated parts likewise."""
        groups: dict[bool, int] = {}
        rest: list[int] = []
        for part in parts:
            hangs = self.work.hang(part)
            if hangs.mixed:
                rest.append(part)
            else:
                groups[hangs.settled] = before(groups[hangs.settled], part) if hangs.settled in groups else part
        written = [self._write(part) for part in (*groups.values(), *rest)]
        made = written[0]
        for part in written[1:]:
            made = now(made, part)
        return made


def _place(places: list[int], node: int) -> int:
    if node not in places:
        places.append(node)
    return places.index(node)


def signs(step: Graph, rows: int) -> tuple[frozenset[int], frozenset[int]] | None:
    """Which settled and tabulated numbers must be 0 or more for the first rows to be so; None if it takes more."""
    sheet, settled, tabulated = step.sheet, set[int](), set[int]()
    stack = list(step.results[:rows])
    while stack:
        node = stack.pop()
        op, arguments = sheet.ops[node], sheet.arguments[node]
        if op is Op.STATE and sheet.values[node] > 0:
            settled.add(int(sheet.values[node]) - 1)
        elif op is Op.PARAMETER:
            tabulated.add(int(sheet.values[node]))
        elif op in (Op.ADD, Op.MULTIPLY, Op.MINIMUM, Op.RECIPROCAL):
            stack.extend(arguments)
        elif op is Op.CHOOSE:
            stack.extend(arguments[2:])
        elif op is Op.MAXIMUM:
            stack.append(arguments[0])
        elif op not in (Op.EXP, Op.SQRT, Op.STATE) and not (op is Op.CONSTANT and sheet.values[node] >= 0):
            return None
    return frozenset(settled), frozenset(tabulated)
