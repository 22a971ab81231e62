"""The individual-level part: a chain of four states, one draw per person and cycle, hazards by age and sex.

    well, fracture, depressed -> each other and dead

Fractures, depression and death grow with age as exponentials (Gompertz) and differ between the sexes; people recover
from fracture and depression at fixed rates. The figures are round numbers for comparing programs, not for medicine.
Everybody starts well; ages are spread evenly from 60 to 80, and every other person is a man.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from boneloop.bench import results
from boneloop.bench.contestants import named
from boneloop.bench.results import ChainRow
from boneloop.bench.worker import memory_mb
from boneloop.kernel.chain import Chain, Law, chain
from boneloop.mathematics import exp

STATES = ("well", "fracture", "depressed", "dead")
YOUNGEST, AGES = 60.0, 20.0
RELATIVE_TO = 70.0
NOISE = 5.0
"""Shares of two contestants may differ by so many standard errors."""


class Hazard(NamedTuple):
    """level·exp(slope·(age - 70))·(men, for a man), per year."""

    level: float
    slope: float
    men: float


FRACTURE = Hazard(0.020, 0.060, 0.5)
DEPRESSION = Hazard(0.040, 0.010, 0.6)
DEATH = Hazard(0.015, 0.100, 1.5)
FACTORS = {
    "well": {"fracture": 1.0, "depressed": 1.0, "dead": 1.0},
    "fracture": {"depressed": 2.0, "dead": 2.0},
    "depressed": {"fracture": 1.5, "dead": 1.6},
}
RECOVERY = {"fracture": 1.2, "depressed": 0.6}
HAZARDS = {"fracture": FRACTURE, "depressed": DEPRESSION, "dead": DEATH}


class ChainRequest(msgspec.Struct, kw_only=True, tag=True):
    """What is asked of a contestant: so many people and yearly cycles, for about so many seconds."""

    contestant: str
    answer: str
    people: int
    cycles: int
    seconds: float
    cores: int = 1


MOST_TURNS = 1000
SHORTEST = 1e-6
"""Seconds that a walk counts with at least: a processor's clock may stand still for a short one."""

Walk = Callable[[], NDArray[np.float64]]
"""Everybody from cycle to cycle; gives the shares of the four states at the end. Made, not timed, by ``walker``."""


class People(NamedTuple):
    """Who walks: age at the start in years, and 1 for a man."""

    age: NDArray[np.float32]
    male: NDArray[np.float32]


def people(count: int) -> People:
    """The first so many."""
    number = np.arange(count)
    age = YOUNGEST + AGES * ((number * 0.6180339887498949) % 1.0)
    return People(age.astype(np.float32), (number % 2).astype(np.float32))


@cache
def model() -> Chain:
    """The chain, recorded."""

    def transitions(person: Any, now: Any, _: Any) -> dict[tuple[str, str], Any]:
        found = {}
        for origin, targets in FACTORS.items():
            for target, factor in targets.items():
                hazard = HAZARDS[target]
                by_sex = exp(math.log(hazard.men) * person.male)
                by_age = exp(hazard.slope * (person.age + now.cycle - RELATIVE_TO))
                found[origin, target] = factor * hazard.level * by_sex * by_age
        return found | {(origin, "well"): rate for origin, rate in RECOVERY.items()}

    return chain(STATES, transitions, Law.HAZARDS, covariates=("age", "male"))


def tables() -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """For tools that look up: factors, shape (states, states), and fixed rates, the same shape; rows are origins."""
    factors, fixed = np.zeros((4, 4), np.float32), np.zeros((4, 4), np.float32)
    for origin, targets in FACTORS.items():
        for target, factor in targets.items():
            factors[STATES.index(origin), STATES.index(target)] = factor
    for origin, rate in RECOVERY.items():
        fixed[STATES.index(origin), STATES.index("well")] = rate
    return factors, fixed


def levels(who: People) -> list[NDArray[np.float32]]:
    """Each person's hazard of fracture, depression and death at the start, before the factors of their state."""
    return [
        np.asarray(hazard.level * np.exp(hazard.slope * (who.age - RELATIVE_TO)) * hazard.men**who.male, np.float32)
        for hazard in HAZARDS.values()
    ]


def growth() -> list[float]:
    """By what the three hazards grow from cycle to cycle."""
    return [math.exp(hazard.slope) for hazard in HAZARDS.values()]


def work(request: ChainRequest) -> ChainRow:
    """Let one contestant walk."""
    contestant = named(request.contestant)
    row = ChainRow(contestant=contestant.name, title=contestant.title, ours=contestant.ours, cycles=request.cycles)
    try:
        name, _, variant = contestant.module.partition(":")
        tool = import_module(f"boneloop.bench.{name}")
        row.version = tool.version()
        _timed(tool, variant, request, row)
        if contestant.all_cores:
            row.wall_rate = _on_all_cores(tool, variant, request, row)
    except Exception as error:  # another tool may fail in any way it likes: that is a result
        row.failed = results.trouble(error)
    row.memory_mb = memory_mb()
    results.write(Path(request.answer), row)
    return row


def _timed(tool: Any, variant: str, request: ChainRequest, row: ChainRow) -> None:
    """Person-cycles per processor second, the fastest walk; the first, of few people, is for compilers."""
    tool.walker(min(1000, request.people), 2, variant, 1)()
    row.people, fastest, spent, turns = request.people, math.inf, 0.0, 0
    while spent < request.seconds and turns < MOST_TURNS:
        walk = tool.walker(row.people, row.cycles, variant, 1)
        begun = time.process_time()
        shares = walk()
        seconds = max(time.process_time() - begun, SHORTEST)
        fastest, spent, turns = min(fastest, seconds), spent + seconds, turns + 1
    row.cpu_s, row.rate = fastest, row.people * row.cycles / fastest
    row.shares = [float(share) for share in shares]


def _on_all_cores(tool: Any, variant: str, request: ChainRequest, row: ChainRow) -> float:
    """Person-cycles per second of the clock, the fastest of three walks."""
    walk = tool.walker(row.people, row.cycles, variant, request.cores)
    clock = math.inf
    for _ in range(3):
        begun = time.perf_counter()
        walk()
        clock = min(clock, time.perf_counter() - begun)
    return row.people * row.cycles / clock


def disagreement(one: ChainRow, other: ChainRow) -> float:
    """The largest difference of final shares, in standard errors of sampling."""
    a, b = np.array(one.shares), np.array(other.shares)
    mean = (a * one.people + b * other.people) / (one.people + other.people)
    error = np.sqrt(np.maximum(mean * (1 - mean), 1e-12) * (1 / one.people + 1 / other.people))
    return float(np.max(np.abs(a - b) / error))
