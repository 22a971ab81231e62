"""The start of a forecast: a body at rest where the patient was seen, with their own constant inputs.

The states that a clinic sees (pain, depression, anxiety, lost function) are given; stress, inflammation and
sensitization are solved at rest; then each seen state gets the constant input that holds it there. Where the arrows
alone would already hold it higher, this person's row of gains is scaled down, and the forecast says so.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from boneloop.cycle import loop, stability
from boneloop.cycle.body import bone, fracture, function, inflammation, mood, pain, stress
from boneloop.cycle.body.fracture import Injuries
from boneloop.evidence.registry import Registry
from boneloop.kernel.dormand_prince import Tolerance
from boneloop.kernel.vector import pack, unpack
from boneloop.mathematics import decayed, saturating, saturating_inverse
from boneloop.simulate.chance import normal
from boneloop.simulate.constitution import constitution, glucocorticoid_input, history
from boneloop.simulate.hazard import Constitution, History
from boneloop.simulate.injury import uninjured
from boneloop.simulate.lanes import Lanes
from boneloop.simulate.model import Model
from boneloop.simulate.past import BonePast, Estrogen, bone_now, estrogen
from boneloop.simulate.priors import seen_states
from boneloop.types import Array, Index
from boneloop.units import DAYS_PER_YEAR

SEEN = {"pain": "felt", "depression": "depressive_severity", "anxiety": "anxiety", "function_loss": "loss"}


@dataclass(frozen=True)
class Start:
    """Every lane at month 0.

    density  areal bone density at the patient's site, g/cm2; ``reference`` has mean and sd of that age and sex
    adjusted  1 in lanes where a row of gains was scaled down, by seen state
    """

    lanes: Lanes
    state: loop.State
    person: loop.Person
    injuries: Injuries
    exposures: dict[str, Array]
    hormone: Estrogen
    who: Constitution
    history: History
    density: Array
    reference: Reference
    adjusted: dict[str, Array]


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
    who = constitution(lanes, seen["depression"], model)
    past = history(lanes, model)
    injuries = _fresh_injuries(lanes, seen, model)
    person = loop.Person(
        gain=np.broadcast_to(np.asarray(model.number("circle.gain_scale")), (lanes.count,)),
        cortisol_input=glucocorticoid_input(who, model),
        osteoclast_survival=_personal_loss(lanes, model),
    )
    fast = _hidden(seen, person, injuries, model)
    person, adjusted = _held(fast, person, injuries, model)
    hormone = estrogen(lanes, model)
    skeleton = bone_now(lanes, hormone, model, tolerance)
    person = person._replace(density_now=bone.areal_density(skeleton.state))
    reference = _reference(lanes, model)
    state = loop.State(skeleton.state, fast, fracture.State(np.zeros(lanes.count)))
    density = _density(lanes, reference, model.registry)
    return _collect(lanes, state, person, injuries, skeleton, hormone, who, past, density, reference, adjusted)


def _collect(
    lanes: Lanes,
    state: loop.State,
    person: loop.Person,
    injuries: Injuries,
    skeleton: BonePast,
    hormone: Estrogen,
    who: Constitution,
    past: History,
    density: Array,
    reference: Reference,
    adjusted: dict[str, Array],
) -> Start:
    whole = unpack(person, pack(person, lanes.count))
    return Start(lanes, state, whole, injuries, skeleton.exposures, hormone, who, past, density, reference, adjusted)


def _personal_loss(lanes: Lanes, model: Model) -> Array:
    """This person's own tendency to lose bone: drawn per person and draw, not shared between patients."""
    entry = model.registry["bone.personal_osteoclast_survival"]
    return entry.spread.quantile(entry.number("1"), lanes.luck("start/bone loss"))


def _fresh_injuries(lanes: Lanes, seen: dict[str, Array], model: Model) -> Injuries:
    """What recent fractures still hurt and hinder at the start, never more than what was seen."""
    p, injuries = model.body, uninjured(lanes.count)
    for index, patient in enumerate(lanes.patients):
        here = lanes.of(index)
        for number_, broken in enumerate(f for f in patient.fractures if f.days_ago is not None):
            lasts = lanes.luck(f"start/lasting pain {number_}")[here] < getattr(
                p.fracture_to_pain, f"{broken.site}_lasting_probability"
            )
            _add(injuries, here, broken.site, float(broken.days_ago or 0), ~lasts, model)
    pain_room = saturating_inverse(seen["pain"], p.pain.ceiling, p.pain.felt_convexity)
    loss_room = saturating_inverse(seen["function_loss"], p.function.ceiling, p.function.convexity)
    return injuries._replace(
        acute_pain=np.minimum(injuries.acute_pain, pain_room), acute_loss=np.minimum(injuries.acute_loss, loss_room)
    )


