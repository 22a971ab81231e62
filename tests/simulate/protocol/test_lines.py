"""The line of every table and key is found, whatever else the text holds."""

from __future__ import annotations

import tomllib

from hypothesis import given
from hypothesis import strategies as st

from boneloop.simulate.protocol.lines import line_of, lines_of

TEXT = '''# a protocol
title = "a # b [c]"  # [d]

[patient]
id = 'x = "y"'
denosumab.clearance = "3 mL/hour"
"gut.passive_uptake" = 1

[[give]]
drug = "denosumab"
times = [
  "1 day",  # ]
  "2 days",
]

[[give]]
  amount = """
drug = 3
[not a table]
"""
  every = '''
TEXT = TEXT + "'''1 day'''\n[population.spread]\ngfr = { cv = 0.3, sd = [1] }\n[[record.window]]\nevery = 1\n"


def test_every_key_has_its_line():
    found = lines_of(TEXT)
    lines = TEXT.splitlines()
    assert {path: lines[line - 1].split("=")[0].strip() for path, line in found.items()} == {
        ("title",): "title",
        ("patient",): "[patient]",
        ("patient", "id"): "id",
        ("patient", "denosumab"): "denosumab.clearance",
        ("patient", "denosumab", "clearance"): "denosumab.clearance",
        ("patient", "gut.passive_uptake"): '"gut.passive_uptake"',
        ("give", 0): "[[give]]",
        ("give", 0, "drug"): "drug",
        ("give", 0, "times"): "times",
        ("give", 1): "[[give]]",
        ("give", 1, "amount"): "amount",
        ("give", 1, "every"): "every",
        ("population", "spread"): "[population.spread]",
        ("population", "spread", "gfr"): "gfr",
        ("record", "window", 0): "[[record.window]]",
        ("record", "window", 0, "every"): "every",
    }


def test_what_has_no_line_of_its_own_has_that_of_what_is_around_it():
    found = lines_of(TEXT)
    assert line_of(found, ("population", "spread", "gfr", "cv")) == found["population", "spread", "gfr"]
    assert line_of(found, ("give", 0, "times", 1)) == found["give", 0, "times"]
    assert line_of(found, ("nothing",)) == 1


def test_a_table_inside_of_a_repeated_table_belongs_to_the_last_of_these():
    found = lines_of("[[people]]\n[people.more]\na = 1\n[[people]]\n[people.more]\na = 2\n")
    assert found["people", 0, "more", "a"] == 3
    assert found["people", 1, "more", "a"] == 6


values = st.one_of(
    st.sampled_from(
        ['"""\na\n"""', "'''\n#\n'''", '["x",\n "]",\n]', '{ a = "}" }', '"#"', '"\\""', "1 # [", "[[1], [2]]"]
    ),
    st.integers().map(str),
)


@given(st.lists(values, min_size=1, max_size=8), st.integers(0, 3))
def test_lines_are_right_between_any_values(listed, blank):
    lines, text = {}, ""
    for number, value in enumerate(listed):
        text += "\n" * blank + "# = [\n"
        lines[f"k{number}",] = text.count("\n") + 1
        text += f"k{number} = {value}\n"
    assert set(tomllib.loads(text)) == {path[0] for path in lines}
    assert lines_of(text) == lines
