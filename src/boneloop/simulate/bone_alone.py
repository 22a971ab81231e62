"""Bone by itself, recorded once for the compiled engine: from youth through menopause, drugs and exercise.

    x_c' = r_c (level_c - x_c)     one x for each channel of treatment, in doses; a dose adds to x at its time
    Ψ_c  = gain_c x_c              the same exposures as a forecast's (``therapy.exposure``)

It is how the past of a record is lived and how the bone model is fitted: what differs between lanes, every number of
the bone model included, is a parameter; levels and doses are events, so that lanes may share them. Time is days since
the lane's start, negative before it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import NamedTuple

import numpy as np

from boneloop.cycle.body import bone
from boneloop.evidence.registry import Registry, load
from boneloop.kernel.dormand_prince import Tolerance
from boneloop.kernel.engines import engine_for
from boneloop.kernel.problem import Engine, Event, Events, Problem, Solution
from boneloop.kernel.recorder import record
from boneloop.kernel.vector import leaves, pack, rebuild
from boneloop.mathematics import log, minimum
from boneloop.therapy import bone_drugs, estrogenic, exercise
from boneloop.therapy.actions import usual_exposures
from boneloop.therapy.exposure import Kinetics
from boneloop.therapy.kinds import KINDS
from boneloop.therapy.places import combine
from boneloop.therapy.schedule import Schedule
from boneloop.types import Array, Days, Scalar
from boneloop.units import DAYS_PER_MONTH, DAYS_PER_YEAR

DRUGS = tuple(
    dict.fromkeys(
        channel for kind in KINDS.values() if kind.group in ("antiresorptive", "anabolic") for channel in kind.channels
    )
)
"""Channels of bone drugs."""
CHANNELS = (*DRUGS, *KINDS["exercise"].channels)
CELLS = len(bone.State._fields)
STATES = CELLS + len(CHANNELS)
_LEAST = 1e-3
_RESTART_DAYS = 1.0


class Care(NamedTuple):
    """The treatments that reach bone."""

    bone_drugs: bone_drugs.Parameters
    estrogenic: estrogenic.Parameters
    exercise: exercise.Parameters


class Channel(NamedTuple):
    """One channel: exposure per dose, level per unit of daily dose, and rates while given and afterwards, 1/day."""

    gain: Scalar
    level: Scalar
    rate_on: Scalar
    rate_off: Scalar


class Lane(NamedTuple):
    """What may differ between lanes.

    age        at time 0, days
    menopause  age in days at which sex steroids start to fall, half_time how fast, days
    """

    age: Days
    menopause: Days
    half_time: Days
    bone: bone.Parameters
    care: Care
    channels: Mapping[str, Channel]


class Switches(NamedTuple):
    """What events set: the daily dose of each channel, and whether it is given."""

    level: Mapping[str, Scalar]
    given: Mapping[str, Scalar]


def care(registry: Registry, draws: Mapping[str, Array] | None = None) -> Care:
    """Read the treatments; ``draws`` as in ``Registry.parameters``."""
    beyond = registry.parameters(bone_drugs.BeyondDensity, "bone_drugs", draws)
    return Care(
        bone_drugs.Parameters(beyond, usual_exposures(registry, draws)),
        registry.parameters(estrogenic.Parameters, "estrogenic", draws),
        registry.parameters(exercise.Parameters, "exercise", draws),
    )


def channels(kinetics: Mapping[str, Kinetics]) -> dict[str, Channel]:
    """The channels of bone's treatments."""
    return {
        name: Channel(k.per_pulse, k.per_level / k.per_pulse, k.rate_on, k.rate_off)
        for name, k in ((name, kinetics[name]) for name in CHANNELS)
    }


def dosed_channel(gain: Scalar, half_life: Days) -> Channel:
    """The channel of a drug whose daily doses add up, from its exposure per dose and its half-life."""
    rate = log(2) / half_life
    return Channel(gain, 1 / rate, rate, rate)


def rates(rows: Iterable[Scalar], lane: Lane, switches: Switches, time: Days) -> tuple[Scalar, ...]:
    """Rates of bone and of the doses in the body, per day."""
    rows = tuple(rows)
    age = lane.age + time
    state, doses = bone.State(*rows[:CELLS]), dict(zip(CHANNELS, rows[CELLS:], strict=True))
    acting = _acting({name: lane.channels[name].gain * dose for name, dose in doses.items()}, lane.care)
    estrogen = bone.estrogen_after_menopause(age - lane.menopause, lane.half_time)
    told = bone.Inputs(
        estrogen=minimum(estrogen + acting["bone.estrogen"], 1),
        denosumab=acting["bone.denosumab"],
        teriparatide=acting["bone.teriparatide"],
        bisphosphonate=acting["bone.bisphosphonate"],
        sclerostin_antibody=acting["bone.sclerostin_antibody"],
        osteoclast_death=acting["bone.osteoclast_death"],
        osteoblast_production=acting["bone.osteoblast_precursor"],
        age=age / DAYS_PER_YEAR,
    )
    flows = []
    for name, dose in doses.items():
        channel, given = lane.channels[name], switches.given[name]
        rate = channel.rate_off + given * (channel.rate_on - channel.rate_off)
        flows.append(rate * (channel.level * switches.level[name] - dose))
    return (*bone.rates(state, told, lane.bone), *flows)


