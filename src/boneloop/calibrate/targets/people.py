"""The made-up people of a study: profiles drawn from what its file tells, each quantity with its own luck.

Quantities are drawn independently of one another: publications give means and standard deviations, not correlations.
Each is spread evenly over its law (one person in each of as many equal parts as there are people, in an order that the
chance of the person's own key decides), so that few people stand for many. The same person number is the same person
in every arm; what an arm says of its people only changes the law.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from boneloop.calibrate.targets.format import Arm, Density, EarlierFractures, Population
from boneloop.calibrate.targets.laws import drawn
from boneloop.evidence.registry import Registry, load
from boneloop.patient.profile import Blood, BoneReading, PastFracture, Profile, Reading
from boneloop.simulate.chance import key_of, uniform
from boneloop.types import Array, Known, Sex
from boneloop.units import DAYS_PER_YEAR

_DAYS_BEFORE = 1.0
"""Who breaks a bone today was measured the day before: the fracture is not in what was seen."""


class Luck:
    """Numbers in (0, 1) by name, one per person, spread evenly."""

    def __init__(self, study: str, people: int, seed: int) -> None:
        self.ids = [f"{study}/{number}" for number in range(people)]
        self._keys = np.array([key_of(identity) for identity in self.ids], dtype=np.uint64)
        self._seed = seed

    def of(self, event: str) -> Array:
        """The numbers of one quantity."""
        order = np.argsort(np.argsort(uniform(self._seed, self._keys, f"people/{event}/order", 0, 0)))
        within = uniform(self._seed, self._keys, f"people/{event}", 0, 0)
        return np.asarray((order + within) / len(self.ids))


def made_up(study: str, arm: Arm, people: int, seed: int) -> tuple[Profile, ...]:
    """The people of an arm."""
    luck, told, registry = Luck(study, people, seed), arm.population, load()
    columns = {name: _law(told, name, luck) for name in _QUANTITIES}
    male = luck.of("sex") >= told.female
    country, ethnicity = _words(told.country, luck.of("country")), _words(told.ethnicity, luck.of("ethnicity"))
    score = drawn(told.bmd.law, luck.of("bmd")) if told.bmd else np.full(people, np.nan)
    broken = _fractures(told.prior_fracture, luck)
    shares = {name: _known(getattr(told, name), luck.of(name)) for name in _SHARES}
    days = _DAYS_BEFORE if arm.fracture_now else 0.0
    found = []
    for at, identity in enumerate(luck.ids):
        own = {name: _number(values[at]) for name, values in columns.items()}
        sex, age = (Sex.MALE if male[at] else Sex.FEMALE), float(columns["age"][at])
        now = (PastFracture(arm.fracture_now, 0.0),) if arm.fracture_now else ()
        found.append(
            Profile(
                id=identity,
                age=age,
                sex=sex,
                country=country[at].upper(),
                ethnicity=ethnicity[at],
                bone=_bone(told.bmd, float(score[at]), age, sex, ethnicity[at], registry) if told.bmd else None,
                menopause_age=_menopause(own, age, sex),
                falls=own["falls"],
                fractures=(*broken[at], *now),
                fractures_known=Known.YES if told.prior_fracture else Known.UNKNOWN,
                glucocorticoid_mg_per_day=own["glucocorticoid"],
                blood=Blood(own["calcium"], own["phosphate"], own["egfr"], own["vitamin_d"]),
                **_readings(own, days, registry),
                **_at(shares, at),
            )
        )
    return tuple(found)


_QUANTITIES = (
    "age", "phq9", "gad7", "pain", "function", "falls", "egfr", "vitamin_d", "calcium", "phosphate", "glucocorticoid",
    "menopause_age", "years_since_menopause",
)  # fmt: skip
_SHARES = ("antidepressant", "beta_blocker", "depression_diagnosis")
_INSTRUMENTS = {
    "phq9": ("depression", "PHQ-9"),
    "gad7": ("anxiety", "GAD-7"),
    "pain": ("pain", "pain, 0-10"),
    "function": ("function_loss", "function, 0-100"),
}


def _law(told: Population, name: str, luck: Luck) -> Array:
    law = getattr(told, name)
    return drawn(law, luck.of(name)) if law else np.full(len(luck.ids), np.nan)


def _number(value: float) -> float | None:
    return None if math.isnan(value) else float(value)


def _words(shares: Mapping[str, float] | None, luck: Array) -> list[str]:
    if not shares:
        return [""] * len(luck)
    words, edges = list(shares), np.cumsum(list(shares.values()))
    return [words[min(int(at), len(words) - 1)] for at in np.searchsorted(edges, luck)]


def _at(columns: Mapping[str, list[Known]], person: int) -> dict[str, Any]:
    return {name: values[person] for name, values in columns.items()}


def _known(share: float | None, luck: Array) -> list[Known]:
    return [Known.of(None if share is None else bool(one < share)) for one in luck]


def _menopause(own: Mapping[str, float | None], age: float, sex: Sex) -> float | None:
    since = own["years_since_menopause"]
    if sex is Sex.MALE:
        return None
    return own["menopause_age"] if since is None else age - since


def _fractures(told: EarlierFractures | None, luck: Luck) -> list[tuple[PastFracture, ...]]:
    people: list[list[PastFracture]] = [[] for _ in luck.ids]
    if told is None:
        return [() for _ in people]
    ago = drawn(told.years_ago, luck.of("years_ago")) * DAYS_PER_YEAR if told.years_ago else None
    for site, share in told.shares.items():
        for at in np.flatnonzero(luck.of(f"prior {site}") < share):
            times = told.vertebrae if site == "vertebra" else 1
            people[at] += [PastFracture(site, None if ago is None else float(ago[at]))] * times
    return [tuple(one) for one in people]


def _readings(own: Mapping[str, float | None], days_ago: float, registry: Registry) -> dict[str, Any]:
    """What the questionnaires showed, on the model's scale, with the error of one measurement."""
    found = {}
    for name, (state, title) in _INSTRUMENTS.items():
        value = own[name]
        if value is None:
            continue
        severity = value / registry.number(f"observe.{name}_points", registry[f"observe.{name}_points"].unit)
        severity = 1 - severity if state == "function_loss" else severity
        error = registry.number(f"observe.{'function' if state == 'function_loss' else state}_error")
        found[state] = Reading(severity, error, f"{title}: {value:.1f}", None, days_ago)
    return found


def _bone(told: Density, score: float, age: float, sex: Sex, ancestry: str, registry: Registry) -> BoneReading:
    """A scan of the study; a T-score counts from young women, a Z-score from people of that age, sex and ancestry."""
    error = registry.number("observe.bmd_error", "g/cm2")
    value = score
    if told.scale == "t_score":
        mean, sd = (registry.number(f"t_score_reference.{told.site}_{what}", "g/cm2") for what in ("mean", "sd"))
        value = mean + score * sd
    if told.scale == "z_score":
        ratio = f"bmd_reference.{told.site}_{ancestry}_ratio"
        scale = registry.number(ratio) if ratio in registry.entries else 1.0
        table = f"bmd_reference.{told.site}_{sex}"
        mean, sd = (float(registry.at(f"{table}_{what}", age, "g/cm2")) for what in ("mean", "sd"))
        value = scale * mean + score * sd
    return BoneReading(told.site, value, error, f"{told.scale} {score:.2f} of a study", None)
