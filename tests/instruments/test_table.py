"""The tables of instruments: whole, sourced, and free of wording that is not ours to give away."""

from __future__ import annotations

import tomllib
from importlib import resources

import pytest

from boneloop.errors import InstrumentError
from boneloop.instruments.table import instrument, names, parse

GOOD = {
    "title": "Test",
    "domain": "mind",
    "scoring": "sum",
    "direction": "higher is worse",
    "items": 2,
    "answers": [0, 3],
    "total_range": [0, 6],
    "licence": "free",
    "source": "team",
    "checked": {"scoring": "verified"},
}


@pytest.mark.parametrize("name", names())
def test_every_table_names_a_source_that_the_registry_knows(name):
    sources = tomllib.loads((resources.files("boneloop.evidence") / "sources.toml").read_text("utf-8"))
    assert instrument(name).source in sources


@pytest.mark.parametrize("name", names())
def test_every_summed_table_spans_the_range_that_it_states(name):
    form = instrument(name)
    if form.scoring == "sum":
        size = len(form.counted)
        assert form.total_range == (form.answers[0] * size, form.answers[1] * size)
    elif form.scoring == "mean":
        assert form.total_range == form.answers


@pytest.mark.parametrize("name", names())
def test_licensed_tables_hold_no_items(name):
    form = instrument(name)
    if form.licence.startswith(("licensed", "copyright", "permission")):
        assert all(len(word) <= 2 for word in form.names)
        assert not form.labels


def test_bands_ascend_and_start_at_the_lowest_total():
    for name in names():
        form = instrument(name)
        lowest = [least for _, least in form.bands]
        assert lowest == sorted(lowest)
        if form.bands and form.total_range:
            assert form.bands[0][1] == form.total_range[0]


def test_item_9_of_phq9_carries_its_code():
    assert instrument("phq9").loinc_items[8] == "44260-8"
    assert instrument("phq9").loinc_total == "44261-6"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"scoring": "guess"}, "scoring is one of"),
        ({"direction": "up"}, "direction is one of"),
        ({"items": 0}, "takes a total only"),
        ({"licence": ""}, "has a licence"),
        ({"names": ["one"]}, "names, one per item"),
        ({"colour": "red"}, "colour"),
        ({"checked": {"scoring": "sure"}}, "checked says one of"),
    ],
)
def test_a_table_that_is_not_whole_is_refused_with_its_fault(change, message):
    parse("test", GOOD)
    with pytest.raises(InstrumentError, match=message):
        parse("test", {**GOOD, **change})
