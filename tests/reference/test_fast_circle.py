"""Stress, inflammation, pain, mood and function against reference curves, gains and thresholds.

The curves start in health; one fracture hurts (0.75, fading with 45 days, a share of it for good) and takes function
(0.25, fading with 120 days); no chance, no care. Columns are in the order of the fast states.
"""

from __future__ import annotations

import csv
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import brentq

from boneloop.cycle import loop, stability
from boneloop.cycle.body import fracture
from boneloop.evidence.registry import assemble
from boneloop.kernel.dormand_prince import Tolerance, integrate
from boneloop.kernel.vector import pack, unpack
from boneloop.mathematics import saturating
from boneloop.simulate.lanes import body_parameters

DATA = Path(__file__).parent / "data"
UNFITTED = assemble("evidence", [])
BODY = body_parameters(UNFITTED, {})
HEALING = UNFITTED.parameters(fracture.Healing, "healing")
LASTING_SHARE = 0.85
PAIN, LOSS, DEPRESSION = 3, 7, 5


class Case(NamedTuple):
    """Scale of all gains, share of the fracture's pain that lasts, convexity of felt pain and mood."""

    gain: float
    lasting: float
    convexity: float


CASES = {
    "A_R_default_fracture_acute": Case(1, 0, 0),
    "B_R_default_fracture_chronic35": Case(1, 0.35, 0),
    "C_R_x1.5_chronic35": Case(1.5, 0.35, 0),
    "D_kappaD6_Rx1.8_acute": Case(1.8, 0, 6),
    "E_kappaD0_Rx1.8_acute": Case(1.8, 0, 0),
}


def bent(convexity):
    """The body with this convexity of felt pain, depression and anxiety."""
    return BODY._replace(
        pain=BODY.pain._replace(felt_convexity=convexity), mood=BODY.mood._replace(convexity=convexity)
    )


def setting(gain=1.0, body=BODY, **more):
    """A person whose gains are all scaled by ``gain``."""
    return stability.Setting(loop.Person(gain=gain), body, **more)


@cache
def curve(name):
    """Times in days, and the states of the reference, shape (times, 8)."""
    with open(DATA / f"l23_case_{name}.csv", encoding="utf-8") as file:
        table = np.array([[float(field) for field in row] for row in list(csv.reader(file))[1:]])
    return table[:, 0], table[:, 1:]


@cache
def lived():
    """The states of our own circle at the times of the reference, shape (times, 8, cases): a case is a lane."""
    gain, lasting, convexity = (np.array(column) for column in zip(*CASES.values(), strict=True))
    body, person, lanes = bent(convexity), loop.Person(gain=gain), len(CASES)
    broken = fracture.Injuries(
        acute_pain=0.75 * (1 - lasting), lasting_pain=0.75 * lasting * LASTING_SHARE, acute_loss=0.25
    )

    def rates(time, rows):
        x, now = unpack(stability.HEALTHY, rows), fracture.healed(broken, time, HEALING)
        inputs = loop.fast_inputs(x, person, now, 0, loop.NO_CARE, loop.OPEN, body)
        return pack(loop.fast_rates(x, inputs, body), lanes)

    rows, step, seen = pack(stability.HEALTHY, lanes), np.zeros(lanes), []
    times = curve(next(iter(CASES)))[0]
    for before, now in pairwise([times[0], *times]):
        rows, step = integrate(rates, rows, np.full(lanes, before), np.full(lanes, now), step, Tolerance(1e-9, 1e-11))
        seen.append(rows)
    return np.array(seen)


def course_of(name):
    """The states of one case, shape (times, 8)."""
    return lived()[:, :, list(CASES).index(name)]


@pytest.mark.parametrize("name", CASES)
def test_the_circle_after_a_fracture_meets_the_reference_within_a_millionth(name):
    times, expected = curve(name)
    assert np.array_equal(times, curve(next(iter(CASES)))[0]) and times[-1] >= 3600
    assert np.abs(course_of(name) - expected).max() < 1e-6


def test_one_fracture_without_lasting_pain_traps_a_convex_circle_for_ten_years_and_a_concave_one_not_at_all():
    trapped, free = course_of("D_kappaD6_Rx1.8_acute")[-1], course_of("E_kappaD0_Rx1.8_acute")[-1]
    assert trapped[DEPRESSION] == pytest.approx(0.531, abs=0.001)
    assert free[DEPRESSION] < 0.001


def test_the_default_gains_are_those_of_the_reference():
    with open(DATA / "l23_gain_matrix.csv", encoding="utf-8") as file:
        rows = [[float(field) for field in row[1:]] for row in list(csv.reader(file))[1:]]
    table = np.array(rows)
    assert np.array_equal(stability.gain_matrix(setting())[0], table[:, :8])
    assert np.array_equal(stability.ceilings(BODY), table[:, 9])
    times = [BODY.stress.norepinephrine_time, BODY.stress.cortisol_time, BODY.inflammation.time, BODY.pain.felt_time]
    times += [BODY.pain.sensitization_time, BODY.mood.depression_time, BODY.mood.anxiety_time, BODY.function.time]
    assert times == table[:, 8].tolist()


