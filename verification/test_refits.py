"""The stored fits: made again from scratch they come out the same, and their intervals hold what they say.

Takes as long as the stages do, up to an hour for all of them: `pytest verification/test_refits.py -k bone` runs one.
What is printed (`-s`) is for a person to read.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from boneloop.calibrate.coverage import cover, drawn_part, lines, stored_posterior
from boneloop.calibrate.fit import agreement
from boneloop.calibrate.fit.problem import Request
from boneloop.calibrate.fit.stages import registry_before, stages
from boneloop.evidence.registry import load

STAGES = stages()
SHARED = Path(__file__).parents[2] / "shared" / "data"
ROUNDS = 40


def request_for(stage, seed=1):
    """What the stage is asked."""

    def say(line):
        print(f"{stage.name}: {line}", file=sys.stderr)

    return Request(registry_before(stage.name), seed, SHARED if SHARED.is_dir() else None, say)


def named(stage):
    """The stage as it is called."""
    return stage.name


@pytest.mark.parametrize("stage", STAGES, ids=named)
def test_a_refit_from_another_seed_agrees_with_the_stored_fit(stage):
    """In what it says of the results, within half a standard error, and in every number that is drawn, within one.

    A stage that holds some numbers at their best gives the others the spread that is left beside these; another refit
    holds them elsewhere, so there the numbers are printed and only the results are judged.
    """
    refits = [stage.run(request_for(stage, seed)) for seed in (1, 2)]
    found, results = agreement.apart(refits, load()), agreement.results_apart(refits)
    print("\n".join(agreement.lines(found, results)))
    assert all(apart < 0.5 for _, apart in results)
    if all(number.spread > 0 for number in found):
        assert all(number.share < 1 for number in found)
        assert all(abs(number.stored) < 1 for number in found if number.stored is not None)


@pytest.mark.parametrize("stage", [s for s in STAGES if hasattr(s.module, "problem")], ids=named)
def test_the_intervals_of_a_stored_fit_hold_the_truth_as_often_as_they_say(stage):
    """Coverage of the 50, 80 and 95 % intervals over made-up data."""
    problem = drawn_part(stage.problem(request_for(stage)), load(), load().fits[stage.name])
    law = stored_posterior(problem, load(), load().fits[stage.name])
    method = replace(stage.method, settings=replace(stage.method.settings, renewed=False))
    found = cover(problem, ROUNDS, seed=1, method=method, prior=law.as_prior())
    print("\n".join(lines(found)))
    assert not found.unsound()
