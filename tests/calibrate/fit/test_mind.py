"""The stage of pain, mood and function: what it fits, what it leaves out and why, and that the stored fit fits."""

from __future__ import annotations

import numpy as np
import pytest

from boneloop.calibrate.fit import mind
from boneloop.calibrate.fit.problem import Request
from boneloop.calibrate.fit.stages import registry_before
from boneloop.calibrate.targets.reading import own_files, read_all
from boneloop.evidence.registry import load

PEOPLE = 60


@pytest.fixture(scope="module")
def problem():
    """The stage with few people."""
    with pytest.MonkeyPatch.context() as patched:
        whole = mind.made_people
        patched.setattr(mind, "made_people", lambda *given: whole(*given, PEOPLE))
        yield mind.problem(Request(registry_before("mind")))


@pytest.fixture(scope="module")
def stored():
    """The fit that comes with the package."""
    return load().fits["mind"]


def test_what_moves_is_what_the_stored_fit_replaced(stored):
    assert set(stored.replaced) == {*mind.PRIORS, "antidepressant.anxiety_relief"}
    assert stored.joint is not None and set(stored.joint.names) == set(mind.PRIORS)


def test_only_results_marked_for_calibration_are_fitted_to():
    fitted = [result for _, some in mind.results() for result in some]
    assert len(fitted) > 30
    assert all(result.role == "calibrate" and result.group in mind.GROUPS for result in fitted)


def test_a_result_that_is_left_out_is_marked_for_calibration_and_its_file_says_why():
    by_id = {result.id: result for study in read_all(own_files())[0] for result in study.results}
    for identity in mind.OUT_OF_REACH:
        assert by_id[identity].role == "calibrate" and by_id[identity].reason


def test_the_stored_fit_is_nearer_to_what_was_published_than_the_prior(problem):
    registry = load()
    found = [free.spread.score(free.value, registry.number(free.id, free.unit)) for free in problem.free]
    residuals = problem.at(np.stack([np.zeros(len(found)), np.array(found)], axis=1))
    before, after = (residuals**2).sum(axis=0)
    assert after < before / 4
    # few people: the noise of a share of 60 adds to the distance
    assert (np.abs(residuals[:, 1]) < 2.5).mean() >= 0.85


def test_an_antidepressant_calms_as_much_as_it_lifts_in_standard_deviations():
    from boneloop.therapy.response import share_risen

    n = load().number
    onset, time = n("exposure.antidepressant_onset", "day"), n("trial.antidepressant_time", "day")
    size = {
        page: n(f"antidepressant.{state}_relief")
        * share_risen(time, (onset, n(f"mood.{state}_time", "day")))
        * n(f"observe.{page}_points")
        / n(f"trial.{page}_sd")
        for page, state in (("phq9", "depression"), ("gad7", "anxiety"))
    }
    assert size["gad7"] == pytest.approx(size["phq9"], rel=0.01)
