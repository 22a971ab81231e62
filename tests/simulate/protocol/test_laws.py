"""What must hold of every protocol: time, order, company and the way of writing it down change nothing."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

FEW = settings(max_examples=8)
RECORD = '[record]\nwhat = ["calcium", "phosphate", "pth", "calcitriol", "osteoclast", "denosumab"]\n'
DAILY = RECORD + 'every = "1 day"\n'
amounts = st.floats(1, 200).map(lambda value: round(value, 3))
days = st.integers(0, 50)


def denosumab(amount, day):
    return f'[[give]]\ndrug = "denosumab"\namount = "{amount} mg"\nstart = "{day} days"\n'


def change(what, to, day, until):
    return f'[[change]]\nwhat = "{what}"\nto = {to}\nat = "{day} days"\nuntil = "{until} days"\n'


def protocol(rows, people="[patient]\n", duration=60, record=DAILY, top=""):
    return f'duration = "{duration} days"\n{top}{people}{rows}{record}'


@FEW
@given(amount=amounts, day=days, later=st.integers(1, 40))
def test_a_protocol_that_begins_later_gives_the_same_later(live, amount, day, later):
    rows = denosumab(amount, day) + change("vitamin_d", 0.7, day + 2, day + 30)
    moved = denosumab(amount, day + later) + change("vitamin_d", 0.7, day + later + 2, day + later + 30)
    one = live(protocol(rows, top="tolerance = 1e-8\n"))
    other = live(protocol(moved, duration=60 + later, top="tolerance = 1e-8\n"))
    np.testing.assert_allclose(other.values[:, later:], one.values, rtol=2e-6, atol=1e-6)


@FEW
@given(amounts, amounts, days)
def test_a_dose_in_two_parts_is_the_dose(live, one, other, day):
    whole = live(protocol(denosumab(one + other, day)))
    parts = live(protocol(denosumab(one, day) + denosumab(other, day)))
    np.testing.assert_array_equal(whole.values, parts.values)


@FEW
@given(st.sets(st.integers(1, 6), max_size=4))
def test_doses_that_are_skipped_are_as_if_they_had_not_been_listed(live, skip):
    every = f'every = "8 days"\ncount = 6\nskip = {sorted(skip)}\n'
    times = [f"{8 * (number - 1)} days" for number in range(1, 7) if number not in skip]
    row = '[[give]]\ndrug = "teriparatide"\namount = "20 ug"\n'
    skipped = live(protocol(row + every))
    listed = live(protocol(row + f"times = {times}\n"))
    np.testing.assert_array_equal(skipped.values, listed.values)


@FEW
@given(st.permutations(range(6)))
def test_the_order_of_the_rows_does_not_matter(live, order):
    rows = [
        denosumab(60, 3),
        denosumab(17.3, 3),
        '[[give]]\ndrug = "calcium"\namount = "500 mg"\nevery = "1 day"\nuntil = "20 days"\n',
        '[[give]]\ndrug = "calcium"\namount = "333 mg/day"\nstart = "5 days"\n',
        change("vitamin_d", 0.6, 2, 40),
        change("vitamin_d", 0.9, 10, 20),
    ]
    straight, shuffled = live(protocol("".join(rows))), live(protocol("".join(rows[index] for index in order)))
    np.testing.assert_array_equal(straight.values, shuffled.values)


people = st.lists(st.tuples(st.floats(15, 120), st.floats(0.3, 1.2), st.floats(1, 6)), min_size=2, max_size=20)


@FEW
@given(people)
def test_one_patient_alone_is_the_same_in_a_crowd_bit_for_bit(live, crowd):
    def told(number):
        gfr, vitamin, clearance = crowd[number]
        numbers = f'gfr = "{gfr!r} mL/min"\nvitamin_d = {vitamin!r}\n"denosumab.clearance" = "{clearance!r} mL/h"\n'
        return f'[[people]]\nid = "p{number}"\n{numbers}'

    rows = denosumab(60, 1) + change("calcium_absorption", 0.8, 10, 30)
    together = live(protocol(rows, "".join(told(number) for number in range(len(crowd)))))
    for number in (0, len(crowd) - 1):
        alone = live(protocol(rows, told(number)))
        np.testing.assert_array_equal(alone.values[:, :, 0], together.values[:, :, number])


POPULATION = (
    "[population]\ncount = {}\nseed = {}\n[population.spread]\ngfr = {{ cv = 0.3 }}\nage = {{ low = 50, high = 80 }}\n"
)


@FEW
@given(st.integers(0, 1000), st.integers(1, 30))
def test_the_first_of_many_virtual_patients_are_those_of_few(read, seed, few):
    many = read(protocol("", POPULATION.format(40, seed))).people
    assert read(protocol("", POPULATION.format(few, seed))).people == many[:few]
    assert read(protocol("", POPULATION.format(40, seed + 1))).people != many


def test_a_coefficient_of_variation_keeps_the_median_and_is_what_it_says(read):
    found = read(protocol("", POPULATION.format(4000, 3))).people
    gfr = np.array([person.values["baseline.filtration"] for person in found])
    error = 0.3 / np.sqrt(len(gfr))
    assert np.median(gfr) == pytest.approx(100, rel=4 * 1.2533 * error)
    assert gfr.std() / gfr.mean() == pytest.approx(0.3, rel=0.1)


def test_one_thread_and_two_give_the_same_bits(live):
    text = protocol(denosumab(60, 1), POPULATION.format(40, 1))
    np.testing.assert_array_equal(live(text, threads=1).values, live(text, threads=2).values)


def test_the_numpy_engine_gives_the_same_within_the_tolerance(live, monkeypatch):
    rows = denosumab(60, 1) + change("vitamin_d", 0.7, 2, 8)
    text = protocol(rows, duration=10, record=RECORD + 'every = "5 days"\n')
    native = live(text)
    monkeypatch.setattr("boneloop.kernel.engines.has_native", lambda: False)
    np.testing.assert_allclose(live(text).values, native.values, rtol=1e-6, atol=1e-9)


def test_single_precision_is_near_double(live):
    text = protocol(denosumab(60, 1), duration=360)
    double, single = live(text), live('precision = "single"\n' + text)
    scale = np.abs(double.values).max(axis=1, keepdims=True)
    assert (np.abs(single.values - double.values) / scale).max() < 1e-3


@FEW
@given(st.sampled_from(["1 hour", "5 hours", "2 days", "7 days"]))
def test_how_often_is_looked_changes_what_is_seen_by_less_than_the_tolerance(live, every):
    record = RECORD + 'every = "10 days"\n[[record.window]]\nevery = "{}"\n'
    rarely, often = (live(protocol(denosumab(60, 1), record=record.format(how))) for how in ("10 days", every))
    same = np.isin(often.hours, rarely.hours)
    scale = np.abs(rarely.values).max(axis=1, keepdims=True)
    assert (np.abs(often.values[:, same] - rarely.values) / scale).max() < 2e-5
