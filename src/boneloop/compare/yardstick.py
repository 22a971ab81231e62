"""Other tools and other people's outcomes as a yardstick: ten-year risks beside FRAX, one-year fractures of GLOW.

FRAX is not imitated and nothing is tuned to it: the survey carries the official outputs for some people, and the same
people live ten years here. FRAX counts hip, clinical spine, forearm and shoulder as *major*; here the shoulder is a
share of the other bones (``hazard.humerus_share``). Both are probabilities before death.

The women of GLOW were drawn so that a quarter broke a bone, and their values were altered: they say who breaks sooner,
never how many break.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from boneloop.assess.person import assess
from boneloop.errors import FileError
from boneloop.evidence.registry import Registry, load
from boneloop.exchange.reading import read
from boneloop.kernel.dormand_prince import Tolerance
from boneloop.patient.profile import PastFracture, Profile
from boneloop.patient.record import Record
from boneloop.simulate.lanes import arrange
from boneloop.simulate.life import MONTHS_PER_YEAR, Setting, live
from boneloop.simulate.model import prepare
from boneloop.simulate.start import start
from boneloop.therapy.care_plan import CarePlan
from boneloop.types import Array, Known, Mask, Sex

YEARS = 10
_NOTHING = CarePlan(name="none", title="No treatment", courses=())
_PEOPLE_AT_ONCE = 500
_ANSWERED = "DXXFRAX3 IS NOT NULL OR DXXFRAX1 IS NOT NULL"
_PERCENT = 100
BANDS = ((40, 50), (50, 60), (60, 70), (70, 81))
"""Ages in completed years, from the first to below the second; the survey's oldest are 80 and over."""


@dataclass(frozen=True)
class Compared:
    """The same people by two tools, probabilities 0 to 1 over ten years, shape (people,)."""

    age: Array
    male: Mask
    hip: Array
    major: Array
    frax_hip: Array
    frax_major: Array

    def of(self, chosen: Mask) -> Compared:
        """Some of the people."""
        return Compared(*(getattr(self, name)[chosen] for name in self.__dataclass_fields__))


def frax_people(extract: Path, limit: int | None = None) -> tuple[list[Profile], Array]:
    """People of the survey with FRAX outputs, and these, shape (people, 2): hip and major, probabilities.

    limit  at most that many, spread evenly over the file
    """
    profiles, outputs = [], []
    for record in read(extract, format="nhanes", where=_ANSWERED):
        if not isinstance(record, Record) or (profile := assess(record).profile) is None:
            continue
        hip, major = record.latest("frax_hip"), record.latest("frax_mof")
        if hip is not None and major is not None:
            profiles.append(profile)
            outputs.append([hip.value / _PERCENT, major.value / _PERCENT])
    kept = np.arange(len(profiles)) if limit is None else np.linspace(0, len(profiles) - 1, limit).astype(int)
    return [profiles[at] for at in kept], np.array(outputs)[kept]


def beside_frax(profiles: Sequence[Profile], frax: Array, draws: int = 4, seed: int = 1) -> Compared:
    """Let them live ten years untreated, each in ``draws`` lives, and put the mean risks beside FRAX."""
    pages = ("fracture_hip", "fracture_vertebra", "fracture_wrist", "fracture_other")
    risks = risks_after(profiles, YEARS * MONTHS_PER_YEAR, pages, draws, seed)
    male = np.array([p.sex is Sex.MALE for p in profiles])
    shoulder = humerus_share(male, load())
    free = np.prod([1 - risks[page] for page in pages[:-1]], axis=0) * (1 - shoulder * risks["fracture_other"])
    return Compared(
        age=np.array([p.age for p in profiles]),
        male=male,
        hip=risks["fracture_hip"],
        major=np.asarray(1 - free),
        frax_hip=frax[:, 0],
        frax_major=frax[:, 1],
    )


def humerus_share(male: Mask, registry: Registry) -> Array:
    """Share of all other fractures that are of the shoulder."""
    women, men = (registry.number(f"hazard.humerus_share_{sex}") for sex in ("female", "male"))
    return np.where(male, men, women)


