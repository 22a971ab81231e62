"""Published studies lived at many vectors of numbers at once: what a stage that fits totals minimizes.

Each vector is a lane of every made-up person. All vectors meet the same people with the same luck, and fractures
happen by their probabilities (``Setting.expected``), so that residuals are smooth in the numbers.

    residual = (simulated − published) / standard error,    of the logarithm for a ratio
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from boneloop.calibrate.targets.format import Arm, Result, Study
from boneloop.calibrate.targets.lives import Lives, looked_up, outcome_of
from boneloop.calibrate.targets.outcomes import pages_of
from boneloop.calibrate.targets.people import made_up
from boneloop.calibrate.targets.reading import own_files, read_all
from boneloop.cycle import loop
from boneloop.errors import EvidenceError
from boneloop.evidence.registry import Registry
from boneloop.kernel.dormand_prince import Tolerance
from boneloop.patient.profile import Profile
from boneloop.simulate.lanes import arrange
from boneloop.simulate.life import MONTHS_PER_YEAR, Setting, live
from boneloop.simulate.model import Model, prepare
from boneloop.simulate.outcomes import EVERY_MONTHS
from boneloop.simulate.start import Start, start
from boneloop.types import Array

LANES_AT_ONCE = 5000
_TWO_SIDES = 1.959963984540054


@dataclass(frozen=True)
class Wanted:
    """One published result that a fit is to meet, with the study it stands in."""

    study: Study
    result: Result

    @property
    def error(self) -> float:
        """Standard error of the published value, of its logarithm for a ratio; a tolerance counts as two of them."""
        if self.result.standard_error is not None:
            return self.result.standard_error
        if self.result.tolerance is None:
            raise EvidenceError(f"{self.result.id}: a result is fitted with an interval, an error or a tolerance")
        scale = self.result.value if self.result.on_log_scale else 1.0
        return self.result.tolerance / _TWO_SIDES / abs(scale)

    def residual(self, simulated: Array) -> Array:
        """How far off the simulated numbers are, in standard errors."""
        if self.result.on_log_scale:
            return np.asarray(np.log(simulated / self.result.value) / self.error)
        return np.asarray((simulated - self.result.value) / self.error)


def wanted(ids: Sequence[str]) -> tuple[Wanted, ...]:
    """Results of the package's own target files by id, in the order asked.

    Raises EvidenceError for an id that no file has, and for one that is only a check.
    """
    studies, _ = read_all(own_files())
    found = {result.id: Wanted(study, result) for study in studies for result in study.results}
    for identity in ids:
        if identity not in found:
            raise EvidenceError(f"no target file has a result {identity!r}")
        if found[identity].result.role != "calibrate":
            raise EvidenceError(f"{identity} is a check: nothing is fitted to it")
    return tuple(found[identity] for identity in ids)


@dataclass(frozen=True)
class Lab:
    """Where studies are lived: the numbers that stay, how many people, and their seed."""

    registry: Registry
    people: int
    seed: int

    def simulated(self, asked: Iterable[Wanted], values: Mapping[str, Array]) -> Array:
        """What the model says, in the unit of each result, shape (results, vectors).

        values  numbers by id, in the entry's own unit, shape (vectors,)
        """
        asked = tuple(asked)
        rows: dict[str, Array] = {}
        for study in {one.study.id: one.study for one in asked}.values():
            mine = [one.result for one in asked if one.study.id == study.id]
            lives = self._lives(study, mine, values)
            rows |= {result.id: looked_up(result, {arm: lives[arm] for arm in result.arms}) for result in mine}
        return np.stack([rows[one.result.id] for one in asked])

    def _lives(self, study: Study, results: Sequence[Result], values: Mapping[str, Array]) -> dict[str, Lives]:
        """Every arm that the results need, people group by people group."""
        vectors = len(next(iter(values.values())))
        arms = [study.arms[name] for name in study.arms if any(name in result.arms for result in results)]
        size = max(1, LANES_AT_ONCE // vectors)
        people = {arm.name: made_up(study.id, arm, self.people, self.seed) for arm in arms}
        pieces: dict[str, list[Lives]] = {arm.name: [] for arm in arms}
        for begin in range(0, self.people, size):
            before: tuple[tuple[Profile, ...], Model, Start] | None = None
            for arm in arms:
                who = people[arm.name][begin : begin + size]
                if before is None or before[0] != who:
                    before = (who, *self._begun(who, values, vectors))
                pieces[arm.name].append(self._lived(arm, before[1], before[2], len(who), vectors, results))
        whole = {name: np.ones(self.people, dtype=bool) for name in pieces}
        return {name: Lives.joined(parts, whole[name]) for name, parts in pieces.items()}

    def _begun(self, who: tuple[Profile, ...], values: Mapping[str, Array], vectors: int) -> tuple[Model, Start]:
        lanes = arrange(who, vectors, self.seed)
        drawn = {identity: np.asarray(numbers)[lanes.draw] for identity, numbers in values.items()}
        same_luck = replace(lanes, draw=np.zeros_like(lanes.draw))
        model = prepare(self.registry, same_luck, drawn)
        return model, start(same_luck, model, self._tolerance())

    def _lived(
        self, arm: Arm, model: Model, begun: Start, people: int, vectors: int, results: Sequence[Result]
    ) -> Lives:
        mine = [result for result in results if arm.name in result.arms]
        asked = [month for result in mine for month in (result.month, result.from_month)]
        every = EVERY_MONTHS if all(month % EVERY_MONTHS == 0 for month in asked) else 1
        months = every * max(1, math.ceil(max(asked) / every))
        gates = loop.OPEN._replace(**dict.fromkeys(arm.cut, 0))
        setting = Setting(months, self._tolerance(), gates, expected=True, every_months=every, incidence=True)
        course = live(begun, arm.plan, model, setting)
        if course.stopped:
            raise EvidenceError(f"{arm.name}: the engine stopped: {next(iter(course.stopped.values()))}")
        pages = {page for result in mine for page in pages_of(outcome_of(result))}
        shape = (len(course.years), people, vectors)
        return Lives(course.years * MONTHS_PER_YEAR, {page: course.values[page].reshape(shape) for page in pages})

    def _tolerance(self) -> Tolerance:
        allowed = self.registry.number("forecast.tolerance")
        return Tolerance(allowed, allowed)
