"""Exposure: how the activity of a treatment rises, falls and is topped up by doses.

    x' = k (plateau - x)    so within a month    x(t) = plateau + (x(0) - plateau)·e^{-kt}

A dose adds its share at once. For bone drugs x is the exposure Ψ of the bone model: an injection adds E·dose and
k = ln 2/half-life; a daily dose holds Ψ' = E·dose - k Ψ, so its plateau is E·dose/k. For everything else x runs
from 0 (none) to 1 (the usual treatment in full), with one time constant while it is given and another afterwards.
Calcium is counted in mg per day, the hormone of a PTH analog in µg per day.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, NamedTuple

from boneloop.evidence.registry import Registry
from boneloop.mathematics import exp, log, maximum, minimum
from boneloop.therapy.schedule import Schedule
from boneloop.types import Array, Days, Scalar, Unit

PerMilligram = Annotated[Scalar, Unit("1/mg")]
PerMicrogram = Annotated[Scalar, Unit("1/ug")]


class Parameters(NamedTuple):
    """``_gain`` exposure per dose; times in days: half-lives, and time constants of onset and offset."""

    oral_bisphosphonate_gain: PerMilligram
    oral_bisphosphonate_half_life: Days
    zoledronate_gain: PerMilligram
    zoledronate_half_life: Days
    denosumab_gain: PerMilligram
    denosumab_half_life: Days
    romosozumab_gain: PerMilligram
    romosozumab_half_life: Days
    teriparatide_gain: PerMicrogram
    teriparatide_half_life: Days
    teriparatide_injected_onset: Days
    teriparatide_injected_offset: Days
    raloxifene_onset: Days
    raloxifene_offset: Days
    estrogen_onset: Days
    estrogen_offset: Days
    antidepressant_onset: Days
    antidepressant_offset: Days
    snri_pain_onset: Days
    snri_pain_offset: Days
    antidepressant_adaptation_onset: Days
    antidepressant_adaptation_offset: Days
    beta_blocker_onset: Days
    beta_blocker_offset: Days
    psychological_onset: Days
    psychological_offset: Days
    psychological_skills_half_life: Days
    exercise_onset: Days
    exercise_offset: Days
    exercise_adaptation_onset: Days
    exercise_adaptation_offset: Days
    analgesia_onset: Days
    analgesia_offset: Days
    calcium_vitamin_d_onset: Days
    calcium_vitamin_d_offset: Days
    attention_onset: Days
    attention_offset: Days
    collaborative_care_onset: Days
    collaborative_care_half_life: Days


class Kinetics(NamedTuple):
    """One channel.

    per_pulse  activity that one unit of an injected dose adds
    per_level  plateau that one unit of a daily dose (or the whole of a treatment, 1) leads to
    rate_on    1/day, while given; rate_off afterwards
    most       largest level: 1 where the level is a share of the usual treatment, unlimited where it is a dose
    """

    per_pulse: Scalar
    per_level: Scalar
    rate_on: Scalar
    rate_off: Scalar
    most: float


class Drive(NamedTuple):
    """One month of every channel that the schedule uses: doses at its start, where x heads, and how fast (1/day).

    pulse  what the doses add to x; dose  the doses themselves, in their own unit
    """

    dose: dict[str, Scalar]
    pulse: dict[str, Scalar]
    plateau: dict[str, Scalar]
    rate: dict[str, Scalar]


def kinetics(registry: Registry, draws: Mapping[str, Array] | None = None) -> dict[str, Kinetics]:
    """The kinetics of every channel, by name."""
    p = registry.parameters(Parameters, "exposure", draws)
    lasting = p.antidepressant_onset, p.antidepressant_offset
    wearing_off = p.antidepressant_adaptation_onset, p.antidepressant_adaptation_offset
    skills = p.psychological_skills_half_life / log(2)
    return {
        "oral_bisphosphonate": _dosed(p.oral_bisphosphonate_gain, p.oral_bisphosphonate_half_life),
        "zoledronate": _dosed(p.zoledronate_gain, p.zoledronate_half_life),
        "denosumab": _dosed(p.denosumab_gain, p.denosumab_half_life),
        "romosozumab": _dosed(p.romosozumab_gain, p.romosozumab_half_life),
        "teriparatide": _dosed(p.teriparatide_gain, p.teriparatide_half_life),
        "teriparatide_injected": _shared(p.teriparatide_injected_onset, p.teriparatide_injected_offset, float("inf")),
        "raloxifene": _shared(p.raloxifene_onset, p.raloxifene_offset),
        "estrogen": _shared(p.estrogen_onset, p.estrogen_offset),
        "ssri": _shared(*lasting),
        "snri": _shared(*lasting),
        "tca": _shared(*lasting),
        "snri_pain": _shared(p.snri_pain_onset, p.snri_pain_offset),
        "ssri_adaptation": _shared(*wearing_off),
        "tca_adaptation": _shared(*wearing_off),
        "beta_blocker": _shared(p.beta_blocker_onset, p.beta_blocker_offset),
        "psychological": _shared(p.psychological_onset, p.psychological_offset),
        "psychological_skills": _shared(p.psychological_onset, skills),
        "exercise": _shared(p.exercise_onset, p.exercise_offset),
        "exercise_adaptation": _shared(p.exercise_adaptation_onset, p.exercise_adaptation_offset),
        "analgesia": _shared(p.analgesia_onset, p.analgesia_offset),
        "calcium_vitamin_d": _shared(p.calcium_vitamin_d_onset, p.calcium_vitamin_d_offset, float("inf")),
        "attention": _shared(p.attention_onset, p.attention_offset),
        "collaborative_care": _shared(p.collaborative_care_onset, p.collaborative_care_half_life / log(2)),
    }


def _dosed(gain: Scalar, half_life: Scalar) -> Kinetics:
    rate = log(2) / half_life
    return Kinetics(gain, gain / rate, rate, rate, float("inf"))


def _shared(onset: Scalar, offset: Scalar, most: float = 1) -> Kinetics:
    return Kinetics(1, 1, 1 / onset, 1 / offset, most)


def month_drive(schedule: Schedule, month: int, staying: Sequence[Scalar], channels: Mapping[str, Kinetics]) -> Drive:
    """What the schedule does in its month ``month`` (0 = its first).

    staying  for each line of the schedule 1 while the person takes it, 0 after it was given up: a number, or one per
             lane
    """
    doses: dict[str, Scalar] = dict.fromkeys(schedule.channels, 0.0)
    levels: dict[str, Scalar] = dict.fromkeys(schedule.channels, 0.0)
    given: dict[str, Scalar] = dict.fromkeys(schedule.channels, 0.0)
    for line, stays in zip(schedule.lines, staying, strict=True):
        for channel in line.channels:
            doses[channel] = doses[channel] + stays * line.pulses[month]
            levels[channel] = levels[channel] + stays * line.levels[month]
            given[channel] = maximum(given[channel], stays * line.given[month])
    return Drive(
        dose=doses,
        pulse={channel: doses[channel] * channels[channel].per_pulse for channel in doses},
        plateau={
            channel: minimum(levels[channel], channels[channel].most) * channels[channel].per_level
            for channel in levels
        },
        rate={
            channel: channels[channel].rate_off
            + given[channel] * (channels[channel].rate_on - channels[channel].rate_off)
            for channel in given
        },
    )


def activities(
    start: Mapping[str, Scalar], plateau: Mapping[str, Scalar], rate: Mapping[str, Scalar], time: Scalar
) -> dict[str, Scalar]:
    """Activity of every channel of ``plateau``, ``time`` days after it stood at ``start`` (0 where not named)."""
    return {
        channel: goal + (start.get(channel, 0.0) - goal) * exp(-rate[channel] * time)
        for channel, goal in plateau.items()
    }
