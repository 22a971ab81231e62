"""Studies lived at many vectors at once: every vector meets the same people, and residuals are in standard errors."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from boneloop.calibrate.fit.falls import NUMBERS, TARGETS
from boneloop.calibrate.fit.routes import ROUTES, shares
from boneloop.calibrate.fit.studies import Lab, wanted
from boneloop.errors import EvidenceError
from boneloop.evidence.registry import load

PEOPLE = 30


@pytest.fixture(scope="module")
def lab():
    """Thirty people, the numbers of the registry."""
    return Lab(load(), PEOPLE, seed=1)


def test_an_unknown_result_and_a_check_are_refused():
    with pytest.raises(EvidenceError, match="no target file has a result 'FALL-99'"):
        wanted(("FALL-99",))
    with pytest.raises(EvidenceError, match="FALL-03 is a check"):
        wanted(("FALL-03",))


def test_the_stage_moves_numbers_that_have_a_prior_and_meets_results_that_may_be_fitted():
    registry = load()
    for identity in NUMBERS:
        assert (registry[identity].prior or registry[identity]).spread.law != "fixed"
    assert [one.result.id for one in wanted(TARGETS)] == list(TARGETS)
    assert all(one.error > 0 for one in wanted(TARGETS))


def test_a_ratio_is_judged_on_its_logarithm_and_a_tolerance_counts_as_two_errors():
    falls, density = wanted(("FALL-01", "BMD-05"))
    assert falls.residual(np.array([1.46, 1.46 * np.exp(falls.error)])) == pytest.approx([0, 1])
    assert density.error == pytest.approx(0.1 / 1.96, rel=1e-3)
    assert density.residual(np.array([-0.12, -0.02])) == pytest.approx([0, 1.96], rel=1e-3, abs=1e-12)


def test_every_vector_meets_the_same_people_with_the_same_luck(lab):
    contrast = wanted(("FALL-01",))
    weights = np.array([0.3, 0.3, 0.6])
    said = lab.simulated(contrast, {"mood_to_fracture.falls": weights})
    assert said.shape == (1, 3)
    assert said[0, 0] == pytest.approx(said[0, 1], rel=1e-12)
    alone = lab.simulated(contrast, {"mood_to_fracture.falls": weights[2:]})
    assert said[0, 2] == pytest.approx(alone[0, 0], rel=1e-3)


def test_a_heavier_arrow_from_mood_makes_the_depressed_fall_and_break_more(lab):
    said = lab.simulated(wanted(("FALL-01", "FX-01")), {"mood_to_fracture.falls": np.array([0.0, 0.5, 1.0])})
    assert (np.diff(said, axis=1) > 0).all()


def test_the_shares_of_the_routes_and_the_rest_are_the_total(lab):
    cohort = wanted(("FX-01",))[0]
    contrast = replace(cohort, result=replace(cohort.result, month=6.0))
    (found,) = shares(lab, (contrast,), {"mood_to_fracture.falls": np.array([0.0, 0.5])})
    assert set(found.by_route) == set(ROUTES)
    assert sum(found.by_route.values()) + found.rest == pytest.approx(found.total)
    mood = found.by_route["falls by mood"]
    # without its weight the arrow from mood carries nothing; with it, some
    assert mood[0] == pytest.approx(0, abs=1e-9) and mood[1] > 0.01
    # what is left when every route is closed is small: people are the same but for their mood
    assert np.abs(found.rest).max() < 0.05
