"""NumPy as one writes it: all people at once in float64, hazards from the age of the year."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from boneloop.bench.chain import HAZARDS, RELATIVE_TO, STATES, Walk, people, tables

States = NDArray[np.intp]
Step = Callable[[States], States]
"""Everybody's next state; what changes with time it keeps itself."""


def version() -> str:
    """Of NumPy."""
    return np.__version__


def walker(count: int, cycles: int, variant: str, threads: int) -> Walk:
    """One core, whatever is asked."""
    return lambda: shares(walked(step(count), count, cycles))


def walked(step: Step, count: int, cycles: int) -> States:
    """The states after some cycles."""
    state = np.zeros(count, dtype=np.intp)
    for _ in range(cycles):
        state = step(state)
    return state


def shares(state: States) -> NDArray[np.float64]:
    """Of the four states."""
    found: NDArray[np.float64] = np.bincount(state, minlength=len(STATES)) / len(state)
    return found


def step(count: int) -> Step:
    """The step of the first so many people."""
    who, chance = people(count), np.random.default_rng(1)
    age, male = who.age.astype(np.float64), who.male.astype(np.float64)
    by_sex = [hazard.level * hazard.men**male for hazard in HAZARDS.values()]
    factors, fixed = (table.astype(np.float64) for table in tables())

    def next_year(state: States) -> States:
        of_age = [np.exp(hazard.slope * (age - RELATIVE_TO)) for hazard in HAZARDS.values()]
        rates = [sex * grown * factors[state, k] for k, (sex, grown) in enumerate(zip(by_sex, of_age, strict=True), 1)]
        np.add(age, 1, out=age)
        return _moved(state, rates, fixed[state, 0], chance.random(count))

    return next_year


def _moved(
    state: States, rates: list[NDArray[np.float64]], recovery: NDArray[np.float64], draw: NDArray[np.float64]
) -> States:
    """One draw each: leaves with 1 - exp(-total); a target's part of that is its part of the total."""
    total = rates[0] + rates[1] + rates[2] + recovery
    leaving = -np.expm1(-total)
    with np.errstate(invalid="ignore", divide="ignore"):
        part = draw * total / leaving
    first, second, third = np.cumsum(rates, axis=0)
    target = np.select([part < first, part < second, part < third], [1, 2, 3], 0)
    return np.where(draw < leaving, target, state)
