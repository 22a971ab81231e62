"""Stress, inflammation, pain, mood and function: what reaches each of them, and how they move.

``fast_drives`` is the part whose gains make the cycle number.
"""

from __future__ import annotations

from typing import NamedTuple

from boneloop.cycle.body import fracture, function, inflammation, mood, pain, stress
from boneloop.cycle.links import (
    bone_to_pain,
    fracture_to_function,
    fracture_to_pain,
    function_to_inflammation,
    function_to_mood,
    inflammation_to_mood,
    inflammation_to_pain,
    mood_to_function,
    mood_to_inflammation,
    mood_to_pain,
    mood_to_stress,
    pain_to_function,
    pain_to_inflammation,
    pain_to_mood,
    pain_to_stress,
    stress_to_inflammation,
    stress_to_mood,
    wellbeing_to_mood,
)
from boneloop.cycle.loop.gates import Gates
from boneloop.cycle.loop.parameters import Parameters
from boneloop.cycle.loop.person import Care, Person
from boneloop.cycle.loop.state import Fast
from boneloop.types import Scalar


class FastInputs(NamedTuple):
    """What each fast station is told; made by ``fast_inputs``."""

    stress: stress.Inputs
    inflammation: inflammation.Inputs
    pain: pain.Inputs
    mood: mood.Inputs
    function: function.Inputs


def fast_inputs(
    x: Fast,
    person: Person,
    injuries: fracture.Injuries,
    microdamage: Scalar,
    care: Care,
    gates: Gates,
    p: Parameters,
) -> FastInputs:
    """What reaches the fast stations, arrow by arrow."""
    return FastInputs(
        _to_stress(x, person, care, gates, p),
        _to_inflammation(x, person, care, gates, p),
        _to_pain(x, person, injuries, microdamage, care, gates, p),
        _to_mood(x, person, injuries, care, gates, p),
        _to_function(x, person, injuries, care, gates, p),
    )


def _to_stress(x: Fast, person: Person, care: Care, gates: Gates, p: Parameters) -> stress.Inputs:
    by_pain = pain_to_stress.drive(x.pain.felt, p.pain_to_stress)
    by_mood = mood_to_stress.drive(x.mood.depressive_severity, x.mood.anxiety, p.mood_to_stress)
    return stress.Inputs(
        norepinephrine_drive=gates.pain_to_stress * by_pain.norepinephrine
        + gates.mood_to_stress * by_mood.norepinephrine,
        cortisol_drive=gates.pain_to_stress * by_pain.cortisol + gates.mood_to_stress * by_mood.cortisol,
        norepinephrine_input=person.norepinephrine_input + care.get("stress.norepinephrine_input", 0),
        cortisol_input=person.cortisol_input,
        gain=person.gain,
        norepinephrine_factor=care.get("stress.norepinephrine", 1),
        cortisol_factor=care.get("stress.cortisol", 1),
    )


def _to_inflammation(x: Fast, person: Person, care: Care, gates: Gates, p: Parameters) -> inflammation.Inputs:
    drive = (
        gates.stress_to_inflammation * stress_to_inflammation.drive(x.stress.norepinephrine, p.stress_to_inflammation)
        + gates.pain_to_inflammation * pain_to_inflammation.drive(x.pain.felt, p.pain_to_inflammation)
        + gates.mood_to_inflammation * mood_to_inflammation.drive(x.mood.depressive_severity, p.mood_to_inflammation)
        + gates.function_to_inflammation * function_to_inflammation.drive(x.function.loss, p.function_to_inflammation)
    )
    return inflammation.Inputs(drive, person.cytokine_input, person.gain, care.get("inflammation.cytokines", 1))


