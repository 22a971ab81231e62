"""Made-up people and their lives, shared by the tests of this room."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import pytest

from boneloop.evidence.registry import Registry, load
from boneloop.kernel.dormand_prince import Tolerance
from boneloop.patient.profile import BoneReading, Profile, Reading
from boneloop.simulate.lanes import arrange
from boneloop.simulate.life import Course, Setting, live
from boneloop.simulate.model import Model, prepare
from boneloop.simulate.start import Start, start
from boneloop.therapy.care_plan import CarePlan, load_plan
from boneloop.types import Sex


class Ready(NamedTuple):
    """People at month 0, with the numbers they live by."""

    start: Start
    model: Model
    tolerance: Tolerance

    def live(self, plan: CarePlan | str, months: int, **setting: object) -> Course:
        """Live a plan from here."""
        chosen = load_plan(plan) if isinstance(plan, str) else plan
        return live(self.start, chosen, self.model, Setting(months, self.tolerance, **setting))  # type: ignore[arg-type]


@pytest.fixture(scope="session")
def registry() -> Registry:
    """Every number under the belief "evidence"."""
    return load()


@pytest.fixture(scope="session")
def ready() -> Callable[..., Ready]:
    """Bring people to month 0."""

    def bring(
        people: Profile | Sequence[Profile],
        draws: int = 8,
        seed: int = 1,
        belief: str = "evidence",
        central: bool = False,
    ) -> Ready:
        everybody = (people,) if isinstance(people, Profile) else people
        registry = load(belief)
        accuracy = registry.number("forecast.tolerance")
        tolerance = Tolerance(accuracy, accuracy)
        lanes = arrange(everybody, draws, seed, central)
        model = prepare(registry, lanes)
        return Ready(start(lanes, model, tolerance), model, tolerance)

    return bring


@pytest.fixture(scope="session")
def stranger() -> Profile:
    """A woman of 75 of whom nothing else is known."""
    return Profile("stranger", 75.0, Sex.FEMALE, "US")


@pytest.fixture(scope="session")
def woman() -> Profile:
    """A woman of 72 with osteoporosis (T-score about -2.7), NRS 6, PHQ-9 14, GAD-7 9."""
    return Profile(
        id="woman",
        age=72.0,
        sex=Sex.FEMALE,
        country="US",
        bone=BoneReading("total_hip", 0.62, 0.015, "measured", None),
        pain=Reading(6 / 10, 0.1, "NRS 6 of 10", None),
        depression=Reading(14 / 27, 0.0741, "PHQ-9 total 14 of 27", None),
        anxiety=Reading(9 / 21, 0.0952, "GAD-7 total 9 of 21", None),
    )


@pytest.fixture(scope="session")
def same() -> Callable[[Course, Course], bool]:
    """Are two courses the same, bit for bit?"""

    def equal(first: Course, second: Course) -> bool:
        return (
            np.array_equal(first.years, second.years)
            and np.array_equal(first.alive, second.alive)
            and first.values.keys() == second.values.keys()
            and all(np.array_equal(v, second.values[name], equal_nan=True) for name, v in first.values.items())
        )

    return equal
