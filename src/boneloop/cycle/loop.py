"""The circle: which station drives which, through which arrow. The only file that knows all of them.

    bone ─► fracture ─► pain ─► mood ─► stress ─► bone ◄─► mineral ◄─ stress
              │  ▲        │  ▲    │  ▲       │
              │  └ falls ─┴──┼────┘  │       └► inflammation ─► pain, mood, bone
              └► function ◄──┴───────┴── wellbeing

``rates`` is the whole body of one person; ``fast_drives`` is the part whose gains make the cycle number. A gate is the
share of an arrow that is open: 1 as in life, 0 cut. Care arrives as amounts at named places (``therapy/places.py``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple, TypeAlias

from boneloop.cycle.body import bone, fracture, function, inflammation, mineral, mood, pain, stress
from boneloop.cycle.body.mineral import drugs as mineral_drugs
from boneloop.cycle.body.mineral import gut
from boneloop.cycle.body.mineral import parameters as mineral_parameters
from boneloop.cycle.body.mineral import state as mineral_state
from boneloop.cycle.body.mineral import station as mineral_station
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
from boneloop.mathematics import exp, minimum
from boneloop.types import Array, Scalar

Care = Mapping[str, Scalar]
NO_CARE: Care = {}
Rows: TypeAlias = Sequence[Scalar] | Array


class Fast(NamedTuple):
    """The stations of days to months: stress, inflammation, pain, mood, function."""

    stress: stress.State
    inflammation: inflammation.State
    pain: pain.State
    mood: mood.State
    function: function.State


class State(NamedTuple):
    """All that changes in one person."""

    bone: bone.State
    fast: Fast
    fracture: fracture.State
    mineral: mineral_state.State


FAST_NAMES = (
    *stress.State._fields,
    *inflammation.State._fields,
    *pain.State._fields,
    *mood.State._fields,
    *function.State._fields,
)
MINERAL_NAMES = tuple(f"mineral_{name}" for name in mineral_state.State._fields)
STATE_NAMES = (*bone.State._fields, *FAST_NAMES, *fracture.State._fields, *MINERAL_NAMES)


def fast_of(rows: Rows) -> Fast:
    """The fast stations from eight scalars in order."""
    n, h, i, felt, sensitized, depressed, anxious, lost = rows
    return Fast(
        stress.State(n, h),
        inflammation.State(i),
        pain.State(felt, sensitized),
        mood.State(depressed, anxious),
        function.State(lost),
    )


def state_of(rows: Rows) -> State:
    """A state from its scalars in order: bone, fast stations, microdamage, mineral."""
    cells, damage = len(bone.State._fields), len(bone.State._fields) + len(FAST_NAMES)
    return State(
        bone.State(*rows[:cells]),
        fast_of(rows[cells:damage]),
        fracture.State(rows[damage]),
        mineral_state.State(*rows[damage + 1 :]),
    )


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


class Person(NamedTuple):
    """What belongs to one person: gains on the drives, constant inputs of the states, and bone's own tendency.

    The inputs are what holds the person where they were seen; the gains scale the circle for this person.
    ``osteoclast_survival`` is an exponent: above 0 this person loses bone faster than the model's course.
    ``usual_survival`` and ``usual_production`` are what stress, inflammation and disuse do to bone in the average
    person of that age and sex: bone's own course was fitted to such people, so only the difference acts.
    ``density_now`` is the model's areal density of the total hip at the start, to which relative density refers;
    ``usual_resorption``, ``usual_formation`` and ``usual_rankl_drive`` are turnover and PTH-driven RANKL then.
    ``filtration`` is the GFR and ``vitamin_d`` the 25-hydroxyvitamin D, relative to the mineral engine's own person.
    """

    gain: Scalar = 1
    felt_gain: Scalar = 1
    depression_gain: Scalar = 1
    anxiety_gain: Scalar = 1
    loss_gain: Scalar = 1
    felt_input: Scalar = 0
    depression_input: Scalar = 0
    anxiety_input: Scalar = 0
    loss_input: Scalar = 0
    norepinephrine_input: Scalar = 0
    cortisol_input: Scalar = 0
    cytokine_input: Scalar = 0
    osteoclast_survival: Scalar = 0
    usual_survival: Scalar = 0
    usual_production: Scalar = 1
    density_now: Scalar = 1
    usual_resorption: Scalar = 1
    usual_formation: Scalar = 1
    usual_rankl_drive: Scalar = 1
    filtration: Scalar = 1
    vitamin_d: Scalar = 1


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


def bone_inputs(
    x: Fast,
    person: Person,
    estrogen: Scalar,
    rankl_drive: Scalar,
    care: Care,
    gates: Gates,
    p: Parameters,
    age: Scalar = 0,
) -> bone.Inputs:
    """What reaches bone: estrogen, drugs, stress, inflammation, disuse, loading by exercise, parathyroid hormone.

    rankl_drive  the making of RANKL that the person's own PTH drives, relative to the listed baseline; age in years
    """
    by_stress = stress_to_bone.effect(*_tone(x, care), p.stress_to_bone)
    by_inflammation = inflammation_to_bone.effect(x.inflammation.cytokines, p.inflammation_to_bone)
    by_disuse = function_to_bone.effect(x.function.loss, p.function_to_bone)
    survival = (
        gates.stress_to_bone * by_stress.osteoclast_survival
        + gates.inflammation_to_bone * by_inflammation.osteoclast_survival
        + gates.function_to_bone * by_disuse.osteoclast_survival
        + person.osteoclast_survival
        - person.usual_survival
        + care.get("bone.osteoclast_survival", 0)
    )
    return bone.Inputs(
        estrogen=_estrogen(estrogen, care),
        denosumab=care.get("bone.denosumab", 0),
        teriparatide=care.get("bone.teriparatide", 0),
        bisphosphonate=care.get("bone.bisphosphonate", 0),
        sclerostin_antibody=care.get("bone.sclerostin_antibody", 0),
        osteoclast_death=care.get("bone.osteoclast_death", 1) * exp(-survival),
        osteoblast_production=care.get("bone.osteoblast_precursor", 1)
        * _through(gates.stress_to_bone, by_stress.osteoblast_production)
        * _through(gates.inflammation_to_bone, by_inflammation.osteoblast_production)
        * _through(gates.function_to_bone, by_disuse.osteoblast_production)
        / person.usual_production,
        osteoclast_maturation=_through(
            gates.mineral_to_bone,
            mineral_to_bone.maturation(rankl_drive, person.usual_rankl_drive, p.mineral_to_bone),
        ),
        age=age,
    )


def _tone(x: Fast, care: Care) -> tuple[Scalar, Scalar, Scalar, Scalar]:
    """Norepinephrine and cortisol, and what blocks the first at bone."""
    blocked = care.get("stress.beta1_blockade", 0), care.get("stress.receptor_blockade", 0)
    return x.stress.norepinephrine, x.stress.cortisol, *blocked


def _estrogen(estrogen: Scalar, care: Care) -> Scalar:
    """What is left of it and what is taken, at most as before menopause."""
    return minimum(estrogen + care.get("bone.estrogen", 0), 1)


def mineral_inputs(
    x: Fast, cells: bone.State, person: Person, estrogen: Scalar, care: Care, gates: Gates, p: Parameters
) -> mineral_state.Inputs:
    """What reaches the mineral engine: estrogen, kidney, food and supplements, stress, bone, teriparatide."""
    norepinephrine, cortisol, beta1, receptors = _tone(x, care)
    tone = stress_to_bone.tone_at_bone(norepinephrine, beta1, receptors, p.stress_to_bone)
    stressed = stress_to_mineral.effect(tone, cortisol, p.stress_to_mineral)
    gate, engine = gates.stress_to_mineral, p.mineral_engine
    release = bone_to_mineral.flow(bone.resorption(cells, p.bone), person.usual_resorption, p.bone_to_mineral)
    accretion = bone_to_mineral.flow(bone.formation(cells, p.bone), person.usual_formation, p.bone_to_mineral)
    supplemented = care.get("mineral.vitamin_d", 0)
    return mineral_state.Inputs(
        estrogen=_estrogen(estrogen, care),
        filtration=person.filtration,
        calcium_supplement=calcium_intake(care, p) - gut.calcium_of_food(engine.gut),
        calcium_absorption=calcium_absorption(x, care, gates, p),
        renal_reabsorption=_through(gate, stressed.reabsorption),
        calcitriol=mineral.calcitriol_factor(person.vitamin_d, supplemented, p.mineral),
        rankl_production=_through(gate, stressed.rankl),
        osteoblast_influx=_through(gate, stressed.influx),
        osteoblast_apoptosis=_through(gate, stressed.apoptosis),
        release=_through(gates.bone_to_mineral, release),
        accretion=_through(gates.bone_to_mineral, accretion),
        teriparatide=mineral_drugs.teriparatide_flow(care.get("mineral.teriparatide", 0), engine.teriparatide),
    )


def _through(gate: Scalar, factor: Scalar) -> Scalar:
    return 1 + gate * (factor - 1)


def rates(
    state: State,
    person: Person,
    estrogen: Scalar,
    injuries: fracture.Injuries,
    care: Care,
    gates: Gates,
    p: Parameters,
    age: Scalar = 0,
) -> State:
    """Time derivative of everything in one person, per day; estrogen, injuries, care and age (years) are as of now."""
    inputs = fast_inputs(state.fast, person, injuries, state.fracture.microdamage, care, gates, p)
    engine = p.mineral_engine
    derived = mineral_parameters.derive(engine)
    drive = mineral_station.own_rankl_drive(state.mineral, engine, derived)
    to_bone = bone_inputs(state.fast, person, estrogen, drive, care, gates, p, age)
    to_mineral = mineral_inputs(state.fast, state.bone, person, estrogen, care, gates, p)
    relative_density = bone.areal_density(state.bone) / person.density_now
    return State(
        bone.rates(state.bone, to_bone, p.bone),
        fast_rates(state.fast, inputs, p),
        fracture.rates(state.fracture, 1, relative_density, 1, p.fracture),
        mineral_station.rates_per_day(state.mineral, to_mineral, engine, derived),
    )


def falls_log(x: Fast, care: Care, gates: Gates, p: Parameters) -> Scalar:
    """Log of the fall rate against a person without pain, depression or lost function."""
    return (
        gates.function_to_fracture * function_to_fracture.falls_log(x.function.loss, p.function_to_fracture)
        + gates.mood_to_fracture * mood_to_fracture.falls_log(x.mood.depressive_severity, p.mood_to_fracture)
        + gates.pain_to_fracture * pain_to_fracture.falls_log(x.pain.felt, p.pain_to_fracture)
        + care.get("fracture.falls_log", 0)
    )


class Quality(NamedTuple):
    """The four factors of wellbeing, each 0 to 1."""

    pain: Scalar
    mood: Scalar
    function: Scalar
    fractures: Scalar


def quality(x: Fast, injuries: fracture.Injuries, gates: Gates, p: Parameters) -> Quality:
    """What the arrows to wellbeing leave of it."""
    by_mood = mood_to_wellbeing.factor(x.mood.depressive_severity, x.mood.anxiety, p.mood_to_wellbeing)
    left = fracture_to_wellbeing.factor(fracture.remaining_utility(injuries))
    return Quality(
        _through(gates.pain_to_wellbeing, pain_to_wellbeing.factor(x.pain.felt, p.pain_to_wellbeing)),
        _through(gates.mood_to_wellbeing, by_mood),
        _through(gates.function_to_wellbeing, function_to_wellbeing.factor(x.function.loss, p.function_to_wellbeing)),
        _through(gates.fracture_to_wellbeing, left),
    )


def calcium_absorption(x: Fast, care: Care, gates: Gates, p: Parameters) -> Scalar:
    """Calcium absorption relative to a calm person without care, 1."""
    stressed = stress_to_mineral.effect(1, x.stress.cortisol, p.stress_to_mineral).absorption
    care_factor = care.get("mineral.calcium_absorption", 1)
    return mineral.relative_absorption(_through(gates.stress_to_mineral, stressed), care_factor)


def calcium_intake(care: Care, p: Parameters) -> Scalar:
    """Calcium eaten and supplemented, mg per day."""
    return mineral.intake(care.get("mineral.calcium_supplement", 0), p.mineral)


def density_factors(z: Scalar, age: Scalar, gates: Gates, p: Parameters) -> bone_to_fracture.Factors:
    """Hazard factors by site of a person with density Z-score ``z``; all 1 with the arrow cut."""
    open_factors = bone_to_fracture.factors(z, age, p.bone_to_fracture)
    return bone_to_fracture.Factors(*(_through(gates.bone_to_fracture, factor) for factor in open_factors))