def _add(injuries: Injuries, here: slice, site: str, days: float, fades: Array, model: Model) -> None:
    """Add the fading part of one dated fracture; what lasts is already in the person as they were seen."""
    p, h = model.body, model.healing
    amplitude = getattr(p.fracture_to_pain, f"{site}_amplitude")
    injuries.acute_pain[here] += fades * decayed(amplitude, days, h.pain_time)
    gone = getattr(p.fracture_to_function, f"{site}_loss") - getattr(p.fracture_to_function, f"{site}_residue")
    injuries.acute_loss[here] += decayed(gone, days, h.loss_time)
    times = {"hip": h.disutility_time, "vertebra": h.disutility_time, "wrist": h.wrist_disutility_time}
    if site in times:
        fading = getattr(injuries, f"{site}_acute_disutility")
        left = decayed(getattr(p.fracture_to_wellbeing, f"{site}_acute"), days, times[site])
        fading[here] = np.maximum(fading[here], left)
    if f"{site}_lasting" in p.fracture_to_wellbeing._fields:
        getattr(injuries, f"{site}_lasting_disutility")[here] = getattr(p.fracture_to_wellbeing, f"{site}_lasting")


def _hidden(seen: dict[str, Array], person: loop.Person, injuries: Injuries, model: Model) -> loop.Fast:
    """Stress, inflammation and sensitization at rest, with the seen states held."""
    zero = np.zeros_like(seen["pain"])
    x = loop.Fast(
        stress.State(zero, zero),
        inflammation.State(zero),
        pain.State(seen["pain"], zero),
        mood.State(seen["depression"], seen["anxiety"]),
        function.State(seen["function_loss"]),
    )
    p = model.body
    top, bend = stability.ceilings(p)[:, None], stability.convexities(p)[:, None]
    held = np.array([name in SEEN.values() for name in stability.FAST_STATES])[:, None]
    rows = pack(x, zero.size)
    for _ in range(round(model.registry.number("forecast.hidden_turns"))):
        u = stability.drives(unpack(x, rows), stability.Setting(person, p, injuries=injuries))
        goal = saturating(pack(u, zero.size), top, bend)
        rows = np.where(held, rows, goal)
    return unpack(x, rows)


def _held(
    fast: loop.Fast, person: loop.Person, injuries: Injuries, model: Model
) -> tuple[loop.Person, dict[str, Array]]:
    """The constant inputs that hold the seen states, and where a row of gains had to be scaled down for it."""
    p = model.body
    setting = stability.Setting(person, p, injuries=injuries)
    whole = stability.drives(fast, setting)
    injury = stability.drives(fast, setting._replace(person=person._replace(gain=0 * person.gain)))
    needed = {
        "felt": saturating_inverse(fast.pain.felt, p.pain.ceiling, p.pain.felt_convexity),
        "depression": saturating_inverse(fast.mood.depressive_severity, p.mood.ceiling, p.mood.convexity),
        "anxiety": saturating_inverse(fast.mood.anxiety, p.mood.ceiling, p.mood.convexity),
        "loss": saturating_inverse(fast.function.loss, p.function.ceiling, p.function.convexity),
    }
    driven = {
        "felt": (whole.pain.felt, injury.pain.felt),
        "depression": (whole.mood.depressive_severity, injury.mood.depressive_severity),
        "anxiety": (whole.mood.anxiety, injury.mood.anxiety),
        "loss": (whole.function.loss, injury.function.loss),
    }
    changes: dict[str, Array] = {}
    adjusted: dict[str, Array] = {}
    for name, need in needed.items():
        total, by_injury = driven[name]
        by_arrows = total - by_injury
        room = np.maximum(need - by_injury, 0)
        row = np.where(by_arrows > room, np.divide(room, by_arrows, out=np.ones_like(room), where=by_arrows > 0), 1.0)
        changes[f"{name}_gain"] = row
        changes[f"{name}_input"] = need - by_injury - row * by_arrows
        adjusted[name] = (row < 1).astype(np.float64)
    return person._replace(**changes), adjusted


def _reference(lanes: Lanes, model: Model) -> Reference:
    means, sds = [], []
    ages = np.array(model.registry["bmd_reference.total_hip_female_mean"].over)
    for patient in lanes.patients:
        site = patient.bone.site if patient.bone else "total_hip"
        ratio = f"bmd_reference.{site}_{patient.ethnicity}_ratio"
        scale = model.registry.number(ratio) if ratio in model.registry.entries else 1.0
        mean = model.registry.at(f"bmd_reference.{site}_{patient.sex}_mean", ages, "g/cm2")
        means.append(scale * mean)
        sds.append(model.registry.at(f"bmd_reference.{site}_{patient.sex}_sd", ages, "g/cm2"))
    return Reference(ages, np.stack(means, axis=1)[:, lanes.patient], np.stack(sds, axis=1)[:, lanes.patient])


def _density(lanes: Lanes, reference: Reference, registry: Registry) -> Array:
    """Density now: the scan with its error, or a person of that age and sex drawn at random."""
    luck = normal(lanes.luck("start/density"))
    mean, sd = reference.at(lanes.age)
    value = np.array([p.bone.value if p.bone else np.nan for p in lanes.patients])[lanes.patient]
    error = np.array([p.bone.error if p.bone else np.nan for p in lanes.patients])[lanes.patient]
    drawn = np.where(np.isnan(value), mean + sd * luck, value + error * luck)
    return np.asarray(np.maximum(drawn, registry.number("forecast.least_density") * mean))


def estrogen_at(hormone: Estrogen, age_years: Array, days: Array) -> Array:
    """Estrogen ``days`` after the lane was ``age_years`` old."""
    return hormone.at(age_years * DAYS_PER_YEAR + days)
