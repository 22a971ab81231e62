"""NumPy, tuned: float32, blocks of people that stay in the cache, hazards that grow by a factor per cycle."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from boneloop.bench.chain import STATES, Walk, growth, levels, people, tables
from boneloop.bench.peers.chain_numpy import States, Step, shares, version, walked

__all__ = ["step", "version", "walker"]

BLOCK = 20_000
_FACTORS, _FIXED = tables()
_WELL, _FRACTURE, _DEPRESSED, _DEAD = range(len(STATES))
_GROWTH = [np.float32(factor) for factor in growth()]


def walker(count: int, cycles: int, variant: str, threads: int) -> Walk:
    """One core, whatever is asked."""

    def walk() -> NDArray[np.float64]:
        hazards, chance = levels(people(count)), np.random.default_rng(1)
        blocks = [[hazard[begin : begin + BLOCK] for hazard in hazards] for begin in range(0, count, BLOCK)]
        return shares(np.concatenate([walked(_step(block, chance), len(block[0]), cycles) for block in blocks]))

    return walk


def step(count: int) -> Step:
    """The step of the first so many people, in one block."""
    return _step(levels(people(count)), np.random.default_rng(1))


def _step(hazards: list[NDArray[np.float32]], chance: np.random.Generator) -> Step:
    def next_year(state: States) -> States:
        state = _moved(state, hazards, chance.random(len(state), dtype=np.float32))
        for hazard, factor in zip(hazards, _GROWTH, strict=True):
            hazard *= factor
        return state

    return next_year


def _moved(state: States, hazards: list[NDArray[np.float32]], draw: NDArray[np.float32]) -> States:
    """One draw each, compared with the chance of leaving, then with each target's part of it."""
    to_fracture = _FACTORS[:, _FRACTURE][state] * hazards[0]
    to_depressed = to_fracture + _FACTORS[:, _DEPRESSED][state] * hazards[1]
    to_dead = to_depressed + _FACTORS[:, _DEAD][state] * hazards[2]
    total = to_dead + _FIXED[:, _WELL][state]
    leaving = -np.expm1(-total)
    with np.errstate(invalid="ignore", divide="ignore"):
        part = draw * (total / leaving)
    target = np.where(part < to_fracture, _FRACTURE, np.where(part < to_depressed, _DEPRESSED, _DEAD))
    target = np.where(part < to_dead, target, _WELL)
    return np.where(draw < leaving, target, state)