def _acting(activity: Mapping[str, Scalar], care: Care) -> dict[str, Scalar]:
    return combine(
        (
            bone_drugs.effects(activity, care.bone_drugs),
            estrogenic.effects(activity, care.estrogenic),
            exercise.effects(activity, care.exercise),
        )
    )


def _none() -> Switches:
    return Switches(dict.fromkeys(CHANNELS, 0.0), dict.fromkeys(CHANNELS, 0.0))


_SWITCHES = sum(1 for _ in leaves(_none()))


def _place(switch: str, channel: str) -> int:
    """Where an event finds a switch, or the dose in the body."""
    if switch == "dose":
        return CELLS + CHANNELS.index(channel)
    return STATES + Switches._fields.index(switch) * len(CHANNELS) + CHANNELS.index(channel)


def given(channel: str, begin: Days, end: Days, dose: float) -> list[Event]:
    """A dose at ``begin``, or, where it ends later, so much every day until then."""
    if end <= begin:
        return [Event(float(begin), _place("dose", channel), dose)]
    switched = ((float(begin), dose, 1.0), (float(end), 0.0, 0.0))
    return [
        Event(time, _place(switch, channel), value, 0.0)
        for time, level, on in switched
        for switch, value in (("level", level), ("given", on))
    ]


def dosed(lines: Schedule, kinetics: Mapping[str, Kinetics]) -> list[Event]:
    """What a schedule gives, month 0 of its plan at time 0: doses as they come, levels as they change."""
    found: list[Event] = []
    for channel in (name for name in lines.channels if name in CHANNELS):
        own = [line for line in lines.lines if channel in line.channels]
        level, on = 0.0, 0.0
        for month in range(lines.months):
            time = (lines.begin + month) * DAYS_PER_MONTH
            dose = sum(line.pulses[month] for line in own)
            now = min(sum(line.levels[month] for line in own), kinetics[channel].most)
            runs = max(line.given[month] for line in own)
            if dose:
                found.append(Event(time, _place("dose", channel), dose))
            if now != level:
                found.append(Event(time, _place("level", channel), now, 0.0))
            if runs != on:
                found.append(Event(time, _place("given", channel), runs, 0.0))
            level, on = now, runs
    return found


def live(
    lane: Lane,
    begin: Array,
    end: Array,
    events: Events,
    relative: float,
    *,
    times: Array | None = None,
    rows: Sequence[int] | None = None,
    sizes: Array | None = None,
) -> Solution:
    """Live every lane's bone from the rest of youth at ``begin`` to ``end``, days since its start.

    events, times, rows  as in ``Problem``; relative: error of one step
    sizes                of the states, by ``sizes_of``; left out, those of the registry that comes with the package
    Lanes that the engine cannot move on stop alone; see the solution.
    """
    count = len(begin)
    rested = pack(bone.rest(lane.bone, bone.Inputs(age=(lane.age + begin) / DAYS_PER_YEAR)), count)
    states = np.concatenate([rested, np.zeros((len(CHANNELS), count))])
    problem = Problem(
        states=states,
        parameters=np.concatenate([np.zeros((_SWITCHES, count)), pack(lane, count)]),
        start=begin,
        end=end,
        events=events,
        times=np.empty(0) if times is None else times,
        rows=rows,
        stops=False,
        restart=_RESTART_DAYS,
    )
    return _engine(_shape(lane)).solve(problem, Tolerance(relative, relative * (_sizes() if sizes is None else sizes)))


@cache
def _sizes() -> Array:
    return sizes_of(load())


def sizes_of(registry: Registry) -> Array:
    """The size of each state, the same for whoever is lived together: resting cells of a registry, doses of 1."""
    cells = pack(bone.rest(registry.parameters(bone.Parameters, "bone")), 1)[:, 0]
    return np.concatenate([np.maximum(cells, _LEAST), np.ones(len(CHANNELS))])


def exposures(states: Array, lane: Lane) -> dict[str, Array]:
    """What is left of each drug, by channel, in units of exposure."""
    return {name: np.asarray(lane.channels[name].gain * states[CELLS + i]) for i, name in enumerate(CHANNELS)}


class _Shape(NamedTuple):
    blank: Lane

    def __hash__(self) -> int:
        return hash(sum(1 for _ in leaves(self.blank)))


def _shape(lane: Lane) -> _Shape:
    return _Shape(rebuild(lane, iter([0.0] * sum(1 for _ in leaves(lane)))))


@cache
def _engine(shape: _Shape) -> Engine:
    blank = shape.blank
    numbers = sum(1 for _ in leaves(blank))

    def model(states: tuple[Scalar, ...], opened: tuple[Scalar, ...], time: Scalar) -> tuple[Scalar, ...]:
        values = iter(opened)
        switches = rebuild(_none(), values)
        return rates(states, rebuild(blank, values), switches, time)

    return engine_for(record(model, STATES, _SWITCHES + numbers), threads=1)
