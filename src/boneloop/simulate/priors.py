"""The start of pain, mood and function: what was measured, with its error; the rest drawn given age, sex and that.

Each state has a Beta prior by age and sex. A measured value updates it like a questionnaire of n yes-or-no answers,
n from the measurement's standard error, so a draw never leaves 0 to 1. States that were not measured are drawn from
their prior through a Gaussian copula, conditional on the ones that were.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc, betaincinv, ndtr

from boneloop.evidence.registry import Registry
from boneloop.patient.profile import Profile, Reading
from boneloop.simulate.chance import normal
from boneloop.simulate.lanes import Lanes
from boneloop.types import Array

STATES = ("depression", "anxiety", "pain", "function_loss")
_INSIDE = 1e-6


def seen_states(lanes: Lanes, registry: Registry) -> dict[str, Array]:
    """Starting values 0..1 of the states of ``STATES``, one per lane."""
    correlation = correlations(registry)
    found = {state: np.empty(lanes.count) for state in STATES}
    luck = {state: lanes.luck(f"start/{state}") for state in STATES}
    for index, patient in enumerate(lanes.patients):
        here = lanes.of(index)
        own = _start(patient, {s: luck[s][here] for s in STATES}, correlation, registry)
        for state in STATES:
            found[state][here] = own[state]
    return found


def prior(state: str, patient: Profile, registry: Registry) -> tuple[float, float]:
    """The two shapes of the Beta law of a state for people of that age and sex."""
    mean = float(registry.at(f"population.{state}_mean_{patient.sex}", patient.age))
    concentration = float(registry.at(f"population.{state}_concentration_{patient.sex}", patient.age))
    return mean * concentration, (1 - mean) * concentration


def average_states(lanes: Lanes, registry: Registry) -> dict[str, Array]:
    """The mean of each state over people of that age and sex, one per lane."""
    return {s: np.asarray(lanes.by_sex(registry, f"population.{s}_mean", lanes.age)) for s in STATES}


def average_nearness(lanes: Lanes, case: float, registry: Registry) -> Array:
    """Mean of min(1, depression/case) over people of that age and sex, one per lane."""
    mean = lanes.by_sex(registry, "population.depression_mean", lanes.age)
    tight = lanes.by_sex(registry, "population.depression_concentration", lanes.age)
    a, b = mean * tight, (1 - mean) * tight
    return np.asarray(mean / case * betainc(a + 1, b, case) + 1 - betainc(a, b, case))


def usual_states(lanes: Lanes, registry: Registry) -> dict[str, Array]:
    """A person of that age and sex drawn at random, with the same luck as the measured states, one per lane."""
    found = {state: np.empty(lanes.count) for state in STATES}
    for index, patient in enumerate(lanes.patients):
        here = lanes.of(index)
        for state in STATES:
            a, b = prior(state, patient, registry)
            found[state][here] = _inside(betaincinv(a, b, lanes.luck(f"start/{state}")[here]))
    return found


def answers_worth(reading: Reading) -> float:
    """How many yes-or-no answers a measurement is worth: n with √(1/4n) equal to its standard error."""
    return 1 / (4 * reading.error**2)


def _start(patient: Profile, luck: dict[str, Array], correlation: Array, registry: Registry) -> dict[str, Array]:
    readings = {s: getattr(patient, s) for s in STATES}
    known = [s for s in STATES if readings[s] is not None]
    unknown = [s for s in STATES if readings[s] is None]
    values = {s: _measured(readings[s], prior(s, patient, registry), luck[s]) for s in known}
    if unknown:
        scores = {s: _score(values[s], prior(s, patient, registry)) for s in known}
        for state, score in _conditional(scores, known, unknown, luck, correlation).items():
            a, b = prior(state, patient, registry)
            values[state] = _inside(betaincinv(a, b, ndtr(score)))
    return values


def _measured(reading: Reading, shapes: tuple[float, float], luck: Array) -> Array:
    n = answers_worth(reading)
    return _inside(betaincinv(shapes[0] + n * reading.value, shapes[1] + n * (1 - reading.value), luck))


def _score(value: Array, shapes: tuple[float, float]) -> Array:
    return normal(np.clip(betainc(shapes[0], shapes[1], value), _INSIDE, 1 - _INSIDE))


def _conditional(
    scores: dict[str, Array], known: list[str], unknown: list[str], luck: dict[str, Array], correlation: Array
) -> dict[str, Array]:
    """Latent normals of the unknown states given those of the known ones."""
    u = [STATES.index(s) for s in unknown]
    free = [normal(luck[s]) for s in unknown]
    spread = correlation[np.ix_(u, u)]
    mean = np.zeros((len(unknown), len(free[0])))
    if known:
        k = [STATES.index(s) for s in known]
        weights = np.linalg.solve(correlation[np.ix_(k, k)], correlation[np.ix_(k, u)]).T
        mean = _weighed(weights, [scores[s] for s in known])
        spread = spread - weights @ correlation[np.ix_(k, u)]
    drawn = mean + _weighed(np.linalg.cholesky(spread), free)
    return dict(zip(unknown, drawn, strict=True))


def _weighed(weights: NDArray[np.floating[Any]], rows: list[Array]) -> Array:
    """The matrix product, draw by draw: a library's product rounds a draw differently according to its place."""
    return np.asarray(sum(weights[:, [i]] * row for i, row in enumerate(rows)))


def correlations(registry: Registry) -> Array:
    """Correlation of the normal scores of the states, in the order of ``STATES``."""
    matrix = np.eye(len(STATES))
    for i, a in enumerate(STATES):
        for j, b in enumerate(STATES[:i]):
            name = f"population.correlation_{a}_{b}"
            name = name if name in registry.entries else f"population.correlation_{b}_{a}"
            matrix[i, j] = matrix[j, i] = registry.number(name)
    return matrix


def _inside(value: Array) -> Array:
    return np.asarray(np.clip(value, _INSIDE, 1 - _INSIDE), dtype=np.float64)
