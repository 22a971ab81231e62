"""Fluid: the extracellular volume that everything is dissolved in, and the phosphate that cells hold.

into cells  k_pi c_Π      out of cells  k_po Π_i
"""

from __future__ import annotations

from typing import NamedTuple

from boneloop.cycle.body.mineral.dimensions import Liters, LitersPerHour, PerHour
from boneloop.cycle.body.mineral.state import State
from boneloop.types import Scalar


class Parameters(NamedTuple):
    """Volume; k_pi, k_po."""

    volume: Liters
    phosphate_into_cells: LitersPerHour
    phosphate_out_of_cells: PerHour


def phosphate_into_cells(state: State, p: Parameters) -> Scalar:
    """Net phosphate from plasma into cells, mmol/h."""
    return p.phosphate_into_cells * state.phosphate / p.volume - p.phosphate_out_of_cells * state.phosphate_in_cells
