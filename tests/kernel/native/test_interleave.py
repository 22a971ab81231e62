"""A new order of instructions: every one of them once, and none before what it needs."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from boneloop.kernel.native.interleave import interleaved

OPERATIONS = ("fmul <8 x double>", "fadd <8 x double>", "fdiv <8 x double>", "bitcast <8 x double>")


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 999), st.integers(0, 999)), min_size=1, max_size=600))
def test_nothing_comes_before_what_it_needs_and_nothing_is_lost(recipe):
    lines = [
        f"  %v{index} = {OPERATIONS[operation]} %v{first % (index + 1) - 1}, %v{second % (index + 1) - 1}"
        for index, (operation, first, second) in enumerate(recipe)
    ]
    lines = [line.replace("%v-1", "%given") for line in lines]
    found = interleaved(lines)
    assert sorted(found) == sorted(lines)
    there = {"%given"}
    for line in found:
        made, *needed = re.findall(r"%\w+", line)
        assert there.issuperset(needed)
        there.add(made)


def test_independent_chains_are_worked_on_in_turn():
    chains = [[f"  %{name}{k + 1} = fmul double %{name}{k}, %x" for k in range(8)] for name in "abcd"]
    found = interleaved([line for chain in chains for line in chain])
    assert [line.split()[0][1] for line in found[:4]] == list("abcd")
    assert found == [chain[k] for k in range(8) for chain in chains]


def test_a_line_that_makes_no_value_stays_after_what_it_stores():
    lines = ["  %a = load double, ptr %x", "  %b = fmul double %a, %a", "  store double %b, ptr %y"]
    assert interleaved(lines) == lines
