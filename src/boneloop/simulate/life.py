"""A life under one care plan, month by month: care is given, the body moves, chance falls, the outcomes are noted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from boneloop.cycle import loop
from boneloop.cycle.body import fracture, wellbeing
from boneloop.cycle.body.fracture import SITES
from boneloop.kernel.dormand_prince import Tolerance
from boneloop.kernel.vector import pack
from boneloop.simulate.chance import uniform
from boneloop.simulate.crowd import Crowd, Traits, gather
from boneloop.simulate.hazard import death_hazard, falls, fracture_hazards
from boneloop.simulate.injury import injured
from boneloop.simulate.model import Model
from boneloop.simulate.motion import Now
from boneloop.simulate.natural_course import NaturalCourse, Push
from boneloop.simulate.outcomes import EVERY_MONTHS, Notebook, Seen
from boneloop.simulate.start import Start
from boneloop.therapy import actions, adherence, bone_drugs, exposure
from boneloop.therapy.care_plan import CarePlan
from boneloop.therapy.schedule import Schedule, schedule
from boneloop.types import Array, Index, Mask
from boneloop.units import DAYS_PER_MONTH, DAYS_PER_YEAR

MONTHS_PER_YEAR = 12
BONE_CHANNELS = {*bone_drugs.CHANNELS, "raloxifene", "estrogen"}


@dataclass(frozen=True)
class Course:
    """What came of one plan: times in years, every outcome (times, lanes), and who is alive (times, lanes).

    stopped   lanes that the engine could not move on, with the reason; their values mean nothing
    patients  whose lanes these are, as many for each
    """

    years: Array
    values: dict[str, Array]
    alive: Mask
    stopped: dict[int, str]
    patients: int


@dataclass(frozen=True)
class Setting:
    """How a life is lived.

    expected  no chance: every fracture adds its probability times its injury (for comparing arrows, not for bands)
    held      everybody's own level of pain, mood and function stays what it was at the start (no natural course)
    every_months  from one noted moment to the next
    incidence     note time at risk and hidden levels too
    """

    months: int
    tolerance: Tolerance
    gates: loop.Gates = loop.OPEN
    expected: bool = False
    held: bool = False
    every_months: int = EVERY_MONTHS
    incidence: bool = False


def live(start: Start, plan: CarePlan, model: Model, setting: Setting) -> Course:
    """Live ``plan`` from ``start`` for ``setting.months`` months.

    A lane whose body the engine cannot move on is held where it was and named, with plan and month; others go on.
    """
    lines = schedule(plan, setting.months)
    crowd = gather(start, len(lines.lines), pack(start.state, start.lanes.count))
    traits = Traits.of(start, model, crowd.origin)
    notebook = Notebook.open(start, model, setting.every_months, setting.incidence)
    own = None if setting.held else NaturalCourse(start.lanes, start.tendency, model)
    care: loop.Care = actions.effects(crowd.exposures, traits.model.care)
    crowd.hazard, relative_falls = _hazards(crowd, traits, 0.0, care, setting)
    notebook.note(0, _seen(crowd, traits, 0.0, care, relative_falls, lines, setting), crowd)
    for month in range(setting.months):
        crowd, care = _month(crowd, traits, month, lines, start, setting, own)
        later = (month + 1) / MONTHS_PER_YEAR
        before = crowd.hazard
        crowd.hazard, relative_falls = _hazards(crowd, traits, later, care, setting)
        chances = -np.expm1(-(before + crowd.hazard) / 2 / MONTHS_PER_YEAR)
        midway = crowd.history.later(-1 / 2 / MONTHS_PER_YEAR)
        notebook.risk(month, chances, death_hazard(traits.who, midway, later, traits.model), crowd)
        size = crowd.size
        crowd, traits = _broken(crowd, traits, chances, month, start, model, setting)
        if crowd.size > size:
            care = actions.effects(crowd.exposures, traits.model.care)
            relative_falls = _hazards(crowd, traits, later, care, setting)[1]
        notebook.note(month + 1, _seen(crowd, traits, later, care, relative_falls, lines, setting), crowd)
    return Course(*notebook.close(), crowd.stopped, len(start.lanes.patients))


def glance(start: Start, plan: CarePlan, model: Model, setting: Setting, rows: Array) -> dict[str, Array]:
    """What would be noted after the first months of ``plan`` if the body then stood at ``rows``: nothing is moved.

    For asking what an outcome is worked out from: it is a function of the states and of the numbers read here.
    rows  states of every lane, shape (states, lanes)
    """
    lines = schedule(plan, setting.months)
    crowd = gather(start, len(lines.lines), pack(start.state, start.lanes.count))
    traits, notebook = Traits.of(start, model, crowd.origin), Notebook.open(start, model, setting.every_months)
    care: loop.Care = actions.effects(crowd.exposures, model.care)
    crowd.hazard, relative_falls = _hazards(crowd, traits, 0.0, care, setting)
    notebook.note(0, _seen(crowd, traits, 0.0, care, relative_falls, lines, setting), crowd)
    for month in range(setting.months):
        drive = exposure.month_drive(lines, month, crowd.staying, model.kinetics)
        given, drive = _all_channels(crowd, drive, model.kinetics)
        ended = exposure.activities(given, drive.plateau, drive.rate, DAYS_PER_MONTH)
        crowd.exposures = {c: np.broadcast_to(np.asarray(a, dtype=np.float64), (crowd.size,)) for c, a in ended.items()}
    years = setting.months / MONTHS_PER_YEAR
    crowd.rows, crowd.least_calcium = rows, loop.state_of(rows).mineral.calcium
    care = actions.effects(crowd.exposures, model.care)
    crowd.hazard, relative_falls = _hazards(crowd, traits, years, care, setting)
    chances = -np.expm1(-crowd.hazard / MONTHS_PER_YEAR)
    notebook.risk(0, chances, death_hazard(traits.who, crowd.history, years, model), crowd)
    notebook.note(setting.months, _seen(crowd, traits, years, care, relative_falls, lines, setting), crowd)
    return {name: values[-1] for name, values in notebook.close()[1].items()}


def _month(
    crowd: Crowd,
    traits: Traits,
    month: int,
    lines: Schedule,
    start: Start,
    setting: Setting,
    own: NaturalCourse | None,
) -> tuple[Crowd, loop.Care]:
    """Care is given or declined, then the body moves for one month."""
    _decide(crowd, traits, month, lines, start, setting)
    kinetics = traits.model.kinetics
    drive = exposure.month_drive(lines, month, crowd.staying, kinetics)
    given, drive = _all_channels(crowd, drive, kinetics)
    injected = np.broadcast_to(np.asarray(drive.dose.get(bone_drugs.DOSED, 0.0), dtype=np.float64), (crowd.size,))
    now = Now(
        age_days=traits.who.age * DAYS_PER_YEAR + month * DAYS_PER_MONTH,
        injuries=crowd.injuries,
        push=Push() if own is None else own.push(month, crowd.origin),
        begun=given,
        goal=drive.plateau,
        rate=drive.rate,
    )
    if own is not None:
        own.advance(month)
    relative = setting.tolerance.relative
    allowed = Tolerance(relative, relative * traits.model.usual)
    moved = traits.motion(setting.gates).advance(now, crowd.rows, crowd.step, injected, allowed)
    crowd.rows, crowd.step, crowd.least_calcium = moved.rows, moved.step, moved.least_calcium
    for place, reason in moved.stopped.items():
        crowd.stopped.setdefault(int(crowd.origin[place]), f"plan {lines.plan.name}, month {month}: {reason}")
    crowd.injuries = fracture.healed(crowd.injuries, DAYS_PER_MONTH, traits.model.healing)
    ended = exposure.activities(given, drive.plateau, drive.rate, DAYS_PER_MONTH)
    crowd.exposures = {c: np.broadcast_to(np.asarray(a, dtype=np.float64), (crowd.size,)) for c, a in ended.items()}
    crowd.history = crowd.history.later(1 / MONTHS_PER_YEAR)
    return crowd, actions.effects(crowd.exposures, traits.model.care)


def _decide(crowd: Crowd, traits: Traits, month: int, lines: Schedule, start: Start, setting: Setting) -> None:
    """Who takes this dose, or stays this quarter: it depends on mood; who stops has stopped for good."""
    for index, line in enumerate(lines.lines):
        ask = line.asks[month]
        if not ask or setting.expected:
            continue
        mood = loop.state_of(crowd.rows).fast.mood.depressive_severity
        chance = adherence.stays(mood, line.drug, line.years[month], line.ask_months, traits.model.adherence)
        crowd.staying[index] = crowd.staying[index] * (_luck(start, crowd.origin, line.event, ask) < chance)


def _luck(start: Start, origin: Index, event: str, step: int) -> Array:
    lanes = start.lanes
    return uniform(lanes.seed, lanes.key[origin], event, step, lanes.draw[origin])


def _all_channels(
    crowd: Crowd, drive: exposure.Drive, kinetics: dict[str, exposure.Kinetics]
) -> tuple[dict[str, Array], exposure.Drive]:
    """Exposures at the start of the month, also of drugs that only linger from the past."""
    rate = {c: kinetics[c].rate_off for c in crowd.exposures} | dict(drive.rate)
    plateau = {c: 0.0 for c in crowd.exposures} | dict(drive.plateau)
    given = {c: crowd.exposures.get(c, 0.0) + drive.pulse.get(c, 0.0) for c in rate}
    return given, exposure.Drive(drive.dose, drive.pulse, plateau, rate)


def _hazards(crowd: Crowd, traits: Traits, years: float, care: loop.Care, setting: Setting) -> tuple[Array, Array]:
    """Hazards of fracture per year by site, and falls relative to the average person."""
    state = loop.state_of(crowd.rows)
    age = traits.who.age + years
    relative = falls(state.fast, traits.who, years, care, setting.gates, traits.model)
    z, spine = traits.z(state.bone, age)
    history = crowd.history
    hazard = fracture_hazards(
        z, relative, state.fracture, traits.who, history, years, care, setting.gates, traits.model, spine
    )
    return hazard, relative


def _broken(
    crowd: Crowd, traits: Traits, chances: Array, month: int, start: Start, model: Model, setting: Setting
) -> tuple[Crowd, Traits]:
    """Chance breaks bones: a lane's first fracture gives it a twin, and every fracture injures the twin."""
    if setting.expected:
        p = traits.model.body
        for site, chance in zip(SITES, chances, strict=True):
            lasts = getattr(p.fracture_to_pain, f"{site}_lasting_probability")
            crowd.injuries = injured(crowd.injuries, site, chance, lasts, p)
        return crowd, traits
    everyone = np.arange(len(crowd.twin))
    here = crowd.lived
    happened = np.stack(
        [_luck(start, everyone, f"fracture/{s}", month) < chances[i, here] for i, s in enumerate(SITES)]
    )
    new = np.flatnonzero(happened.any(axis=0) & (crowd.twin < 0))
    if len(new):
        crowd = crowd.with_twins(new)
        traits = Traits.of(start, model, crowd.origin)
    for index, site in enumerate(SITES):
        if happened[index].any():
            _injure(crowd, site, everyone[happened[index]], month, start, traits.model)
    crowd.broken |= happened
    return crowd, traits


