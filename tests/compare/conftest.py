"""Made-up people, one forecast of them that many tests look at, and a strict comparison of forecasts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np
import pytest

from boneloop.compare.forecast import Forecast
from boneloop.compare.run import forecast
from boneloop.patient.profile import BoneReading, PastFracture, PastTreatment, Profile, Reading
from boneloop.therapy.care_plan import load_plans
from boneloop.types import Known, Sex

PLANS = ("none", "bone", "mind", "integrated")


@pytest.fixture(scope="session")
def woman() -> Profile:
    """A woman of 72 with osteoporosis, NRS 6, PHQ-9 14, GAD-7 9."""
    return Profile(
        id="woman",
        age=72.0,
        sex=Sex.FEMALE,
        country="US",
        bone=BoneReading("total_hip", 0.62, 0.015, "measured", None),
        pain=Reading(6 / 10, 0.1, "NRS 6 of 10", None),
        depression=Reading(14 / 27, 0.0741, "PHQ-9 total 14 of 27", None),
        anxiety=Reading(9 / 21, 0.0952, "GAD-7 total 9 of 21", None),
        assumed=("function not measured: drawn from people of that age and sex",),
    )


@pytest.fixture(scope="session")
def people() -> Callable[[int], list[Profile]]:
    """As many made-up people as asked, of every kind; the n-th is always the same."""

    def person(n: int) -> Profile:
        chance = np.random.default_rng(n)

        def reading() -> Reading | None:
            return Reading(float(chance.random()), 0.08, "a questionnaire", None) if chance.random() < 0.5 else None

        site = ("total_hip", "femoral_neck", "lumbar_spine")[n % 3]
        return Profile(
            id=f"person {n}",
            age=float(chance.uniform(41, 99)),
            sex=(Sex.FEMALE, Sex.MALE)[n % 2],
            country=("US", "GB", "CN")[n % 3],
            bone=BoneReading(site, float(chance.uniform(0.45, 1.1)), 0.02, "measured", None) if n % 4 else None,
            pain=reading(),
            depression=reading(),
            anxiety=reading(),
            function_loss=reading(),
            falls=float(n % 6) if n % 5 == 0 else None,
            fractures=(PastFracture("vertebra", float(chance.uniform(0, 900))),) if n % 6 == 0 else (),
            fractures_known=(Known.UNKNOWN, Known.YES)[n % 2],
            treatments=(PastTreatment("denosumab", (500.0, 317.0), True),) if n % 200 == 7 else (),
        )

    return lambda count: [person(n) for n in range(count)]


@pytest.fixture(scope="session")
def ahead(woman: Profile) -> Forecast:
    """Three years of the woman under four plans, forty draws."""
    return next(forecast([woman], load_plans(PLANS), draws=40, years=3, jobs=1))


def _differences(first: Any, second: Any, place: str = "") -> Iterator[str]:
    if is_dataclass(first):
        for field in fields(first):
            yield from _differences(getattr(first, field.name), getattr(second, field.name), f"{place}.{field.name}")
    elif isinstance(first, dict):
        assert first.keys() == second.keys(), place
        for key in first:
            yield from _differences(first[key], second[key], f"{place}[{key}]")
    elif isinstance(first, tuple):
        assert len(first) == len(second), place
        for index, pair in enumerate(zip(first, second, strict=True)):
            yield from _differences(*pair, f"{place}[{index}]")
    elif not np.array_equal(first, second, equal_nan=isinstance(first, float | np.ndarray)):
        yield place


@pytest.fixture(scope="session")
def differences() -> Callable[[Forecast, Forecast], list[str]]:
    """Places at which two forecasts are not the same, bit for bit."""
    return lambda first, second: list(_differences(first, second))
