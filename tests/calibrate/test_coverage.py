"""The intervals of a fit hold what they say, and a fit that claims too much is found out."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.special import ndtr

from boneloop.calibrate.coverage import LEVELS, Coverage, cover, drawn_part, lines, stored_posterior
from boneloop.calibrate.fit.least_squares import Prior, Settings
from boneloop.calibrate.fit.problem import Free, Problem, Request
from boneloop.calibrate.fit.solving import Method, solve
from boneloop.calibrate.fit.writing import write
from boneloop.errors import EvidenceError
from boneloop.evidence.entry import Spread
from boneloop.evidence.layers import Fit
from boneloop.evidence.registry import assemble

METHOD = Method(settings=Settings(gain=1e-6, step=1e-6, slope=1e-5))
REGISTRY = assemble("evidence", [])
DRAWN = [e.id for e in REGISTRY if e.drawn and e.spread.law in ("normal", "lognormal")][:2]


SPREADS = Spread("normal", sd=1.0), Spread("lognormal", sd_log=0.3)


def problem(residuals, spreads=SPREADS, results=4):
    free = tuple(Free(f"made.up_{i}", 1.0, spread) for i, spread in enumerate(spreads))
    return Problem("made_up", "", "", "", free, residuals, tuple("abcdefgh")[:results], ())


def nearly_straight(values):
    first, second = values
    return np.array([first / 0.3, (first + np.log(second)) / 0.1, (first - np.log(second)) / 0.5, np.log(second) / 0.2])


def test_a_sound_fit_covers_what_it_says():
    found = cover(problem(nearly_straight), 300, seed=1, method=METHOD)
    assert found.unsound() == []
    assert (found.rounds, found.failed) == (300, 0)
    assert "nothing against it" in lines(found)[-1]


@pytest.mark.parametrize(("claimed", "shift"), [(0.5, 0.0), (2.0, 0.0), (1.0, 0.7)])
def test_a_fit_that_claims_too_little_or_too_much_or_is_biased_is_found_out(claimed, shift):
    """Truths lie ``shift`` off and the fit claims a spread ``claimed`` times the right one."""
    truths = np.random.default_rng(1).normal(shift, 1.0, size=(300, 3))
    found = Coverage("made_up", ("a", "b", "c"), ndtr(truths / claimed), 0, 0)
    assert {line[0] for line in found.unsound()} == set("abc")
    assert any("ranks are not uniform" in line for line in found.unsound())


def test_a_fit_that_often_comes_to_no_solution_is_not_called_sound():
    found = Coverage("made_up", ("a",), (np.arange(100)[:, None] + 0.5) / 100, 3, 0)
    assert found.unsound() == ["3 rounds without a solution"]
    assert lines(found)[-1] == "  against it: 3 rounds without a solution"


def test_a_bent_problem_is_covered_by_a_sample_of_its_posterior():
    def bent(values):
        first, second = values
        return np.array([(first * second - 1) / 0.2, (first - second) / 0.4])

    sampled = Method(sampling="importance", draws=600, settings=METHOD.settings)
    found = cover(problem(bent, (Spread("lognormal", sd_log=0.5),) * 2, results=2), 120, seed=2, method=sampled)
    assert found.unsound() == []


def test_truths_may_be_drawn_from_a_posterior_which_is_then_the_prior():
    prior = Prior(np.array([0.5, -0.3]), np.array([[4.0, 1.0], [0.0, 3.0]]))
    assert cover(problem(nearly_straight), 200, seed=1, method=METHOD, prior=prior).unsound() == []


def test_the_tolerance_narrows_with_the_rounds_and_holds_the_level():
    few, many = (cover(problem(nearly_straight), n, seed=1, method=METHOD) for n in (20, 200))
    for level in LEVELS:
        low, high = many.tolerance(level)
        assert few.tolerance(level)[0] <= low < level <= high <= few.tolerance(level)[1]


def test_truths_that_the_model_cannot_live_are_drawn_again_and_counted():
    def walled(values):
        return np.where(values[0] > 1.5, np.nan, nearly_straight(values))

    found = cover(problem(walled), 30, seed=1, method=METHOD)
    assert found.redrawn > 0
    assert found.rounds + found.failed == 30


def test_a_model_that_lives_nowhere_is_refused():
    with pytest.raises(EvidenceError, match="the model can live only 0"):
        cover(problem(lambda values: np.full((4, values.shape[1]), np.nan)), 10, seed=1)


def test_the_posterior_of_a_stored_fit_is_read_back_as_it_was(tmp_path):
    free = tuple(Free.of(REGISTRY[identity]) for identity in DRAWN)

    def residuals(values):
        middle = [f.at(np.array([0.3])) for f in free]
        width = [f.at(np.array([1.0])) - f.at(np.array([0.0])) for f in free]
        scores = [(v - m) / (0.2 * w) for v, m, w in zip(values, middle, width, strict=True)]
        return np.array([scores[0] + scores[1], 2 * scores[0]])

    made = Problem("bone", "t", "a", "docs/cycle/bone.md", free, residuals, ("one", "two"), ("T",))
    result = solve(made, Request(REGISTRY), METHOD)
    registry = assemble("evidence", [write(result, tmp_path)])
    law = stored_posterior(made, registry, registry.fits["bone"])
    assert law.correlation == pytest.approx(result.correlation, abs=1e-3)
    assert made.values(law.mean[:, None])[:, 0] == pytest.approx([n.value for n in result.replaced], rel=0.01, abs=1e-9)


def test_a_number_that_is_not_stored_or_not_drawn_stands_still_in_the_check(tmp_path):
    free = tuple(Free.of(REGISTRY[identity]) for identity in DRAWN)
    own = Free("drug of one trial", 1.0, SPREADS[0])

    def residuals(values):
        return np.array([values[0] + values[1] + values[2], values[1] - free[0].at(np.array([0.3]))])

    made = Problem("bone", "t", "a", "docs/cycle/bone.md", (own, *free), residuals, ("one", "two"), ("T",))
    result = solve(made, Request(REGISTRY), METHOD)
    held = replace(result.replaced[2], value=free[1].value, spread=Spread())
    result = replace(result, replaced=(result.replaced[1], held), names=(DRAWN[0],), correlation=np.eye(1))
    registry = assemble("evidence", [write(result, tmp_path)])
    part = drawn_part(made, registry, registry.fits["bone"])
    assert [one.id for one in part.free] == [DRAWN[0]]
    first = free[0].at(np.array([0.5]))
    expected = residuals(np.array([[1.0], first, [free[1].value]]))
    assert part.at(np.array([[0.5]])) == pytest.approx(expected, rel=1e-3)
    assert stored_posterior(part, registry, registry.fits["bone"]).mean.shape == (1,)


def test_a_stored_fit_of_other_numbers_is_not_taken_for_this_one():
    made, stored = problem(nearly_straight), Fit("bone", "", "", "", 1, (), (), frozenset(), None)
    with pytest.raises(EvidenceError, match=r"fits/bone\.toml holds other numbers"):
        drawn_part(made, assemble("evidence", []), stored)
    with pytest.raises(EvidenceError, match="ask for the part that is drawn"):
        stored_posterior(made, assemble("evidence", []), stored)
