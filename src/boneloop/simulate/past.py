"""Bone up to now: from the skeleton of youth through menopause and every recorded course of a bone drug.

Before menopause the cells rest and density moves in a straight line, so the walk starts there. The last ten years
are lived month by month when the record has bone drugs in them. The result is only a state of cells and a density in
the model's unit; the patient's own density scales it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from boneloop.cycle.body import bone
from boneloop.kernel.dormand_prince import Rates, Tolerance, integrate
from boneloop.kernel.vector import pack, selected, unpack
from boneloop.patient.profile import Profile
from boneloop.simulate.lanes import Lanes
from boneloop.simulate.model import Model
from boneloop.therapy import actions, exposure
from boneloop.therapy.care_plan import CarePlan
from boneloop.therapy.course import course
from boneloop.therapy.kinds import KINDS
from boneloop.therapy.schedule import schedule
from boneloop.types import Array
from boneloop.units import DAYS_PER_MONTH, DAYS_PER_YEAR

MONTHS_REPLAYED = 120
_LAST_MONTH = -1
"""What was given in the days before the start counts as given a month before: later, it would not be replayed."""
LINGERING = tuple(
    dict.fromkeys(
        channel for kind in KINDS.values() if kind.group in ("antiresorptive", "anabolic") for channel in kind.channels
    )
)
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
    """Age at menopause as recorded, else drawn; men's slow decline."""
    drawn = model.registry["population.menopause_age"].spread.quantile(
        model.registry.number("population.menopause_age", "year"), lanes.luck("start/menopause")
    )
    recorded = np.array([np.nan if p.menopause_age is None else p.menopause_age for p in lanes.patients])[lanes.patient]
    women = np.where(np.isnan(recorded), drawn, recorded) * DAYS_PER_YEAR
    start = np.where(lanes.male, model.number("bone.men_decline_start", "day"), women)
    half = np.where(
        lanes.male, model.number("bone.men_half_time", "day"), model.number("bone.estrogen_half_time", "day")
    )
    return Estrogen(start, half)


def bone_now(lanes: Lanes, hormone: Estrogen, model: Model, tolerance: Tolerance) -> BonePast:
    """Live each lane's bone up to the start, drugs included."""
    p = model.body.bone
    treated = np.array([bool(patient.treatments) for patient in lanes.patients])[lanes.patient]
    now = lanes.age * DAYS_PER_YEAR
    quiet_end = np.where(treated, now - MONTHS_REPLAYED * DAYS_PER_MONTH, now)
    youth = bone.rest(p)
    drift = bone.rates(youth, bone.Inputs(), p).density
    begin = np.minimum(hormone.start, quiet_end)
    rows = pack(youth, lanes.count)
    density = bone.State._fields.index("density")
    rows[density] += drift * begin
    rows, _ = integrate(
        _quiet(hormone, model), rows, begin, quiet_end, np.zeros(lanes.count), _scaled(tolerance, youth)
    )
    exposures: dict[str, Array] = {}
    for index, patient in enumerate(lanes.patients):
        if patient.treatments:
            here = lanes.of(index)
            rows[:, here], left = _replayed(patient, rows[:, here], quiet_end[here], hormone, here, model, tolerance)
            for channel, amount in left.items():
                exposures.setdefault(channel, np.zeros(lanes.count))[here] = amount
    return BonePast(unpack(youth, rows), exposures)


def _quiet(hormone: Estrogen, model: Model) -> Rates:
    p, like = model.body.bone, bone.rest(model.body.bone)

    def rates(age_days: Array, rows: Array) -> Array:
        state = unpack(like, rows)
        return pack(bone.rates(state, bone.Inputs(estrogen=hormone.at(age_days)), p), rows.shape[1])

    return rates


def _scaled(tolerance: Tolerance, like: bone.State) -> Tolerance:
    return Tolerance(tolerance.relative, tolerance.relative * np.maximum(pack(like, 1), 1e-3))


def _replayed(
    patient: Profile,
    rows: Array,
    begin: Array,
    hormone: Estrogen,
    here: slice,
    model: Model,
    tolerance: Tolerance,
) -> tuple[Array, dict[str, Array]]:
    """The last ten years of one patient with the drugs of the record, month by month."""
    plan = past_plan(patient)
    lines = schedule(plan, MONTHS_REPLAYED, begin=-MONTHS_REPLAYED)
    own = Estrogen(hormone.start[here], hormone.half_time[here])
    care = selected(model.care, here)
    kinetics = {name: selected(k, here) for name, k in model.kinetics.items()}
    allowed = _scaled(tolerance, bone.rest(model.body.bone))
    left: dict[str, Array] = {}
    step = np.zeros(rows.shape[1])
    for month in range(MONTHS_REPLAYED):
        drive = exposure.month_drive(lines, month, [1.0] * len(lines.lines), kinetics)
        start = {c: left.get(c, 0.0) + drive.pulse.get(c, 0.0) for c in drive.rate}
        age = begin + month * DAYS_PER_MONTH
        rates = _under_drugs(own, age, start, drive, care, model)
        rows, step = integrate(rates, rows, np.zeros_like(begin), np.full_like(begin, DAYS_PER_MONTH), step, allowed)
        ended = exposure.activities(start, drive.plateau, drive.rate, DAYS_PER_MONTH)
        left = {c: np.broadcast_to(np.asarray(a, dtype=np.float64), begin.shape) for c, a in ended.items()}
    return rows, left


def _under_drugs(
    hormone: Estrogen,
    age: Array,
    start: dict[str, Array],
    drive: exposure.Drive,
    care: actions.Parameters,
    model: Model,
) -> Callable[[Array, Array], Array]:
    p, like = model.body.bone, bone.rest(model.body.bone)

    def rates(time: Array, rows: Array) -> Array:
        acting = actions.effects(exposure.activities(start, drive.plateau, drive.rate, time), care)
        inputs = bone.Inputs(
            estrogen=np.minimum(hormone.at(age + time) + acting["bone.estrogen"], 1),
            denosumab=acting["bone.denosumab"],
            teriparatide=acting["bone.teriparatide"],
            bisphosphonate=acting["bone.bisphosphonate"],
            sclerostin_antibody=acting["bone.sclerostin_antibody"],
        )
        return pack(bone.rates(unpack(like, rows), inputs, p), rows.shape[1])

    return rates


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
