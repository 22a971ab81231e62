"""What a plan works out for a vector of persons, as code: its numbers by where they are loaded from.

hoisted   hang on the person alone; from covariates and parameters
settled   hang on the person and the state; from hoisted and shared numbers
chances   of a cycle; from settled numbers, the cycle's row of the table, and how long the state has lasted
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from boneloop.kernel.expression import Expressions, Op
from boneloop.kernel.native.assembly import Function
from boneloop.kernel.native.chain_code import ChainLayout, job
from boneloop.kernel.native.straight_line import Given, StraightLine

Load = Callable[[Function], str]


class Values:
    """Writes them into the function ``block``, whose persons begin with ``%first``."""

    def __init__(self, layout: ChainLayout, function: Function) -> None:
        self.layout, self.plan, self.width, self.f = layout, layout.plan, layout.width, function

    def person(self, vector: int) -> str:
        """The number of the first person of a vector."""
        return self.f.write(f"add i64 %first, {vector * self.width.lanes}")

    def given(self, name: str, vector: int, kind: str, column: int = 0) -> str:
        """The address of a vector of what stands per person."""
        f, person = self.f, self.person(vector)
        if column:
            rows = job(f, "persons", "i64")
            person = f.write(f"add i64 {person}, {f.write(f'mul i64 {rows}, {column}')}")
        return f.at(job(f, name), person, kind)

    def hoisted(self, vector: int) -> StraightLine:
        """The hoisted numbers, and the person's part of each separated exponent."""
        plan, sheet = self.plan, self.plan.sheet
        results = (*plan.hoisted, *(person for person, _ in plan.apart))
        parameters = [node for node in plan.part(results).order if sheet.ops[node] is Op.PARAMETER]
        known = {node: self._parameter(int(sheet.values[node]), vector) for node in parameters}
        return self._written(sheet, results, known)

    def settled(self, vector: int, state: str) -> StraightLine:
        """The settled numbers; ``state`` is the address of the codes of the persons' states."""
        plan = self.plan
        known: dict[int, Load] = {plan.sheet.state(0): lambda f: f.load(state)}
        known |= _loads(plan.hoisted, lambda f, place: f.load(self.layout.place(f, "hoisted", vector, place)))
        known |= _loads(plan.shared, lambda f, place: _spread(f, job(f, "shared"), place))
        return self._written(plan.sheet, plan.settled, known)

    def chances(self, results: tuple[int, ...], vector: int, row: str, stay: str) -> StraightLine:
        """Results of the plan's step; ``row`` and ``stay`` are addresses."""
        plan, sheet = self.plan, self.plan.step.sheet
        known: dict[int, Load] = {sheet.state(0): lambda f: f.load(stay)}
        settled = [sheet.state(1 + place) for place in range(len(plan.settled))]
        known |= _loads(settled, lambda f, place: f.load(self.layout.place(f, "settled", vector, place)))
        tabulated = [sheet.parameter(place) for place in range(len(plan.tabulated))]
        known |= _loads(tabulated, lambda f, place: _spread(f, row, place))
        return self._written(sheet, results, known)

    def _parameter(self, index: int, vector: int) -> Load:
        covariates, kind = len(self.plan.chain.covariates), self.width.kind
        if index < covariates:
            return lambda f: f.load(self.given("covariates", vector, kind, index))
        return lambda f: _spread(f, job(f, "parameters"), index - covariates)

    def _written(self, sheet: Expressions, results: tuple[int, ...], known: Given) -> StraightLine:
        """All pieces stand in one function, so that the values of one are there for the next."""
        line = StraightLine(sheet, results, known)
        line.begin(self.f, lambda place: line.values[list(line.crossing)[place]])
        for piece in line.pieces:
            for node in piece:
                line.write(node)
        return line


def _loads(nodes: Iterable[int], load: Callable[[Function, int], str]) -> dict[int, Load]:
    def loader(place: int) -> Load:
        return lambda f: load(f, place)

    return {node: loader(place) for place, node in enumerate(nodes)}


def _spread(f: Function, row: str, place: int) -> str:
    kind = f.width.kind
    return f.spread(f.load(f.at(row, place, kind), kind))
