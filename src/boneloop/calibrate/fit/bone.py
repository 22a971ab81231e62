"""Bone: three sites, every drug class and the course of a life, fitted together to trials, cohorts and a survey.

Every arm of every study is a lane of the compiled engine, and so is every vector of numbers that the fit tries: one
batch gives the residuals of all. Points of the digitized courses farther off than three standard errors count
less (pseudo-Huber): they were read from figures.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from boneloop.calibrate.fit.bone_arms import (
    DENSITIES,
    TARGETS,
    Arm,
    Reading,
    reference_arms,
    target_arms,
    trial_courses,
)
from boneloop.calibrate.fit.fitted import Fitted, fitted
from boneloop.calibrate.fit.least_squares import Settings, minimize
from boneloop.calibrate.fit.posterior import Posterior
from boneloop.calibrate.fit.problem import Free, Problem, Request, free_numbers
from boneloop.calibrate.fit.solving import Method, best
from boneloop.cycle.body import bone
from boneloop.evidence.entry import Spread
from boneloop.evidence.registry import Registry
from boneloop.kernel.problem import Events
from boneloop.simulate import bone_alone
from boneloop.therapy import exposure
from boneloop.types import Array
from boneloop.units import DAYS_PER_MONTH

TABLES = ("bone", "exposure", "estrogenic", "exercise")
ANTIBODY_GAIN = Free("gain of blosozumab", 0.02, Spread("lognormal", sd_log=1.0))
ANTIBODY_HALF_LIFE = Free("half-life of blosozumab", 14.0, Spread("lognormal", sd_log=0.5))
BESIDES = (ANTIBODY_GAIN, ANTIBODY_HALF_LIFE)
"""Numbers that only the trials need: fitted, and not handed on."""
METHOD = Method(
    starts=4,
    sampling="inside",
    settings=Settings(iterations=150, difference=0.005, bends=True, gain=0.001),
)
_TOLERANCE = 1e-6
"""Of one step of a life: slopes by differences need lives that are this smooth."""
_ROBUST = 3.0
GRID = np.unique(np.concatenate([np.arange(0, 3, 0.25), np.arange(3, 48, 0.5), np.arange(48, 122)]))
"""Months at which bone is read; between them straight lines."""
_PERCENT = 100


def fitted_numbers(registry: Registry) -> tuple[str, ...]:
    """Ids of the numbers that the fit moves: those of the bone model and of its drugs that have a spread."""
    exempt = ("bone.personal_osteoclast_survival", "bone.menopause_age")
    own = [e.id for e in registry if e.id.split(".")[0] == "bone" and e.drawn and e.id not in exempt]
    drugs = [f"{drug}_{part}" for drug in _DRUGS for part in ("gain", "half_life")]
    doses = [f"exposure.{name}" for name in drugs if registry[f"exposure.{name}"].drawn]
    return (*own, *doses, "estrogenic.raloxifene", "exercise.bone_turnover")


_DRUGS = ("oral_bisphosphonate", "zoledronate", "denosumab", "romosozumab", "teriparatide")


@dataclass(frozen=True)
class Lanes:
    """The arms, each ready to be lived with many vectors of numbers.

    names  of the numbers, in the order of the vectors
    """

    registry: Registry
    arms: tuple[Arm, ...]
    names: tuple[str, ...]

    def lived(self, numbers: Array) -> dict[str, Array]:
        """Percent change of every outcome since the start, shape (months of the grid, arms, vectors).

        numbers  shape (numbers, vectors); a vector that cannot be lived gives NaN
        """
        vectors = numbers.shape[1]
        women = [(arm, *woman) for arm in self.arms for woman in arm.women]
        count = len(women)
        draws = dict(zip(self.names, np.tile(numbers, count), strict=True))
        ages = np.array([age for _, age, _ in women])
        owner = np.repeat(np.arange(count), vectors)
        lane = self._lane(draws, ages[owner], np.array([arm.antibody for arm, _, _ in women])[owner])
        kinetics = exposure.kinetics(self.registry)
        happening = {arm.name: arm.happening(kinetics) for arm in self.arms}
        events = Events.of([happening[arm.name] for arm, _, _ in women]).of_each(owner)
        begin = self.registry.number("bone.peak_age", "day") - ages[owner]
        end = (np.array([arm.months for arm, _, _ in women])[owner] + 1) * DAYS_PER_MONTH
        times = GRID * DAYS_PER_MONTH
        sizes = bone_alone.sizes_of(self.registry)  # not those of a stored fit: a refit must not depend on it
        cells = range(bone_alone.CELLS)
        solution = bone_alone.live(lane, begin, end, events, _TOLERANCE, times=times, rows=cells, sizes=sizes)
        seen = solution.recorded.reshape(len(GRID), bone_alone.CELLS, count, vectors)
        seen[:, :, (solution.status != 0).reshape(count, vectors)] = np.nan
        each = _changes(bone.State(*np.moveaxis(seen, 1, 0)), _reshaped(lane.bone, (count, vectors)))
        return {outcome: self._of_arms(course) for outcome, course in each.items()}

    def _of_arms(self, course: Array) -> Array:
        """Means over the women of each arm."""
        weights = np.array([weight for arm in self.arms for _, weight in arm.women])
        first = np.cumsum([0, *(len(arm.women) for arm in self.arms[:-1])])
        return np.asarray(np.add.reduceat(course * weights[:, None], first, axis=1))

    def _lane(self, numbers: Mapping[str, Array], ages: Array, antibody: Array) -> bone_alone.Lane:
        """The lanes with their numbers; arms of the other antibody get its dose and half-life."""
        channels = bone_alone.channels(exposure.kinetics(self.registry, numbers))
        other = bone_alone.dosed_channel(numbers[ANTIBODY_GAIN.id], numbers[ANTIBODY_HALF_LIFE.id])
        usual = channels["romosozumab"]
        channels["romosozumab"] = bone_alone.Channel(
            *(np.where(antibody, ours, theirs) for ours, theirs in zip(other, usual, strict=True))
        )
        number = numbers.get("bone.estrogen_lead", self.registry.number("bone.estrogen_lead", "day"))
        return bone_alone.Lane(
            age=ages,
            menopause=self.registry.number("bone.menopause_age", "day") - number,
            half_time=numbers["bone.estrogen_half_time"],
            bone=self.registry.parameters(bone.Parameters, "bone", numbers),
            care=bone_alone.care(self.registry, numbers),
            channels=channels,
        )


def _reshaped(p: bone.Parameters, shape: tuple[int, int]) -> bone.Parameters:
    return bone.Parameters(*(np.reshape(v, shape) if isinstance(v, np.ndarray) and v.ndim else v for v in p))


def _changes(now: bone.State, p: bone.Parameters) -> dict[str, Array]:
    """Percent change of every outcome since the first month."""
    with np.errstate(invalid="ignore", over="ignore"):
        levels = {outcome: bone.areal_density(now, site) for outcome, site in DENSITIES.items()}
        levels |= {"ctx_change": bone.ctx(now, p), "p1np_change": bone.p1np(now, p), "bsap_change": bone.bsap(now, p)}
        return {outcome: _PERCENT * (np.asarray(level) / level[0] - 1) for outcome, level in levels.items()}


@dataclass(frozen=True)
class Study:
    """Arms and what was read of them."""

    lanes: Lanes
    readings: tuple[Reading, ...]

    def simulated(self, numbers: Array) -> Array:
        """What the model says for each reading, percent points, shape (readings, vectors)."""
        lived = self.lanes.lived(numbers)
        place = {arm.name: i for i, arm in enumerate(self.lanes.arms)}
        return np.array([_read(reading, lived[reading.outcome], place) for reading in self.readings])

    def residuals(self, numbers: Array) -> Array:
        """(simulated − published)/error, large ones of the courses shrunk, shape (readings, vectors)."""
        published = np.array([[reading.value] for reading in self.readings])
        error = np.array([[reading.error] for reading in self.readings])
        off = (self.simulated(numbers) - published) / error
        courses = np.array([[bool(reading.trial)] for reading in self.readings])
        return np.where(courses, shrunk(off), off)


def shrunk(residual: Array) -> Array:
    """The pseudo-Huber residual: itself when small, growing as a root beyond three standard errors."""
    huber = 2 * _ROBUST**2 * (np.sqrt(1 + (residual / _ROBUST) ** 2) - 1)
    return np.asarray(np.sign(residual) * np.sqrt(huber))


def _read(reading: Reading, lived: Array, place: Mapping[str, int]) -> Array:
    def change(arm: str) -> Array:
        course = lived[:, place[arm]]
        now, before = (1 + _at(course, month) / _PERCENT for month in (reading.month, reading.since))
        return np.asarray(now / before)

    own = change(reading.arm)
    if reading.kind == "difference":
        return _PERCENT * (own - change(reading.against))
    return _PERCENT * ((own / change(reading.against) if reading.kind == "ratio" else own) - 1)


def _at(course: Array, month: float) -> Array:
    right = int(np.clip(np.searchsorted(GRID, month), 1, len(GRID) - 1))
    weight = (month - GRID[right - 1]) / (GRID[right] - GRID[right - 1])
    return np.asarray(course[right - 1] * (1 - weight) + course[right] * weight)


def study(request: Request) -> Study:
    """All arms and readings of the fit; the trial courses come from the folder of the public data."""
    parts = (
        target_arms(),
        trial_courses(request.data("trials", "trial_bmd_btm_long.csv").parent),
        reference_arms(request.registry),
    )
    arms = tuple(arm for found, _ in parts for arm in found)
    readings = tuple(reading for _, found in parts for reading in found)
    names = (*fitted_numbers(request.registry), *(free.id for free in BESIDES))
    return Study(Lanes(request.registry, arms, names), readings)


def stored(whole: Study, registry: Registry) -> Array:
    """The numbers as a registry has them, those besides fitted to the rest, shape (numbers, 1)."""
    fixed = [name for name in whole.lanes.names if name not in {free.id for free in BESIDES}]
    own = np.array([registry.number(name, registry[name].unit) for name in fixed])

    def numbers(scores: Array) -> Array:
        besides = np.array([free.at(row) for free, row in zip(BESIDES, scores, strict=True)])
        return np.concatenate([np.repeat(own[:, None], scores.shape[1], axis=1), besides])

    start, ends = np.zeros((len(BESIDES), 1)), np.array([free.ends() for free in BESIDES])
    found = minimize(lambda scores: whole.residuals(numbers(scores)), start, (ends[:, 0], ends[:, 1]))
    return numbers(found[0].scores[:, None])


def problem(request: Request) -> Problem:
    """The fit as a problem of least squares."""
    whole = study(request)
    return Problem(
        stage="bone",
        title="Bone at three sites under every drug class and over a life",
        about=(
            "bone density at the total hip, femoral neck and lumbar spine and turnover markers: arms of the target "
            "files named below, digitized courses of the trial arms in data/trials, and women's density by decade of "
            "age in the reference (bmd_reference)"
        ),
        where="docs/cycle/bone.md",
        free=(*free_numbers(request.registry, fitted_numbers(request.registry)), *BESIDES),
        residuals=whole.residuals,
        labels=tuple(reading.label for reading in whole.readings),
        targets=(*TARGETS, "data/trials", "bmd_reference"),
    )


def run(request: Request) -> Fitted:
    """Fit; hand on the numbers of the model, drawn together."""
    whole = problem(request)
    _, law = best(whole.at, whole.ends(), len(whole.free), request.seed, METHOD, say=request.say)
    kept = [i for i, free in enumerate(whole.free) if free not in BESIDES]
    own = Posterior(law.mean[kept], law.covariance[np.ix_(kept, kept)], law.how)
    part = replace(whole, free=tuple(whole.free[i] for i in kept))
    return fitted(part, own, whole.at(law.mean[:, None])[:, 0], request.seed)
