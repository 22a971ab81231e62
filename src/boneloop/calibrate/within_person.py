"""How much one state of a person tells of another one years later, beyond what stays: the cross-lag of panel studies.

A random-intercept cross-lagged model takes away what is lasting in each person and regresses what is left of a wave on
what was left of the wave before. In the model what is left obeys, near a person's usual state, a linear system driven
by the swings z of the natural course:

    x' = T⁻¹ (S'(u) G x + S'(u) b z - x),    z' = -z/τ + noise,    Γ(Δ) = e^{FΔ} Γ(0)

so the coefficients of an infinite panel follow without simulating one: B = Γ(Δ) (Γ(0) + R)⁻¹ for the observed states,
R the error of their questionnaires, and β_ij = B_ij sd_j / sd_i where both are standardized.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from scipy.linalg import expm, solve_continuous_lyapunov

from boneloop.calibrate.targets.observed import error
from boneloop.cycle import loop, stability
from boneloop.evidence.registry import Registry
from boneloop.kernel.vector import pack, unpack
from boneloop.mathematics import saturating_slope
from boneloop.patient.profile import Profile
from boneloop.simulate.lanes import arrange
from boneloop.simulate.model import Model, prepare
from boneloop.simulate.natural_course import SCORES, norms, swings
from boneloop.simulate.priors import STATES, correlations
from boneloop.simulate.rest import hidden
from boneloop.types import Array, Sex
from boneloop.units import DAYS_PER_YEAR

AGE = 65.0
"""Of the person near whose usual state the system is linear."""
GAINS = np.array([0.1, 0.3, 0.5, 0.7, 0.9])
"""Quantiles of the strength of the circle between people that the coefficients are averaged over."""
_PAGES = {
    "depression": ("phq9", "depressive_severity"),
    "pain": ("pain", "felt"),
    "function_loss": ("function", "loss"),
}


def standardized_lags(
    registry: Registry, values: Mapping[str, Array], years: float, states: tuple[str, ...] = ("depression", "pain")
) -> Array:
    """β of each vector of numbers, shape (vectors, to, from), in the order of ``states``.

    values  by id, shape (vectors,), in the entries' own units
    """
    vectors = len(next(iter(values.values())))
    lanes = arrange([Profile("usual", AGE, Sex.FEMALE, "US")], vectors, 1)
    model = prepare(registry, lanes, dict(values))
    usual, slopes = _usual(registry)
    found = np.zeros((vectors, len(states), len(states)))
    scale = registry["circle.gain_scale"]
    kept = swings(lanes, correlations(registry), model)
    seen = {state: np.full(vectors, level) for state, level in usual.items()}
    for quantile in GAINS:
        own = scale.spread.quantile(scale.number("1"), np.array([quantile]))[0]
        person = loop.Person(gain=np.broadcast_to(np.asarray(own * model.number("circle.strength")), (vectors,)))
        for vector in range(vectors):
            one = model.of(np.array([vector]))
            who = loop.Person(gain=float(person.gain[vector]))
            at = hidden({s: level[[vector]] for s, level in seen.items()}, who, one)
            found[vector] += _lags(at, who, one, kept[vector], slopes, usual, years, states) / len(GAINS)
    return found


def _usual(registry: Registry) -> tuple[dict[str, float], dict[str, float]]:
    """The middle person's levels, and how fast the level rises with the score there."""
    known, middle = norms(registry), len(SCORES) // 2
    age, male = np.array([AGE]), np.array([False])
    levels = {s: float(known.level(s, SCORES[[middle]], age, male)[0]) for s in STATES}
    step = SCORES[middle + 1] - SCORES[middle - 1]
    around = {s: known.level(s, SCORES[[middle - 1, middle + 1]], AGE + np.zeros(2), np.zeros(2, bool)) for s in STATES}
    return levels, {s: float(np.diff(rows)[0] / step) for s, rows in around.items()}


def _lags(
    at: loop.Fast,
    person: loop.Person,
    model: Model,
    kept: Array,
    slopes: Mapping[str, float],
    usual: Mapping[str, float],
    years: float,
    states: tuple[str, ...],
) -> Array:
    fast, count = list(loop.FAST_NAMES), len(loop.FAST_NAMES)
    setting = stability.Setting(person, model.body)
    rows = pack(at, 1)
    drive = pack(stability.drives(unpack(at, rows), setting), 1)
    need = {"felt": usual["pain"], "depressive_severity": usual["depression"], "anxiety": usual["anxiety"]}
    need["loss"] = usual["function_loss"]
    top = stability.ceilings(model.body)
    slope = saturating_slope(drive, top[:, None], stability.convexities(model.body)[:, None])[:, 0]
    for name, level in need.items():
        slope[fast.index(name)] = (1 - level / top[fast.index(name)]) ** 2
    gains = slope[:, None] * stability.gain_matrix(setting)[0]
    times = _times(model)
    free = np.zeros((count + len(STATES), count + len(STATES)))
    free[:count, :count] = (gains - np.eye(count)) / times[:, None]
    pushed = {"depression": "depressive_severity", "anxiety": "anxiety", "pain": "felt", "function_loss": "loss"}
    for number, state in enumerate(STATES):
        row = fast.index(pushed[state])
        free[row, count + number] = slopes[state] / times[row]
    passing = float(np.ravel(model.number("natural_course.time", "day"))[0])
    free[count:, count:] = -np.eye(len(STATES)) / passing
    noise = np.zeros_like(free)
    noise[count:, count:] = 2 * kept / passing
    whole = solve_continuous_lyapunov(free, -noise)
    look = [fast.index(_PAGES[state][1]) for state in states]
    now = whole[np.ix_(look, look)] + np.diag([_error(state, usual[state]) ** 2 for state in states])
    later = (expm(free * years * DAYS_PER_YEAR) @ whole)[np.ix_(look, look)]
    sd = np.sqrt(np.diag(now))
    return np.asarray(later @ np.linalg.inv(now) * sd[None, :] / sd[:, None])


def _error(state: str, level: float) -> float:
    """Standard error of a reading, on the model's scale."""
    page = _PAGES[state][0]
    points = {"phq9": 27.0, "pain": 10.0, "function": 100.0}[page]
    return float(error(page, np.array([points * level]))[0] / points)


def _times(model: Model) -> Array:
    p = model.body
    rows = (
        p.stress.norepinephrine_time,
        p.stress.cortisol_time,
        p.inflammation.time,
        p.pain.felt_time,
        p.pain.sensitization_time,
        p.mood.depression_time,
        p.mood.anxiety_time,
        p.function.time,
    )
    return np.array([float(np.ravel(time)[0]) for time in rows])
