"""Actions: what all treatments of a person do together, place by place.

Each family of treatments is a file; here their parameters are read from the registry and their effects combined.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from boneloop.evidence.registry import Registry
from boneloop.mathematics import exp
from boneloop.therapy import (
    analgesia,
    antidepressant,
    attention,
    beta_blocker,
    bone_drugs,
    collaborative_care,
    estrogenic,
    exercise,
    exposure,
    psychological,
    supplements,
)
from boneloop.therapy.places import combine
from boneloop.types import Array, Scalar
from boneloop.units import DAYS_PER_MONTH


class Parameters(NamedTuple):
    """One entry per family of treatments."""

    bone_drugs: bone_drugs.Parameters
    estrogenic: estrogenic.Parameters
    antidepressant: antidepressant.Parameters
    beta_blocker: beta_blocker.Parameters
    psychological: psychological.Parameters
    exercise: exercise.Parameters
    supplements: supplements.Regimen
    analgesia: analgesia.Parameters
    collaborative_care: collaborative_care.Parameters
    attention: attention.Parameters


def parameters(registry: Registry, draws: Mapping[str, Array] | None = None) -> Parameters:
    """Read all of them; ``draws`` as in ``Registry.parameters``."""
    return Parameters(
        bone_drugs=bone_drugs.Parameters(
            registry.parameters(bone_drugs.BeyondDensity, "bone_drugs", draws), usual_exposures(registry, draws)
        ),
        estrogenic=registry.parameters(estrogenic.Parameters, "estrogenic", draws),
        antidepressant=registry.parameters(antidepressant.Parameters, "antidepressant", draws),
        beta_blocker=registry.parameters(beta_blocker.Parameters, "beta_blocker", draws),
        psychological=registry.parameters(psychological.Parameters, "psychological", draws),
        exercise=registry.parameters(exercise.Parameters, "exercise", draws),
        supplements=registry.parameters(supplements.Regimen, "regimen", draws),
        analgesia=registry.parameters(analgesia.Parameters, "analgesia", draws),
        collaborative_care=registry.parameters(collaborative_care.Parameters, "collaborative_care", draws),
        attention=registry.parameters(attention.Parameters, "attention", draws),
    )


def usual_exposures(registry: Registry, draws: Mapping[str, Array] | None = None) -> dict[str, Scalar]:
    """Exposure Ψ at which a bone drug acts in full: a daily dose's plateau, or what an injection leaves at the next."""
    channels = exposure.kinetics(registry, draws)
    usual: dict[str, Scalar] = {}
    for channel, drug in (("oral_bisphosphonate", "alendronate"), ("teriparatide", "teriparatide")):
        unit = registry[f"regimen.{drug}_dose"].unit
        usual[channel] = channels[channel].per_level * registry.number(f"regimen.{drug}_dose", unit)
    for drug in ("zoledronate", "denosumab", "romosozumab"):
        apart = registry.number(f"regimen.{drug}_every", "month") * DAYS_PER_MONTH
        peak = channels[drug].per_pulse * registry.number(f"regimen.{drug}_dose", "mg")
        usual[drug] = peak * exp(-channels[drug].rate_off * apart)
    return usual


def effects(activities: Mapping[str, Scalar], parameters: Parameters) -> dict[str, Scalar]:
    """Every place with what all treatments do there together; a channel that is not named is not acting.

    activities  by channel, as ``exposure.activities`` gives them
    """
    p = parameters
    care = combine(
        (psychological.effects(activities, p.psychological), exercise.effects(activities, p.exercise)), named_only=True
    )
    parts = combine(
        (
            bone_drugs.effects(activities, p.bone_drugs),
            estrogenic.effects(activities, p.estrogenic),
            antidepressant.effects(activities, p.antidepressant),
            beta_blocker.effects(activities, p.beta_blocker),
            attention.beside_care(care, attention.effects(activities, p.attention)),
            supplements.effects(activities, p.supplements),
            analgesia.effects(activities, p.analgesia),
        )
    )
    return collaborative_care.with_parts(parts, collaborative_care.effects(activities, p.collaborative_care))
