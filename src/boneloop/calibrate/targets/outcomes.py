"""What a published result can be about, and how each outcome is measured in the simulated people of an arm.

A measure is taken in each draw over all people of the arm, those who die counted as a trial counts them: levels among
the living (weighed by the chance of being alive), events until they happen or the person dies.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from boneloop.calibrate.targets.format import Result
from boneloop.calibrate.targets.observed import READ, chance, error, errs
from boneloop.cycle.body.fracture import SITES
from boneloop.simulate.life import MONTHS_PER_YEAR
from boneloop.types import Array

LEVEL, CHANGE, EVENT, ONCE, COUNT, TOTAL, SHARE = "level", "change", "event", "once", "count", "total", "share"
"""level   a value while alive                     change  percent of the start, while alive
once    happened by then, at most once          event   the same, with the time at risk
count   how often by then, with the time alive  total   summed up by then;  share  of the living"""
_PERCENT = 100
_PER = re.compile(r"per (?:(\d+) )?person-years?")


@dataclass(frozen=True)
class Outcome:
    """One outcome; ``page`` is its name in the simulation, the rest is what is counted where it is a share.

    unit  of its mean
    """

    title: str
    sort: str
    unit: str
    page: str
    at_least: float | None = None
    at_most: float | None = None
    fallen_by: float | None = None


def _levels() -> dict[str, Outcome]:
    said = {
        "bmd": ("Bone density", "g/cm2"),
        "pain": ("Pain, 0-10", "points"),
        "phq9": ("PHQ-9", "points"),
        "gad7": ("GAD-7", "points"),
        "function": ("Physical function, 0-100", "points"),
        "utility": ("Utility", "utility"),
        "calcium": ("Calcium in blood", "mmol/L"),
        "phosphate": ("Phosphate in blood", "mmol/L"),
        "pth": ("Parathyroid hormone", "pmol/L"),
        "cortisol": ("Cortisol, excess over the healthy level", "1"),
        "norepinephrine": ("Norepinephrine, excess over the healthy level", "1"),
        "cytokines": ("Cytokines, excess over the healthy level", "1"),
    }
    return {name: Outcome(title, LEVEL, unit, name) for name, (title, unit) in said.items()}


def _changes() -> dict[str, Outcome]:
    said = {
        "bmd_change": "Bone density at the measured site",
        "bmd_total_hip_change": "Total hip BMD",
        "bmd_femoral_neck_change": "Femoral neck BMD",
        "bmd_spine_change": "Lumbar spine BMD",
        "ctx_change": "CTX",
        "p1np_change": "P1NP",
    }
    return {name: Outcome(f"{title}, change", CHANGE, "%", name) for name, title in said.items()}


def _events() -> dict[str, Outcome]:
    sites = {"any": "Any major fracture"} | {s: f"{s.capitalize()} fracture" for s in SITES}
    sites["vertebra"], sites["other"] = "Clinical vertebral fracture", "Other major fracture"
    sites["nonvertebral"] = "Nonvertebral fracture"
    found = {f"fracture_{s}": Outcome(title, EVENT, "1", f"fracture_{s}") for s, title in sites.items()}
    return found | {"death": Outcome("Death", EVENT, "1", "death")}


OUTCOMES: dict[str, Outcome] = {
    **_changes(),
    **_levels(),
    **_events(),
    "hypocalcemia": Outcome("Severe hypocalcemia", ONCE, "1", "hypocalcemia"),
    "faller": Outcome("Falls at least once", ONCE, "1", "faller"),
    "recurrent_faller": Outcome("Falls twice or more", ONCE, "1", "recurrent_faller"),
    "falls": Outcome("Falls", COUNT, "falls", "falls_expected"),
    "qaly": Outcome("Quality-adjusted life years, discounted", TOTAL, "QALY", "qaly"),
    "on_bone_drug": Outcome("Still on the bone drug", SHARE, "1", "on_bone_drug"),
    "phq9_response": Outcome("PHQ-9 at least halved", LEVEL, "1", "phq9", fallen_by=0.5),
    "phq9_remission": Outcome("PHQ-9 below 5", LEVEL, "1", "phq9", at_most=5),
    "phq9_case": Outcome("PHQ-9 of 10 or more", LEVEL, "1", "phq9", at_least=10),
    "gad7_case": Outcome("GAD-7 of 10 or more", LEVEL, "1", "gad7", at_least=10),
    "pain_response": Outcome("Pain down by at least 30 %", LEVEL, "1", "pain", fallen_by=0.3),
}
"""By name; a level also as ``..._change``, its difference from ``from_month``."""

MEASURES: dict[str, tuple[str, ...]] = {
    LEVEL: ("mean", "percent", "share", "risk", "odds", "hazard", "smd"),
    CHANGE: ("mean", "level", "smd"),
    EVENT: ("risk", "rate", "hazard", "odds"),
    ONCE: ("risk", "odds"),
    COUNT: ("rate", "mean"),
    TOTAL: ("mean",),
    SHARE: ("share", "odds"),
}
"""By sort; the first is usual. ``level`` of a change is relative to the start, 1 = as then."""


def known(name: str) -> Outcome | None:
    """The outcome of that name, or None."""
    stem = name.removesuffix("_change")
    level = OUTCOMES.get(stem)
    if name in OUTCOMES or level is None or level.sort != LEVEL or level.page != stem:
        return OUTCOMES.get(name)
    return Outcome(f"{level.title}, change", LEVEL, level.unit, level.page)


def usual_measure(outcome: Outcome, kind: str) -> str:
    """The measure of a result that names none; percent changes have no ratio, what is left of the start has."""
    if outcome.sort == CHANGE and kind == "ratio":
        return "level"
    counted = (outcome.at_least, outcome.at_most, outcome.fallen_by)
    return "share" if any(one is not None for one in counted) else MEASURES[outcome.sort][0]


def units(outcome: Outcome, measure: str, kind: str) -> dict[str, float]:
    """The units that such a result may have, each with what the simulated number is multiplied by."""
    if kind == "rank":
        return {"1": 1.0}
    if kind == "ratio":
        return {"ratio": 1.0, "%": _PERCENT}
    match measure:
        case "risk" | "share":
            return {"1": 1.0, "%": _PERCENT}
        case "smd":
            return {"SD": 1.0}
        case "percent":
            return {"%": 1.0}
        case "rate" | "hazard":
            return {}
        case "odds" | "level":
            return {"1": 1.0}
    return {outcome.unit: 1.0}


def person_years(unit: str) -> float | None:
    """N of "per N person-years", 1 of "per person-year", None of another unit."""
    found = _PER.fullmatch(unit)
    return float(found[1] or 1) if found else None


class Looked(NamedTuple):
    """An arm at one month: pages by name, shape (people, draws) each."""

    pages: Mapping[str, Array]
    month: float


def pages_of(outcome: Outcome) -> tuple[str, ...]:
    """The pages of the simulation that an outcome needs."""
    match outcome.sort:
        case "event":
            return outcome.page, f"exposed_{outcome.page}", f"left_{outcome.page}"
        case "once":
            return outcome.page, "left_death"
        case "count":
            return outcome.page, "exposed_death"
        case "total":
            return (outcome.page,)
    return outcome.page, "left_death"


def measured(result: Result, outcome: Outcome, then: Looked, now: Looked, visits: Sequence[Looked] = ()) -> Array:
    """The measure in each draw, in natural units (shares of 1, rates per person-year), shape (draws,).

    visits  the moments before ``now`` at which a new state counts too
    """
    page, before = now.pages[outcome.page], then.pages[outcome.page]
    match outcome.sort:
        case "event":
            return _of_events(result.measure, outcome, then, now)
        case "once":
            return _share(result, (page.mean(axis=0) - before.mean(axis=0)), 0.0)
        case "count":
            counted = (page - before).sum(axis=0)
            over = now.pages["exposed_death"] - then.pages["exposed_death"]
            return np.asarray(counted / (over.sum(axis=0) if result.measure == "rate" else len(page)))
        case "total":
            return np.asarray((page - before).mean(axis=0))
    alive = now.pages["left_death"]
    if outcome.sort == SHARE:
        return _share(result, _mean(page, alive), 0.0)
    if outcome.sort == LEVEL and result.measure in ("share", "risk", "odds", "hazard"):
        years = (now.month - then.month) / MONTHS_PER_YEAR
        return _counted(result, outcome.page, then, [*visits, now], years)
    return _mean(values(result, outcome, then, now), alive)


def values(result: Result, outcome: Outcome, then: Looked, now: Looked) -> Array:
    """What a mean is taken of, shape (people, draws)."""
    page, before = now.pages[outcome.page], then.pages[outcome.page]
    if outcome.sort == CHANGE:
        relative = (1 + page / _PERCENT) / (1 + before / _PERCENT)
        return np.asarray(relative if result.measure == "level" else _PERCENT * (relative - 1))
    if result.measure == "percent":
        return np.asarray(_PERCENT * (page / before - 1))
    return np.asarray(page - before if result.outcome.endswith("_change") else page)


def spread(result: Result, outcome: Outcome, sides: list[tuple[Looked, Looked]]) -> Array:
    """Standard deviation between readings of people, pooled over the arms, in each draw, shape (draws,)."""
    if result.person_sd is not None:
        return np.asarray(result.person_sd)
    squares = []
    for then, now in sides:
        value, alive = values(result, outcome, then, now), now.pages["left_death"]
        errors = error(outcome.page, now.pages[outcome.page]) ** 2 if errs(outcome.page) else 0.0
        squares.append(_mean((value - _mean(value, alive)) ** 2 + errors, alive))
    return np.asarray(np.sqrt(np.mean(squares, axis=0)))


def _mean(value: Array, weight: Array) -> Array:
    return np.asarray((value * weight).sum(axis=0) / weight.sum(axis=0))


def _of_events(measure: str, outcome: Outcome, then: Looked, now: Looked) -> Array:
    happened = (now.pages[outcome.page] - then.pages[outcome.page]).sum(axis=0)
    if measure in ("rate", "hazard"):
        exposed = f"exposed_{outcome.page}"
        return np.asarray(happened / (now.pages[exposed] - then.pages[exposed]).sum(axis=0))
    risk = happened / then.pages[f"left_{outcome.page}"].sum(axis=0)
    return np.asarray(risk / (1 - risk) if measure == "odds" else risk)


def _counted(result: Result, page: str, then: Looked, visits: Sequence[Looked], years: float) -> Array:
    """The share of those who are so at any of the visits, among all, or among those who were not so before."""
    alive, before = visits[-1].pages["left_death"], then.pages[page]
    read = then.pages.get(f"{READ}{page}") if result.from_month == 0 else None
    not_yet = np.ones_like(alive)
    for visit in visits:
        not_yet = not_yet * (1 - chance(result, page, visit.pages[page], before, read))
    was_so = chance(result, page, before, before, None) if result.newly else 0.0
    weight = np.maximum(alive * (1 - was_so), np.finfo(float).tiny)
    return _share(result, _mean(1 - not_yet, weight), years)


def _share(result: Result, share: Array, years: float) -> Array:
    match result.measure:
        case "odds":
            return np.asarray(share / (1 - share))
        case "hazard":
            return np.asarray(-np.log1p(-share) / years)
    return np.asarray(share)
