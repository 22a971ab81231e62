"""The words of a model in JAX: station functions on JAX values, and recorded graphs evaluated with them.

Importing this module teaches ``boneloop.mathematics`` to speak with JAX values, traced or not, so that stations and
links run on them directly. Whether numbers are of double precision is JAX's setting: see ``jax.enable_x64``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import jax
import jax.numpy as jnp

from boneloop import mathematics
from boneloop.kernel.expression import Op
from boneloop.kernel.graph import Graph

Value = Any
"""A JAX array or tracer."""

WORDS: dict[str, Callable[..., Value]] = {
    "exp": jnp.exp,
    "log": jnp.log,
    "sqrt": jnp.sqrt,
    "tanh": jnp.tanh,
    "power": jnp.power,
    "minimum": jnp.minimum,
    "maximum": jnp.maximum,
}
mathematics.teach(jax.Array, WORDS)

_WORK: dict[Op, Callable[..., Value]] = {
    Op.ADD: jnp.add,
    Op.SUBTRACT: jnp.subtract,
    Op.MULTIPLY: jnp.multiply,
    Op.NEGATE: jnp.negative,
    Op.RECIPROCAL: jnp.reciprocal,
    Op.EXP: jnp.exp,
    Op.LOG: jnp.log,
    Op.SQRT: jnp.sqrt,
    Op.TANH: jnp.tanh,
    Op.MINIMUM: jnp.minimum,
    Op.MAXIMUM: jnp.maximum,
    Op.CHOOSE: lambda a, b, above, otherwise: jnp.where(a > b, above, otherwise),
}


def evaluate(
    graph: Graph, states: Value | Sequence[Value], parameters: Value = (), time: Value = 0.0, step: Value = 0.0
) -> list[Value]:
    """The results of a graph, one array of lanes each; ``states`` and ``parameters`` are rows of lanes.

    Differentiable, and traceable by ``jax.jit``. Stack the list for an array (results, lanes).
    """
    sheet, kind = graph.sheet, jnp.result_type(states[0])
    values: dict[int, Value] = {}
    clock = {Op.TIME: time, Op.STEP: step}
    given = {Op.STATE: states, Op.PARAMETER: parameters}
    for node in graph.order:
        op = sheet.ops[node]
        if op is Op.CONSTANT:
            values[node] = kind.type(sheet.values[node])
        elif op in clock:
            values[node] = clock[op]
        elif op in given:
            values[node] = given[op][int(sheet.values[node])]
        else:
            values[node] = _WORK[op](*(values[argument] for argument in sheet.arguments[node]))
    return [jnp.broadcast_to(values[node], jnp.shape(states[0])) for node in graph.results]
