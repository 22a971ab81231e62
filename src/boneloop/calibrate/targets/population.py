"""The people of a study as its file tells them: [population], and what an arm says instead."""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from boneloop.calibrate.targets.fields import Table, number
from boneloop.calibrate.targets.format import Density, EarlierFractures, Groups, Law, Population
from boneloop.calibrate.targets.laws import parent
from boneloop.cycle.body.fracture import SITES
from boneloop.errors import TargetError
from boneloop.evidence.registry import load
from boneloop.simulate.hazard import COUNTRIES

BONE_SITES = ("total_hip", "femoral_neck", "lumbar_spine")
SCALES = ("t_score", "z_score", "g_per_cm2")
LIMITS: dict[str, tuple[float, float]] = {
    "phq9": (0, 27),
    "gad7": (0, 21),
    "pain": (0, 10),
    "function": (0, 100),
    "falls": (0, math.inf),
    "egfr": (5, 150),
    "vitamin_d": (5, 250),
    "calcium": (1.5, 3.5),
    "phosphate": (0.3, 3),
    "glucocorticoid": (0, 100),
    "menopause_age": (20, 65),
    "years_since_menopause": (0, 60),
    "t_score": (-8, 6),
    "z_score": (-8, 6),
    "g_per_cm2": (0.2, 2.5),
    "years_ago": (0, 80),
}
"""What a quantity can be: the cut of a law that says no other, and no law may say a wider one."""
_SHARES = ("antidepressant", "beta_blocker", "depression_diagnosis")
_ROUNDING = 1e-6
_ROUNDING_OF_TABLES = 5e-3
"""Shares of a printed table are rounded: so far from 1 they are taken as they stand to each other."""


def population(table: Table) -> Population:
    """The people of one table.

    Raises TargetError.
    """
    laws: dict[str, Any] = {name: law(table, name, LIMITS[name]) for name in _LAWS if name in table}
    shares: dict[str, Any] = {name: table.number(name, 0, 1) for name in _SHARES if name in table}
    found = Population(
        age=law(table, "age", age_limits()),
        female=table.number("female", 0, 1),
        country=_countries(table),
        ethnicity=_mix(table, "ethnicity", ancestries()) if "ethnicity" in table else None,
        bmd=_density(table) if "bmd" in table else None,
        prior_fracture=_fractures(table) if "prior_fracture" in table else None,
        **laws,
        **shares,
    )
    for name in (*_OPTIONAL, *_LAWS, *_SHARES):
        table.raw(name)
    table.end()
    if found.menopause_age and found.years_since_menopause:
        raise table.fault("years_since_menopause", "either this or menopause_age")
    return found


_OPTIONAL = ("ethnicity", "bmd", "prior_fracture")
_LAWS = (
    "phq9", "gad7", "pain", "function", "falls", "egfr", "vitamin_d", "calcium", "phosphate", "glucocorticoid",
    "menopause_age", "years_since_menopause",
)  # fmt: skip


def age_limits() -> tuple[float, float]:
    """Youngest and oldest age that the model has rates for, years."""
    registry = load()
    return registry.number("profile.youngest", "year"), registry.number("profile.oldest", "year")


def ancestries() -> tuple[str, ...]:
    """Ethnicities that the bone density reference tells apart."""
    found = [name.removeprefix("bmd_reference.total_hip_") for name in load().entries if name.endswith("_ratio")]
    return tuple(name.removesuffix("_ratio") for name in found if "." not in name)


def law(table: Table, name: str, limits: tuple[float, float]) -> Law | Groups:
    """A number, {mean, sd, low, high}, or {edges, shares}; low and high are the natural limits where left out."""
    value, place = table.raw(name), f"{table.place}, {name}"
    if not isinstance(value, Mapping):
        if name not in table:
            raise TargetError(place, "this field must be there")
        return Law(number(value, place, *limits))
    told = Table(value, place)
    if "edges" in told:
        return _groups(told, limits)
    low, high = (one if one is not None else usual for one, usual in zip(_cut(told, limits), limits, strict=True))
    mean, sd = told.number("mean", low, high), told.number("sd", 0)
    told.end()
    if low >= high:
        raise TargetError(place, "low below high", (low, high))
    found = Law(mean, sd, low, high)
    if sd and parent(found) is None:
        rule = f"an sd that people between {low:g} and {high:g} with a mean of {mean:g} can have"
        raise TargetError(f"{place}, sd", rule, sd)
    return found


def _groups(told: Table, limits: tuple[float, float]) -> Groups:
    """Shares of the people between edges, as tables of age groups are printed."""
    columns = {}
    for name, allowed in (("edges", limits), ("shares", (0.0, 1.0))):
        values = told.raw(name)
        if not isinstance(values, list):
            raise TargetError(f"{told.place}, {name}", "a list of numbers", values)
        columns[name] = tuple(number(value, f"{told.place}, {name}", *allowed) for value in values)
    told.end()
    edges, shares = columns["edges"], columns["shares"]
    if any(low >= high for low, high in pairwise(edges)):
        raise TargetError(f"{told.place}, edges", "numbers that rise", list(edges))
    if len(edges) != len(shares) + 1:
        raise TargetError(f"{told.place}, shares", f"{len(edges) - 1} shares between {len(edges)} edges", list(shares))
    if abs(sum(shares) - 1) > _ROUNDING_OF_TABLES:
        raise TargetError(f"{told.place}, shares", "shares that add up to 1", sum(shares))
    return Groups(edges, tuple(share / sum(shares) for share in shares))


def _cut(told: Table, limits: tuple[float, float]) -> tuple[float | None, float | None]:
    return told.optional("low", *limits), told.optional("high", *limits)


def _countries(table: Table) -> dict[str, float]:
    return {code.lower(): share for code, share in _mix(table, "country", [c.upper() for c in COUNTRIES]).items()}


def _mix(table: Table, name: str, known: list[str] | tuple[str, ...]) -> dict[str, float]:
    """One word, or shares by word that add up to 1."""
    value, place = table.raw(name), f"{table.place}, {name}"
    if isinstance(value, str) and value in known:
        return {value: 1.0}
    if not isinstance(value, Mapping) or not value or any(word not in known for word in value):
        raise TargetError(place, f"one of {', '.join(known)}, or a table of their shares", value)
    shares = {word: number(share, f"{place}, {word}", 0, 1) for word, share in value.items()}
    if abs(sum(shares.values()) - 1) > _ROUNDING:
        raise TargetError(place, "shares that add up to 1", sum(shares.values()))
    return shares


def _density(table: Table) -> Density:
    told = Table(table.raw("bmd"), f"{table.place}, bmd")
    site = told.one_of("site", BONE_SITES)
    scales = [scale for scale in SCALES if scale in told]
    if len(scales) != 1:
        raise TargetError(told.place, f"exactly one of {', '.join(SCALES)}", scales)
    found = Density(site, scales[0], law(told, scales[0], LIMITS[scales[0]]))
    told.end()
    return found


def _fractures(table: Table) -> EarlierFractures:
    told = Table(table.raw("prior_fracture"), f"{table.place}, prior_fracture")
    shares = {site: told.number(site, 0, 1) for site in SITES if site in told}
    years_ago = law(told, "years_ago", LIMITS["years_ago"]) if "years_ago" in told else None
    vertebrae = told.whole("vertebrae", 1)
    for name in (*SITES, "years_ago"):
        told.raw(name)
    told.end()
    return EarlierFractures(shares, years_ago, vertebrae or 1)
