"""Skeleton: the store of calcium and phosphate; osteoclasts release it, the mineral of new bone takes it in.

    release    Φ (1 - f_r) + a_r f_r Q0 H(C_oc; γ_r, k_r) [(M/C_oc)/(M0/C_oc0)]^γ_MO
    accretion  Φ (C/C0) (1 - f_a + f_a h)            h' = (OB/OB0 - h)/τ
    Q'         accretion - release + k_q Q_b - k_15 Q        Q_b' = k_15 Q - k_q Q_b       k_15 = k_q Q_b0/Q0

Φ daily exchange at baseline; C calcium in plasma; M RANK bound to RANKL; C_oc osteoclasts; h hydroxyapatite signal;
Q, Q_b exchangeable and slow calcium of bone, mmol. Nothing holds Q + Q_b: it is the balance of the skeleton.
"""

from __future__ import annotations

from typing import NamedTuple

from boneloop.cycle.body.mineral.dimensions import HOURS_PER_DAY, Hours, MillimolesPerDay, PerHour
from boneloop.cycle.body.mineral.shapes import hill, ratio
from boneloop.cycle.body.mineral.state import Baseline, Levels, State
from boneloop.mathematics import power
from boneloop.types import Fraction, Scalar


class Parameters(NamedTuple):
    """Symbols of the docstring: Φ, f_r, a_r, γ_r, γ_MO, f_a, k_q, τ; and phosphate per calcium in bone, mol/mol."""

    daily_exchange: MillimolesPerDay
    release_osteoclast_share: Fraction
    largest_release: PerHour
    release_exponent: Fraction
    release_complex_exponent: Fraction
    accretion_hydroxyapatite_share: Fraction
    slow_release: PerHour
    hydroxyapatite_time: Hours
    phosphate_per_calcium: Fraction


class Constants(NamedTuple):
    """(k_r/C_oc0)^γ_r, Φ in mmol/h, k_15 per hour."""

    release_ratio: Scalar
    exchange: Scalar
    slow_storage: Scalar


class Pools(NamedTuple):
    """What changes: Q, Q_b, h."""

    exchangeable: Scalar
    slow: Scalar
    hydroxyapatite: Scalar


def constants(p: Parameters, b: Baseline) -> Constants:
    """Constants from the baseline."""
    exchange = p.daily_exchange / HOURS_PER_DAY
    return Constants(
        release_ratio=ratio(0, p.largest_release, exchange / b.bone_exchangeable),
        exchange=exchange,
        slow_storage=p.slow_release * b.bone_slow / b.bone_exchangeable,
    )


def release(level: Levels, p: Parameters, c: Constants, b: Baseline) -> Scalar:
    """Calcium from bone to plasma, mmol/h."""
    driven = power(level.complex / level.osteoclast, p.release_complex_exponent)
    by_osteoclasts = p.largest_release * hill(level.osteoclast, c.release_ratio, p.release_exponent) * driven
    share = p.release_osteoclast_share
    return c.exchange * (1 - share) + b.bone_exchangeable * share * by_osteoclasts


def accretion(state: State, level: Levels, p: Parameters, c: Constants) -> Scalar:
    """Calcium from plasma to bone, mmol/h."""
    share = p.accretion_hydroxyapatite_share
    return c.exchange * level.calcium * (1 - share + share * state.hydroxyapatite)


def rates(state: State, level: Levels, gained: Scalar, p: Parameters, c: Constants) -> Pools:
    """Per hour; ``gained`` is accretion less release, mmol/h."""
    to_slow = c.slow_storage * state.bone_exchangeable - p.slow_release * state.bone_slow
    return Pools(gained - to_slow, to_slow, (level.osteoblast - state.hydroxyapatite) / p.hydroxyapatite_time)
