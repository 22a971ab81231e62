"""The summary counts what came out, calibration targets apart from checks."""

from __future__ import annotations

from dataclasses import replace

import pytest

from boneloop.calibrate.targets.judge import Simulated, Verdict
from boneloop.calibrate.targets.run import Findings, Found
from boneloop.calibrate.targets.summary import mean_errors, of_role, tally


@pytest.fixture
def findings(study_of):
    study = study_of()
    (result,) = study.results

    def found(identity, verdict, off, **told):
        one = replace(result, id=identity, **told)
        median = one.value + off
        return Found(one, Simulated(median, median, median, median, median, 1.0, 0.1), Verdict(verdict))

    hip = {"outcome": "bmd_total_hip_change"}
    return Findings(
        study,
        (
            found("A", "inside", 0.5, role="calibrate", **hip),
            found("B", "miss", -1.5, role="calibrate", reason="known", **hip),
            found("C", "miss", 4, role="check", kind="arm", against="", **hip),
            found("D", "not judged", 0, role="calibrate"),
            found("E", "inside", 90, role="check", measure="smd", **hip),
        ),
        8,
        5,
        0,
    )


def test_misses_with_a_reason_are_misses_all_the_same(findings):
    counts = tally(of_role([findings], "calibrate"))
    assert (counts.inside, counts.miss, counts.explained, counts.not_judged) == (1, 1, 1, 1)
    assert counts.share == 0.5 and tally([]).share == 1


def test_the_mean_error_is_of_each_arm_first(findings):
    (hip,) = mean_errors([findings])
    assert (hip.title, hip.arms, hip.results) == ("Total hip BMD", 2, 3)
    assert hip.error == pytest.approx((1.0 + 4.0) / 2)
