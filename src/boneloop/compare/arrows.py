"""What each arrow does at the start, in every lane: what it supplies to its target, what the cycle number owes to it.

Fast arrows (to stress, inflammation, pain, mood, function) supply a share of what drives their target. Slow arrows
(to bone, fracture, wellbeing, mineral) do a share of the harm that all arrows to that target do.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from boneloop.cycle import loop, stability
from boneloop.simulate.model import Model
from boneloop.simulate.start import Start
from boneloop.types import Array

SLOW_TARGETS = ("bone", "fracture", "wellbeing", "mineral")


@dataclass(frozen=True)
class Lanewise:
    """Everything about the circle at the start, one value per lane.

    radius  cycle number; local: the same at the person's own state; share, elasticity: by arrow
    alone   fast stations at rest with every arrow cut; z: density Z-score; lost_wellbeing: share of utility lost
    """

    radius: Array
    local: Array
    trapped: Array
    alone: loop.Fast
    share: dict[str, Array]
    elasticity: dict[str, Array]
    z: Array
    lost_wellbeing: Array


def lanewise(start: Start, model: Model) -> Lanewise:
    """Look at the circle of every lane at once."""
    count, x, p = start.lanes.count, start.state.fast, model.body
    setting = stability.Setting(start.person, p, injuries=start.injuries)
    matrix = stability.gain_matrix(setting, count)
    elastic = stability.elasticities(matrix)
    radius = stability.spectral_radius(matrix)
    z = start.reference.z(start.density, start.who.age)
    fast = [a for a in loop.ARROWS if target_of(a) not in SLOW_TARGETS]
    share = {a: stability.shares(x, setting, a, count) for a in fast}
    elasticity = {a: _elasticity(a, setting, elastic, matrix, count) for a in fast}
    turns = round(model.registry.number("forecast.most_turns"))
    left = loop.quality(x, start.injuries, loop.OPEN, p)
    slow = _slow_shares(x, setting, z, start.who.age, count)
    return Lanewise(
        radius=radius,
        local=stability.local_gain(x, setting, count),
        trapped=stability.can_trap(radius, p.mood.convexity, p.mood.ceiling),
        alone=stability.resting_state(setting._replace(gates=loop.ALL_CUT), stability.HEALTHY, turns, count),
        share=share | slow,
        elasticity=elasticity | {a: np.zeros(count) for a in slow},
        z=z,
        lost_wellbeing=1 - np.asarray(left.pain * left.mood * left.function * left.fractures),
    )


def target_of(arrow: str) -> str:
    """The station that an arrow points to."""
    return arrow.split("_to_")[1]


def _elasticity(arrow: str, setting: stability.Setting, elastic: Array, matrix: Array, count: int) -> Array:
    """Sum of the elasticities of the gains that belong to one arrow."""
    closed = setting._replace(gates=loop.OPEN._replace(**{arrow: 0}))
    gone = matrix - stability.gain_matrix(closed, count)
    part = np.divide(gone, matrix, out=np.zeros_like(matrix), where=matrix > 0)
    return np.asarray((elastic * part).sum(axis=(-2, -1)))


def _slow_shares(x: loop.Fast, setting: stability.Setting, z: Array, age: Array, count: int) -> dict[str, Array]:
    """For the arrow from stress to minerals the loss itself; for the others their share of the harm to their target.

    What bone and minerals do to each other is measured against the start, so now it is nothing.
    """
    slow = [a for a in loop.ARROWS if target_of(a) in SLOW_TARGETS]
    harm = {a: np.maximum(np.broadcast_to(_harm(a, x, setting, z, age), (count,)), 0) for a in slow}
    shares = {}
    for arrow in slow:
        rivals = sum(harm[other] for other in slow if target_of(other) == target_of(arrow))
        whole = np.ones(count) if target_of(arrow) == "mineral" else np.asarray(rivals)
        shares[arrow] = np.divide(harm[arrow], whole, out=np.zeros(count), where=whole > 0)
    return shares


def _harm(arrow: str, x: loop.Fast, setting: stability.Setting, z: Array, age: Array) -> Array:
    """Harm that one arrow alone does to a slow target, as a logarithm; negative if it protects."""
    only = loop.ALL_CUT._replace(**{arrow: 1})
    p, person = setting.parameters, setting.person
    match target_of(arrow):
        case "bone":
            drive = person.usual_rankl_drive
            alone = loop.bone_inputs(x, person, 1, drive, {}, only, p)
            none = loop.bone_inputs(x, person, 1, drive, {}, loop.ALL_CUT, p)
            survival = np.log(none.osteoclast_death / alone.osteoclast_death)
            return np.asarray(survival + np.log(none.osteoblast_production / alone.osteoblast_production))
        case "wellbeing":
            left = loop.quality(x, setting.injuries, only, p)
            return np.asarray(-np.log(left.pain * left.mood * left.function * left.fractures))
        case "mineral" if arrow == "bone_to_mineral":
            return np.zeros(np.shape(z))
        case "mineral":
            return np.asarray(1 - loop.calcium_absorption(x, {}, only, p))
        case _ if arrow == "bone_to_fracture":
            return np.asarray(np.log(loop.density_factors(z, age, only, p).hip))
        case _:
            return np.asarray(loop.falls_log(x, {}, only, p))
