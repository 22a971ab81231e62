"""The constitution: what is known is taken, what is not is drawn from the share of people of that age and sex."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from boneloop.cycle import loop
from boneloop.errors import SimulationError
from boneloop.patient.profile import PastFracture
from boneloop.simulate.constitution import constitution, glucocorticoid_input, history
from boneloop.simulate.hazard import average_falls, falls, undated_fracture_age
from boneloop.simulate.lanes import arrange
from boneloop.simulate.model import prepare
from boneloop.simulate.priors import STATES
from boneloop.simulate.rest import seen_only
from boneloop.types import Known

DRAWS = 4000


def state(draws, **severities):
    """Somebody with these severities, and a tenth of whatever is not named."""
    return seen_only({name: np.full(draws, severities.get(name, 0.1)) for name in STATES})


@pytest.fixture
def of(registry):
    """Constitution, history and model of one person."""

    def make(person, draws=DRAWS, **severities):
        lanes = arrange([person], draws, seed=1)
        model = prepare(registry, lanes)
        return constitution(lanes, state(draws, **severities), model), history(lanes, model), model

    return make


def share_within_error(found, wanted):
    return abs(found - wanted) < 4 * np.sqrt(wanted * (1 - wanted) / DRAWS)


def test_unknown_drugs_are_drawn_as_often_as_people_of_that_age_take_them(of, registry, stranger):
    who, _, _ = of(stranger)
    takes_steroid = (who.glucocorticoid > 0).mean()
    assert share_within_error(takes_steroid, float(registry.at("population.glucocorticoid_share_female", 75.0)))
    assert set(who.glucocorticoid) == {0.0, registry.number("glucocorticoid.usual_dose", "mg/day")}
    neither = (who.background_falls_log == 0).mean()
    free = [1 - float(registry.at(f"population.{d}_share_female", 75.0)) for d in ("antidepressant", "beta_blocker")]
    assert share_within_error(neither, free[0] * free[1])


def test_a_known_no_is_a_no_and_a_known_yes_a_yes(of, stranger):
    takes_none = replace(stranger, antidepressant=Known.NO, beta_blocker=Known.NO, glucocorticoid_mg_per_day=0.0)
    who, _, _ = of(takes_none, draws=50)
    assert not who.background_falls_log.any() and not who.glucocorticoid.any()
    takes = replace(takes_none, antidepressant=Known.YES, glucocorticoid_mg_per_day=7.5)
    who, _, model = of(takes, draws=50)
    assert who.background_falls_log == pytest.approx(model.number("antidepressant.ssri_falls") * np.ones(50))
    assert set(who.glucocorticoid) == {7.5}
    assert (glucocorticoid_input(who, model) > 0).all()


def test_a_diagnosis_or_a_high_score_makes_a_depressed_person_for_good(of, stranger):
    diagnosed = replace(stranger, depression_diagnosis=Known.YES)
    assert of(diagnosed, 5)[0].depressed.all()
    assert of(stranger, 5, depression=0.6)[0].depressed.all()
    assert not of(stranger, 5, depression=0.1)[0].depressed.any()


def test_how_often_somebody_falls_averages_1_over_the_people_of_whom_nothing_is_known(of, stranger):
    frailty = of(stranger)[0].falls_frailty
    # a Gamma law of shape 1: standard deviation 1
    assert abs(frailty.mean() - 1) < 4 / np.sqrt(DRAWS)
    assert frailty.std() == pytest.approx(1, rel=0.15)


def test_known_falls_move_the_draw_towards_them_and_narrow_it(of, stranger):
    certain = replace(stranger, antidepressant=Known.NO, beta_blocker=Known.NO)
    none, one, five = (of(replace(certain, falls=float(n)))[0].falls_frailty for n in (0, 1, 5))
    assert none.mean() < 1 < one.mean() < five.mean()
    # Gamma(1 + n, 1 + expected): the standard deviation is the mean over the root of 1 + n
    for frailty, n in ((none, 0), (one, 1), (five, 5)):
        assert frailty.std() / frailty.mean() == pytest.approx(1 / np.sqrt(1 + n), rel=0.1)


@pytest.mark.parametrize("falls_seen", [0, 1, 5])
def test_falls_that_state_and_drugs_explain_are_not_counted_against_the_person_again(of, stranger, falls_seen):
    """The draw times the rate expected of this state is Gamma with the falls seen, whatever the state."""
    person = replace(stranger, falls=float(falls_seen), antidepressant=Known.YES, beta_blocker=Known.NO)
    means = []
    for pain, loss in ((0.0, 0.0), (0.9, 0.7)):
        who, _, model = of(person, pain=pain, function_loss=loss)
        x = state(DRAWS, pain=pain, function_loss=loss)
        rate = falls(x, who, 0.0, {}, loop.OPEN, model) * average_falls(who, 0.0, model) / who.falls_frailty
        expected = (1 + falls_seen) / (1 + rate)
        spread = expected.mean() / np.sqrt(1 + falls_seen)
        assert abs((who.falls_frailty - expected).mean()) < 4 * spread / np.sqrt(DRAWS)
        means.append(who.falls_frailty.mean())
    assert means[1] < means[0]


def test_a_country_without_rates_is_refused(of, stranger):
    with pytest.raises(SimulationError, match="no fracture and death rates for \\['DE'\\]"):
        of(replace(stranger, country="DE"), draws=2)


def test_fractures_that_nobody_asked_about_are_drawn(of, registry, stranger):
    past = of(stranger)[1]
    wanted = float(registry.at("population.prior_any_fracture_share_female", 75.0))
    assert share_within_error(np.isfinite(past.last).mean(), wanted)
    for site in ("hip", "vertebra"):
        share = float(registry.at(f"population.prior_{site}_fracture_share_female", 75.0))
        broke = np.isfinite(getattr(past, site))
        assert share_within_error(broke.mean(), share)
        assert not (broke & ~np.isfinite(past.last)).any()
    assert np.array_equal(past.vertebrae, np.isfinite(past.vertebra))


def test_vertebrae_are_counted_as_listed_or_as_seen_on_imaging(of, stranger):
    listed = replace(stranger, fractures=(PastFracture("vertebra", 700.0), PastFracture("vertebra", 700.0)))
    assert set(of(listed, 3)[1].vertebrae) == {2}
    assert set(of(replace(listed, vertebral_fractures=4.0), 3)[1].vertebrae) == {4}
    seen = of(replace(stranger, vertebral_fractures=3.0, fractures_known=Known.YES), 3)[1]
    assert set(seen.vertebrae) == {3} and np.isfinite(seen.vertebra).all() and np.array_equal(seen.vertebra, seen.last)
    assert not of(replace(stranger, fractures_known=Known.YES), 3)[1].vertebrae.any()


def test_a_record_that_lists_all_fractures_and_has_none_means_none(of, stranger):
    past = of(replace(stranger, fractures_known=Known.YES), draws=200)[1]
    assert not np.isfinite(past.last).any()


def test_the_newest_fracture_of_a_site_counts(of, stranger):
    broken = (PastFracture("hip", 3652.5), PastFracture("wrist", 365.25), PastFracture("hip", 730.5))
    past = of(replace(stranger, fractures=broken), draws=3)[1]
    assert past.last == pytest.approx(np.full(3, 1.0))
    assert past.hip == pytest.approx(np.full(3, 2.0))
    assert not np.isfinite(past.vertebra).any()


def test_an_undated_fracture_counts_as_one_of_the_average_age(of, stranger):
    _, past, model = of(replace(stranger, fractures=(PastFracture("vertebra", None),)), draws=20)
    assert past.last == pytest.approx(undated_fracture_age(model))
    assert past.vertebra == pytest.approx(past.last)
    assert not np.isfinite(past.hip).any()


def test_a_history_grows_older(of, stranger):
    past = of(replace(stranger, fractures=(PastFracture("hip", 0.0),)), draws=2)[1].later(1.5)
    assert past.hip == pytest.approx([1.5, 1.5])
    assert np.isinf(past.vertebra).all()