def risks_after(
    profiles: Sequence[Profile], months: int, pages: Sequence[str], draws: int, seed: int
) -> dict[str, Array]:
    """Mean over ``draws`` lives of each page after ``months`` untreated months, by page, shape (people,)."""
    registry = load()
    allowed = registry.number("forecast.tolerance")
    tolerance = Tolerance(allowed, allowed)
    found: dict[str, list[Array]] = {page: [] for page in pages}
    for begin in range(0, len(profiles), _PEOPLE_AT_ONCE):
        who = profiles[begin : begin + _PEOPLE_AT_ONCE]
        lanes = arrange(who, draws, seed)
        model = prepare(registry, lanes)
        course = live(start(lanes, model, tolerance), _NOTHING, model, Setting(months, tolerance))
        for page in pages:
            found[page].append(course.values[page][-1].reshape(len(who), draws).mean(axis=1))
    return {page: np.concatenate(parts) for page, parts in found.items()}


def rank_correlation(first: Array, second: Array) -> float:
    """Spearman's: the correlation of the ranks."""
    from scipy.stats import spearmanr

    return float(spearmanr(first, second).statistic)


def deciles(ours: Array, theirs: Array) -> Array:
    """Mean risk of each tenth of the people, ordered by the other tool: shape (10, 2), theirs and ours."""
    parts = np.array_split(np.argsort(theirs, kind="stable"), 10)
    return np.array([[theirs[part].mean(), ours[part].mean()] for part in parts])


@dataclass(frozen=True)
class Ratio:
    """Mean risk here over mean FRAX of some people, hip and major."""

    sex: str
    ages: tuple[int, int]
    people: int
    hip: float
    major: float


def mean_ratios(compared: Compared) -> list[Ratio]:
    """By sex and age."""
    found = []
    for sex, male in (("women", False), ("men", True)):
        for low, below in BANDS:
            some = compared.of((compared.male == male) & (compared.age >= low) & (compared.age < below))
            if len(some.age):
                hip = some.hip.mean() / some.frax_hip.mean()
                ratio = some.major.mean() / some.frax_major.mean()
                found.append(Ratio(sex, (low, below), len(some.age), float(hip), float(ratio)))
    return found


def glow_women(table: Path) -> tuple[list[Profile], Mask]:
    """The women of a GLOW extract and who broke a bone in the first year.

    Raises FileError.
    """
    if not table.is_file():
        raise FileError(str(table), "is a GLOW extract", "no such file")
    with table.open(newline="", encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    profiles = [
        Profile(
            id=f"glow {row['sub_id']}",
            age=float(row["age"]),
            sex=Sex.FEMALE,
            country="US",
            fractures=(PastFracture("other", None),) if row["priorfrac"] == "1" else (),
            fractures_known=Known.YES,
        )
        for row in rows
    ]
    return profiles, np.array([row["fracture"] == "1" for row in rows])


def discrimination(risk: Array, happened: Mask) -> float:
    """Chance that of two people, one who broke a bone and one who did not, the first had the higher risk."""
    higher = risk[happened][:, None] - risk[~happened][None, :]
    return float(np.mean((higher > 0) + (higher == 0) / 2))


def glow_discrimination(table: Path, draws: int = 8, seed: int = 1) -> tuple[float, float]:
    """The same for the first year of GLOW, and its standard error; only age and earlier fractures are known."""
    women, happened = glow_women(table)
    risk = risks_after(women, MONTHS_PER_YEAR, ("fracture_any",), draws, seed)["fracture_any"]
    chance = np.random.default_rng(seed)
    again: Callable[[], float] = lambda: discrimination(*_resampled(risk, happened, chance))  # noqa: E731
    return discrimination(risk, happened), float(np.std([again() for _ in range(200)]))


def _resampled(risk: Array, happened: Mask, chance: np.random.Generator) -> tuple[Array, Mask]:
    at = chance.integers(0, len(risk), len(risk))
    return risk[at], happened[at]
