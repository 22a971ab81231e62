"""Draws: every number that has a spread, drawn from it, the same for every patient and every care plan."""

from __future__ import annotations

from collections.abc import Callable

from boneloop.evidence.registry import Registry
from boneloop.types import Array


def draw(registry: Registry, uniform: Callable[[str], Array]) -> dict[str, Array]:
    """Values by id, one per draw, in each entry's own unit.

    uniform  gives the numbers in (0, 1) of one entry, one per draw; it depends on the id and on nothing drawn before
    """
    drawn = {}
    for entry in registry:
        if entry.spread.law != "fixed" and not isinstance(entry.value, tuple):
            drawn[entry.id] = entry.spread.quantile(entry.value, uniform(entry.id))
    return drawn
