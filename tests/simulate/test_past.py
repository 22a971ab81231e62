"""Bone up to now: youth, menopause, and every recorded course of a bone drug."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from boneloop.cycle.body import bone
from boneloop.patient.profile import PastTreatment
from boneloop.simulate.past import past_plan
from boneloop.types import Sex


def treated(person, drug, *days_ago, ongoing=False):
    return replace(person, treatments=(PastTreatment(drug, days_ago, ongoing),))


def courses(person):
    return [(c.kind, c.start_month, c.stop_month) for c in past_plan(person).courses]


def test_injections_are_replayed_one_by_one(stranger):
    given = courses(treated(stranger, "denosumab", 700.0, 517.0, 335.0))
    assert given == [("denosumab", -23, -22), ("denosumab", -17, -16), ("denosumab", -11, -10)]


def test_a_daily_drug_is_replayed_from_start_to_stop(stranger):
    assert courses(treated(stranger, "alendronate", 1826.0, 365.0)) == [("alendronate", -60, -12)]


def test_a_drug_that_is_still_taken_is_replayed_up_to_now(stranger):
    assert courses(treated(stranger, "alendronate", 1826.0, 0.0, ongoing=True)) == [("alendronate", -60, 0)]


@pytest.mark.parametrize("days", [0.0, 3.0, 15.0])
def test_what_was_begun_days_ago_counts_as_begun_a_month_ago(stranger, days):
    assert courses(treated(stranger, "alendronate", days, 0.0, ongoing=True)) == [("alendronate", -1, 0)]
    assert courses(treated(stranger, "denosumab", days)) == [("denosumab", -1, 0)]


def test_a_course_of_days_counts_as_a_month(stranger):
    assert courses(treated(stranger, "alendronate", 400.0, 395.0)) == [("alendronate", -13, -12)]


def test_an_injection_of_this_week_acts_at_the_start(ready, stranger):
    without, with_it = ready(stranger, draws=4).start, ready(treated(stranger, "denosumab", 5.0), draws=4).start
    assert not without.exposures
    assert (with_it.exposures["denosumab"] > 0).all()


def test_a_drug_of_twenty_years_ago_has_left_no_trace(ready, stranger):
    long_ago = ready(treated(stranger, "alendronate", 7300.0, 5475.0), draws=4).start
    assert long_ago.exposures["oral_bisphosphonate"] == pytest.approx(np.zeros(4))
    assert np.asarray(long_ago.state.bone) == pytest.approx(
        np.asarray(ready(stranger, draws=4).start.state.bone), rel=1e-3
    )


def test_a_drug_taken_now_holds_resorption_down_at_the_start(ready, stranger):
    begin, model, _ = ready(treated(stranger, "alendronate", 1826.0, 0.0, ongoing=True), draws=4)
    free = ready(stranger, draws=4).start
    assert (bone.ctx(begin.state.bone, model.body.bone) < 0.8 * bone.ctx(free.state.bone, model.body.bone)).all()


def test_an_overdue_denosumab_dose_starts_in_the_rebound(ready, stranger):
    """Six doses, the last eleven months ago: resorption is above that of the untreated."""
    doses = tuple(335.0 + 182.6 * n for n in range(6))
    begin, model, _ = ready(treated(stranger, "denosumab", *reversed(doses)), draws=4)
    free = ready(stranger, draws=4).start
    assert (bone.ctx(begin.state.bone, model.body.bone) > 1.2 * bone.ctx(free.state.bone, model.body.bone)).all()


def test_past_drugs_do_not_change_the_density_that_was_measured(ready, woman):
    taking = treated(woman, "alendronate", 1826.0, 0.0, ongoing=True)
    assert np.array_equal(ready(taking, draws=5).start.density, ready(woman, draws=5).start.density)


def test_bone_loss_is_fastest_in_the_years_after_menopause(ready, stranger):
    def loss(age, **changes):
        person = replace(stranger, age=age, **changes)
        return -np.median(ready(person, draws=20).live("none", 24).values["bmd_change"][-1])

    early, late = loss(52.0, menopause_age=50.0), loss(75.0, menopause_age=50.0)
    before, man = loss(45.0, menopause_age=52.0), loss(60.0, sex=Sex.MALE)
    assert early > late > before
    assert early > man


def test_an_unknown_age_at_menopause_is_drawn_and_a_known_one_is_taken(ready, stranger):
    unknown, known = (ready(p, draws=500) for p in (stranger, replace(stranger, menopause_age=46.0)))
    lead = unknown.model.number("bone.estrogen_lead", "day")
    drawn = (unknown.start.hormone.start + lead) / 365.25
    assert abs(drawn.mean() - 50.48) < 4 * 4.6 / np.sqrt(500)
    assert (known.start.hormone.start + lead) / 365.25 == pytest.approx(np.full(500, 46.0))
