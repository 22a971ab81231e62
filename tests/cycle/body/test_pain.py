"""Pain: felt pain and sensitization feed each other; relief lowers them and never below none."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from boneloop.cycle.body import pain

share = st.floats(min_value=0, max_value=0.99)
drive = st.floats(min_value=0, max_value=5)


def test_nobody_hurts_without_a_reason(body):
    assert pain.rates(pain.State(0, 0), pain.Inputs(0, 0), body.pain) == (0, 0)


@given(share, share, share, drive)
def test_felt_pain_sensitizes_and_sensitization_is_felt(body, felt, wound, extra, given_):
    inputs = pain.Inputs(given_, given_)
    base = pain.rates(pain.State(felt, wound), inputs, body.pain)
    more_felt = pain.rates(pain.State(min(felt + extra, 1), wound), inputs, body.pain)
    more_wound = pain.rates(pain.State(felt, min(wound + extra, 1)), inputs, body.pain)
    assert more_felt.sensitization >= base.sensitization - 1e-12
    assert more_wound.felt >= base.felt - 1e-12


@given(share, share, drive, share)
def test_relief_never_adds_pain_and_never_makes_less_than_none(body, felt, wound, given_, relief):
    state, inputs = pain.State(felt, wound), pain.Inputs(given_, given_, nociception=0.3)
    treated = inputs._replace(felt_relief=relief, sensitization_relief=relief)
    before, after = (pain.rates(state, told, body.pain) for told in (inputs, treated))
    assert after.felt <= before.felt + 1e-12 and after.sensitization <= before.sensitization + 1e-12
    nothing = pain.rates(pain.State(0, 0), treated, body.pain)
    assert nothing.felt >= 0 and nothing.sensitization >= 0


@given(drive, drive)
def test_a_pain_signal_counts_in_full_whatever_the_gains_of_the_person(body, given_, signal):
    calm = pain.drives(pain.State(0, 0), pain.Inputs(given_, 0, nociception=signal, felt_gain=0), body.pain)
    assert calm.felt == signal
