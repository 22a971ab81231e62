"""Draws: every number that has a spread, drawn from it, the same for every patient and every care plan."""

from __future__ import annotations

from collections.abc import Callable

from boneloop.evidence.registry import Registry
from boneloop.types import Array


def draw(registry: Registry, uniform: Callable[[str], Array]) -> dict[str, Array]:
    """Values by id, one per draw, in each entry's own unit; numbers that a fit found together are drawn together.

    uniform  gives the numbers in (0, 1) of one entry, one per draw; it depends on the id and on nothing drawn before
    """
    together = _together(registry, uniform)
    drawn = {}
    for entry in registry:
        if isinstance(entry.value, tuple) or not entry.drawn:
            continue
        if entry.id in together:
            drawn[entry.id] = entry.spread.at_score(entry.value, together[entry.id])
        else:
            drawn[entry.id] = entry.spread.quantile(entry.value, uniform(entry.id))
    return drawn


def _together(registry: Registry, uniform: Callable[[str], Array]) -> dict[str, Array]:
    """Scores of the numbers under a joint law. One that a belief replaces drops out; the others keep their luck."""
    scores: dict[str, Array] = {}
    for fit in registry.fits.values():
        if fit.joint:
            scores |= fit.joint.scores(uniform)
    return {identity: score for identity, score in scores.items() if identity not in registry.believed}
