"""Associations in a cross-section: what the survey shows and what people show who lived by the model. No causes.

Both sides answer the same questions of adults of 50 and over: how much thinner the hip is per point of the PHQ-9, how
much more pain and depression those have who broke a bone, how many more find walking hard among the depressed. The
survey's answers are weighted, their errors from its clusters. Nothing in the model was fitted to these answers; ages
and the distribution of each state alone come from the same survey.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import numpy as np

from boneloop.calibrate.population_survey import Survey, interval, mean, read
from boneloop.calibrate.targets.observed import error
from boneloop.evidence.registry import Registry, load
from boneloop.kernel.dormand_prince import Tolerance
from boneloop.patient.profile import Profile
from boneloop.simulate.chance import key_of, normal, uniform
from boneloop.simulate.lanes import arrange
from boneloop.simulate.life import MONTHS_PER_YEAR, Setting, live
from boneloop.simulate.model import prepare
from boneloop.simulate.start import start
from boneloop.therapy.care_plan import load_plan
from boneloop.types import Array, Mask, Sex

OLD, CASE = 50.0, 10.0
"""Age from which people are asked, years; PHQ-9 of a case."""
YEARS = 10
"""How long the simulated people live before they are asked."""
AT_ONCE = 2500
SITES = {"hip": "d_fx_hip", "vertebra": "d_fx_spine", "wrist": "d_fx_wrist"}
COLUMNS = ("d_phq9", "HSQ493", "DXXOFBMD", "PFQ061B", "BMXBMI", *SITES.values())
_HARD = 2.0
"""Code of "some difficulty" walking a quarter of a mile; higher codes are worse up to 4."""
_NORMAL_95 = 1.96


@dataclass(frozen=True)
class Section:
    """One row per adult of 50 and over; NaN is not known.

    density  total hip, g/cm2; phq9  points; pain, walking: higher is worse, in a unit of their own
    broken   1 or 0 by site; body_mass  kg/m2, None where there is none
    """

    age: Array
    male: Mask
    density: Array
    phq9: Array
    pain: Array
    walking: Array
    broken: Mapping[str, Array]
    weight: Array
    body_mass: Array | None = None


@dataclass(frozen=True)
class Association:
    """One number with its 95 % interval, on both sides."""

    name: str
    unit: str
    surveyed: float
    survey_interval: tuple[float, float]
    simulated: float
    simulated_interval: tuple[float, float]

    @property
    def distance(self) -> float:
        """Simulated less surveyed, in standard errors of both together."""
        errors = [(high - low) / 2 / _NORMAL_95 for low, high in (self.survey_interval, self.simulated_interval)]
        return (self.simulated - self.surveyed) / math.hypot(*errors)


Question = Callable[[Section, Array], float]


def questions() -> dict[str, tuple[str, Question]]:
    """What is asked of a cross-section: name, unit, and the number given weights."""
    return {
        "hip density per PHQ-9 point, women": ("g/cm2", partial(density_slope, men=False)),
        "hip density per PHQ-9 point, men": ("g/cm2", partial(density_slope, men=True)),
        **{f"pain after {site} fracture": ("SD", partial(pain_difference, site=site)) for site in SITES},
        **{f"depression after {site} fracture": ("ratio", partial(case_ratio, site=site)) for site in SITES},
        "difficult walking when depressed": ("ratio", walking_ratio),
    }


def density_slope(section: Section, weight: Array, men: bool) -> float:
    """Density by PHQ-9 at the same age; with body mass where it is known."""
    age = (section.age - section.age.mean()) / 10
    columns = [np.ones_like(age), section.phq9, age, age**2]
    if section.body_mass is not None:
        mass = (section.body_mass - np.nanmean(section.body_mass)) / 10
        columns += [mass, mass**2]
    design = np.stack(columns, axis=1)
    known = (section.male == men) & np.isfinite(design).all(axis=1) & np.isfinite(section.density) & (weight > 0)
    root = np.sqrt(weight[known])
    return float(np.linalg.lstsq(design[known] * root[:, None], section.density[known] * root, rcond=None)[0][1])


def pain_difference(section: Section, weight: Array, site: str) -> float:
    """Mean pain of those who broke the site less that of the others, in standard deviations of all."""
    broken, pain = section.broken[site], section.pain
    known = np.isfinite(broken) & np.isfinite(pain)
    with_it, without = (mean(np.where(known & (broken == state), pain, np.nan), weight) for state in (1, 0))
    center = mean(np.where(known, pain, np.nan), weight)
    return (with_it - without) / float(np.sqrt(mean(np.where(known, (pain - center) ** 2, np.nan), weight)))


def case_ratio(section: Section, weight: Array, site: str) -> float:
    """How many times as common a PHQ-9 of 10 or more is in those who broke the site."""
    case = np.where(np.isfinite(section.phq9), section.phq9 >= CASE, np.nan)
    broken = section.broken[site]
    return mean(np.where(broken == 1, case, np.nan), weight) / mean(np.where(broken == 0, case, np.nan), weight)


def walking_ratio(section: Section, weight: Array) -> float:
    """How many times as common difficult walking is in those with a PHQ-9 of 10 or more."""
    case, known = section.phq9 >= CASE, np.isfinite(section.phq9) & np.isfinite(section.walking)
    hard = np.where(known, section.walking, np.nan)
    return mean(np.where(case, hard, np.nan), weight) / mean(np.where(~case, hard, np.nan), weight)


def surveyed(file: Path) -> tuple[Section, Survey]:
    """The survey's people of 50 and over; everybody else has no weight."""
    survey = read(file, COLUMNS)
    old = survey.people(lowest_age=OLD)
    walks = survey.answered("PFQ061B", 1, 4)
    return (
        Section(
            age=survey.age,
            male=survey.sex == 1,
            density=survey.columns["DXXOFBMD"],
            phq9=survey.columns["d_phq9"],
            pain=survey.answered("HSQ493", 0, 30),
            walking=np.where(np.isfinite(walks), walks >= _HARD, np.nan),
            broken={site: survey.columns[column] for site, column in SITES.items()},
            weight=np.where(old, survey.exam_weight, 0.0),
            body_mass=survey.columns["BMXBMI"],
        ),
        survey,
    )


