"""Blood at the start: as measured, else of people of that age and sex; and the engine at rest under what reaches it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from boneloop.cycle import loop
from boneloop.cycle.body.mineral.rest import FOLLOWED
from boneloop.cycle.body.mineral.rest import rest as rest_by_newton
from boneloop.patient.profile import Blood, PastTreatment
from boneloop.simulate.blood import LOWEST_FILTRATION, blood, rested
from boneloop.simulate.lanes import arrange
from boneloop.simulate.model import prepare
from boneloop.types import Sex
from boneloop.units import DAYS_PER_YEAR

MEASURED = Blood(calcium=2.21, phosphate=0.93, filtration=41.0, vitamin_d=27.0)
SURVEY = {20.0: 1.36, 32.0: 1.27, 44.0: 1.08, 62.0: 1.0, 90.0: 0.89}
"""PTH by 25-hydroxyvitamin D, nmol/L, relative to the middle group: NHANES 2003-2006, 50 and over, GFR 60 or more."""


def told(here):
    """What reaches the mineral engine of everybody at the start."""
    begin, p = here.start, here.model.body
    estrogen = begin.hormone.at(begin.lanes.age * DAYS_PER_YEAR)
    return loop.mineral_inputs(begin.state.fast, begin.state.bone, begin.person, estrogen, {}, loop.OPEN, p)


@pytest.mark.parametrize("name", Blood.__dataclass_fields__)
def test_what_was_measured_is_used_as_it_is(ready, stranger, name):
    known = replace(stranger, blood=replace(Blood(), **{name: getattr(MEASURED, name)}))
    own = ready(known, draws=5).start.blood
    for other in Blood.__dataclass_fields__:
        values = getattr(own, other)
        assert (values == getattr(MEASURED, other)).all() == (other == name), other


def test_kidney_and_vitamin_d_reach_the_engine_relative_to_its_own_person(ready, stranger):
    here = ready(replace(stranger, blood=MEASURED), draws=3)
    p = here.model.body.mineral
    assert here.start.person.filtration == pytest.approx(41 / p.full_filtration)
    assert here.start.person.vitamin_d == pytest.approx(27 / p.sufficient_vitamin_d)


@pytest.mark.parametrize("sex", Sex)
@pytest.mark.parametrize("age", [50.0, 80.0])
def test_what_was_not_measured_is_that_of_people_of_that_age_and_sex(stranger, registry, sex, age):
    """Mean within 4 standard errors, spread within 4 of its own."""
    draws = 4000
    lanes = arrange([replace(stranger, sex=sex, age=age)], draws, 1)
    drawn = blood(lanes, prepare(registry, lanes))
    curves = {"calcium": drawn.calcium, "phosphate": drawn.phosphate, "vitamin_d_log": np.log(drawn.vitamin_d)}
    for name, values in {**curves, "filtration": drawn.filtration}.items():
        unit = registry[f"population.{name}_mean_{sex}"].unit
        mean, sd = (float(registry.at(f"population.{name}_{what}_{sex}", age, unit)) for what in ("mean", "sd"))
        assert abs(values.mean() - mean) < 4 * sd / np.sqrt(draws), name
        assert abs(values.std() / sd - 1) < 4 / np.sqrt(2 * draws), name


def test_nobody_is_drawn_with_kidneys_that_would_be_known(stranger, registry):
    lanes = arrange([replace(stranger, age=100.0)], 20_000, 1)
    assert blood(lanes, prepare(registry, lanes)).filtration.min() > LOWEST_FILTRATION


def test_the_engine_rests_where_newton_s_method_finds_its_rest(ready, stranger):
    kidneys = [replace(stranger, id=str(gfr), blood=Blood(filtration=gfr, vitamin_d=40.0)) for gfr in (15, 50, 110)]
    here = ready([*kidneys, stranger, replace(stranger, id="man", sex=Sex.MALE)], draws=4)
    found = rested(here.start.lanes, told(here), here.model, 1e-7)
    wanted = rest_by_newton(here.model.body.mineral_engine, told(here))
    assert not found.stopped
    for name in FOLLOWED:
        assert getattr(found.rest, name) == pytest.approx(getattr(wanted, name), rel=1e-5), name


def test_at_the_start_minerals_are_at_rest_but_for_the_calcium_that_bone_gains_or_loses(ready, stranger):
    """At the tolerance of a forecast: in a month no level moves by more than a two-hundredth."""
    here = ready(replace(stranger, blood=MEASURED), draws=6)
    lived = here.live("none", 3)
    for name in ("calcium", "phosphate", "pth"):
        assert lived.values[name][-1] == pytest.approx(lived.values[name][0], rel=0.005), name


def test_blood_values_of_a_forecast_start_where_they_were_measured(ready, stranger):
    lived = ready(replace(stranger, blood=MEASURED), draws=3).live("none", 3)
    assert lived.values["calcium"][0] == pytest.approx(2.21)
    assert lived.values["phosphate"][0] == pytest.approx(0.93)


def test_weaker_kidneys_and_less_vitamin_d_each_mean_more_parathyroid_hormone(ready, stranger):
    def hormone(**known):
        return np.median(ready(replace(stranger, blood=Blood(**known)), draws=8).start.state.mineral.pth)

    by_kidney = [hormone(filtration=gfr, vitamin_d=60.0) for gfr in (100.0, 60.0, 45.0, 30.0, 15.0)]
    by_vitamin_d = [hormone(filtration=90.0, vitamin_d=level) for level in (90.0, 62.0, 44.0, 32.0, 20.0)]
    assert (np.diff(by_kidney) > 0).all()
    assert (np.diff(by_vitamin_d) > 0).all()


def test_parathyroid_hormone_follows_vitamin_d_as_in_the_survey(ready, stranger):
    """People of 50 to 84, half of them men, GFR 60 to 110: geometric mean within 10 % of the survey at each level."""
    everybody = [
        replace(
            stranger, id=f"{n}", age=50 + 1.7 * n, sex=(Sex.FEMALE, Sex.MALE)[n % 2],
            blood=Blood(filtration=60 + 50 * (n * 7 % 20) / 19, vitamin_d=level),
        )
        for level in SURVEY for n in range(20)
    ]  # fmt: skip
    hormone = np.log(ready(everybody, draws=1).start.state.mineral.pth).reshape(len(SURVEY), -1).mean(axis=1)
    relative = dict(zip(SURVEY, np.exp(hormone - hormone[3]), strict=True))
    assert relative == pytest.approx(SURVEY, rel=0.1)


def test_denosumab_of_the_record_still_acts_at_the_start(ready, stranger):
    """Given a month ago: calcium is below its rest, hormone above, and the blood of the start refers to that."""
    calm = replace(stranger, blood=MEASURED)
    given = replace(calm, treatments=(PastTreatment("denosumab", (30.0,), False),))
    before, after = (ready(person, draws=4).start for person in (calm, given))
    assert (after.state.mineral.denosumab_central > 0).all()
    assert not before.state.mineral.denosumab_central.any()
    assert (after.state.mineral.calcium < before.state.mineral.calcium).all()
    assert (after.state.mineral.pth > before.state.mineral.pth).all()
    assert np.array_equal(after.person.usual_rankl_drive, before.person.usual_rankl_drive)
    assert np.array_equal(after.blood.calcium, before.blood.calcium)


def test_the_rest_of_one_does_not_depend_on_the_drugs_of_another(ready, stranger, woman):
    given = replace(woman, treatments=(PastTreatment("denosumab", (100.0,), False),))
    alone, crowd = ready(stranger, draws=4).start, ready([given, stranger], draws=4).start
    for name, mine, theirs in zip(alone.state.mineral._fields, alone.state.mineral, crowd.state.mineral, strict=True):
        assert np.array_equal(mine, np.broadcast_to(theirs, (8,))[4:]), name
