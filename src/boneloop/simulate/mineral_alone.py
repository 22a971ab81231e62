"""The mineral engine by itself, written down for the kernel: states scaled to about 1, chosen numbers left open.

A number is open when it may differ between patients or change at an event: an open number is a parameter of the
recorded model, by its dotted name ("skeleton.release_exponent", "inputs.calcitriol"). Everything else is folded into
the code. Time is in hours.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from boneloop.cycle.body.mineral import parameters, station
from boneloop.cycle.body.mineral.form import SMOOTH, Form
from boneloop.cycle.body.mineral.state import Inputs, State
from boneloop.kernel.graph import Graph
from boneloop.kernel.recorder import record
from boneloop.types import Array, Scalar

INPUTS = "inputs"
USUAL = Inputs()

Told = Callable[[Scalar, parameters.Parameters, Inputs], Inputs]
"""What reaches the station at an hour: made from the hour, the parameters and the inputs as given."""


FLOOR = State(*(-np.inf if name.startswith("bone_") else 0.0 for name in State._fields))
"""No state falls below 0, except the store of calcium in bone, which is an account: nothing depends on it."""


def sizes(p: parameters.Parameters) -> State:
    """The size of each state: its listed baseline; for drugs, what 1 mg or 1 µg brings."""
    denosumab = p.denosumab.nanograms_per_milligram
    teriparatide = p.teriparatide.picograms_per_microgram / p.teriparatide.molar_mass
    return parameters.listed(p)._replace(
        denosumab_depot=denosumab,
        denosumab_central=denosumab,
        denosumab_peripheral=denosumab,
        teriparatide_depot=teriparatide,
        teriparatide_side=teriparatide,
    )


def as_given(hour: Scalar, p: parameters.Parameters, given: Inputs) -> Inputs:
    """The inputs stay what they are."""
    return given


@dataclass(frozen=True)
class MineralAlone:
    """The engine of one form with some numbers left open.

    p, inputs  what the numbers are where they are not open
    opened     the dotted names of the open numbers, in the order of the model's parameters
    told       how the inputs change with the hour
    sized      states are scaled to about 1; else they are as the station has them
    """

    p: parameters.Parameters
    opened: tuple[str, ...] = ()
    inputs: Inputs = USUAL
    form: Form = SMOOTH
    told: Told = as_given
    sized: bool = True

    @cached_property
    def scale(self) -> State:
        """The size of each state; 1 where not ``sized``."""
        return sizes(self.p) if self.sized else State(*(1 for _ in State._fields))

    @cached_property
    def graph(self) -> Graph:
        """The recorded model: scaled states, open numbers, hours."""
        return record(self.rates, len(State._fields), len(self.opened))

    def rates(self, states: Sequence[Scalar], opened: Sequence[Scalar], hour: Scalar) -> State:
        """Rates of the scaled states, per hour."""
        p, inputs = self.filled(dict(zip(self.opened, opened, strict=True)))
        state = State(*(size * value for size, value in zip(self.scale, states, strict=True)))
        moved = station.rates(state, self.told(hour, p, inputs), p, parameters.derive(p), self.form)
        return State(*(rate / size for rate, size in zip(moved, self.scale, strict=True)))

    def filled(self, values: Mapping[str, Scalar]) -> tuple[parameters.Parameters, Inputs]:
        """The parameters and inputs with these numbers in their places."""
        p, inputs = self.p, self.inputs
        for name, value in values.items():
            table, field = name.split(".")
            if table == INPUTS:
                inputs = inputs._replace(**{field: value})
            else:
                p = p._replace(**{table: getattr(p, table)._replace(**{field: value})})
        return p, inputs

    def usual(self) -> Array:
        """The open numbers as they are where nothing else is said, shape (parameters,)."""
        return np.array([float(self._value(name)) for name in self.opened])

    def _value(self, name: str) -> Any:
        table, field = name.split(".")
        return getattr(self.inputs if table == INPUTS else getattr(self.p, table), field)

    def scaled(self, state: State, patients: int) -> Array:
        """States as the recorded model has them, shape (states, patients); leaves are floats or (patients,)."""
        rows = np.empty((len(state), patients))
        for row, value, size in zip(rows, state, self.scale, strict=True):
            row[:] = np.asarray(value) / size
        return rows

    def unscaled(self, rows: Array) -> State:
        """The state of arrays from the rows of the recorded model."""
        return State(*(size * row for size, row in zip(self.scale, rows, strict=True)))
