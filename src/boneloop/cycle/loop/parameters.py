"""The parameters of every station and of every arrow that has some."""

from __future__ import annotations

from typing import NamedTuple

from boneloop.cycle.body import bone, fracture, function, inflammation, mineral, mood, pain, stress
from boneloop.cycle.body.mineral import parameters as mineral_parameters
from boneloop.cycle.links import (
    bone_to_fracture,
    bone_to_mineral,
    bone_to_pain,
    fracture_to_function,
    fracture_to_pain,
    fracture_to_wellbeing,
    function_to_bone,
    function_to_fracture,
    function_to_inflammation,
    function_to_mood,
    function_to_wellbeing,
    inflammation_to_bone,
    inflammation_to_mood,
    inflammation_to_pain,
    mineral_to_bone,
    mood_to_fracture,
    mood_to_function,
    mood_to_inflammation,
    mood_to_pain,
    mood_to_stress,
    mood_to_wellbeing,
    pain_to_fracture,
    pain_to_function,
    pain_to_inflammation,
    pain_to_mood,
    pain_to_stress,
    pain_to_wellbeing,
    stress_to_bone,
    stress_to_inflammation,
    stress_to_mineral,
    stress_to_mood,
    wellbeing_to_mood,
)


class Parameters(NamedTuple):
    """Parameters of every station and every arrow that has some."""

    bone: bone.Parameters
    stress: stress.Parameters
    inflammation: inflammation.Parameters
    pain: pain.Parameters
    mood: mood.Parameters
    function: function.Parameters
    fracture: fracture.Parameters
    mineral: mineral.Parameters
    mineral_engine: mineral_parameters.Parameters
    bone_to_fracture: bone_to_fracture.Parameters
    bone_to_mineral: bone_to_mineral.Parameters
    bone_to_pain: bone_to_pain.Parameters
    fracture_to_function: fracture_to_function.Parameters
    fracture_to_pain: fracture_to_pain.Parameters
    fracture_to_wellbeing: fracture_to_wellbeing.Parameters
    function_to_bone: function_to_bone.Parameters
    function_to_fracture: function_to_fracture.Parameters
    function_to_inflammation: function_to_inflammation.Parameters
    function_to_mood: function_to_mood.Parameters
    function_to_wellbeing: function_to_wellbeing.Parameters
    inflammation_to_bone: inflammation_to_bone.Parameters
    inflammation_to_mood: inflammation_to_mood.Parameters
    inflammation_to_pain: inflammation_to_pain.Parameters
    mineral_to_bone: mineral_to_bone.Parameters
    mood_to_fracture: mood_to_fracture.Parameters
    mood_to_function: mood_to_function.Parameters
    mood_to_inflammation: mood_to_inflammation.Parameters
    mood_to_pain: mood_to_pain.Parameters
    mood_to_stress: mood_to_stress.Parameters
    mood_to_wellbeing: mood_to_wellbeing.Parameters
    pain_to_fracture: pain_to_fracture.Parameters
    pain_to_function: pain_to_function.Parameters
    pain_to_inflammation: pain_to_inflammation.Parameters
    pain_to_mood: pain_to_mood.Parameters
    pain_to_stress: pain_to_stress.Parameters
    pain_to_wellbeing: pain_to_wellbeing.Parameters
    stress_to_bone: stress_to_bone.Parameters
    stress_to_inflammation: stress_to_inflammation.Parameters
    stress_to_mineral: stress_to_mineral.Parameters
    stress_to_mood: stress_to_mood.Parameters
    wellbeing_to_mood: wellbeing_to_mood.Parameters
