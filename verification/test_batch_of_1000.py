"""One patient alone gets the forecast that the same patient gets in a batch of 1,000: every number of it, bit for bit.

Takes about half a minute. The lives alone, without the circle and the cut arrows, are compared in the everyday tests.
"""

from __future__ import annotations

from dataclasses import fields, is_dataclass

import numpy as np
import pytest

from boneloop.compare.run import forecast
from boneloop.patient.profile import BoneReading, PastFracture, PastTreatment, Profile, Reading
from boneloop.therapy.care_plan import load_plans
from boneloop.types import Known, Sex

PEOPLE = 1000
LOOKED_AT = (0, 7, 123, 499, 500, 750, 999)


def made_up(n):
    """The n-th of the thousand."""
    chance = np.random.default_rng(n)

    def reading():
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
        fractures=(PastFracture("vertebra", float(chance.uniform(0, 900))),) if n % 6 == 0 else (),
        fractures_known=(Known.UNKNOWN, Known.YES)[n % 2],
        treatments=(PastTreatment("denosumab", (500.0, 317.0), True),) if n % 200 == 7 else (),
    )


def same(first, second):
    """Are two results the same, bit for bit?"""
    if is_dataclass(first):
        return all(same(getattr(first, f.name), getattr(second, f.name)) for f in fields(first))
    if isinstance(first, dict):
        return first.keys() == second.keys() and all(same(first[k], second[k]) for k in first)
    if isinstance(first, tuple):
        return len(first) == len(second) and all(map(same, first, second))
    return np.array_equal(first, second, equal_nan=isinstance(first, float | np.ndarray))


@pytest.mark.slow
def test_one_patient_alone_gets_the_forecast_of_a_batch_of_1000():
    """Circle, bands and cut arrows included."""
    people, plans = [made_up(n) for n in range(PEOPLE)], load_plans(("none", "integrated"))
    asked = {"draws": 5, "years": 1, "jobs": 1}
    batch = list(forecast(people, plans, **asked))
    assert [f.profile.id for f in batch] == [p.id for p in people]
    for n in LOOKED_AT:
        assert same(next(forecast([people[n]], plans, **asked)), batch[n]), people[n].id