def test_the_cycle_number_of_the_default_gains():
    assert stability.cycle_number(setting())[0] == pytest.approx(0.499797, abs=1e-6)


@pytest.mark.parametrize(
    ("source", "target", "expected"),
    [
        ("sensitization", "felt", 0.124),
        ("felt", "loss", 0.072),
        ("anxiety", "depressive_severity", 0.061),
        ("loss", "depressive_severity", 0.057),
        ("felt", "sensitization", 0.055),
        ("depressive_severity", "anxiety", 0.053),
        ("depressive_severity", "norepinephrine", 0.045),
        ("felt", "depressive_severity", 0.041),
    ],
)
def test_the_elasticities_that_matter_most(source, target, expected):
    share = stability.elasticities(stability.gain_matrix(setting())[0])
    names = list(loop.FAST_NAMES)
    assert share[names.index(target), names.index(source)] == pytest.approx(expected, abs=0.0005)


def test_the_elasticities_add_up_to_one():
    assert stability.elasticities(stability.gain_matrix(setting())[0]).sum() == pytest.approx(1)


def test_a_lasting_pain_of_a_fracture_goes_round_the_circle():
    """Linear answer to a chronic nociception of 0.3: pain 0.337, depressive severity 0.068, lost function 0.145."""
    push = np.zeros(8)
    push[PAIN] = 0.3
    answer = np.linalg.solve(np.eye(8) - stability.gain_matrix(setting())[0], push)
    assert answer[[PAIN, DEPRESSION, LOSS]] == pytest.approx([0.337, 0.068, 0.145], abs=0.0005)


@pytest.mark.parametrize(("a", "expected"), [(2, 0.914), (4, 0.750), (9, 0.556)])
def test_the_fold_points_of_the_closed_form(a, expected):
    assert stability.saddle_node(a) == pytest.approx(expected, abs=0.0005)


@given(st.floats(min_value=1.05, max_value=12), st.floats(min_value=0.3, max_value=3))
def test_the_closed_form_is_where_a_second_rest_appears_within_1e_8(a, ceiling):
    """A rest z > 0 needs the cycle number z/u, u the drive that holds z; the smallest such number is the fold."""
    convexity = a / ceiling
    levels = ceiling * np.linspace(1e-4, 1 - 1e-4, 20_001)
    drive = (np.sqrt(1 + 4 * convexity * levels / (1 - levels / ceiling)) - 1) / (2 * convexity)
    needed = drive / levels
    scan = needed.argmin()
    window = ceiling * np.linspace(levels[scan - 1] / ceiling, levels[scan + 1] / ceiling, 20_001)
    v = window / (1 - window / ceiling)
    numeric = ((np.sqrt(1 + 4 * convexity * v) - 1) / (2 * convexity) / window).min()
    assert stability.saddle_node(a) == pytest.approx(numeric, abs=1e-8)


@given(st.floats(min_value=1.2, max_value=12), st.floats(min_value=0.3, max_value=3), st.floats(0.02, 0.98))
def test_the_trigger_is_the_push_from_which_the_trap_closes(a, ceiling, between):
    convexity = a / ceiling
    fold = stability.saddle_node(a)
    radius = fold + between * (1 - fold)
    trigger = stability.trigger_size(radius, convexity, ceiling)
    assert trigger is not None
    root = brentq(
        lambda z: saturating(radius * z, ceiling, convexity) - z, 0.5 * trigger, trigger * (1 + 1e-6), xtol=1e-15
    )
    assert trigger == pytest.approx(root, rel=1e-5)
    assert saturating(radius * 0.99 * trigger, ceiling, convexity) < 0.99 * trigger


@pytest.mark.parametrize(("convexity", "appears"), [(0, 1.05), (2, 1.0), (4, 0.95), (6, 0.852), (10, 0.75)])
def test_a_high_rest_appears_at_a_lower_cycle_number_the_more_convex_the_response(convexity, appears):
    """On a grid of 0.05; for a convexity of 6 the fold lies at 0.851, just above the grid's 0.85."""
    gains = np.array([appears, appears - 0.05]) / 0.499797
    body = bent(convexity)
    whose = setting(gains, body)
    top = unpack(stability.HEALTHY, np.repeat(stability.ceilings(body)[:, None], 2, axis=1))
    there, not_yet = stability.resting_state(whose, top, 4096, 2).mood.depressive_severity
    assert there > 0.04
    assert not_yet < 0.005
