"""One number of the registry: what breaks the format is refused by name, and every law draws what it says."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from boneloop.errors import EvidenceError
from boneloop.evidence.entry import LAWS, Spread, parse

PLAIN = {
    "value": 2.0,
    "unit": "month",
    "interval": [1.0, 4.0],
    "population": "nobody: made up for a test",
    "source": "team",
    "where": "here",
    "status": "assumed",
    "checked": "not needed",
}
# The middle of 20,000 equal slices of (0, 1): averages over it are averages over the law.
SLICES = (np.arange(20_000) + 0.5) / 20_000
value = st.floats(min_value=0.01, max_value=100)
share = st.floats(min_value=0.01, max_value=0.99)


def changed(**fields):
    """The plain table with some fields changed; None takes a field out."""
    return {name: given for name, given in {**PLAIN, **fields}.items() if given is not None}


def test_a_well_formed_table_becomes_an_entry():
    entry = parse("x.y", PLAIN)
    assert (entry.id, entry.value, entry.interval, entry.spread.law) == ("x.y", 2.0, (1.0, 4.0), "fixed")
    assert entry.number("day") == pytest.approx(2 * 30.4375)


@pytest.mark.parametrize("field", ["value", "unit", "population", "source", "where", "status", "checked"])
def test_a_missing_field_is_refused_and_named(field):
    with pytest.raises(EvidenceError, match=rf"x\.y.*missing fields \['{field}'\]"):
        parse("x.y", changed(**{field: None}))


def test_an_unknown_field_is_refused_and_named():
    with pytest.raises(EvidenceError, match=r"x\.y: unknown fields \['valeu'\]"):
        parse("x.y", changed(valeu=3))


@pytest.mark.parametrize(("field", "word"), [("status", "guessed"), ("checked", "perhaps")])
def test_an_unknown_status_is_refused(field, word):
    with pytest.raises(EvidenceError, match=r"x\.y: status is one of"):
        parse("x.y", changed(**{field: word}))


@pytest.mark.parametrize(("status", "checked"), [("measured", "not needed"), ("assumed", "verified")])
def test_only_a_measured_number_is_checked_and_every_measured_number_is(status, checked):
    with pytest.raises(EvidenceError, match=r"x\.y: a measured number is verified or recalled"):
        parse("x.y", changed(status=status, checked=checked))


def test_a_curve_needs_a_value_for_every_knot():
    with pytest.raises(EvidenceError, match=r"x\.y: 2 values over 3 knots"):
        parse("x.y", changed(value=[1, 2], over=[1, 2, 3], over_unit="year"))


def test_an_unknown_law_is_refused():
    with pytest.raises(EvidenceError, match=r"x\.y: the law of a spread.*'cauchy'"):
        parse("x.y", changed(spread={"law": "cauchy"}))


def test_a_curve_is_not_one_number_and_one_number_is_not_a_curve():
    curve = parse("x.curve", changed(value=[1, 2], over=[10, 20], over_unit="year of age"))
    with pytest.raises(EvidenceError, match=r"x\.curve is a curve over year of age"):
        curve.number("day")
    with pytest.raises(EvidenceError, match=r"x\.y is one number"):
        parse("x.y", PLAIN).curve("day")
    knots, values = curve.curve("day")
    assert knots.tolist() == [10, 20]
    assert values.tolist() == pytest.approx([30.4375, 60.875])


def test_an_interval_that_was_not_reported_is_none():
    assert parse("x.y", changed(interval="not reported")).interval is None


@pytest.mark.parametrize(
    ("status", "checked", "word"),
    [
        ("measured", "verified", "verified"),
        ("measured", "recalled", "recalled"),
        ("fitted", "not needed", "fitted"),
        ("assumed", "not needed", "assumed"),
    ],
)
def test_one_word_says_how_far_a_number_can_be_trusted(status, checked, word):
    assert parse("x.y", changed(status=status, checked=checked)).word == word


def test_every_law_is_tested_here():
    assert set(LAWS) == {"fixed", "normal", "lognormal", "logitnormal", "uniform"}


@given(share, share)
def test_a_logit_normal_law_keeps_its_median_and_the_spread_of_its_logit(v, sd):
    drawn = Spread("logitnormal", sd_logit=sd, low=0, high=1).quantile(v, np.array([0.5, 0.84134474606854]))
    assert drawn[0] == pytest.approx(v)
    assert math.log(drawn[1] / (1 - drawn[1])) == pytest.approx(math.log(v / (1 - v)) + sd, abs=1e-6)


def test_a_share_outside_its_own_spread_is_refused():
    with pytest.raises(EvidenceError, match=r"x\.y: the value 2\.0 lies outside its spread, 0 to 1"):
        parse("x.y", changed(spread={"law": "logitnormal", "sd_logit": 1, "low": 0, "high": 1}))


@given(value)
def test_a_fixed_number_is_always_itself(v):
    assert set(Spread().quantile(v, SLICES[:5])) == {v}


@given(value, value)
def test_a_normal_law_keeps_its_mean_and_its_standard_deviation(v, sd):
    drawn = Spread("normal", sd=sd).quantile(v, SLICES)
    assert drawn.mean() == pytest.approx(v, abs=1e-3 * sd)
    assert drawn.std() == pytest.approx(sd, rel=1e-3)


@given(value, st.floats(min_value=0.05, max_value=1.5))
def test_a_lognormal_law_with_a_relative_spread_keeps_the_mean(v, relative):
    drawn = Spread("lognormal", relative=relative).quantile(v, SLICES)
    assert drawn.min() > 0
    assert drawn.mean() == pytest.approx(v, rel=2e-3)
    assert drawn.std() / drawn.mean() == pytest.approx(relative, rel=0.05)


@given(value, st.floats(min_value=0.05, max_value=1.5))
def test_a_lognormal_law_with_a_spread_of_the_logarithm_keeps_the_median(v, sd_log):
    law = Spread("lognormal", sd_log=sd_log)
    assert law.quantile(v, np.array([0.5]))[0] == pytest.approx(v)
    assert np.log(law.quantile(v, SLICES)).std() == pytest.approx(sd_log, rel=1e-3)


@given(value, value)
def test_a_uniform_law_stays_between_its_ends(low, width):
    drawn = Spread("uniform", low=low, high=low + width).quantile(0.0, SLICES)
    assert low <= drawn.min() < drawn.max() <= low + width
    assert drawn.mean() == pytest.approx(low + width / 2)


@given(
    st.sampled_from(
        [
            Spread("normal", sd=0.3),
            Spread("lognormal", relative=0.5),
            Spread("lognormal", sd_log=0.5),
            Spread("uniform", low=-1, high=2),
        ]
    ),
    value,
    share,
    share,
)
def test_better_luck_never_draws_a_smaller_number(law, v, one, other):
    low, high = law.quantile(v, np.array(sorted((one, other))))
    assert low <= high


@pytest.mark.parametrize(
    ("law", "mean", "sd"),
    [
        (Spread("normal", sd=0.5), 2.0, 0.5),
        (Spread("lognormal", relative=0.5), 2.0, 1.0),
        (Spread("lognormal", sd_log=0.5), 2.0 * math.exp(0.125), 2.0 * math.exp(0.125) * math.sqrt(math.expm1(0.25))),
        (Spread("uniform", low=1.0, high=4.0), 2.5, 3 / math.sqrt(12)),
    ],
)
def test_the_mean_of_random_draws_is_the_mean_of_the_law(law, mean, sd):
    """Four standard errors of the sample: one false alarm in about sixteen thousand seeds, and the seed is fixed."""
    draws = 40_000
    drawn = law.quantile(2.0, np.random.default_rng(20_260_719).random(draws))
    assert abs(drawn.mean() - mean) < 4 * sd / math.sqrt(draws)
