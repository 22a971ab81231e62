"""TGF-beta: laid down by osteoblasts, set free by osteoclasts; over years it brings osteoblasts back to baseline.

    T'   = k_T T0 (OB/OB0)^γ_TB E^-ε_T - freed        freed = k_T T (T/T0)^γ_T (C_oc/C_oc0)^γ_TC E^ε_A
    T_a' = freed - 1000 k_T T_a                       T0 = 1000 T_a0

T latent, T_a active TGF-beta; OB osteoblasts; C_oc osteoclasts; E estrogen.
"""

from __future__ import annotations

from typing import NamedTuple

from boneloop.cycle.body.mineral.dimensions import PerHour
from boneloop.cycle.body.mineral.state import Levels, State
from boneloop.mathematics import power
from boneloop.types import Fraction, Scalar


class Parameters(NamedTuple):
    """Symbols of the docstring: k_T, 1000, γ_T, γ_TB, γ_TC, ε_T, ε_A."""

    activation: PerHour
    latent_per_active: Fraction
    latent_exponent: Fraction
    osteoblast_exponent: Fraction
    osteoclast_exponent: Fraction
    latent_estrogen_exponent: Fraction
    activation_estrogen_exponent: Fraction


class Rates(NamedTuple):
    """T', T_a' per hour."""

    latent: Scalar
    active: Scalar


def rates(state: State, level: Levels, listed: State, p: Parameters) -> Rates:
    """Per hour; ``listed`` is the baseline."""
    laid = power(level.osteoblast, p.osteoblast_exponent) * power(state.estrogen, -p.latent_estrogen_exponent)
    opened = power(level.tgf_latent, p.latent_exponent) * power(level.osteoclast, p.osteoclast_exponent)
    freed = p.activation * state.tgf_latent * opened * power(state.estrogen, p.activation_estrogen_exponent)
    return Rates(
        latent=p.activation * listed.tgf_latent * laid - freed,
        active=freed - p.latent_per_active * p.activation * state.tgf_active,
    )
