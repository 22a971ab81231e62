"""The natural course: bad months come and go, and a person tends back to what is usual for them.

Among people of one age and sex, the rank of a person's own level of pain, depression, anxiety or lost function is a
standard normal score y. It has a part that stays and a part that comes and goes:

    y(t) = μ + z(t),    z(t + Δ) = φ z(t) + √(1 - φ²) L ε,    φ = e^{-Δ/τ},    K = L Lᵀ

K is the covariance of z. Scores of all people have the correlation C of the population, so μ has C - K: what a person
is seen with is read as the best guess of both parts. The level that belongs to a score follows the age norms, so a
person keeps the rank, not the level, as years go by. What moves is the person's own input to each state:

    s(t) = s(0) + S⁻¹(level(y(t), age(t))) - S⁻¹(level(y(0), age(0)))

The luck ε has its own keys: it is the same under every care plan, and in a person's twin. Gains and cycle number are
untouched; the input of a cooperative system may vary with time.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from scipy.special import betaincinv, ndtr

from boneloop.cycle import loop
from boneloop.evidence.registry import Registry
from boneloop.mathematics import saturating_inverse
from boneloop.simulate.chance import normal
from boneloop.simulate.lanes import Lanes
from boneloop.simulate.model import Model
from boneloop.simulate.priors import STATES, correlations
from boneloop.simulate.rest import response
from boneloop.types import Array, Index, Mask
from boneloop.units import DAYS_PER_MONTH, DAYS_PER_YEAR

SCORES = np.linspace(-6, 6, 241)
"""Scores at which the level is tabulated; between them it is straight."""
_TINY = 1e-12
"""Added to the variances of what is not known of a person, so that nothing known leaves a root to be taken."""


class Push(NamedTuple):
    """What is added to a person's own inputs; numbers or one per lane."""

    felt: Array | float = 0
    depression: Array | float = 0
    anxiety: Array | float = 0
    loss: Array | float = 0

    def on(self, person: loop.Person) -> loop.Person:
        """The person pushed."""
        return person._replace(
            felt_input=person.felt_input + self.felt,
            depression_input=person.depression_input + self.depression,
            anxiety_input=person.anxiety_input + self.anxiety,
            loss_input=person.loss_input + self.loss,
        )


@dataclass(frozen=True)
class Tendency:
    """What belongs to each lane's course: in the order of ``STATES``.

    now, usual  scores at the start and what they tend to, shape (states, lanes)
    swing       L, the root of K, shape (lanes, states, states)
    kept        φ of a month, shape (lanes,)
    """

    now: Array
    usual: Array
    swing: Array
    kept: Array


def tendency(lanes: Lanes, own: dict[str, Array], model: Model) -> Tendency:
    """Read each lane's own levels at the start as a part that stays and a part that comes and goes."""
    now = _scores_of(lanes, own, model.registry)
    people = correlations(model.registry)
    spell = swings(lanes, people, model)
    guess = _product(spell, np.asarray(np.linalg.inv(people))[None])
    spread = spell - _product(guess, spell)
    luck = np.stack([normal(lanes.luck(f"course/{state}/now")) for state in STATES])
    swung = _applied(guess, now) + _applied(_root(spread), luck)
    months = model.number("natural_course.time", "day") / DAYS_PER_MONTH
    kept = np.broadcast_to(np.exp(-1 / np.asarray(months)), (lanes.count,))
    return Tendency(now, now - swung, _root(spell), kept)


def _root(spread: Array) -> Array:
    return np.asarray(np.linalg.cholesky(spread + _TINY * np.eye(len(STATES))))


def swings(lanes: Lanes, people: Array, model: Model) -> Array:
    """K of each lane; where the swings would exceed the spread of the population they are scaled down to it."""
    share = np.stack(
        [np.broadcast_to(np.asarray(model.number(f"natural_course.{s}")), (lanes.count,)) for s in STATES], axis=1
    )
    alike = _shared(lanes, model) * people
    for state in range(len(STATES)):
        alike[:, state, state] = 1
    size = np.sqrt(share)
    asked = size[:, :, None] * alike * size[:, None, :]
    root = np.linalg.inv(np.linalg.cholesky(people))
    largest = np.linalg.eigvalsh(_product(_product(root[None], asked), root.T[None]))[:, -1]
    return np.asarray(asked / np.maximum(largest, 1)[:, None, None])


def _shared(lanes: Lanes, model: Model) -> Array:
    """Correlation of the swings as a share of the correlation between people, shape (lanes, states, states).

    Not more than all of it, and function shares no more with the others than they do among themselves.
    """
    function = STATES.index("function_loss")
    share = np.empty((lanes.count, len(STATES), len(STATES)))
    among = np.minimum(np.asarray(model.number("natural_course.shared")), 1)
    share[:] = among.reshape(-1, 1, 1)
    share[:, function, :] = np.minimum(np.asarray(model.number("natural_course.shared_with_function")), among).reshape(
        -1, 1
    )
    share[:, :, function] = share[:, function, :]
    return share


