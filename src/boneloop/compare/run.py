"""The forecast of many people: in chunks, on several processes, each person the same as if alone."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from typing import TypeVar

import numpy as np

from boneloop.compare.arrows import Lanewise, lanewise
from boneloop.compare.bands import bands_of_each, spread
from boneloop.compare.circle import circle, treated_cycle_numbers
from boneloop.compare.forecast import Band, Forecast, PlanBands, PlanForecast, Stopped, Tabled
from boneloop.compare.sentences import (
    already_taken,
    known_sentences,
    numbers_used,
    plans_stretched,
    readings_stretched,
)
from boneloop.cycle import loop
from boneloop.evidence.registry import Registry, load
from boneloop.kernel.dormand_prince import Tolerance
from boneloop.patient.profile import Profile
from boneloop.simulate.lanes import arrange
from boneloop.simulate.life import MONTHS_PER_YEAR, Course, Setting, live
from boneloop.simulate.model import Model, prepare
from boneloop.simulate.start import Start, start
from boneloop.therapy import actions, exposure
from boneloop.therapy.care_plan import CarePlan
from boneloop.therapy.cautions import cautions
from boneloop.therapy.schedule import schedule
from boneloop.types import Array

LANES_AT_ONCE = 5000
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Question:
    """What is asked of every patient: plans, belief, number of draws, years, seed."""

    plans: tuple[CarePlan, ...]
    belief: str
    draws: int
    years: int
    seed: int


def forecast(
    profiles: Sequence[Profile],
    plans: Sequence[CarePlan],
    *,
    belief: str = "evidence",
    draws: int = 100,
    years: int = 10,
    seed: int = 1,
    jobs: int | None = None,
    progress: Progress | None = None,
) -> Iterator[Forecast | Stopped]:
    """Forecast every profile under every plan, in the order given.

    A person whose body the engine cannot move on is answered with the reason; the others are not touched by it.

    draws     lives per patient and plan; each has its own parameters, start and luck, the same under every plan
    jobs      processes; None = one per processor
    progress  called with (patients done, patients in all)
    """
    question = Question(tuple(plans), belief, draws, years, seed)
    yield from in_chunks(forecast_chunk, profiles, question, jobs, progress)


Answers = tuple[Forecast | Stopped, ...]
A = TypeVar("A")
Chunk = Callable[[tuple[Profile, ...], Question], Sequence[A]]


def in_chunks(
    chunk: Chunk[A], profiles: Sequence[Profile], question: Question, jobs: int | None, progress: Progress | None
) -> Iterator[A]:
    """The answers of ``chunk`` to everybody, a few people at a time, on ``jobs`` processes, in the order given."""
    workers = jobs or os.cpu_count() or 1
    size = max(1, min(LANES_AT_ONCE // question.draws, -(-len(profiles) // workers)))
    pieces = [tuple(profiles[i : i + size]) for i in range(0, len(profiles), size)]
    done = 0
    for answers in _chunked(chunk, pieces, question, workers):
        yield from answers
        done += len(answers)
        if progress:
            progress(done, len(profiles))


def _chunked(
    chunk: Chunk[A], pieces: list[tuple[Profile, ...]], question: Question, jobs: int
) -> Iterator[Sequence[A]]:
    if jobs == 1 or len(pieces) < 2:
        yield from (chunk(piece, question) for piece in pieces)
        return
    with ProcessPoolExecutor(min(jobs, len(pieces)), mp_context=get_context("spawn")) as pool:
        pending = [pool.submit(chunk, piece, question) for piece in pieces]
        try:
            for future in pending:
                yield future.result()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)


def forecast_chunk(profiles: tuple[Profile, ...], question: Question) -> Answers:
    """Forecast a few patients at once; no patient's numbers depend on the others."""
    return forecasts_of(profiles, question, lives_of(profiles, question)) if profiles else ()


def forecasts_of(profiles: tuple[Profile, ...], question: Question, lives: Lives) -> Answers:
    """What these lives say of each patient."""
    begin, model, registry = lives.begin, lives.model, lives.model.registry
    cuts = _arrow_cuts(profiles, question, registry, lives.setting.tolerance)
    treated = {
        plan.name: treated_cycle_numbers(begin, model, full_care(plan, lives.setting.months, model))
        for plan in question.plans
    }
    seen = lanewise(begin, model)
    stopped = _stopped([*lives.courses.values(), cuts])
    bands = lives.bands()
    return tuple(
        Stopped(profile, stopped[index])
        if index in stopped
        else _one(index, profile, question, lives, bands, seen, cuts, treated)
        for index, profile in enumerate(profiles)
    )


def table_chunk(profiles: tuple[Profile, ...], question: Question) -> tuple[Tabled | Stopped, ...]:
    """The same numbers, for tables only: without each person's circle, which costs more than a few lives."""
    return tables_of(profiles, question, lives_of(profiles, question)) if profiles else ()


