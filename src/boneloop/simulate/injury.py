"""What a fracture does at once: pain, lost function, lost quality of life, as amplitudes that then fade."""

from __future__ import annotations

import numpy as np

from boneloop.cycle.body.fracture import Injuries
from boneloop.cycle.links import fracture_to_pain
from boneloop.cycle.loop import Parameters
from boneloop.types import Array


def uninjured(lanes: int) -> Injuries:
    """Nobody has broken anything."""
    return Injuries(*(np.zeros(lanes) for _ in Injuries._fields))


def injured(injuries: Injuries, site: str, weight: Array, lasts: Array, p: Parameters) -> Injuries:
    """The injuries after a fracture at ``site``.

    weight  1 for lanes in which it happened, 0 for the others, or its probability for an expected course
    lasts   1 if its pain turns chronic, 0 if not, or the probability
    """
    hurt = fracture_to_pain.nociception(getattr(p.fracture_to_pain, f"{site}_amplitude"), lasts, p.fracture_to_pain)
    loss = getattr(p.fracture_to_function, f"{site}_loss")
    residue = getattr(p.fracture_to_function, f"{site}_residue")
    changed = injuries._replace(
        acute_pain=injuries.acute_pain + weight * hurt.acute,
        lasting_pain=injuries.lasting_pain + weight * hurt.lasting,
        acute_loss=injuries.acute_loss + weight * (loss - residue),
        lasting_loss=injuries.lasting_loss + weight * residue,
    )
    return changed._replace(**_disutility(injuries, site, weight, p))


def _disutility(injuries: Injuries, site: str, weight: Array, p: Parameters) -> dict[str, Array]:
    """A second fracture of a site starts its fading part anew; the lasting part takes its share of what is left."""
    changed = {}
    fading, staying = f"{site}_acute", f"{site}_lasting"
    quality = p.fracture_to_wellbeing
    if fading in quality._fields:
        before = getattr(injuries, f"{site}_acute_disutility")
        top = np.maximum(getattr(quality, fading), before)
        changed[f"{site}_acute_disutility"] = before + weight * (top - before)
    if staying in quality._fields:
        before = getattr(injuries, f"{site}_lasting_disutility")
        changed[f"{site}_lasting_disutility"] = before + weight * getattr(quality, staying) * (1 - before)
    return changed