def _product(left: Array, right: Array) -> Array:
    """Each lane's product of two matrices, term by term: no lane's rounding depends on the others."""
    return np.asarray(sum(left[:, :, [k]] * right[:, [k], :] for k in range(len(STATES))))


def _applied(matrices: Array, rows: Array) -> Array:
    """Each lane's matrix on its own column, term by term: no lane's rounding depends on the others."""
    out = np.zeros_like(rows)
    for i in range(len(rows)):
        for j in range(len(rows)):
            out[i] = out[i] + matrices[:, i, j] * rows[j]
    return out


class NaturalCourse:
    """The course of every lane, month by month."""

    def __init__(self, lanes: Lanes, tendency: Tendency, model: Model) -> None:
        self._lanes, self._tendency, self._model = lanes, tendency, model
        self._score = tendency.now
        self._norms = norms(model.registry)
        self._begin = self._drives(tendency.now, 0.0)

    def push(self, month: int, place: Index) -> Push:
        """What is added to the inputs of the lanes at ``place`` during the month that begins at ``month``."""
        added = self._drives(self._score, month * DAYS_PER_MONTH / DAYS_PER_YEAR) - self._begin
        by_state = dict(zip(STATES, added[:, place], strict=True))
        return Push(by_state["pain"], by_state["depression"], by_state["anxiety"], by_state["function_loss"])

    def advance(self, month: int) -> None:
        """Go on by one month, the one that begins at ``month``."""
        t = self._tendency
        luck = np.stack([normal(self._lanes.luck(f"course/{state}", month + 1)) for state in STATES])
        swung = t.kept * (self._score - t.usual) + np.sqrt(1 - t.kept**2) * _applied(t.swing, luck)
        self._score = t.usual + swung

    def _drives(self, scores: Array, years: float) -> Array:
        age, male = self._lanes.age + years, self._lanes.male
        rows = [
            saturating_inverse(self._norms.level(state, score, age, male), *response(state, self._model.body))
            for state, score in zip(STATES, scores, strict=True)
        ]
        return np.stack(rows)


class Norms(NamedTuple):
    """Levels by state: (sexes, ages, scores), women first."""

    ages: Array
    levels: dict[str, Array]

    def level(self, state: str, score: Array, age: Array, male: Mask) -> Array:
        """The level of people of that age and sex who have this score; straight between knots, flat beyond."""
        right, weight = self._between(age)
        step = SCORES[1] - SCORES[0]
        inside = np.clip((score - SCORES[0]) / step, 0, len(SCORES) - 1 - _TINY)
        left = inside.astype(np.int64)
        part, table, sex = inside - left, self.levels[state], male.astype(np.int64)

        def at(knot: Index) -> Array:
            return np.asarray(table[sex, knot, left] * (1 - part) + table[sex, knot, left + 1] * part)

        return np.asarray(at(right - 1) * (1 - weight) + at(right) * weight)

    def score(self, state: str, level: Array, age: float, male: bool) -> Array:
        """The score of a level among people of that age and sex."""
        right, weight = self._between(np.array([age]))
        table = self.levels[state][int(male)]
        curve = table[right[0] - 1] * (1 - weight[0]) + table[right[0]] * weight[0]
        return np.asarray(np.interp(level, curve, SCORES))

    def _between(self, age: Array) -> tuple[Index, Array]:
        inside = np.clip(age, self.ages[0], self.ages[-1])
        right = np.clip(np.searchsorted(self.ages, inside), 1, len(self.ages) - 1)
        return right, (inside - self.ages[right - 1]) / (self.ages[right] - self.ages[right - 1])


@lru_cache(maxsize=4)
def _norms(tables: tuple[tuple[str, tuple[tuple[float, ...], ...]], ...]) -> dict[str, Array]:
    share = ndtr(SCORES)
    return {
        state: np.array(
            [
                [betaincinv(m * c, (1 - m) * c, share) for m, c in zip(mean, tight, strict=True)]
                for mean, tight in (rows[:2], rows[2:])
            ]
        )
        for state, rows in tables
    }


def norms(registry: Registry) -> Norms:
    """The levels of people of every age and sex, from the registry's Beta laws."""
    ages = registry[f"population.{STATES[0]}_mean_female"].over
    tables = tuple(
        (
            state,
            tuple(
                registry[f"population.{state}_{moment}_{sex}"].value
                for sex in ("female", "male")
                for moment in ("mean", "concentration")
            ),
        )
        for state in STATES
    )
    return Norms(np.array(ages), _norms(tables))


def _scores_of(lanes: Lanes, own: dict[str, Array], registry: Registry) -> Array:
    found, known = np.empty((len(STATES), lanes.count)), norms(registry)
    for index, patient in enumerate(lanes.patients):
        here = lanes.of(index)
        for row, state in enumerate(STATES):
            found[row, here] = known.score(state, own[state][here], patient.age, bool(lanes.male[here][0]))
    return found
