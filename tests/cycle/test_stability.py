"""Does the circle feed itself? The cycle number decides, whatever the speeds; cutting an arrow never strengthens it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from boneloop.cycle import loop, stability
from boneloop.cycle.body import fracture
from boneloop.kernel.dormand_prince import Tolerance, integrate
from boneloop.kernel.vector import pack, unpack

share = st.floats(min_value=0, max_value=1)
gain = st.floats(min_value=0.2, max_value=4)
inputs = st.lists(st.floats(min_value=0, max_value=0.5), min_size=7, max_size=7)
times = st.lists(st.floats(min_value=1, max_value=300), min_size=8, max_size=8)
FAST_ARROWS = [
    arrow for arrow in loop.ARROWS if {"bone", "fracture", "wellbeing", "mineral"}.isdisjoint(arrow.split("_to_"))
]
matrices = st.lists(st.floats(min_value=0, max_value=1), min_size=64, max_size=64).map(
    lambda entries: np.array(entries).reshape(8, 8)
)


def setting(body, scale=1.0, values=(0.0,) * 7, **more):
    """A person with all gains scaled, and seven constant inputs."""
    names = [name for name in loop.Person._fields if name.endswith("_input")]
    return stability.Setting(loop.Person(gain=scale, **dict(zip(names, values, strict=True))), body, **more)


def slowed(body, constants):
    """The same body with other time constants."""
    n, h, i, felt, sensitized, depressed, anxious, lost = constants
    return body._replace(
        stress=body.stress._replace(norepinephrine_time=n, cortisol_time=h),
        inflammation=body.inflammation._replace(time=i),
        pain=body.pain._replace(felt_time=felt, sensitization_time=sensitized),
        mood=body.mood._replace(depression_time=depressed, anxiety_time=anxious),
        function=body.function._replace(time=lost),
    )


def jacobian(body, scale, constants):
    """Of the fast stations at health, by finite differences."""
    slow, step = slowed(body, constants), 1e-7
    columns = []
    for state in range(8):
        x = loop.fast_of(step * np.eye(8)[state])
        told = loop.fast_inputs(x, loop.Person(gain=scale), fracture.Injuries(), 0, loop.NO_CARE, loop.OPEN, slow)
        columns.append(pack(loop.fast_rates(x, told, slow), 1)[:, 0] / step)
    return np.array(columns).T


@given(times, gain)
def test_the_cycle_number_does_not_depend_on_time_constants(body, constants, scale):
    slow = setting(slowed(body, constants), scale)
    assert stability.cycle_number(slow)[0] == stability.cycle_number(setting(body, scale))[0]


@given(times, gain)
def test_health_is_stable_exactly_when_the_cycle_number_is_below_one(body, constants, scale):
    radius = stability.cycle_number(setting(body, scale))[0]
    assume(abs(radius - 1) > 0.01)
    assert (np.linalg.eigvals(jacobian(body, scale, constants)).real.max() < 0) == (radius < 1)


@given(matrices, times, st.floats(min_value=0.1, max_value=2))
def test_any_non_negative_gains_are_stable_exactly_when_their_spectral_radius_is_below_one(matrix, constants, radius):
    assume(stability.spectral_radius(matrix) > 1e-3 and abs(radius - 1) > 0.01)
    gains = matrix * radius / stability.spectral_radius(matrix)
    growth = np.linalg.eigvals((gains - np.eye(8)) / np.array(constants)[:, None]).real.max()
    assert (growth < 0) == (radius < 1)


def test_gains_are_never_negative_and_no_state_drives_itself_directly(body):
    matrix = stability.gain_matrix(setting(body))[0]
    assert (matrix >= 0).all()
    assert np.diag(matrix).tolist() == [0] * 8


@given(gain, inputs)
def test_the_gains_do_not_depend_on_the_inputs_and_grow_in_step_with_the_scale(body, scale, values):
    matrix = stability.gain_matrix(setting(body, scale, values, injuries=fracture.Injuries(0.3, 0.2), microdamage=0.4))
    assert matrix == pytest.approx(scale * stability.gain_matrix(setting(body)), abs=1e-15)


@pytest.mark.parametrize("arrow", FAST_ARROWS)
@given(weaker=share, weak=share)
def test_weakening_an_arrow_never_raises_the_cycle_number(default, arrow, weaker, weak):
    low, high = sorted((weaker, weak))
    gates = [loop.OPEN._replace(**{arrow: gate}) for gate in (low, high)]
    numbers = [stability.cycle_number(setting(default, gates=gate))[0] for gate in gates]
    assert numbers[0] <= numbers[1] + 1e-12


def test_with_every_arrow_cut_only_the_circles_inside_pain_and_mood_are_left(default):
    pain, mood = default.pain, default.mood
    inner = [
        pain.felt_from_sensitization * pain.sensitization_from_felt,
        mood.depression_from_anxiety * mood.anxiety_from_depression,
    ]
    assert stability.cycle_number(setting(default, gates=loop.ALL_CUT))[0] == pytest.approx(max(inner) ** 0.5)


@pytest.mark.parametrize(
    "place", ["pain_to_mood.depression", "mood_to_pain.pain", "stress.norepinephrine", "inflammation.cytokines"]
)
def test_care_that_weakens_an_arrow_lowers_the_cycle_number(default, place):
    treated = stability.cycle_number(setting(default, care={place: 0.7}))[0]
    assert treated < stability.cycle_number(setting(default))[0]


@given(matrices)
def test_an_elasticity_is_the_change_of_the_cycle_number_per_change_of_its_gain(matrix):
    gains = matrix + 0.05
    share_of = stability.elasticities(gains)
    assert share_of.sum() == pytest.approx(1)
    assert (share_of >= 0).all()
    for row, column in ((0, 0), (2, 5), (7, 1)):
        more, less, step = gains.copy(), gains.copy(), 1e-5
        more[row, column] *= 1 + step
        less[row, column] *= 1 - step
        growth = np.log(stability.spectral_radius(more) / stability.spectral_radius(less)) / (2 * step)
        assert share_of[row, column] == pytest.approx(growth, abs=1e-6)


def test_gains_that_close_no_circle_have_no_elasticity():
    assert stability.elasticities(np.zeros((8, 8))).tolist() == np.zeros((8, 8)).tolist()


def test_several_people_are_looked_at_at_once(default):
    scales = np.array([0.3, 1.0, 2.5])
    together = stability.cycle_number(setting(default, scales), 3)
    apart = [stability.cycle_number(setting(default, scale))[0] for scale in scales]
    assert together == pytest.approx(apart)
    matrices_ = stability.gain_matrix(setting(default, scales), 3)
    assert stability.elasticities(matrices_)[2] == pytest.approx(stability.elasticities(matrices_[2]))


@given(st.floats(min_value=0, max_value=0.999))
def test_the_circle_amplifies_without_end_as_its_number_comes_near_one(radius):
    assert stability.amplification(np.array(radius)) == pytest.approx(1 / (1 - radius))
    assert stability.amplification(np.array([1.0, 1.7])).tolist() == [np.inf, np.inf]


@given(st.floats(min_value=0, max_value=1.5), st.floats(min_value=0, max_value=1))
def test_there_is_no_trap_while_weak_drives_do_their_full_share(radius, product):
    assert not stability.can_trap(np.array(radius), product, 1.0)
    assert stability.trigger_size(radius, product, 1.0) is None


@given(st.floats(min_value=1.01, max_value=12), st.floats(min_value=0.01, max_value=1.5))
def test_a_trap_needs_a_cycle_number_between_the_fold_and_one(a, radius):
    assert stability.can_trap(np.array(radius), a, 1.0) == (stability.saddle_node(a) <= radius < 1)


@given(st.floats(min_value=1.001, max_value=50))
def test_the_fold_lies_below_one_and_sinks_with_convexity(a):
    assert 0 < stability.saddle_node(1.01 * a) <= stability.saddle_node(a) < 1


def test_a_number_scaled_away_from_health_gains_less_the_fuller_its_states_are(default):
    empty, half = (loop.fast_of(level * stability.ceilings(default)) for level in (0.0, 0.5))
    whose = setting(default)
    assert stability.local_gain(empty, whose)[0] == pytest.approx(stability.cycle_number(whose)[0])
    assert stability.local_gain(half, whose)[0] < stability.cycle_number(whose)[0]


def going_on(whose):
    """Rates of the fast stations of one person, as the engine wants them."""

    def rates(time, rows):
        x = unpack(stability.HEALTHY, rows)
        told = loop.fast_inputs(x, whose.person, whose.injuries, 0, whose.care, whose.gates, whose.parameters)
        return pack(loop.fast_rates(x, told, whose.parameters), rows.shape[1])

    return rates


CARED = {"care": {"pain.pain_relief": 0.05, "mood.depression_relief": 0.1}}
HURT = {"injuries": fracture.Injuries(lasting_pain=0.3)}


@given(inputs, st.floats(min_value=0.1, max_value=1.5))
def test_at_the_rest_nothing_moves(body, values, scale):
    whose = setting(body, scale, values, **CARED, **HURT)
    rest = stability.resting_state(whose, stability.HEALTHY, 4096)
    assert going_on(whose)(np.zeros(1), pack(rest, 1)) == pytest.approx(np.zeros((8, 1)), abs=1e-12)


def test_the_rest_is_where_the_body_comes_to_in_time(default):
    whose = setting(default, 1.2, (0.2,) * 7, **CARED, **HURT)
    rest = stability.resting_state(whose, stability.HEALTHY, 4096)
    zero = np.zeros(1)
    end, _ = integrate(going_on(whose), pack(stability.HEALTHY, 1), zero, zero + 6000, zero, Tolerance(1e-7, 1e-9))
    assert end == pytest.approx(pack(rest, 1), abs=1e-5)


def test_the_rest_of_one_person_does_not_depend_on_who_is_looked_at_beside_them(default):
    scales = np.array([0.1, 1.9, 0.8])
    injuries = fracture.Injuries(lasting_pain=0.3)
    together = pack(stability.resting_state(setting(default, scales, injuries=injuries), stability.HEALTHY, 4096, 3), 3)
    for index, scale in enumerate(scales):
        whose = setting(default, np.array([scale]), injuries=injuries)
        alone = pack(stability.resting_state(whose, stability.HEALTHY, 4096), 1)
        assert np.array_equal(alone[:, 0], together[:, index])


@pytest.mark.parametrize("arrow", FAST_ARROWS)
@given(rows=st.lists(st.floats(min_value=0.01, max_value=0.9), min_size=8, max_size=8))
def test_the_share_that_an_arrow_supplies_is_a_share(default, arrow, rows):
    x = loop.fast_of(np.array(rows))
    whose = setting(default, 1.0, (0.1,) * 7)
    assert 0 < stability.shares(x, whose, arrow)[0] < 1
    cut = whose._replace(gates=loop.OPEN._replace(**{arrow: 0}))
    assert stability.shares(x, cut, arrow)[0] == 0
