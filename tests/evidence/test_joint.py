"""Fitted numbers are drawn together: each by its own law, all by the correlation of the fit."""

from __future__ import annotations

from hashlib import blake2b

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import ndtr, ndtri
from scipy.stats import kstest

from boneloop.evidence.draws import draw
from boneloop.evidence.entry import parse
from boneloop.evidence.joint import Joint
from boneloop.evidence.layers import Fit
from boneloop.evidence.registry import Registry

NAMES = ("a.normal", "b.log", "c.share", "d.flat", "e.apart")
SPREADS = (
    {"law": "normal", "sd": 2.0},
    {"law": "lognormal", "sd_log": 0.4},
    {"law": "logitnormal", "sd_logit": 0.8, "low": 0.0, "high": 1.0},
    {"law": "uniform", "low": 0.1, "high": 0.9},
    {"law": "normal", "sd": 1.0},
)
DRAWS = 4000


def luck(identity, count=DRAWS):
    seed = int.from_bytes(blake2b(identity.encode(), digest_size=8).digest(), "little")
    return np.random.default_rng(seed).uniform(size=count)


def registry(joint=None, believed=(), names=NAMES):
    basis = {"population": "none", "source": "team", "where": "here", "status": "fitted", "checked": "not needed"}
    entries = {
        name: parse(name, {**basis, "value": 0.3, "unit": "1", "spread": spread})
        for name, spread in zip(NAMES, SPREADS, strict=True)
        if name in names
    }
    fits = {} if joint is None else {"s": Fit("s", "", "", "", 1, (), joint.names, frozenset(), joint)}
    return Registry("evidence", "made up", entries, {}, "", fits, frozenset(believed))


def matrix_of(loadings, own):
    """A correlation matrix from any loadings."""
    made = np.outer(loadings, loadings) + np.diag(own)
    scale = np.sqrt(np.diag(made))
    return made / np.outer(scale, scale)


sizes = st.floats(-3, 3, allow_nan=False)
matrices = st.builds(
    matrix_of, st.lists(sizes, min_size=4, max_size=4), st.lists(st.floats(0.1, 3), min_size=4, max_size=4)
)


@given(matrices)
def test_each_number_keeps_its_own_law(matrix):
    drawn = draw(registry(Joint.of("f", NAMES[:4], matrix.tolist())), luck)
    for name, spread in zip(NAMES, SPREADS, strict=True):
        entry = registry()[name]
        own = entry.spread
        back = {
            "normal": lambda v, own=own: ndtr((v - 0.3) / own.sd),
            "lognormal": lambda v, own=own: ndtr(np.log(v / 0.3) / own.sd_log),
            "logitnormal": lambda v, own=own: ndtr(np.log(v / (1 - v) / (0.3 / 0.7)) / own.sd_logit),
            "uniform": lambda v, own=own: (v - own.low) / (own.high - own.low),
        }[spread["law"]]
        assert kstest(back(drawn[name]), "uniform").pvalue > 1e-6


@given(matrices)
def test_the_scores_of_the_numbers_have_the_correlation_of_the_fit(matrix):
    scores = Joint.of("f", NAMES[:4], matrix.tolist()).scores(luck)
    seen = np.corrcoef([scores[name] for name in NAMES[:4]])
    error = (1 - matrix**2) / np.sqrt(DRAWS)  # standard error of a correlation
    assert (np.abs(seen - matrix) <= 5 * error + 1e-6).all()


@given(matrices, st.permutations(range(4)))
def test_the_order_in_which_the_names_are_written_changes_nothing(matrix, order):
    plain = draw(registry(Joint.of("f", NAMES[:4], matrix.tolist())), luck)
    mixed = Joint.of("f", [NAMES[i] for i in order], matrix[np.ix_(order, order)].tolist())
    again = draw(registry(mixed), luck)
    assert all(np.array_equal(plain[name], again[name]) for name in NAMES)


@given(matrices)
def test_a_number_outside_the_joint_law_is_drawn_as_ever(matrix):
    drawn = draw(registry(Joint.of("f", NAMES[:4], matrix.tolist())), luck)
    assert np.array_equal(drawn["e.apart"], draw(registry(), luck)["e.apart"])


@given(matrices, st.integers(1, 40))
def test_a_draw_is_the_same_whatever_else_is_drawn_and_however_many(matrix, count):
    joint = Joint.of("f", NAMES[:4], matrix.tolist())
    whole = draw(registry(joint), luck)
    few = draw(registry(joint, names=NAMES[:4]), lambda identity: luck(identity)[:count])
    assert all(np.array_equal(whole[name][:count], few[name]) for name in few)


@given(matrices, st.sampled_from(NAMES[:4]))
def test_a_number_that_a_belief_replaces_leaves_the_joint_law_and_the_others_keep_their_luck(matrix, left):
    joint = Joint.of("f", NAMES[:4], matrix.tolist())
    whole, without = draw(registry(joint), luck), draw(registry(joint, believed=[left]), luck)
    assert np.array_equal(without[left], draw(registry(), luck)[left])
    assert all(np.array_equal(whole[name], without[name]) for name in NAMES if name != left)


def test_numbers_that_do_not_hang_together_are_drawn_as_if_there_were_no_joint_law():
    apart = draw(registry(Joint.of("f", NAMES[:4], np.eye(4).tolist())), luck)
    assert all(apart[name] == pytest.approx(value, rel=1e-9) for name, value in draw(registry(), luck).items())


def test_the_partners_of_a_number_come_with_the_strongest_first():
    joint = Joint.of("f", ["b", "a", "c"], [[1, -0.5, 0.2], [-0.5, 1, 0], [0.2, 0, 1]])
    assert joint.partners("b") == [("a", -0.5), ("c", 0.2)]


@given(st.floats(0.01, 0.99), st.floats(-6, 6))
def test_a_share_stays_between_its_ends_and_its_median_is_its_value(value, score):
    spread = parse("x.y", {**BASIS, "value": value, "spread": SPREADS[2]}).spread
    assert 0 < spread.at_score(value, np.array([score]))[0] < 1
    assert spread.at_score(value, np.array([0.0]))[0] == pytest.approx(value)
    assert spread.quantile(value, ndtr(np.array([score])))[0] == pytest.approx(
        spread.at_score(value, ndtri(ndtr(np.array([score]))))[0]
    )


BASIS = {"unit": "1", "population": "n", "source": "team", "where": "h", "status": "fitted", "checked": "not needed"}