def tables_of(profiles: tuple[Profile, ...], question: Question, lives: Lives) -> tuple[Tabled | Stopped, ...]:
    """The bands of these lives alone."""
    stopped, bands = _stopped(list(lives.courses.values())), lives.bands()

    def tabled(index: int, profile: Profile) -> Tabled:
        own = (PlanBands(name, course.years, bands[name][index]) for name, course in lives.courses.items())
        return Tabled(profile, float(question.years), tuple(own))

    return tuple(
        Stopped(profile, stopped[index]) if index in stopped else tabled(index, profile)
        for index, profile in enumerate(profiles)
    )


@dataclass(frozen=True)
class Lives:
    """What some patients live under every plan, by plan name."""

    begin: Start
    model: Model
    setting: Setting
    courses: dict[str, Course]

    def bands(self) -> dict[str, list[dict[str, Band]]]:
        """By plan name, the bands of each patient."""
        return {
            name: bands_of_each(course.values, course.alive, course.patients) for name, course in self.courses.items()
        }


def lives_of(profiles: tuple[Profile, ...], question: Question) -> Lives:
    """Live every plan with every patient; luck and draws depend on seed, patient and number, not on the belief."""
    registry = load(question.belief)
    tolerance = Tolerance(registry.number("forecast.tolerance"), registry.number("forecast.tolerance"))
    lanes = arrange(profiles, question.draws, question.seed)
    model = prepare(registry, lanes)
    begin = start(lanes, model, tolerance)
    setting = Setting(question.years * MONTHS_PER_YEAR, tolerance)
    return Lives(begin, model, setting, {plan.name: live(begin, plan, model, setting) for plan in question.plans})


def _stopped(courses: list[Course]) -> dict[int, str]:
    """The patients one of whose lanes the engine could not move on, with the first reason."""
    found: dict[int, str] = {}
    for course in courses:
        each = course.alive.shape[1] // course.patients
        for lane, reason in course.stopped.items():
            found.setdefault(lane // each, f"its body could not be followed: {reason}")
    return found


def _one(
    index: int,
    profile: Profile,
    question: Question,
    lives: Lives,
    bands: dict[str, list[dict[str, Band]]],
    seen: Lanewise,
    cuts: Course,
    treated: dict[str, Array],
) -> Forecast:
    begin, registry = lives.begin, lives.model.registry
    here = begin.lanes.of(index)
    plans = [
        PlanForecast(
            plan=plan.name,
            title=plan.title,
            steps=plan.steps,
            years=lives.courses[plan.name].years,
            bands=bands[plan.name][index],
            cycle_number=spread(treated[plan.name][here]),
            cautions=(*cautions(plan), *already_taken(profile, plan)),
        )
        for plan in question.plans
    ]
    return Forecast(
        profile=profile,
        belief=question.belief,
        draws=question.draws,
        seed=question.seed,
        years=float(question.years),
        plans=tuple(plans),
        circle=circle(begin, seen, index, _cuts_of(index, cuts), registry),
        known=known_sentences(profile),
        assumed=profile.assumed,
        numbers_used=numbers_used(registry, question.plans),
        notes=(registry.about, *readings_stretched(profile), *plans_stretched(question.plans)),
    )


def full_care(plan: CarePlan, months: int, model: Model) -> loop.Care:
    """What a plan does at its places when every part of it acts at its highest level and is taken."""
    lines = schedule(plan, months)
    highest: dict[str, float] = {}
    for month in range(months):
        drive = exposure.month_drive(lines, month, [1.0] * len(lines.lines), model.kinetics)
        for channel, level in drive.plateau.items():
            highest[channel] = np.maximum(highest.get(channel, 0.0), level)
    return actions.effects(highest, model.care)


def _arrow_cuts(profiles: tuple[Profile, ...], question: Question, registry: Registry, tolerance: Tolerance) -> Course:
    """Untreated lives with one arrow cut in each, and one with none: middle draws, expected injuries, no chance."""
    lanes = arrange(profiles, len(loop.ARROWS) + 1, question.seed, central=True)
    model = prepare(registry, lanes)
    gates = loop.Gates(*((lanes.draw != i + 1).astype(np.float64) for i in range(len(loop.ARROWS))))
    nothing = CarePlan(name="none", title="Nothing", courses=())
    begin = start(lanes, model, tolerance)
    months = question.years * MONTHS_PER_YEAR
    return live(begin, nothing, model, Setting(months, tolerance, gates, expected=True))


def _cuts_of(index: int, cuts: Course) -> dict[str, Course]:
    names = ("none", *loop.ARROWS)
    first = index * len(names)
    return {
        name: Course(
            cuts.years,
            {o: v[:, first + i : first + i + 1] for o, v in cuts.values.items()},
            cuts.alive[:, first + i : first + i + 1],
            {},
            1,
        )
        for i, name in enumerate(names)
    }
