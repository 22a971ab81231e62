"""Attention → mood, pain: being seen, being cared for and expecting to get better, without any treatment in particular.

It is what a placebo arm gets beyond time passing: both arms of a placebo-controlled trial have it, an untreated person
has none. Care that was measured against untreated people (psychological care, collaborative care, exercise) contains
its own share of it; a plan that names both takes the larger of the two, not their sum.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from boneloop.mathematics import maximum
from boneloop.types import Fraction, Scalar

CHANNELS = ("attention",)


class Parameters(NamedTuple):
    """Reliefs δ in state units."""

    depression_relief: Fraction
    anxiety_relief: Fraction
    pain_relief: Fraction


def effects(activity: Mapping[str, Scalar], parameters: Parameters) -> dict[str, Scalar]:
    """Relief by attention for an activity 0 to 1."""
    if "attention" not in activity:
        return {}
    p, given = parameters, activity["attention"]
    return {
        "mood.depression_relief": p.depression_relief * given,
        "mood.anxiety_relief": p.anxiety_relief * given,
        "pain.pain_relief": p.pain_relief * given,
    }


def beside_care(care: Mapping[str, Scalar], attention: Mapping[str, Scalar]) -> dict[str, Scalar]:
    """The effects of care that contains attention, each relief of attention taken as the larger of the two."""
    return {**care, **{place: maximum(care.get(place, 0.0), relief) for place, relief in attention.items()}}
