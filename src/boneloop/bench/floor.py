"""The counted floor: what one step of the method costs at least on one core, whatever the program.

One Rodas4 step works out the rates with their derivatives and the factors of the implicit matrix once, the rates alone
five times, the substitutions six times, and the weighted sums of the stages. Every arithmetic operation, comparison
and choice counts as one, a division too; exponentials, logarithms and tangents are counted apart. At the machine's
rates (two operations per fused multiply-add, vector exponentials out of the first-level cache) that is a time no
program of this method can beat: it has no loads, no divisions and no dependencies.

What depends on a patient's parameters alone is worked out once per patient and not counted.
"""

from __future__ import annotations

from dataclasses import dataclass

from boneloop.bench.results import Floor, Rates
from boneloop.kernel.coefficients import GAMMAS, STAGES, A, C
from boneloop.kernel.derivative import jacobian
from boneloop.kernel.expression import LEAVES, Level, Op
from boneloop.kernel.graph import Graph
from boneloop.kernel.sparse_lu import factorization

CALLS = frozenset({Op.EXP, Op.LOG, Op.TANH})
FREE = frozenset({Op.NEGATE})
"""A sign goes into the operation that uses it."""

PER_ERROR = 6
"""Per state in the error of a step: the state after it, the larger of two sizes, the allowed error (two), the ratio,
the largest so far."""


@dataclass(frozen=True)
class Work:
    """How many operations, and how many calls of exp, log or tanh."""

    operations: int
    calls: int

    def __add__(self, other: Work) -> Work:
        return Work(self.operations + other.operations, self.calls + other.calls)

    def times(self, count: int) -> Work:
        """The same again and again."""
        return Work(count * self.operations, count * self.calls)

    def seconds(self, rates: Rates) -> float:
        """On one core at these rates; an operation is half a multiply-add."""
        return self.operations / (2 * rates.multiply_add) + self.calls / rates.exponential


def of_graph(graph: Graph) -> Work:
    """The nodes that change from step to step."""
    sheet = graph.sheet
    ops = [sheet.ops[node] for node in graph.order if sheet.levels[node] > Level.PARAMETER]
    calls = sum(op in CALLS for op in ops)
    return Work(sum(op not in LEAVES | CALLS | FREE for op in ops), calls)


def of_sums(states: int, moving: int) -> Work:
    """Arguments and pulls of the later stages, the drift, the error, the step accepted."""
    total, before = PER_ERROR * states, A[0]
    for stage in range(1, STAGES):
        gains_one = A[stage][:-1] == before
        weights = A[stage][-1:] if gains_one else A[stage]
        argument = sum(1 if weight == 1 else 2 for weight in weights)
        pull = 2 * len(C[stage]) - 1 + 2
        total += states * (argument + pull)
        before = A[stage]
    total += 2 * moving * sum(gamma != 0 for gamma in GAMMAS)
    return Work(total, 0)


def of_step(graph: Graph) -> Work:
    """One step of one patient."""
    factored = factorization(jacobian(graph))
    stages = of_graph(graph).times(STAGES - 1) + of_graph(factored.solve).times(STAGES)
    return of_graph(factored.graph) + stages + of_sums(graph.states, len(factored.moving))


def floor(case: str, graph: Graph, rates: Rates) -> Floor:
    """The floor of a case in one precision."""
    work = of_step(graph)
    return Floor(
        case=case,
        precision=rates.precision,
        operations=work.operations,
        calls=work.calls,
        step_s=work.seconds(rates),
    )
