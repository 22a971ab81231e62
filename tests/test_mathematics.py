"""The words a model is written in: each means the same on floats, on arrays and on values that were taught to speak."""

from __future__ import annotations

import math
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from boneloop import mathematics
from boneloop.mathematics import (
    decayed,
    falling,
    logistic,
    relieved,
    rising,
    saturating,
    saturating_inverse,
    saturating_slope,
    teach,
)

number = st.floats(min_value=-20, max_value=20)
positive = st.floats(min_value=1e-6, max_value=1e6)
drive = st.floats(min_value=0, max_value=50)
ceiling = st.floats(min_value=0.1, max_value=5)
convexity = st.floats(min_value=0, max_value=10)

ONE_ARGUMENT = {"exp": number, "log": positive, "sqrt": positive, "tanh": number}
TWO_ARGUMENTS = {"power": (positive, st.floats(-3, 3)), "minimum": (number, number), "maximum": (number, number)}


@pytest.mark.parametrize("word", sorted(ONE_ARGUMENT))
@given(data=st.data())
def test_a_word_of_one_number_means_the_same_on_a_float_and_on_an_array(word, data):
    x = data.draw(ONE_ARGUMENT[word])
    speak = getattr(mathematics, word)
    assert type(speak(x)) is float
    assert speak(np.array([x, x])).tolist() == pytest.approx([speak(x)] * 2, rel=1e-14)


@pytest.mark.parametrize("word", sorted(TWO_ARGUMENTS))
@given(data=st.data())
def test_a_word_of_two_numbers_means_the_same_on_floats_on_arrays_and_on_one_of_each(word, data):
    a, b = (data.draw(kind) for kind in TWO_ARGUMENTS[word])
    speak = getattr(mathematics, word)
    expected = pytest.approx([speak(a, b)] * 2, rel=1e-14)
    for left, right in ((np.full(2, a), np.full(2, b)), (np.full(2, a), b), (a, np.full(2, b))):
        assert speak(left, right).tolist() == expected


def test_a_kind_of_value_that_was_taught_speaks_every_word(monkeypatch):
    class Told(SimpleNamespace):
        pass

    monkeypatch.setattr(mathematics, "_TAUGHT", [])
    teach(Told, {word: lambda *values, word=word: (word, len(values)) for word in (*ONE_ARGUMENT, *TWO_ARGUMENTS)})
    assert [getattr(mathematics, word)(Told()) for word in ONE_ARGUMENT] == [(word, 1) for word in ONE_ARGUMENT]
    for word in TWO_ARGUMENTS:
        speak = getattr(mathematics, word)
        assert speak(Told(), 1.0) == speak(1.0, Told()) == speak(Told(), Told()) == (word, 2)


def test_a_kind_of_value_that_lacks_a_word_is_refused_and_the_word_is_named():
    with pytest.raises(TypeError, match=r"missing: exp, maximum, minimum, power, sqrt, tanh"):
        teach(SimpleNamespace, {"log": math.log})


@given(st.floats(min_value=0, max_value=1e9))
def test_what_rises_and_what_falls_add_up_to_one(x):
    assert rising(x) + falling(x) == pytest.approx(1)
    assert 0 <= rising(x) <= 1


@given(drive, st.floats(0, 1000), st.floats(0, 1000), st.floats(0.5, 500))
def test_what_decays_never_grows_and_two_stretches_of_time_are_one(amount, first, second, time_constant):
    once = decayed(amount, first, time_constant)
    assert 0 <= once <= amount
    assert decayed(once, second, time_constant) == pytest.approx(
        decayed(amount, first + second, time_constant), rel=1e-9, abs=1e-300
    )


@given(number)
def test_the_logistic_of_opposites_adds_up_to_one(x):
    assert logistic(x) + logistic(-x) == pytest.approx(1)


@given(drive, drive, ceiling, convexity)
def test_more_drive_never_gives_less_and_never_passes_the_ceiling(less, extra, top, bend):
    low, high = saturating(less, top, bend), saturating(less + extra, top, bend)
    assert 0 <= low <= high * (1 + 1e-15) <= top * (1 + 1e-12)


@given(ceiling, convexity)
def test_a_negative_drive_gives_nothing(top, bend):
    assert saturating(-1.0, top, bend) == 0


@given(ceiling, convexity)
def test_a_weak_drive_passes_unchanged(top, bend):
    assert saturating(1e-9, top, bend) == pytest.approx(1e-9, rel=1e-6)
    assert saturating_slope(0.0, top, bend) == 1


@given(st.floats(0, 0.98), ceiling, convexity)
def test_the_inverse_gives_the_drive_that_holds_a_level(share, top, bend):
    held = saturating_inverse(share * top, top, bend)
    assert saturating(held, top, bend) == pytest.approx(share * top, rel=1e-9, abs=1e-12)


@given(st.floats(0.01, 20), ceiling, convexity)
def test_the_slope_is_the_derivative(u, top, bend):
    step = 1e-6 * u
    measured = (saturating(u + step, top, bend) - saturating(u - step, top, bend)) / (2 * step)
    assert saturating_slope(u, top, bend) == pytest.approx(measured, rel=1e-4, abs=1e-8)


@given(st.floats(0.01, 20), st.floats(0.01, 20), ceiling)
def test_without_convexity_each_further_push_does_less(less, extra, top):
    assert saturating_slope(less + extra, top, 0.0) <= saturating_slope(less, top, 0.0)


@given(drive, st.floats(0, 1), st.floats(0, 2), st.floats(0, 2), st.floats(0.1, 1))
def test_relief_takes_no_more_than_there_is_and_more_of_it_never_takes_less(level, extra, relief, more, full_at):
    left = relieved(level, relief, full_at)
    assert 0 <= relieved(level, relief + more, full_at) <= left <= level
    assert left <= relieved(level + extra, relief, full_at) + 1e-12


@given(st.floats(0, 1), st.floats(0.1, 1), st.floats(0, 1))
def test_relief_is_in_full_for_the_severe_and_in_proportion_for_the_mild(share, full_at, kept):
    relief = kept * full_at
    assert relieved(full_at, relief, full_at) == pytest.approx(full_at - relief)
    assert relieved(2 * full_at, relief, full_at) == pytest.approx(2 * full_at - relief)
    assert relieved(share * full_at, relief, full_at) == pytest.approx(share * (full_at - relief))
