"""What a clinic measures of the hidden state, and with how much error.

pain NRS = 10 x_P      PHQ-9 = 27 D      GAD-7 = 21 A      function = 100 (1 - l)
areal density = measured then · model now / model then; CTX and P1NP relative to then
"""

from __future__ import annotations

from typing import NamedTuple

from boneloop.cycle import loop
from boneloop.cycle.body import bone
from boneloop.types import Fraction, GramsPerSquareCentimeter, Scalar


class Parameters(NamedTuple):
    """Range of each instrument, and the standard error of one measurement on the model's scale."""

    pain_points: Fraction
    phq9_points: Fraction
    gad7_points: Fraction
    function_points: Fraction
    pain_error: Fraction
    depression_error: Fraction
    anxiety_error: Fraction
    function_error: Fraction
    bmd_error: GramsPerSquareCentimeter


class Seen(NamedTuple):
    """Instrument values without measurement error.

    pain 0-10, phq9 0-27, gad7 0-21, function 0-100 (100 = full)
    """

    pain: Scalar
    phq9: Scalar
    gad7: Scalar
    function: Scalar


def instruments(x: loop.Fast, p: Parameters) -> Seen:
    """What the questionnaires would show on average."""
    return Seen(
        p.pain_points * x.pain.felt,
        p.phq9_points * x.mood.depressive_severity,
        p.gad7_points * x.mood.anxiety,
        p.function_points * (1 - x.function.loss),
    )


class Markers(NamedTuple):
    """Relative to the start, 1 = as then; density at the total hip, the femoral neck, the lumbar spine."""

    density: Scalar
    density_neck: Scalar
    density_spine: Scalar
    ctx: Scalar
    p1np: Scalar


def markers(now: bone.State, then: bone.State, p: bone.Parameters) -> Markers:
    """Density and turnover markers of one person now against then."""
    return Markers(
        bone.areal_density(now) / bone.areal_density(then),
        bone.areal_density(now, "femoral_neck") / bone.areal_density(then, "femoral_neck"),
        bone.areal_density(now, "lumbar_spine") / bone.areal_density(then, "lumbar_spine"),
        bone.ctx(now, p) / bone.ctx(then, p),
        bone.p1np(now, p) / bone.p1np(then, p),
    )
