"""What is special to a person averages out: people of whom nothing is known break as often as the population.

Base hazards are rates of the population. Each factor on them (density, falls, earlier fractures, drugs) is divided by
its mean; what is left is that the factors go together in one person, for which a tenth is allowed.
"""

from __future__ import annotations

import numpy as np
import pytest

from boneloop.cycle import loop
from boneloop.cycle.body.fracture import SITES
from boneloop.evidence.registry import load
from boneloop.patient.profile import Profile
from boneloop.simulate.hazard import base_hazard, death_hazard, earlier_fracture, falls, fracture_hazards
from boneloop.types import Sex

DRAWS = 4000
TOGETHER = 0.10

people = pytest.mark.parametrize(
    ("age", "sex", "country"),
    [(55.0, Sex.FEMALE, "US"), (75.0, Sex.FEMALE, "CN"), (88.0, Sex.FEMALE, "GB"), (70.0, Sex.MALE, "US")],
)


def near_1(values, allowed=TOGETHER):
    return abs(values.mean() - 1) < allowed + 4 * values.std() / np.sqrt(len(values))


@people
def test_hazards_of_people_of_whom_nothing_is_known_are_the_populations(begun, age, sex, country):
    here, model = begun(Profile("anybody", age, sex, country), DRAWS)
    relative = falls(here.state.fast, here.who, 0.0, {}, loop.OPEN, model)
    z = here.reference.z(here.density, here.who.age)
    hazards = fracture_hazards(z, relative, here.state.fracture, here.who, here.history, 0.0, {}, loop.OPEN, model)
    for site, own in zip(SITES, hazards, strict=True):
        assert near_1(own / base_hazard(site, here.who.age, here.who, model)), site
    assert near_1(relative, allowed=0.03)
    assert near_1(earlier_fracture(here.history, here.who.age, here.who, model), allowed=0.01)


@people
def test_people_of_whom_nothing_is_known_die_as_the_life_table_says(begun, age, sex, country):
    here, model = begun(Profile("anybody", age, sex, country), DRAWS)
    dies = death_hazard(here.who, here.history, 0.0, model)
    rate = load().at(f"mortality.{country.lower()}_{sex}", age, "1/year", logarithmic=True)
    assert near_1(dies / rate)
