"""Psychological care → mood, pain, function: relief; → the arrows between them: coping; → inflammation: a little.

CBT, problem solving and their like. While a course runs the care itself relieves (``psychological``); what was learnt
stays longer (``psychological_skills``: arrows, pain, inflammation). Reliefs and arrows were fitted together to one
trial result, so they are not counted twice. Cortisol and calcium have a prior centered on no effect: talking therapy
hardly moves cortisol, and no credible trial saw calcium or phosphate move.

It reaches bone only through the rest of the circle, and through adherence, which follows mood.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from boneloop.types import Fraction, Scalar

CHANNELS = ("psychological", "psychological_skills")


class Parameters(NamedTuple):
    """Reliefs δ in state units; ``_loss`` share taken off an arrow or an excess; a factor on calcium absorption."""

    depression_relief: Fraction
    anxiety_relief: Fraction
    loss_relief: Fraction
    pain_relief: Fraction
    pain_to_depression_loss: Fraction
    pain_to_anxiety_loss: Fraction
    function_to_depression_loss: Fraction
    depression_to_pain_loss: Fraction
    pain_to_sensitization_loss: Fraction
    cytokine_loss: Fraction
    cortisol_loss: Fraction
    calcium_absorption: Fraction


def effects(activity: Mapping[str, Scalar], parameters: Parameters) -> dict[str, Scalar]:
    """What the care and the skills it leaves do, for activities 0 to 1."""
    if not any(channel in activity for channel in CHANNELS):
        return {}
    p = parameters
    care, skills = activity.get("psychological", 0.0), activity.get("psychological_skills", 0.0)
    return {
        "mood.depression_relief": p.depression_relief * care,
        "mood.anxiety_relief": p.anxiety_relief * care,
        "function.loss_relief": p.loss_relief * care,
        "pain.pain_relief": p.pain_relief * skills,
        "pain_to_mood.depression": 1 - p.pain_to_depression_loss * skills,
        "pain_to_mood.anxiety": 1 - p.pain_to_anxiety_loss * skills,
        "function_to_mood.depression": 1 - p.function_to_depression_loss * skills,
        "mood_to_pain.pain": 1 - p.depression_to_pain_loss * skills,
        "pain.sensitization_from_pain": 1 - p.pain_to_sensitization_loss * skills,
        "inflammation.cytokines": 1 - p.cytokine_loss * skills,
        "stress.cortisol": 1 - p.cortisol_loss * skills,
        "mineral.calcium_absorption": 1 + (p.calcium_absorption - 1) * skills,
    }
