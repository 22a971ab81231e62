"""Exercise → falls (fewer), → mood, pain, function (better), → bone: loading, until bone is used to the load.

    bone turnover factor = 1 + φ·(exercise - adaptation)

A new load makes more osteoblasts and sends osteoclasts away; within a year bone is used to it and keeps what it won.
When exercise stops, the difference turns negative and the gain is lost again.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from boneloop.types import Fraction, Scalar

CHANNELS = ("exercise",)


class Parameters(NamedTuple):
    """ln of the rate ratio of falls; reliefs δ in state units; φ, the factor on bone cells."""

    falls: Fraction
    depression_relief: Fraction
    pain_relief: Fraction
    loss_relief: Fraction
    bone_turnover: Fraction


def effects(activity: Mapping[str, Scalar], parameters: Parameters) -> dict[str, Scalar]:
    """What exercise does, for activities 0 to 1."""
    if "exercise" not in activity:
        return {}
    p, doing = parameters, activity["exercise"]
    turnover = 1 + p.bone_turnover * (doing - activity.get("exercise_adaptation", 0.0))
    return {
        "fracture.falls_log": p.falls * doing,
        "mood.depression_relief": p.depression_relief * doing,
        "pain.pain_relief": p.pain_relief * doing,
        "function.loss_relief": p.loss_relief * doing,
        "bone.osteoclast_death": turnover,
        "bone.osteoblast_precursor": turnover,
    }
