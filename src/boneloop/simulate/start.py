"""The start of a forecast: every lane at month 0.

Who they are (constitution, history), where they rest (pain, mood, function as seen, the rest solved), what fractures
of the past still do, and the bone they have now.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from boneloop.cycle import loop
from boneloop.cycle.body import bone, fracture
from boneloop.cycle.body.fracture import Injuries
from boneloop.cycle.body.mineral import parameters as engine
from boneloop.cycle.body.mineral import station
from boneloop.kernel.dormand_prince import Tolerance
from boneloop.kernel.vector import pack, unpack
from boneloop.patient.profile import Profile
from boneloop.simulate.aftermath import measured_after, old_injuries
from boneloop.simulate.blood import Blood, blood, rested
from boneloop.simulate.chance import normal
from boneloop.simulate.constitution import constitution, glucocorticoid_input, history
from boneloop.simulate.hazard import Constitution, History
from boneloop.simulate.lanes import Lanes
from boneloop.simulate.model import Model
from boneloop.simulate.natural_course import Tendency, tendency
from boneloop.simulate.past import Estrogen, bone_now, estrogen
from boneloop.simulate.priors import STATES, average_nearness, average_states, seen_states, usual_states
from boneloop.simulate.rest import hidden, hold, seen_only, usual_bone
from boneloop.types import Array, Index
from boneloop.units import DAYS_PER_YEAR

TOTAL_HIP = bone.SITES[0]
SPINE = "lumbar_spine"


@dataclass(frozen=True)
class Start:
    """Every lane at month 0.

    site     where the patient's density was measured, the place in ``bone.SITES``
    density  areal bone density there, g/cm2
    reference  mean and sd there of the country's people of that age and sex, to whom its fracture rates belong
    hip      density and reference of the total hip that hazards go by: the patient's own, or one of the same Z-score
    spine    a lumbar spine of that Z-score, whose gain the hazard of the vertebrae goes by
    adjusted  1 in lanes where a row of gains was scaled down, by seen state
    blood     each lane's own calcium and phosphate now
    tendency  what pain, mood and function of each lane tend to, and how they swing
    stopped   lanes whose mineral engine found no way to the start, with the reason
    """

    lanes: Lanes
    state: loop.State
    person: loop.Person
    injuries: Injuries
    exposures: dict[str, Array]
    hormone: Estrogen
    who: Constitution
    history: History
    site: Index
    density: Array
    reference: Reference
    hip: Hip
    spine: Hip
    adjusted: dict[str, Array]
    blood: Blood
    tendency: Tendency
    stopped: dict[int, str]


@dataclass(frozen=True)
class Reference:
    """Mean and standard deviation of density at each lane's site, g/cm2, by age."""

    ages: Array
    mean: Array
    sd: Array

    def z(self, density: Array, age: Array) -> Array:
        """Z-score: against people of the same age and sex."""
        return (density - _along(self.ages, self.mean, age)) / _along(self.ages, self.sd, age)

    def at(self, age: Array) -> tuple[Array, Array]:
        """Mean and standard deviation at ``age``."""
        return _along(self.ages, self.mean, age), _along(self.ages, self.sd, age)

    def of(self, lanes: Index) -> Reference:
        """The same for some lanes."""
        return Reference(self.ages, self.mean[:, lanes], self.sd[:, lanes])


@dataclass(frozen=True)
class Hip:
    """A total hip (or a lumbar spine) at the start, g/cm2, and those of the same age and sex."""

    density: Array
    reference: Reference

    def z(self, gain: Array, age: Array) -> Array:
        """Z-score at ``age`` when density is ``gain`` times that of the start."""
        return self.reference.z(self.density * gain, age)

    def gained(self, gain: Array, age: Array) -> Array:
        """What ``gain`` added to density, in standard deviations of people of ``age``."""
        return np.asarray(self.density * (gain - 1) / self.reference.at(age)[1])

    def of(self, lanes: Index) -> Hip:
        """The same for some lanes."""
        return Hip(self.density[lanes], self.reference.of(lanes))


def _along(knots: Array, values: Array, x: Array) -> Array:
    """Each lane's own curve at its own x: straight between knots, flat beyond."""
    inside = np.clip(x, knots[0], knots[-1])
    right = np.clip(np.searchsorted(knots, inside), 1, len(knots) - 1)
    lane = np.arange(values.shape[1])
    left_x, right_x = knots[right - 1], knots[right]
    weight = (inside - left_x) / (right_x - left_x)
    return np.asarray(values[right - 1, lane] * (1 - weight) + values[right, lane] * weight)


