"""Chance: the published generator, keyed by who, what, when and which draw."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm, poisson

from boneloop.simulate import chance
from boneloop.simulate.chance import count, key_of, normal, philox, uniform

ALL_ONES = 0xFFFFFFFF

known_answers = pytest.mark.parametrize(
    ("counter", "key", "answer"),
    [
        ((0, 0, 0, 0), (0, 0), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
        ((ALL_ONES,) * 4, (ALL_ONES,) * 2, (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
        (
            (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
            (0xA4093822, 0x299F31D0),
            (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1),
        ),
    ],
)

patients = st.integers(0, 2**64 - 1)
words = st.text(min_size=1, max_size=12)
numbers = st.integers(0, 10_000)


@known_answers
def test_philox_gives_the_known_answers_of_random123(counter, key, answer):
    """Salmon et al. 2011, the known-answer vectors of philox4x32 with 10 rounds."""
    words_in = tuple(np.array([word], dtype=np.uint64) for word in counter)
    drawn = philox(words_in, (np.uint64(key[0]), np.uint64(key[1])))
    assert tuple(int(word[0]) for word in drawn) == answer


@given(patient=patients, event=words, step=numbers, draw=numbers, seed=st.integers(0, 2**40))
def test_luck_lies_between_0_and_1_and_depends_on_its_key_alone(patient, event, step, draw, seed):
    once = uniform(seed, patient, event, step, draw)
    assert 0 < once < 1
    assert uniform(seed, patient, event, step, draw) == once


@given(patient=patients, event=words, step=numbers, draw=numbers, seed=st.integers(0, 2**40))
def test_who_what_when_which_draw_and_the_seed_each_matter(patient, event, step, draw, seed):
    here = float(uniform(seed, patient, event, step, draw))
    others = {
        "seed": uniform(seed + 1, patient, event, step, draw),
        "who": uniform(seed, patient ^ 1, event, step, draw),
        "who, upper half": uniform(seed, patient ^ 2**63, event, step, draw),
        "what": uniform(seed, patient, event + "x", step, draw),
        "when": uniform(seed, patient, event, step + 1, draw),
        "which draw": uniform(seed, patient, event, step, draw + 1),
    }
    assert all(float(other) != here for other in others.values())


def test_step_and_draw_do_not_change_places():
    assert uniform(1, 7, "fall", 2, 3) != uniform(1, 7, "fall", 3, 2)


def test_luck_is_the_same_alone_in_a_crowd_and_in_any_order():
    people = np.array([key_of(f"p{n}") for n in range(50)], dtype=np.uint64)
    crowd = uniform(3, people, "fracture/hip", 11, np.arange(50))
    backwards = uniform(3, people[::-1], "fracture/hip", 11, np.arange(50)[::-1])
    alone = [float(uniform(3, int(people[n]), "fracture/hip", 11, n)) for n in range(50)]
    assert np.array_equal(crowd, backwards[::-1])
    assert crowd.tolist() == alone


def test_patients_steps_and_draws_spread_over_each_other():
    block = uniform(1, np.arange(3, dtype=np.uint64)[:, None, None], "fall", np.arange(4)[:, None], np.arange(5))
    assert block.shape == (3, 4, 5)
    assert len(np.unique(block)) == 60


def test_keys_and_luck_are_the_same_on_every_machine():
    assert key_of("patient 1") == 0x4CC57DA4E1CBD122
    assert key_of("patient 1") != key_of("patient 2")
    assert float(uniform(1, key_of("patient 1"), "fall", 2, 3)) == 0.5566144730487382


@pytest.mark.parametrize("word", [0, ALL_ONES])
def test_the_outermost_luck_is_still_inside_0_and_1_and_makes_a_finite_normal_number(monkeypatch, word):
    def extreme(counter, key):
        return tuple(np.full_like(part, word) for part in counter)

    monkeypatch.setattr(chance, "philox", extreme)
    drawn = uniform(1, 1, "fall", 0, 0)
    assert 0 < drawn < 1
    assert np.isfinite(normal(drawn))


@given(luck=st.floats(1e-12, 1 - 1e-12))
def test_normal_numbers_are_the_quantiles_of_the_bell_curve(luck):
    assert normal(np.array(luck)) == pytest.approx(norm.ppf(luck), rel=1e-9, abs=1e-12)


@given(luck=st.floats(1e-9, 1 - 1e-9), expected=st.floats(0, 30))
def test_counts_are_the_quantiles_of_the_poisson_law(luck, expected):
    counted = count(np.array([luck]), np.array([expected]))[0]
    assert poisson.cdf(counted - 1, expected) <= luck + 1e-9
    assert poisson.cdf(counted, expected) >= luck - 1e-9


@given(low=st.floats(1e-9, 1 - 1e-9), high=st.floats(1e-9, 1 - 1e-9), expected=st.floats(0, 30))
def test_more_luck_never_makes_fewer_falls(low, high, expected):
    few, many = count(np.array(sorted((low, high))), np.full(2, expected))
    assert few <= many


@given(luck=st.floats(1e-9, 1 - 1e-9), a=st.floats(0, 30), b=st.floats(0, 30))
def test_a_higher_rate_of_falling_never_makes_fewer_falls_at_the_same_luck(luck, a, b):
    few, many = count(np.full(2, luck), np.array(sorted((a, b))))
    assert few <= many


def test_nobody_falls_where_no_fall_is_expected():
    assert not count(np.array([0.2, 0.999999]), np.zeros(2)).any()
