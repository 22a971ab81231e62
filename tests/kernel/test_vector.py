"""Names and rows: a tree of scalars becomes rows of an array and comes back unchanged."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from boneloop.kernel.vector import joined, leaves, mapped, pack, rebuild, selected, unpack

finite = st.floats(allow_nan=False, allow_infinity=False)
lanes = st.integers(min_value=1, max_value=5)


class Inner(NamedTuple):
    a: Any
    b: Any


class Outer(NamedTuple):
    first: Inner
    lone: Any
    last: Inner


def tree(values):
    """A nested tuple of five scalars."""
    a, b, c, d, e = values
    return Outer(Inner(a, b), c, Inner(d, e))


five = st.lists(finite, min_size=5, max_size=5)


@given(five)
def test_the_leaves_of_a_tree_are_its_scalars_in_order_and_build_it_again(values):
    assert list(leaves(tree(values))) == values
    assert rebuild(tree(range(5)), iter(values)) == tree(values)


@given(five, lanes)
def test_packing_and_unpacking_is_the_identity(values, count):
    rows = pack(tree(values), count)
    assert rows.shape == (5, count)
    again = unpack(tree(values), rows)
    assert type(again) is Outer and type(again.first) is Inner
    assert np.array_equal(pack(again, count), rows)


@given(five, five)
def test_floats_and_arrays_may_stand_in_one_tree(values, lane_values):
    mixed = tree(values)._replace(lone=np.array(lane_values))
    rows = pack(mixed, 5)
    assert rows[2].tolist() == lane_values
    assert rows[0].tolist() == [values[0]] * 5


def test_packing_copies_so_that_the_tree_keeps_its_values():
    lane_values = np.ones(3)
    pack(tree([lane_values] * 5), 3)[:] = 7
    assert lane_values.tolist() == [1, 1, 1]


@given(five)
def test_a_mapping_keeps_its_names(values):
    named = {"x": tree(values), "y": values[0]}
    assert list(leaves(named)) == [*values, values[0]]
    assert mapped(lambda leaf: leaf, named) == named


@given(five, st.lists(st.integers(min_value=0, max_value=4), min_size=1, max_size=4))
def test_selecting_lanes_takes_them_from_arrays_and_leaves_single_numbers_alone(values, picked):
    mixed = tree(values)._replace(lone=np.array(values))
    some = selected(mixed, np.array(picked))
    assert some.lone.tolist() == [values[lane] for lane in picked]
    assert some.first == mixed.first


@given(five, five)
def test_two_trees_side_by_side_are_the_lanes_of_the_first_and_then_of_the_second(one, other):
    both = joined(tree(one), tree(other), (2, 3))
    assert np.array_equal(pack(both, 5), np.concatenate([pack(tree(one), 2), pack(tree(other), 3)], axis=1))


@given(five)
def test_a_number_that_both_trees_share_stays_one_number(values):
    assert joined(tree(values), tree(values), (2, 3)) == tree(values)
