"""Bone up to now: from the skeleton of youth through menopause and every recorded course of a bone drug.

The walk starts in the resting skeleton of youth; courses of the last ten years of the record are given as they were.
The result is a state of cells and densities in the model's unit; the patient's own density scales it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from boneloop.cycle.body import bone
from boneloop.kernel.dormand_prince import Tolerance
from boneloop.kernel.problem import Events
from boneloop.kernel.vector import unpack
from boneloop.patient.profile import Profile
from boneloop.simulate import bone_alone
from boneloop.simulate.lanes import Lanes
from boneloop.simulate.model import Model
from boneloop.therapy.care_plan import CarePlan
from boneloop.therapy.course import course
from boneloop.therapy.schedule import Schedule, schedule
from boneloop.types import Array
from boneloop.units import DAYS_PER_MONTH, DAYS_PER_YEAR

MONTHS_REPLAYED = 120
_LAST_MONTH = -1
"""What was given in the days before the start counts as given a month before: later, it would not be replayed."""
LINGERING = bone_alone.DRUGS
"""Channels of the drugs whose past courses are lived: what they leave may still act at the start."""
_PULSED = ("denosumab", "zoledronate", "romosozumab")


@dataclass(frozen=True)
class Estrogen:
    """When sex steroids start to fall (age in days) and how fast (days), one per lane."""

    start: Array
    half_time: Array

    def at(self, age_days: Array) -> Array:
        """Relative to before menopause, 1."""
        return np.asarray(bone.estrogen_after_menopause(age_days - self.start, self.half_time))


@dataclass
class BonePast:
    """Bone now: cells and density (rows of ``bone.State``), and what is left of each drug, by channel."""

    state: bone.State
    exposures: dict[str, Array]


def estrogen(lanes: Lanes, model: Model) -> Estrogen:
    """Age at menopause as recorded, else drawn, before which estrogen falls already; men's slow decline."""
    drawn = model.registry["population.menopause_age"].spread.quantile(
        model.registry.number("population.menopause_age", "year"), lanes.luck("start/menopause")
    )
    recorded = np.array([np.nan if p.menopause_age is None else p.menopause_age for p in lanes.patients])[lanes.patient]
    lead = model.number("bone.estrogen_lead", "day")
    women = np.where(np.isnan(recorded), drawn, recorded) * DAYS_PER_YEAR - lead
    start = np.where(lanes.male, model.number("bone.men_decline_start", "day"), women)
    half = np.where(
        lanes.male, model.number("bone.men_half_time", "day"), model.number("bone.estrogen_half_time", "day")
    )
    return Estrogen(start, half)


def bone_now(lanes: Lanes, hormone: Estrogen, model: Model, tolerance: Tolerance) -> BonePast:
    """Live each lane's bone up to the start, drugs included.

    Raises SimulationError where a lane's bone cannot be lived.
    """
    now = lanes.age * DAYS_PER_YEAR
    lane = bone_alone.Lane(
        age=now,
        menopause=hormone.start,
        half_time=hormone.half_time,
        bone=model.body.bone,
        care=bone_alone.Care(model.care.bone_drugs, model.care.estrogenic, model.care.exercise),
        channels=bone_alone.channels(model.kinetics),
    )
    youth = float(model.number("bone.peak_age", "day"))
    begin = np.minimum(youth - now, -MONTHS_REPLAYED * DAYS_PER_MONTH)
    given = [_given(patient) for patient in lanes.patients]
    events = Events.of([bone_alone.dosed(lines, model.kinetics) for lines in given]).of_each(lanes.patient)
    states = bone_alone.live(lane, begin, np.zeros(lanes.count), events, tolerance.relative).checked().states
    left = bone_alone.exposures(states, lane)
    used = {channel for lines in given for channel in lines.channels}
    exposures = {c: amount for c, amount in left.items() if c in used}
    return BonePast(unpack(bone.rest(model.body.bone), states[: bone_alone.CELLS]), exposures)


def _given(patient: Profile) -> Schedule:
    """The courses of the record in the years that are replayed."""
    return schedule(past_plan(patient), MONTHS_REPLAYED, begin=-MONTHS_REPLAYED)


def past_plan(patient: Profile) -> CarePlan:
    """The record's courses of bone drugs as a plan whose months lie before 0."""
    courses = []
    for treatment in patient.treatments:
        months = sorted(-round(days / DAYS_PER_MONTH) for days in treatment.days_ago)
        if treatment.drug in _PULSED:
            given = [min(m, _LAST_MONTH) for m in months]
            courses += [course(treatment.drug, start_month=m, stop_month=m + 1, past=True) for m in given]
        else:
            begun = min(months[0], _LAST_MONTH)
            stop = 0 if treatment.ongoing or len(months) < 2 else max(months[-1], begun + 1)
            courses.append(course(treatment.drug, start_month=begun, stop_month=stop, past=True))
    return CarePlan(name="past", title="Bone drugs of the record", courses=tuple(courses))