def _to_pain(
    x: Fast,
    person: Person,
    injuries: fracture.Injuries,
    microdamage: Scalar,
    care: Care,
    gates: Gates,
    p: Parameters,
) -> pain.Inputs:
    by_inflammation = inflammation_to_pain.drive(x.inflammation.cytokines, p.inflammation_to_pain)
    mood_left = care.get("mood_to_pain.pain", 1)
    by_mood = mood_to_pain.drive(x.mood.depressive_severity, x.mood.anxiety, p.mood_to_pain, mood_left)
    broken = gates.fracture_to_pain * fracture_to_pain.input(injuries.acute_pain, injuries.lasting_pain)
    worn = gates.bone_to_pain * bone_to_pain.nociception(microdamage, p.bone_to_pain)
    eased = care.get("pain.nociception", 1)
    return pain.Inputs(
        felt_drive=gates.inflammation_to_pain * by_inflammation.felt + gates.mood_to_pain * by_mood.felt,
        sensitization_drive=gates.inflammation_to_pain * by_inflammation.sensitization
        + gates.mood_to_pain * by_mood.sensitization,
        nociception=eased * (broken + worn),
        felt_input=eased * person.felt_input,
        felt_gain=person.gain * person.felt_gain,
        sensitization_gain=person.gain,
        sensitization_from_felt_factor=care.get("pain.sensitization_from_pain", 1),
        felt_relief=care.get("pain.pain_relief", 0),
        sensitization_relief=care.get("pain.sensitization_relief", 0),
    )


def _to_mood(
    x: Fast, person: Person, injuries: fracture.Injuries, care: Care, gates: Gates, p: Parameters
) -> mood.Inputs:
    by_pain = pain_to_mood.drive(
        x.pain.felt, p.pain_to_mood, care.get("pain_to_mood.depression", 1), care.get("pain_to_mood.anxiety", 1)
    )
    by_function = function_to_mood.drive(
        x.function.loss, p.function_to_mood, care.get("function_to_mood.depression", 1)
    )
    by_stress = stress_to_mood.drive(x.stress.norepinephrine, x.stress.cortisol, p.stress_to_mood)
    by_inflammation = inflammation_to_mood.drive(x.inflammation.cytokines, p.inflammation_to_mood)
    lost_quality = wellbeing_to_mood.input(fracture.remaining_utility(injuries), p.wellbeing_to_mood)
    return mood.Inputs(
        depression_drive=gates.pain_to_mood * by_pain.depression
        + gates.function_to_mood * by_function.depression
        + gates.stress_to_mood * by_stress.depression
        + gates.inflammation_to_mood * by_inflammation,
        anxiety_drive=gates.pain_to_mood * by_pain.anxiety
        + gates.function_to_mood * by_function.anxiety
        + gates.stress_to_mood * by_stress.anxiety,
        depression_input=person.depression_input + gates.wellbeing_to_mood * lost_quality,
        anxiety_input=person.anxiety_input,
        depression_gain=person.gain * person.depression_gain,
        anxiety_gain=person.gain * person.anxiety_gain,
        depression_relief=care.get("mood.depression_relief", 0),
        anxiety_relief=care.get("mood.anxiety_relief", 0),
    )


def _to_function(
    x: Fast, person: Person, injuries: fracture.Injuries, care: Care, gates: Gates, p: Parameters
) -> function.Inputs:
    drive = gates.pain_to_function * pain_to_function.drive(
        x.pain.felt, p.pain_to_function
    ) + gates.mood_to_function * mood_to_function.drive(x.mood.depressive_severity, p.mood_to_function)
    injury = gates.fracture_to_function * fracture_to_function.input(injuries.acute_loss, injuries.lasting_loss)
    return function.Inputs(
        drive=drive,
        injury=injury,
        input=person.loss_input,
        gain=person.gain * person.loss_gain,
        relief=care.get("function.loss_relief", 0),
    )


def fast_drives(x: Fast, inputs: FastInputs, p: Parameters) -> Fast:
    """What drives each fast state before it saturates: linear in the states when the person's inputs are 0."""
    return Fast(
        stress.drives(x.stress, inputs.stress, p.stress),
        inflammation.drives(inputs.inflammation),
        pain.drives(x.pain, inputs.pain, p.pain),
        mood.drives(x.mood, inputs.mood, p.mood),
        function.drives(inputs.function),
    )


def fast_rates(x: Fast, inputs: FastInputs, p: Parameters) -> Fast:
    """Time derivative of the fast stations, per day."""
    return Fast(
        stress.rates(x.stress, inputs.stress, p.stress),
        inflammation.rates(x.inflammation, inputs.inflammation, p.inflammation),
        pain.rates(x.pain, inputs.pain, p.pain),
        mood.rates(x.mood, inputs.mood, p.mood),
        function.rates(x.function, inputs.function, p.function),
    )
