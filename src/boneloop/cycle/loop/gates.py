"""Gates: the share of each arrow that is open, 1 as in life, 0 cut. Their names are the arrows of the circle."""

from __future__ import annotations

from typing import NamedTuple

from boneloop.types import Scalar


class Gates(NamedTuple):
    """Share of each arrow that is open: 1 as in life, 0 cut."""

    bone_to_fracture: Scalar = 1
    bone_to_mineral: Scalar = 1
    bone_to_pain: Scalar = 1
    fracture_to_function: Scalar = 1
    fracture_to_pain: Scalar = 1
    fracture_to_wellbeing: Scalar = 1
    function_to_bone: Scalar = 1
    function_to_fracture: Scalar = 1
    function_to_inflammation: Scalar = 1
    function_to_mood: Scalar = 1
    function_to_wellbeing: Scalar = 1
    inflammation_to_bone: Scalar = 1
    inflammation_to_mood: Scalar = 1
    inflammation_to_pain: Scalar = 1
    mineral_to_bone: Scalar = 1
    mood_to_fracture: Scalar = 1
    mood_to_function: Scalar = 1
    mood_to_inflammation: Scalar = 1
    mood_to_pain: Scalar = 1
    mood_to_stress: Scalar = 1
    mood_to_wellbeing: Scalar = 1
    pain_to_fracture: Scalar = 1
    pain_to_function: Scalar = 1
    pain_to_inflammation: Scalar = 1
    pain_to_mood: Scalar = 1
    pain_to_stress: Scalar = 1
    pain_to_wellbeing: Scalar = 1
    stress_to_bone: Scalar = 1
    stress_to_inflammation: Scalar = 1
    stress_to_mineral: Scalar = 1
    stress_to_mood: Scalar = 1
    wellbeing_to_mood: Scalar = 1


ARROWS = Gates._fields
OPEN = Gates()
ALL_CUT = Gates(*(0 for _ in ARROWS))


def through(gate: Scalar, factor: Scalar) -> Scalar:
    """A factor as far as its arrow is open: 1 where it is cut."""
    return 1 + gate * (factor - 1)
