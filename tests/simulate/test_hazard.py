"""Hazards: the population's base rates, and what is special to a person."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boneloop.cycle import loop
from boneloop.cycle.body import fracture
from boneloop.patient.profile import Profile
from boneloop.simulate.hazard import (
    SITES,
    Constitution,
    History,
    average_falls,
    base_hazard,
    death_hazard,
    depressed_share,
    earlier_fracture,
    falls,
    fracture_hazards,
    several_vertebrae,
    undated_fracture_age,
)
from boneloop.simulate.population_rates import COUNTRIES
from boneloop.types import Sex

NEVER = np.inf
ages = st.floats(40, 100)


@pytest.fixture(scope="module")
def model(ready):
    """The numbers as they stand, without draws."""
    return ready(Profile("anybody", 70.0, Sex.FEMALE, "US"), draws=1, central=True).model


@pytest.fixture(scope="module")
def undrawn(model):
    """A person's constitution at one or several ages, ordinary in everything else."""

    def make(age, male=False, country="us", **changes):
        years = np.atleast_1d(np.asarray(age, dtype=np.float64))
        ordinary = Constitution(
            age=years,
            male=np.full(years.shape, male),
            country=np.full(years.shape, country),
            falls_frailty=np.ones(years.shape),
            background_falls_log=np.zeros(years.shape),
            glucocorticoid=np.zeros(years.shape),
            depressed=np.zeros(years.shape, dtype=bool),
        )
        return replace(ordinary, **{name: np.full(years.shape, value) for name, value in changes.items()})

    return make


def history(last=NEVER, hip=NEVER, vertebra=NEVER, vertebrae=0, lanes=1):
    told = (last, hip, vertebra, vertebrae)
    return History(*(np.broadcast_to(np.asarray(t, dtype=np.float64), (lanes,)) for t in told))


def per_1000(site, who, model):
    return 1000 * base_hazard(site, who.age, who, model)


def test_hip_fractures_follow_the_reported_ages(undrawn, model, registry):
    """White women and men of New England: 2.2 and 0.9 at 65-69, 31.8 and 20.8 at 90-94; flat beyond."""
    women, men = registry.number("hazard.hip_us_female"), registry.number("hazard.hip_us_male")
    seen = per_1000("hip", undrawn([52.5, 67.5, 80.0, 92.5, 100]), model) / women
    assert seen == pytest.approx([0.33, 2.2, np.sqrt(2.2 * 31.8), 31.8, 31.8])
    assert per_1000("hip", undrawn([52.5, 67.5, 92.5], male=True), model) / men == pytest.approx([0.28, 0.9, 20.8])


@pytest.mark.parametrize("site", SITES)
@pytest.mark.parametrize("country", COUNTRIES)
@pytest.mark.parametrize("male", [False, True])
def test_every_site_has_its_factor_for_every_country(undrawn, model, registry, site, country, male):
    age = np.array([75.0])
    sex = "male" if male else "female"
    read = [base_hazard(site, age, undrawn(75.0, male, c), model) for c in ("us", country)]
    factors = [registry.number(f"hazard.{site}_{c}_{sex}") for c in ("us", country)]
    assert read[1] / read[0] == pytest.approx(factors[1] / factors[0])


@pytest.mark.parametrize(
    ("country", "above", "sex", "site", "reported"),
    [
        ("us", 65, "female", "hip", 7.935),
        ("us", 65, "male", "hip", 3.69),
        ("gb", 50, "female", "hip", 3.35),
        ("gb", 50, "male", "hip", 1.34),
        ("gb", 50, "female", "vertebra", 1.18),
        ("cn", 55, "female", "hip", 1.7713),
        ("cn", 55, "male", "hip", 0.9915),
    ],
)
def test_a_country_breaks_as_often_as_was_reported(undrawn, model, registry, country, above, sex, site, reported):
    """EPI-06, EPI-07, EPI-09 and Medicare, per 1000 person-years, over the ages of that country's people."""
    middles, shares = registry[f"pyramid.{country}_{sex}"].curve("1")
    kept = middles > above
    rates = per_1000(site, undrawn(middles[kept], sex == "male", country), model)
    # five-year groups stand in for single years of age
    assert np.average(rates, weights=shares[kept]) == pytest.approx(reported, rel=0.03)


