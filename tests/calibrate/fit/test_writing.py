"""The file of a fit is read by the registry as it was meant, and a refit writes the same bytes."""

from __future__ import annotations

import dataclasses
import tomllib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from boneloop.calibrate.fit.fitted import Replacement, law_after
from boneloop.calibrate.fit.problem import Free, Problem, Request
from boneloop.calibrate.fit.solving import Method, solve
from boneloop.calibrate.fit.writing import rounded, text, write, written
from boneloop.errors import EvidenceError
from boneloop.evidence.entry import Spread
from boneloop.evidence.registry import assemble

REGISTRY = assemble("evidence", [])
DRAWN = [e.id for e in REGISTRY if e.drawn and e.id not in assemble("hypothesis", []).believed and e.value > 0][:3]
LAWS = (
    Spread("normal", sd=0.3),
    Spread("lognormal", relative=0.4),
    Spread("lognormal", sd_log=0.4),
    Spread("logitnormal", sd_logit=0.6, low=0.0, high=2.0),
    Spread("uniform", low=0.0, high=2.0),
)


@pytest.fixture(scope="module")
def result():
    """The first number seen well, the first two seen as a sum, the third not at all."""
    free = tuple(Free.of(REGISTRY[identity]) for identity in DRAWN)

    def residuals(values):
        scores = [(v - f.value) / (0.1 + abs(f.value)) for v, f in zip(values, free, strict=True)]
        return np.array([(scores[0] - 0.1) / 0.02, (scores[0] + scores[1]) / 0.05])

    problem = Problem(
        "made_up", "Made up", 'For a "test".', "docs/cycle/bone.md", free, residuals, ("one", "two"), ("T-1", "T-2")
    )
    return solve(problem, Request(REGISTRY, seed=5), Method(starts=2))


def test_the_registry_reads_what_a_fit_has_written(result, tmp_path):
    registry = assemble("evidence", [write(result, tmp_path)])
    for number in result.replaced:
        entry = registry[number.id]
        assert entry.value == pytest.approx(number.value, rel=1e-3)
        assert entry.spread.law == number.spread.law
        assert entry.interval == pytest.approx(number.interval, rel=1e-2, abs=1e-3)
        assert (entry.word, entry.where, entry.prior) == ("fitted", result.where, REGISTRY[number.id])
    made = registry.fits["made_up"]
    assert made.joint.names == tuple(sorted(result.names))
    assert (made.seed, made.targets, made.uninformed) == (5, ("T-1", "T-2"), {DRAWN[2]})
    assert made.directions[0].spread < made.directions[-1].spread == pytest.approx(1)


def test_a_number_that_the_targets_do_not_inform_is_said_to_stay_at_its_prior(result):
    notes = {number.id: number.note for number in result.replaced}
    assert notes[DRAWN[0]].startswith("informed by the targets")
    assert notes[DRAWN[2]].startswith("stays at its prior")
    last = result.replaced[2]
    assert last.value == pytest.approx(REGISTRY.number(DRAWN[2], REGISTRY[DRAWN[2]].unit), rel=0.05)


def test_the_same_fit_writes_the_same_bytes(result, tmp_path):
    assert write(result, tmp_path / "a").read_bytes() == write(result, tmp_path / "b").read_bytes()


def test_numbers_without_a_posterior_can_be_written_beside_the_fitted_ones(result, tmp_path):
    extra = Replacement(DRAWN[0], 0.25, Spread(), None, "informed by the targets: solved for, not drawn")
    alone = dataclasses.replace(result, replaced=(extra,), names=(), correlation=np.eye(0))
    entry = assemble("evidence", [write(alone, tmp_path)])[DRAWN[0]]
    assert (entry.value, entry.spread.law) == (0.25, "fixed")


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.law)
@given(st.floats(-1.5, 1.5), st.floats(0.05, 0.89))
def test_the_law_of_a_fitted_number_is_the_one_of_its_posterior_score(law, mean, deviation):
    free = Free("made.up", 0.8, law)
    value, spread = law_after(free, mean, deviation)
    ends = np.array([-1.0, 0.0, 1.0])
    close = {"rel": 0.2, "abs": 0.05} if law.law == "uniform" else {"rel": 1e-9}  # the one that changes its law
    assert spread.at_score(value, ends) == pytest.approx(free.at(mean + deviation * ends), **close)


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.law)
def test_a_number_that_nothing_informs_keeps_value_and_spread(law):
    value, spread = law_after(Free("made.up", 0.8, law), 0.0, 1.0)
    ends = np.array([-1.0, 1.0])
    assert value == pytest.approx(0.8)
    assert spread.at_score(value, ends) == pytest.approx(law.at_score(0.8, ends))


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.law)
@given(st.floats(-3, 3))
def test_the_score_of_a_number_is_the_one_that_gives_it(law, score):
    number = float(law.at_score(0.8, np.array([score]))[0])
    assert law.score(0.8, number) == pytest.approx(score, abs=1e-6)


def test_a_number_that_a_law_does_not_reach_has_no_score():
    with pytest.raises(EvidenceError, match="reaches from 0 to inf, not to -1"):
        LAWS[1].score(0.8, -1.0)


@pytest.mark.parametrize(
    ("value", "scale", "shown"),
    [(0.123456, 0.1, "0.1235"), (12345.678, 1.0, "12345.68"), (1.496113, 0.0005, "1.496113"), (0.0, 1.0, "0")],
)
def test_a_number_is_written_with_the_digits_that_its_spread_needs(value, scale, shown):
    assert written(value, scale) == shown


@given(st.integers(2, 6), st.integers(0, 1000))
def test_a_written_correlation_can_be_drawn_from_even_where_numbers_nearly_coincide(size, seed):
    loadings = 1 + 1e-7 * np.random.default_rng(seed).normal(size=(size, size))
    matrix = loadings @ loadings.T
    scale = np.sqrt(np.diag(matrix))
    found = rounded(matrix / np.outer(scale, scale))
    assert np.linalg.eigvalsh(found)[0] > 0
    assert np.abs(found - 1).max() < 0.02


def test_a_sum_that_is_known_far_better_than_its_parts_is_still_so_in_the_file(tmp_path):
    """To a hundredth of its own spread, a three-thousandth of theirs."""
    free = tuple(Free.of(REGISTRY[identity]) for identity in DRAWN[:2])

    def residuals(values):
        scores = [f.spread.score(f.value, float(v)) for row, f in zip(values, free, strict=True) for v in row]
        return (np.reshape(scores, values.shape).sum(axis=0, keepdims=True) - 0.3) / 3e-4

    problem = Problem("made_up", "Made up", "A sum.", "docs/cycle/bone.md", free, residuals, ("sum",), ("T-1",))
    found = solve(problem, Request(REGISTRY, seed=5), Method(starts=1))
    registry = assemble("evidence", [write(found, tmp_path)])
    joint = registry.fits["made_up"].joint
    entries = [registry[free.id] for free in problem.free]
    scores = [f.spread.score(f.value, e.value) for f, e in zip(free, entries, strict=True)]
    assert sum(scores) == pytest.approx(0.3, abs=0.01 * 3e-4)
    assert np.linalg.eigvalsh(joint.correlation)[0] == pytest.approx(np.linalg.eigvalsh(found.correlation)[0], rel=0.02)


def test_what_a_fit_has_written_is_plain_toml(result):
    document = tomllib.loads(text(result))
    assert set(document) == {"fit", "direction", "replace", "joint"}
    assert document["fit"]["command"] == "python -m boneloop.calibrate.fit made_up --seed 5"
    assert document["fit"]["about"] == 'For a "test".'
