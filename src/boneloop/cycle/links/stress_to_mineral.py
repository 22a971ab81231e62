"""Stress → mineral: cortisol lowers the calcium that gut and kidney keep; stress reaches the engine's bone cells.

    gut         largest absorbed share · H^-a_H
    kidney      calcium taken back · H^-k_H
    RANKL       production · N_b^ε_N H^ε_H
    osteoblast  influx · N_b^-δ_N H^-δ_H      apoptosis · N_b^α_N H^α_H

H = 1 + excess cortisol; N_b sympathetic tone as bone sees it. This is the only way in which stress, or care for the
mind, comes to calcium and phosphate, besides the share that care itself is said to absorb (1 in people).
"""

from __future__ import annotations

from typing import NamedTuple

from boneloop.mathematics import exp, log
from boneloop.types import Fraction, Scalar


class Parameters(NamedTuple):
    """a_H, k_H; ε_N, ε_H; δ_N, δ_H; α_N, α_H."""

    absorption_cortisol: Fraction
    reabsorption_cortisol: Fraction
    rankl_norepinephrine: Fraction
    rankl_cortisol: Fraction
    influx_norepinephrine: Fraction
    influx_cortisol: Fraction
    apoptosis_norepinephrine: Fraction
    apoptosis_cortisol: Fraction


class Effect(NamedTuple):
    """Factors, 1 = none."""

    absorption: Scalar
    reabsorption: Scalar
    rankl: Scalar
    influx: Scalar
    apoptosis: Scalar


def effect(tone: Scalar, cortisol: Scalar, p: Parameters) -> Effect:
    """What stress does to the mineral engine; ``tone`` is N_b, 1 = healthy, ``cortisol`` an excess."""
    n, h = log(tone), log(1 + cortisol)
    return Effect(
        absorption=exp(-p.absorption_cortisol * h),
        reabsorption=exp(-p.reabsorption_cortisol * h),
        rankl=exp(p.rankl_norepinephrine * n + p.rankl_cortisol * h),
        influx=exp(-p.influx_norepinephrine * n - p.influx_cortisol * h),
        apoptosis=exp(p.apoptosis_norepinephrine * n + p.apoptosis_cortisol * h),
    )