@pytest.mark.parametrize(("sex", "reported"), [("female", 15.54), ("male", 7.18)])
def test_all_british_fractures_together_are_as_many_as_reported(undrawn, model, registry, sex, reported):
    """EPI-05, per 1000 person-years at 50 and over; the people of 2010 stand in for those of 1988 to 2012."""
    middles, shares = registry[f"pyramid.gb_{sex}"].curve("1")
    rates = sum(per_1000(site, undrawn(middles, sex == "male", "gb"), model) for site in SITES)
    assert np.average(rates, weights=shares) == pytest.approx(reported, rel=0.05)


def test_the_other_sites_have_the_stated_rates(undrawn, model, registry):
    assert per_1000("vertebra", undrawn([55, 75]), model) == pytest.approx([2, 2 * np.exp(1.2)])
    assert per_1000("vertebra", undrawn(55, male=True), model) == pytest.approx(1.1)
    assert per_1000("wrist", undrawn([50, 57.5, 65, 90]), model) == pytest.approx([3, 4, 5, 5])
    assert per_1000("wrist", undrawn([50, 90], male=True), model) == pytest.approx([1, 1])
    level = 1000 * registry.number("hazard.other_female", "1/year")
    assert per_1000("other", undrawn([66, 76]), model) == pytest.approx([level, level * np.exp(0.5)])


def never_broken(z, relative_falls, who, model, **care):
    lanes = len(who.age)
    nothing = fracture.State(np.zeros(lanes))
    return fracture_hazards(
        np.full(lanes, z),
        np.full(lanes, relative_falls),
        nothing,
        who,
        history(lanes=lanes),
        0.0,
        care,
        loop.OPEN,
        model,
    )


@settings(max_examples=20)
@given(age=ages, low=st.floats(-4, 2), lower_by=st.floats(0.1, 2))
def test_thinner_bone_breaks_more_but_for_the_bones_of_which_the_hip_says_nothing(age, low, lower_by, undrawn, model):
    """Any fracture rises by 1.38 per standard deviation (EPI-14): all of it hip, spine and wrist, not the rest."""
    who = undrawn(age)
    ratio = (never_broken(low - lower_by, 1.0, who, model) / never_broken(low, 1.0, who, model))[:, 0]
    assert (ratio[[SITES.index(site) for site in ("hip", "vertebra", "wrist")]] > 1).all()
    assert abs(np.log(ratio[SITES.index("other")])) < 0.15 * lower_by


@settings(max_examples=20)
@given(age=ages, rate=st.floats(0.05, 10), more=st.floats(1.05, 5))
def test_who_falls_more_breaks_more_and_the_spine_least(age, rate, more, undrawn, model):
    who = undrawn(age)
    ratio = never_broken(0.0, rate * more, who, model)[:, 0] / never_broken(0.0, rate, who, model)[:, 0]
    shares = [model.registry.number(f"fall_share.{site}") for site in SITES]
    assert ratio == pytest.approx([more**share for share in shares])
    assert (ratio > 1).all() and ratio.argmin() == SITES.index("vertebra")


def test_vertebrae_break_by_the_density_of_the_spine_and_nothing_else_does(undrawn, model):
    who, nothing = undrawn(70.0), fracture.State(np.zeros(1))

    def hazards(spine):
        given = (np.zeros(1), np.ones(1), nothing, who, history(), 0.0, {}, loop.OPEN, model, np.array([spine]))
        return fracture_hazards(*given)[:, 0]

    gradient = model.registry.number("bone_to_fracture.vertebra")
    trend = model.registry.number("bone_to_fracture.vertebra_trend", "1/year")
    assert hazards(-1.0) / hazards(0.0) == pytest.approx([1, gradient ** np.exp(trend * 5), 1, 1])


def test_a_drug_lowers_the_site_it_is_said_to_lower_and_no_other(undrawn, model):
    who = undrawn(75.0)
    treated = never_broken(0.0, 1.0, who, model, **{"fracture.vertebra_log": np.log(0.5)})
    ratio = treated / never_broken(0.0, 1.0, who, model)
    assert ratio[:, 0] == pytest.approx([1, 0.5, 1, 1])


def test_five_milligrams_of_prednisolone_raise_every_hazard_by_two_fifths(undrawn, model):
    plain, treated = (never_broken(0.0, 1.0, undrawn(70.0, glucocorticoid=mg), model) for mg in (0.0, 5.0))
    assert (treated / plain)[:, 0] == pytest.approx(np.full(len(SITES), 1.4))