def start(lanes: Lanes, model: Model, tolerance: Tolerance) -> Start:
    """Bring every lane to month 0."""
    seen = seen_states(lanes, model.registry)
    who = constitution(lanes, seen_only(seen), model)
    own = blood(lanes, model)
    person = _person(lanes, who, own, model)
    survival, production = usual_bone(average_states(lanes, model.registry), person, model)
    person = person._replace(usual_survival=survival, usual_production=production)
    fast = hidden(seen, person, model)
    after = {state: measured_after(lanes, state) for state in STATES}
    held = hold(fast, person, old_injuries(lanes, model), after, usual_states(lanes, model.registry), model)
    hormone = estrogen(lanes, model)
    skeleton = bone_now(lanes, hormone, model, tolerance)
    cells, p = skeleton.state, model.body
    person = held.person._replace(
        density_now=bone.areal_density(cells),
        usual_resorption=bone.resorption(cells, p.bone),
        usual_formation=bone.formation(cells, p.bone),
    )
    sex_steroids = hormone.at(lanes.age * DAYS_PER_YEAR)
    told = loop.mineral_inputs(fast, cells, person, sex_steroids, loop.NO_CARE, loop.OPEN, p)
    minerals = rested(lanes, told, model, tolerance.relative)
    derived = engine.derive(p.mineral_engine)
    person = person._replace(usual_rankl_drive=station.own_rankl_drive(minerals.rest, p.mineral_engine, derived))
    sites = [patient.bone.site if patient.bone else TOTAL_HIP for patient in lanes.patients]
    reference = _reference(lanes, sites, model, _compatriots)
    hips, spines = (_reference(lanes, [site] * len(sites), model, _compatriots) for site in (TOTAL_HIP, SPINE))
    state = loop.State(cells, fast, fracture.State(np.zeros(lanes.count)), minerals.now)
    density = _density(lanes, _reference(lanes, sites, model, _ancestry), fast.mood.depressive_severity, model)
    past = history(lanes, model)
    return Start(
        lanes=lanes,
        state=state,
        person=unpack(person, pack(person, lanes.count)),
        injuries=held.injuries,
        exposures=skeleton.exposures,
        hormone=hormone,
        who=who,
        history=past,
        site=np.array([bone.SITES.index(site) for site in sites])[lanes.patient],
        density=density,
        reference=reference,
        hip=_hip(density, reference, hips, lanes.age),
        spine=_hip(density, reference, spines, lanes.age),
        adjusted=held.adjusted,
        blood=own,
        tendency=tendency(lanes, held.levels, model),
        stopped=minerals.stopped,
    )


def _person(lanes: Lanes, who: Constitution, own: Blood, model: Model) -> loop.Person:
    """Strength of the circle, tendency to lose bone, kidney and vitamin D of each person and draw; glucocorticoid."""
    return loop.Person(
        filtration=own.filtration / model.body.mineral.full_filtration,
        vitamin_d=own.vitamin_d / model.body.mineral.sufficient_vitamin_d,
        gain=own_gain(lanes, model),
        cortisol_input=glucocorticoid_input(who, model),
        osteoclast_survival=_own(lanes, "bone.personal_osteoclast_survival", "start/bone loss", model),
    )


def own_gain(lanes: Lanes, model: Model) -> Array:
    """The strength of each person's circle: what is common to all, times what differs between people."""
    return np.asarray(model.number("circle.strength") * _own(lanes, "circle.gain_scale", "start/gain", model))


def _own(lanes: Lanes, identity: str, event: str, model: Model) -> Array:
    """A number that differs between persons: drawn with the patient's key, not shared by all patients of a draw."""
    entry = model.registry[identity]
    return entry.spread.quantile(entry.number("1"), lanes.luck(event))


def _reference(lanes: Lanes, sites: list[str], model: Model, group: Callable[[Profile], str]) -> Reference:
    """Density of the people of each lane's age, sex, site and ``group`` (a ratio's name; without one, everybody)."""
    means, sds = [], []
    ages = np.array(model.registry["bmd_reference.total_hip_female_mean"].over)
    for patient, site in zip(lanes.patients, sites, strict=True):
        ratio = f"bmd_reference.{site}_{group(patient)}_ratio"
        scale = model.registry.number(ratio) if ratio in model.registry.entries else 1.0
        mean = model.registry.at(f"bmd_reference.{site}_{patient.sex}_mean", ages, "g/cm2")
        means.append(scale * mean)
        sds.append(model.registry.at(f"bmd_reference.{site}_{patient.sex}_sd", ages, "g/cm2"))
    return Reference(ages, np.stack(means, axis=1)[:, lanes.patient], np.stack(sds, axis=1)[:, lanes.patient])


def _hip(density: Array, reference: Reference, hips: Reference, age: Array) -> Hip:
    """The total hip that hazards go by: one of the Z-score that was measured, wherever that was."""
    mean, sd = hips.at(age)
    return Hip(mean + sd * reference.z(density, age), hips)


def _ancestry(patient: Profile) -> str:
    """Whose density a person without a scan has: as recorded, else that of the country's majority with a ratio."""
    return patient.ethnicity or _compatriots(patient)


def _compatriots(patient: Profile) -> str:
    """Whose density a hazard refers to: that of the country whose fracture rates are used, of all its people."""
    return {"CN": "chinese"}.get(patient.country.upper(), "")


def _density(lanes: Lanes, reference: Reference, depressive_severity: Array, model: Model) -> Array:
    """Density now: the scan with its error, or a person of that age, sex and mood drawn at random."""
    luck = normal(lanes.luck("start/density"))
    mean, sd = reference.at(lanes.age)
    value = np.array([p.bone.value if p.bone else np.nan for p in lanes.patients])[lanes.patient]
    error = np.array([p.bone.error if p.bone else np.nan for p in lanes.patients])[lanes.patient]
    thinner = model.number("population.density_by_depression") * _more_depressed(lanes, depressive_severity, model)
    drawn = np.where(np.isnan(value), mean + sd * (luck - thinner), value + error * luck)
    return np.asarray(np.maximum(drawn, model.registry.number("forecast.least_density") * mean))


def _more_depressed(lanes: Lanes, depressive_severity: Array, model: Model) -> Array:
    """How much nearer to a case a person is than people of that age and sex on average, -1 to 1."""
    case = model.registry.number("mood_to_fracture.caseness")
    return np.asarray(np.minimum(depressive_severity / case, 1) - average_nearness(lanes, case, model.registry))
