"""Whatever a file holds, reading ends with records and refusals and never with a crash."""

from __future__ import annotations

import json
from copy import deepcopy

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from boneloop.exchange import Refusal, demo_path, read
from boneloop.exchange.columns import columns
from boneloop.patient.record import Record

BUNDLES = [json.loads(line) for line in demo_path().read_text(encoding="utf-8").splitlines()]
SMALL = settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])

numbers = st.integers(-(10**20), 10**20) | st.floats(allow_nan=False, allow_infinity=False)
dates = st.sampled_from(["0001-01-01", "9999-12-31", "2024-02-30", "2024", "2024-13", "today", "", "2026-09-15T25:00"])
codes = st.sampled_from(["LA33-6", "active", "stopped", "final", "entered-in-error", "44249-1", "38265-5", "M80.08XA"])
leaves = st.none() | st.booleans() | numbers | dates | codes | st.text(max_size=8)
values = st.recursive(
    leaves, lambda v: st.lists(v, max_size=2) | st.dictionaries(st.text(max_size=5), v, max_size=2), max_leaves=4
)


def paths(node, path=()):
    """Every place in a JSON value."""
    yield path
    children = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, child in children:
        yield from paths(child, (*path, key))


PLACES = [(n, path) for n, bundle in enumerate(BUNDLES) for path in paths(bundle) if path]


def everything(path):
    found = list(read([path]))
    assert all(isinstance(item, Record | Refusal) for item in found)
    assert all(item.rule and item.file and item.place for item in found if isinstance(item, Refusal))
    return found


@SMALL
@given(where=st.sampled_from(PLACES), value=values)
def test_any_value_in_any_place_of_a_bundle_is_used_or_refused(tmp_path, where, value):
    bundle = deepcopy(BUNDLES[where[0]])
    node = bundle
    for key in where[1][:-1]:
        node = node[key]
    node[where[1][-1]] = value
    path = tmp_path / "in.json"
    path.write_text(json.dumps(bundle), encoding="utf-8")
    assert everything(path)


@SMALL
@given(cut=st.integers(1, 20000), by_line=st.booleans())
def test_a_file_cut_anywhere_is_used_or_refused(tmp_path, cut, by_line):
    path = tmp_path / ("in.ndjson" if by_line else "in.json")
    text = json.dumps(BUNDLES[0])
    path.write_text(text[: cut % len(text)] or "{", encoding="utf-8")
    assert everything(path)


cells = st.text(alphabet=st.characters(blacklist_categories=("Cs",), blacklist_characters='",\r\n'), max_size=10)


@SMALL
@given(
    name=st.sampled_from(list(columns())),
    cell=cells | dates | numbers.map(str) | st.sampled_from(["yes", "no", "past"]),
)
def test_any_text_in_any_column_is_used_or_refused(tmp_path, name, cell):
    row = {"id": "a", "date": "2024-01-01", "sex": "female", "age": "70"} | {name: cell}
    path = tmp_path / "in.csv"
    path.write_text(f"{','.join(row)}\n{','.join(row.values())}\n", encoding="utf-8")
    found = everything(path)
    assert found or not row["id"].strip()


@pytest.mark.parametrize("bundle", BUNDLES, ids=[b["id"] for b in BUNDLES])
def test_the_order_of_resources_does_not_matter(make, read_all, bundle):
    turned = bundle | {"entry": bundle["entry"][::-1]}
    one, two = (read_all(make.document(b, name)).record for b, name in ((bundle, "1.json"), (turned, "2.json")))
    assert one.age == two.age
    assert set(one.measurements) == set(two.measurements)
    assert sorted(map(str, one.answers)) == sorted(map(str, two.answers))
    assert set(one.fractures) == set(two.fractures)
    assert {(m.drug, m.active, m.given) for m in one.medications} == {
        (m.drug, m.active, m.given) for m in two.medications
    }