def test_with_the_arrow_from_bone_cut_density_says_nothing(undrawn, model):
    who, cut = undrawn(75.0), loop.OPEN._replace(bone_to_fracture=0)
    nothing = fracture.State(np.zeros(1))
    thin, thick = (
        fracture_hazards(np.array([z]), np.ones(1), nothing, who, history(), 0.0, {}, cut, model) for z in (-3.0, 1.0)
    )
    assert np.array_equal(thin, thick)


def test_a_fracture_matters_most_when_it_is_fresh(undrawn, model):
    who = undrawn(75.0)
    share = model.registry.at("population.prior_any_fracture_share_female", 75.0)
    average = 1 + share * (1.86 - 1)
    factor = [float(earlier_fracture(history(years), who.age, who, model)[0]) * average for years in (0, 1, 10, NEVER)]
    # 1.3 + 1.9 exp(-t/3.3): about 2.7 at one year and 1.4 at ten (Johansson 2017)
    assert factor == pytest.approx([3.2, 2.70, 1.39, 1], abs=0.01)


def test_an_undated_fracture_counts_as_the_average_one(undrawn, model):
    when = undated_fracture_age(model)
    who = undrawn(75.0)
    ratio = earlier_fracture(history(when), who.age, who, model) / earlier_fracture(history(), who.age, who, model)
    assert ratio == pytest.approx(1.86)
    share = float(model.registry.at("population.prior_any_fracture_share_female", 75.0))
    mean = share * earlier_fracture(history(when), who.age, who, model) + (1 - share) * earlier_fracture(
        history(), who.age, who, model
    )
    assert mean == pytest.approx(1)


@pytest.mark.parametrize("country", COUNTRIES)
@pytest.mark.parametrize("sex", ["female", "male"])
def test_people_die_as_the_life_table_says(undrawn, model, registry, country, sex):
    """The mean over the depressed and the others, and over those who broke a hip, is the rate of the table."""
    knots, rates = registry[f"mortality.{country}_{sex}"].curve("1/year")
    shown, male = np.array(knots[1:]), sex == "male"
    free, low = (
        death_hazard(undrawn(shown, male, country, depressed=d), history(lanes=len(shown)), 0.0, model)
        for d in (False, True)
    )
    share = depressed_share(shown, np.full(shown.shape, male), model)
    unbroken = (1 - share) * free + share * low
    assert low / free == pytest.approx(np.full(len(shown), 1.52))
    assert (unbroken < np.array(rates[1:])).all()
    who = undrawn(shown, male, country)
    c = registry.number(f"death.hip_{sex}")
    hip = base_hazard("hip", shown, who, model)
    old = registry.at(f"population.prior_hip_fracture_share_{sex}", shown)
    vertebra = np.minimum(5 * base_hazard("vertebra", shown, who, model), 1)
    after = (1 + c * (5.6 * 0.3 * hip + 0.25 * old)) * (1 + (registry.number(f"death.vertebra_{sex}") - 1) * vertebra)
    assert unbroken * after == pytest.approx(np.array(rates[1:]))


def test_older_people_of_whom_nothing_is_known_are_depressed_as_often_as_the_survey_found(model):
    shares = depressed_share(np.array([65.0, 75.0]), np.array([False, True]), model)
    assert (shares > 0.02).all() and (shares < 0.15).all()


@pytest.mark.parametrize(("count", "chance"), [(1, 0.07), (2, 0.16), (3, 0.23), (7, 0.23)])
def test_the_more_vertebrae_are_broken_the_sooner_the_next_one_breaks(undrawn, model, count, chance):
    """Placebo arm of FPT, 7, 16 and 23 % in 21 months with one, two, three and more (DRG-52): as ratios of hazards."""
    factor = several_vertebrae(history(1.0, vertebra=1.0, vertebrae=count), model)
    assert factor == pytest.approx(np.log(1 - chance) / np.log(1 - 0.07), rel=0.01)


def test_broken_vertebrae_raise_the_hazard_of_vertebrae_alone(undrawn, model):
    who, nothing = undrawn(70.0), fracture.State(np.zeros(1))
    one, many = (
        fracture_hazards(
            np.zeros(1), np.ones(1), nothing, who, history(1.0, vertebra=1.0, vertebrae=n), 0.0, {}, loop.OPEN, model
        )
        for n in (1, 3)
    )
    assert (many / one)[:, 0] == pytest.approx([1, 3.6, 1, 1])


