"""Stress → bone: norepinephrine and cortisol keep osteoclasts alive longer and slow the making of osteoblasts.

    N_b = 1 + (1 - θ_β1)(1 - θ_AD) n - θ_β1 ψ       tone that bone sees; ψ share of baseline drive that a blocker stops
    osteoclast death      · exp(-(ε_N ln N_b + ε_H ln H))
    osteoblast production · N_b^-δ_N H^-δ_H

In people the measured effect of sympathetic tone is on resorption; the arrow to formation is the mouse's, and its
size is one of the numbers in which the two beliefs differ.
"""

from __future__ import annotations

from typing import NamedTuple

from boneloop.mathematics import exp, log
from boneloop.types import Fraction, Scalar


class Parameters(NamedTuple):
    """Exponents, and the share of baseline drive that a full beta1-blockade removes."""

    osteoclast_survival_norepinephrine: Fraction
    osteoclast_survival_cortisol: Fraction
    osteoblast_production_norepinephrine: Fraction
    osteoblast_production_cortisol: Fraction
    baseline_drive: Fraction


class Effect(NamedTuple):
    """Exponent on osteoclast survival (0 = none), factor on osteoblast production (1 = none)."""

    osteoclast_survival: Scalar
    osteoblast_production: Scalar


def tone_at_bone(norepinephrine: Scalar, beta1_blockade: Scalar, receptor_blockade: Scalar, p: Parameters) -> Scalar:
    """N_b, 1 = healthy; ``norepinephrine`` is the excess, the blockades are occupancies 0 to 1."""
    return 1 + (1 - beta1_blockade) * (1 - receptor_blockade) * norepinephrine - beta1_blockade * p.baseline_drive


def effect(
    norepinephrine: Scalar, cortisol: Scalar, beta1_blockade: Scalar, receptor_blockade: Scalar, p: Parameters
) -> Effect:
    """What stress does to bone cells; the first two are excesses over the healthy level."""
    tone = log(tone_at_bone(norepinephrine, beta1_blockade, receptor_blockade, p))
    cortisol_log = log(1 + cortisol)
    survival = p.osteoclast_survival_norepinephrine * tone + p.osteoclast_survival_cortisol * cortisol_log
    slowing = p.osteoblast_production_norepinephrine * tone + p.osteoblast_production_cortisol * cortisol_log
    return Effect(survival, exp(-slowing))