def lived(ages: Array, male: Mask, seed: int, registry: Registry | None = None) -> Section:
    """People who are ``ages`` and live ``YEARS`` more by the middle numbers, each with a luck of their own.

    Who dies is not asked. Walking is hard for as many as in the survey (see ``compared``), so it is a level here.
    """
    registry = registry or load()
    pieces = [
        _lived(ages[at : at + AT_ONCE], male[at : at + AT_ONCE], at, seed, registry)
        for at in range(0, len(ages), AT_ONCE)
    ]
    joined = {name: np.concatenate([piece[name] for piece in pieces]) for name in pieces[0]}
    return Section(
        age=joined["age"],
        male=joined["male"].astype(bool),
        density=joined["bmd"],
        phq9=joined["phq9"],
        pain=joined["pain"],
        walking=joined["loss"],
        broken={site: joined[f"broken_{site}"] for site in SITES},
        weight=joined["alive"],
    )


def _lived(ages: Array, male: Mask, first: int, seed: int, registry: Registry) -> dict[str, Array]:
    sexes = (Sex.FEMALE, Sex.MALE)
    people = [
        Profile(f"cross-section/{first + at}", float(age), sexes[int(man)], "US")
        for at, (age, man) in enumerate(zip(ages, male, strict=True))
    ]
    accuracy = registry.number("forecast.tolerance")
    tolerance = Tolerance(accuracy, accuracy)
    lanes = arrange(people, 1, seed)
    model = prepare(registry, lanes, {})
    setting = Setting(YEARS * MONTHS_PER_YEAR, tolerance, incidence=True)
    course = live(start(lanes, model, tolerance), load_plan("none"), model, setting)
    last = {name: value[-1] for name, value in course.values.items()}
    keys = np.array([key_of(person.id) for person in people], dtype=np.uint64)

    def answer(page: str, most: float) -> Array:
        luck = normal(uniform(seed, keys, f"cross-section/{page}", 0, 0))
        return np.asarray(np.clip(last[page] + error(page, last[page]) * luck, 0, most))

    phq9, function = np.round(answer("phq9", 27)), answer("function", 100)
    return {
        "age": ages + YEARS,
        "male": male.astype(np.float64),
        "bmd": last["bmd"],
        "phq9": phq9,
        "pain": answer("pain", 10),
        "loss": 100 - function,
        "alive": course.alive[-1].astype(np.float64),
        **{f"broken_{site}": last[f"broken_{site}"] for site in SITES},
    }


def with_walking_as_hard(section: Section, share: float) -> Section:
    """The simulated people with the worst function as those who find walking hard: as many as in the survey."""
    asked = section.weight > 0
    cut = np.quantile(section.walking[asked], 1 - share)
    return replace(section, walking=(section.walking > cut).astype(np.float64))


def simulated_interval(question: Question, section: Section, parts: int = 50) -> tuple[float, float]:
    """95 % interval of a number of the simulated people: each of ``parts`` of them left out in turn."""
    everybody = question(section, section.weight)
    member = np.arange(len(section.age)) % parts
    left_out = np.array([question(section, np.where(member == part, 0.0, section.weight)) for part in range(parts)])
    half = _NORMAL_95 * float(np.sqrt((parts - 1) / parts * ((left_out - everybody) ** 2).sum()))
    return everybody - half, everybody + half


def compared(file: Path, people: int, seed: int = 1) -> list[Association]:
    """Every association, in the survey and in as many simulated people of its ages."""
    section, survey = surveyed(file)
    chance = np.random.default_rng(seed)
    old = np.flatnonzero((section.weight > 0) & (section.age >= OLD))
    chosen = chance.choice(old, size=people, p=section.weight[old] / section.weight[old].sum())
    own = lived(section.age[chosen] + chance.random(people) - YEARS, section.male[chosen], seed)
    hard = mean(np.where(section.weight > 0, section.walking, np.nan), section.weight)
    return answers(section, survey, with_walking_as_hard(own, hard))


def answers(section: Section, survey: Survey, own: Section) -> list[Association]:
    """Every association on both sides."""
    found = []
    for name, (unit, question) in questions().items():

        def of_survey(weights: Array, question: Question = question) -> float:
            return question(section, np.where(section.age >= OLD, weights, 0.0))

        found.append(
            Association(
                name,
                unit,
                of_survey(section.weight),
                interval(of_survey, section.weight, survey),
                question(own, own.weight),
                simulated_interval(question, own),
            )
        )
    return found