def test_death_rises_log_linearly_between_the_ages_of_the_table(undrawn, model):
    left, middle, right = death_hazard(undrawn([72.5, 75.0, 77.5]), history(lanes=3), 0.0, model)
    # but for what is taken off for fractures, which rises with age in its own way
    assert middle == pytest.approx(np.sqrt(left * right), rel=0.01)


def hip_ratio(undrawn, model, years, male=False):
    """Ratio of death rates with and without a hip fracture, averaged over the first ``years`` after it."""
    times = (np.arange(4000) + 0.5) / 4000 * years
    who = undrawn(np.full(times.shape, 80.0), male)
    ratio = death_hazard(who, history(0.0, hip=times, lanes=len(times)), 0.0, model) / death_hazard(
        who, history(lanes=len(times)), 0.0, model
    )
    return float(ratio.mean())


@pytest.mark.parametrize(
    ("years", "curve", "published"),
    [(0.25, 5.06, 5.06), (0.5, 3.98, 3.92), (1, 2.87, 2.71), (2, 2.09, 2.02), (5, 1.59, 1.44), (10, 1.42, 1.40)],
)
def test_death_after_a_hip_fracture_falls_as_the_meta_analysis_saw(undrawn, model, registry, years, curve, published):
    """MORT-04, relative risk by the end of 3, 6, 12, 24 months, 5 and 10 years; the curve is a fit to it."""
    women = registry.number("death.hip_female")
    average = 1 + (hip_ratio(undrawn, model, years) - 1) / women
    assert average == pytest.approx(curve, abs=0.015)
    assert average == pytest.approx(published, rel=0.11)


@pytest.mark.parametrize(("male", "published"), [(False, 5.75), (True, 7.95)])
def test_the_first_three_months_after_a_hip_fracture_are_the_most_dangerous(undrawn, model, male, published):
    """MORT-01 and MORT-02, hazard ratios of women and men."""
    assert hip_ratio(undrawn, model, 0.25, male) == pytest.approx(published, rel=0.01)


@pytest.mark.parametrize(("male", "ratio"), [(False, 1.82), (True, 2.12)])
def test_a_vertebral_fracture_raises_death_for_five_years(undrawn, model, male, ratio):
    who = undrawn(np.full(3, 75.0), male)
    after = death_hazard(who, history(0.0, vertebra=[0.0, 4.9, 5.1], lanes=3), 0.0, model)
    assert after / death_hazard(who, history(lanes=3), 0.0, model) == pytest.approx([ratio, ratio, 1])


def test_falls_are_the_populations_at_every_age(undrawn, model):
    who = undrawn([66.0, 76.0, 86.0])
    assert average_falls(who, 0.0, model) == pytest.approx(0.85 * np.exp([-0.3, 0, 0.3]))
    assert average_falls(who, 10.0, model) == pytest.approx(0.85 * np.exp([0, 0.3, 0.6]))


def test_pain_depression_lost_function_and_drugs_each_add_falls(undrawn, model, ready, stranger):
    x = ready(stranger, draws=1, central=True).start.state.fast
    who = undrawn(75.0)
    plain = falls(x, who, 0.0, {}, loop.OPEN, model)
    worse = {
        "pain": x._replace(pain=x.pain._replace(felt=x.pain.felt + 0.2)),
        "mood": x._replace(mood=x.mood._replace(depressive_severity=x.mood.depressive_severity + 0.2)),
        "function": x._replace(function=x.function._replace(loss=x.function.loss + 0.2)),
    }
    for state in worse.values():
        assert falls(state, who, 0.0, {}, loop.OPEN, model) > plain
    assert falls(x, who, 0.0, {"fracture.falls_log": 0.3}, loop.OPEN, model) == pytest.approx(plain * np.exp(0.3))
    assert falls(x, undrawn(75.0, background_falls_log=0.3), 0.0, {}, loop.OPEN, model) == pytest.approx(
        plain * np.exp(0.3)
    )
    assert falls(x, undrawn(75.0, falls_frailty=2.0), 0.0, {}, loop.OPEN, model) == pytest.approx(2 * plain)