def _injure(crowd: Crowd, site: str, lanes: Index, month: int, start: Start, model: Model) -> None:
    """The twins of ``lanes`` break ``site``."""
    places = crowd.twin[lanes]
    weight, chronic = np.zeros(crowd.size), np.zeros(crowd.size)
    weight[places] = 1
    probability = np.broadcast_to(getattr(model.body.fracture_to_pain, f"{site}_lasting_probability"), (crowd.size,))
    chronic[places] = _luck(start, lanes, f"lasting pain/{site}", month) < probability[places]
    crowd.injuries = injured(crowd.injuries, site, weight, chronic, model.body)
    crowd.history.last[places] = 0
    if site in ("hip", "vertebra"):
        getattr(crowd.history, site)[places] = 0
    if site == "vertebra":
        crowd.history.vertebrae[places] += 1


def _seen(
    crowd: Crowd,
    traits: Traits,
    years: float,
    care: loop.Care,
    relative_falls: Array,
    lines: Schedule,
    setting: Setting,
) -> Seen:
    """What is noted of the crowd at one moment."""
    state = loop.state_of(crowd.rows)
    model = traits.model
    factors = loop.quality(state.fast, crowd.injuries, setting.gates, model.body)
    utility = wellbeing.utility(traits.who.age + years, *factors, model.wellbeing)
    absorbed = loop.calcium_absorption(state.fast, care, setting.gates, model.body)
    begin = traits.minerals
    month = min(round(years * MONTHS_PER_YEAR), setting.months - 1)
    on_drug = [
        stays * line.given[month]
        for stays, line in zip(crowd.staying, lines.lines, strict=True)
        if BONE_CHANNELS & set(line.channels)
    ]
    return Seen(
        state=state,
        density=traits.own_density(state.bone),
        utility=np.asarray(utility),
        relative_falls=relative_falls,
        absorbed=np.broadcast_to(np.asarray(absorbed), (crowd.size,)),
        calcium_intake=np.broadcast_to(np.asarray(loop.calcium_intake(care, model.body)), (crowd.size,)),
        calcium=traits.blood.calcium * state.mineral.calcium / begin.calcium,
        least_calcium=traits.blood.calcium * crowd.least_calcium / begin.calcium,
        phosphate=traits.blood.phosphate * state.mineral.phosphate / begin.phosphate,
        pth=np.asarray(state.mineral.pth / model.body.mineral_engine.fluid.volume),
        on_bone_drug=np.max(on_drug, axis=0) if on_drug else np.zeros(crowd.size),
        years=years,
        age=traits.who.age + years,
    )
