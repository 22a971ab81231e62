"""Drugs: how denosumab and teriparatide come, spread and go, and where they act in the mineral engine.

    denosumab     depot'      = -k_a depot
                  central'    = k_a depot + Q peripheral/V2 - (Q + CL + Vm/(Km + c)) c       c = central/V, ng/mL
                  peripheral' = Q c - Q peripheral/V2              RANKL is lost at k_DL d, d in pM
    teriparatide  depot'      = even flow - (CL/V) depot, straight into the PTH of the plasma
                  side'       = (CL/V) depot - k_side side         not fed back

A dose is added to the depot at its time; a solver starts a new step there.
"""

from __future__ import annotations

from typing import Annotated, NamedTuple

from boneloop.cycle.body.mineral.dimensions import (
    HOURS_PER_DAY,
    GramsPerMole,
    Liters,
    LitersPerHour,
    Milliliters,
    MillilitersPerHour,
    NanogramsPerHour,
    NanogramsPerMilliliter,
    PerHour,
    PerUnitHour,
)
from boneloop.cycle.body.mineral.state import Inputs, State
from boneloop.types import Fraction, Scalar, Unit


class Denosumab(NamedTuple):
    """F, k_a, V, V2, Q, CL, Vm, Km, k_DL; molar mass; ng in a mg; pM times g/mol in a ng/mL."""

    bioavailability: Fraction
    absorption: PerHour
    central_volume: Milliliters
    peripheral_volume: Milliliters
    exchange: MillilitersPerHour
    clearance: MillilitersPerHour
    saturable_clearance: NanogramsPerHour
    saturable_half: NanogramsPerMilliliter
    rankl_loss: PerUnitHour
    molar_mass: GramsPerMole
    nanograms_per_milligram: Annotated[Scalar, Unit("ng/mg")]
    picomolar_per_nanogram: Annotated[Scalar, Unit("pM g/mol per ng/mL")]


class Teriparatide(NamedTuple):
    """CL, V, k_side, molar mass, bioavailability; pg in a µg."""

    clearance: LitersPerHour
    volume: Liters
    side_rate: PerHour
    molar_mass: GramsPerMole
    bioavailability: Fraction
    picograms_per_microgram: Annotated[Scalar, Unit("pg/ug")]


class Rates(NamedTuple):
    """Of the five pools, per hour."""

    denosumab_depot: Scalar
    denosumab_central: Scalar
    denosumab_peripheral: Scalar
    teriparatide_depot: Scalar
    teriparatide_side: Scalar


def give_denosumab(state: State, milligrams: Scalar, p: Denosumab) -> State:
    """The state right after an injection."""
    dose = milligrams * p.nanograms_per_milligram * p.bioavailability
    return state._replace(denosumab_depot=state.denosumab_depot + dose)


def give_teriparatide(state: State, micrograms: Scalar, p: Teriparatide) -> State:
    """The state right after an injection."""
    dose = micrograms * p.picograms_per_microgram / p.molar_mass * p.bioavailability
    return state._replace(teriparatide_depot=state.teriparatide_depot + dose)


def denosumab_concentration(state: State, p: Denosumab) -> Scalar:
    """In plasma, ng/mL."""
    return state.denosumab_central / p.central_volume


def rankl_loss(state: State, p: Denosumab) -> Scalar:
    """RANKL lost to denosumab, share per hour."""
    return p.rankl_loss * p.picomolar_per_nanogram / p.molar_mass * denosumab_concentration(state, p)


def teriparatide_into_plasma(state: State, p: Teriparatide) -> Scalar:
    """What the depot gives to the plasma, pmol/h."""
    return p.clearance / p.volume * state.teriparatide_depot


def teriparatide_flow(micrograms_per_day: Scalar, p: Teriparatide) -> Scalar:
    """Daily injections taken as an even flow, pmol/h."""
    return micrograms_per_day * p.picograms_per_microgram / p.molar_mass * p.bioavailability / HOURS_PER_DAY


def rates(state: State, inputs: Inputs, denosumab: Denosumab, teriparatide: Teriparatide) -> Rates:
    """Per hour."""
    given = denosumab.absorption * state.denosumab_depot
    level = denosumab_concentration(state, denosumab)
    back = denosumab.exchange * state.denosumab_peripheral / denosumab.peripheral_volume
    cleared = (denosumab.clearance + denosumab.saturable_clearance / (denosumab.saturable_half + level)) * level
    absorbed = teriparatide_into_plasma(state, teriparatide)
    return Rates(
        denosumab_depot=-given,
        denosumab_central=given + back - denosumab.exchange * level - cleared,
        denosumab_peripheral=denosumab.exchange * level - back,
        teriparatide_depot=inputs.teriparatide - absorbed,
        teriparatide_side=absorbed - teriparatide.side_rate * state.teriparatide_side,
    )
