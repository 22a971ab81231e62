"""Observables: what can be written down, in which unit, and how the column is called.

readings   what a laboratory or a scan would say: calcium, pth, gfr, denosumab, osteoclast ...
states     the engine's own amounts, by name; where a reading has that name, as state.calcium
fluxes     who gives how much to whom, per day: calcium_excretion ...
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from boneloop import units
from boneloop.cycle.body.mineral.state import State
from boneloop.cycle.body.mineral.station import Fluxes

PERCENT = units.factor("1", "%")
PER_DAY = units.factor("1/hour", "1/day")

READING_UNITS = {
    "calcium": "mmol/L",
    "phosphate": "mmol/L",
    "pth": "pmol/L",
    "calcitriol": "pmol/L",
    "gfr": "mL/min",
    "denosumab": "ng/mL",
    "osteoclast": "%",
    "osteoblast": "%",
    "spine_density": "%",
    "spine_density_denosumab": "%",
    "neck_density": "%",
}
_MINERALS = (
    "calcium",
    "phosphate",
    "phosphate_in_cells",
    "gut_calcium",
    "gut_phosphate",
    "bone_exchangeable",
    "bone_slow",
)
_UNITS = {
    **dict.fromkeys(_MINERALS, "mmol"),
    **dict.fromkeys(("pth", "calcitriol", "teriparatide_depot", "teriparatide_side"), "pmol"),
    **dict.fromkeys(("denosumab_depot", "denosumab_central", "denosumab_peripheral"), "ng"),
    "hydroxylase": "pmol/hour",
    "filtration": "L/hour",
}
STATE_UNITS: Mapping[str, str] = {name: _UNITS.get(name, "1") for name in State._fields}
GROUPS = ("readings", "states", "fluxes")


@dataclass(frozen=True)
class Observable:
    """One column of the table.

    kind    "reading", "state" or "flux"
    name    the field of ``Readings``, ``State`` or ``Fluxes``
    unit    as in the table
    factor  from the engine's unit to the table's
    """

    kind: str
    name: str
    unit: str
    factor: float = 1.0

    @property
    def word(self) -> str:
        """How a protocol asks for it."""
        return f"state.{self.name}" if self.kind == "state" and self.name in READING_UNITS else self.name

    @property
    def column(self) -> str:
        """The name with the unit: calcium_mmol_per_l, osteoclast_percent."""
        stem = self.word.replace(".", "_")
        if self.unit in ("", "1"):
            return stem
        return f"{stem}_{self.unit.lower().replace('%', 'percent').replace('/', '_per_')}"


def observables() -> dict[str, Observable]:
    """Everything that can be written down, by the word that asks for it."""
    shares = {"%": PERCENT}
    every = [Observable("reading", name, unit, shares.get(unit, 1.0)) for name, unit in READING_UNITS.items()]
    every += [Observable("state", name, unit) for name, unit in STATE_UNITS.items()]
    every += [Observable("flux", name, "mmol/day", PER_DAY) for name in Fluxes._fields]
    return {one.word: one for one in every}


def group(name: str) -> tuple[Observable, ...]:
    """All observables of one of ``GROUPS``."""
    kind = {"readings": "reading", "states": "state", "fluxes": "flux"}[name]
    return tuple(one for one in observables().values() if one.kind == kind)
