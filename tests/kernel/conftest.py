"""Made-up systems that the kernel's tests share; they mean nothing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from boneloop.kernel.graph import Graph
from boneloop.kernel.recorder import record
from boneloop.mathematics import exp, log, maximum, minimum, power, rising, sqrt, step, tanh


@dataclass(frozen=True)
class System:
    """A model function, its sizes, and where it may be looked at.

    states, parameters  shape (rows, 1): a typical point; draws are log-normal around it
    """

    model: object
    states: np.ndarray
    parameters: np.ndarray

    @property
    def graph(self) -> Graph:
        """Recorded anew."""
        return record(self.model, len(self.states), len(self.parameters))

    def draw(self, lanes: int, seed: int = 1, spread: float = 0.4):
        """Random states, parameters and times."""
        chance = np.random.default_rng(seed)
        states = self.states * chance.lognormal(0, spread, (len(self.states), lanes))
        parameters = self.parameters * chance.lognormal(0, spread, (len(self.parameters), lanes))
        return states, parameters, chance.uniform(0, 10, lanes)


def every_word(y, p, time):
    """Uses every operation there is, time included."""
    a, b, c, d = y
    saturation, rate, exponent = p
    pull = power(a, 2.7) / (power(a, 2.7) + power(saturation, 2.7)) - sqrt(b) * tanh(c - a)
    drive = exp(-time / 7) * log(1 + b * b) + minimum(c, 1.3) * maximum(d, 0.4) + 0.1 * step(a - 1)
    return (
        rate * (pull - a) + 0.01 * time,
        rising(drive) - rate * b + power(d, exponent) / 5,
        -c * c * c + a / (b + 0.5) + power(c, -0.5) - 2**-c,
        (drive - d) / 3 - 0.2,
    )


def chain(y, p, time):
    """A stiff chain of reactions with memory: fast, middle, slow, and a pool that dosing fills."""
    fast, middle, slow, depot = y
    quick, turn, hold = p
    made = turn * fast * middle
    return (
        quick * (hold - fast) - made + 0.3 * depot,
        0.5 * rising(fast / hold) + 0.1 * tanh(time / 20) - 0.2 * power(middle, 1.4),
        0.01 * (made - power(slow, 0.7)),
        -0.35 * depot,
    )


@pytest.fixture(scope="session")
def words() -> System:
    """Every word of the kernel in one model."""
    return System(every_word, np.array([[1.1], [0.7], [0.9], [0.6]]), np.array([[1.2], [0.8], [1.6]]))


@pytest.fixture(scope="session")
def reactions() -> System:
    """A stiff model with a depot for doses; made to be followed for 100 units of time."""
    return System(chain, np.array([[1.0], [1.0], [1.0], [0.1]]), np.array([[300.0], [0.6], [1.5]]))
