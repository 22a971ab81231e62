"""Which way depression goes to fracture: the share of each route in the total, and what is left over.

    v(S) = ln hazard ratio, depressed to calm, with only the routes of S open
    share of r = mean over all orders of opening of v(S with r) − v(S)        (Shapley)

The shares and the rest v(nothing open) add up to the total exactly. A route is closed in both groups at once: an arrow
is cut, or both groups take the drug equally often. Falls by pain and by lost function are a route of their own: who is
depressed has more of both, by shared cause too, and the data do not tell which.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy as np

from boneloop.calibrate.fit.studies import Lab, Wanted
from boneloop.calibrate.targets.format import Arm
from boneloop.types import Array

ROUTES: dict[str, tuple[str, ...]] = {
    "falls by mood": ("mood_to_fracture",),
    "falls by pain and lost function": ("pain_to_fracture", "function_to_fracture"),
    "bone density": ("bone_to_fracture",),
    "antidepressants": (),
}
"""What is cut to close each; antidepressants are closed by giving them equally often."""
_DRUG = "antidepressants"


@dataclass(frozen=True)
class Shares:
    """Logarithms of hazard ratios, one per draw.

    total  with every route open; rest: with none; by_route: they add up to total - rest
    """

    total: Array
    rest: Array
    by_route: Mapping[str, Array]


def shares(lab: Lab, contrasts: Sequence[Wanted], values: Mapping[str, Array]) -> tuple[Shares, ...]:
    """The routes of ratios between the same two arms of one study, at each vector of ``values``."""
    opened = {some: _log_ratios(lab, contrasts, frozenset(some), values) for some in _subsets(tuple(ROUTES))}
    return tuple(_divided({some: logs[at] for some, logs in opened.items()}) for at in range(len(contrasts)))


def _divided(opened: Mapping[tuple[str, ...], Array]) -> Shares:
    """Shapley's division of the difference between all routes open and none."""
    count = len(ROUTES)
    by_route = {}
    for route in ROUTES:
        others = tuple(other for other in ROUTES if other != route)
        terms = [
            _weight(len(some), count) * (opened[_ordered({*some, route})] - opened[some]) for some in _subsets(others)
        ]
        by_route[route] = np.asarray(sum(terms))
    return Shares(opened[tuple(ROUTES)], opened[()], by_route)


def _weight(before: int, count: int) -> float:
    return math.factorial(before) * math.factorial(count - before - 1) / math.factorial(count)


def _subsets(routes: tuple[str, ...]) -> list[tuple[str, ...]]:
    return [some for size in range(len(routes) + 1) for some in combinations(routes, size)]


def _ordered(some: set[str]) -> tuple[str, ...]:
    return tuple(route for route in ROUTES if route in some)


def _log_ratios(lab: Lab, contrasts: Sequence[Wanted], opened: frozenset[str], values: Mapping[str, Array]) -> Array:
    closed = [route for route in ROUTES if route not in opened]
    cut = tuple(arrow for route in closed for arrow in ROUTES[route])
    study, names = contrasts[0].study, contrasts[0].result.arms
    taking = [study.arms[name].population.antidepressant or 0.0 for name in names]
    even = sum(taking) / len(taking) if _DRUG in closed else None
    changed = {name: _closed(study.arms[name], cut, even) for name in names}
    asked = tuple(one.result for one in contrasts)
    altered = replace(study, arms=changed, results=asked)
    return np.log(lab.simulated([Wanted(altered, result) for result in asked], values))


def _closed(arm: Arm, cut: tuple[str, ...], antidepressant: float | None) -> Arm:
    population = arm.population
    if antidepressant is not None:
        population = replace(population, antidepressant=antidepressant)
    return replace(arm, cut=tuple(dict.fromkeys((*arm.cut, *cut))), population=population)
