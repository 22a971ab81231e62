"""The quick way through a Bundle says the same as the careful one, for every Bundle."""

from __future__ import annotations

import json
from copy import deepcopy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from boneloop.errors import RecordError
from boneloop.exchange import demo_path
from boneloop.exchange.fhir import documents, quick
from boneloop.exchange.person import Person, close

BUNDLES = [json.loads(line) for line in demo_path().read_text(encoding="utf-8").splitlines()]
values = st.sampled_from(
    [
        None,
        True,
        7,
        -1e300,
        "",
        "2024",
        "2024-13",
        "final",
        "entered-in-error",
        "Patient/other",
        [],
        {},
        [{}],
        "38265-5",
    ]
)


def places(node, path=()):
    """Every place in a JSON value."""
    yield path
    children = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, child in children:
        yield from places(child, (*path, key))


PLACES = [(n, path) for n, bundle in enumerate(BUNDLES) for path in places(bundle) if len(path) > 1]


def told(gathering) -> list:
    """Everything that a gathering says, closed as far as it can be."""
    found = []
    for one in gathering.people():
        if isinstance(one, Person):
            try:
                found.append((close(one), one.refusals))
            except RecordError as error:
                found.append((str(error), one.refusals))
        else:
            found.append(one)
    return found


def both(bundle) -> tuple[list, list]:
    """What either way says."""
    text = json.dumps(bundle).encode()
    return told(documents._quickly(text, "f", "line 1")), told(documents._carefully(text, "f", "line 1", False))


@pytest.mark.parametrize("bundle", BUNDLES, ids=[b["id"] for b in BUNDLES])
def test_the_demonstration_patients_are_read_alike(bundle):
    one, other = both(bundle)
    assert one == other
    assert len(quick.entries(json.dumps(bundle).encode())) == len(bundle["entry"])


@settings(max_examples=300)
@given(where=st.sampled_from(PLACES), value=values)
def test_a_bundle_with_anything_anywhere_is_read_alike(where, value):
    bundle = deepcopy(BUNDLES[where[0]])
    node = bundle
    for key in where[1][:-1]:
        node = node[key]
    node[where[1][-1]] = value
    text = json.dumps(bundle).encode()
    try:
        careful = told(documents._carefully(text, "f", "line 1", False))
    except documents.msgspec.MsgspecError:
        with pytest.raises(documents.msgspec.MsgspecError):
            documents._quickly(text, "f", "line 1")
        return
    assert told(documents._quickly(text, "f", "line 1")) == careful


@pytest.mark.parametrize("name", ["synthea_r4_bone", "ecqm_tests_AppropriateDXAScansForWomenUnder65FHIR"])
def test_public_sets_are_read_alike(shared, name):
    for _, line in documents.lines_of(shared / f"data/fhir/{name}.ndjson.gz"):
        raw, kind = documents.unwrapped(line)
        assert kind == "Bundle"
        assert told(documents._quickly(raw, "f", "")) == told(documents._carefully(raw, "f", "", False))


@pytest.mark.parametrize(
    "text",
    [
        '{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Patient","id":"a"}}]}',
        '{"resourceType":"Bundle","entry":[{"resource":{"id":"a","resourceType":"Patient"}}]}',
        '{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Patient","id":"a","x":{"y":"Patient"}}}]}',
        ' { "resourceType" : "Bundle" , "entry":[{"resource": { "resourceType" : "Patient" , "id" : "a"}}]}',
        '{"entry":[{"resource":{"resourceType":"Patient","id":"a"}}],"resourceType":"Bundle"}',
    ],
)
def test_the_ids_of_a_bundle_are_found_however_it_is_written(tmp_path, text):
    (tmp_path / "in.ndjson").write_text(text + "\n")
    assert list(documents.ids(tmp_path / "in.ndjson", True)) == ["a"]


def number_of(code: str, written: str, value: dict) -> dict:
    """A Bundle of a person with one number."""
    patient = {"resourceType": "Patient", "id": "a", "gender": "female", "birthDate": "1950-05-05"}
    coded = {"coding": [{"system": "http://loinc.org", "code": code}]}
    measured = {"resourceType": "Observation", "id": "o", "status": "final", "code": coded, "valueQuantity": value}
    whom = {"subject": {"reference": "Patient/a"}, "effectiveDateTime": written}
    return {"resourceType": "Bundle", "entry": [{"resource": patient}, {"resource": {**measured, **whom}}]}


@pytest.mark.parametrize("written", ["2020-03-04", "2020-03-04T23:59:59+01:00", "2020-03", "2020", "1960-01-01"])
@pytest.mark.parametrize(
    "value",
    [
        {"value": 1.1, "unit": "mg/dL"},
        {"value": 97, "unit": "umol/L", "code": "umol/L"},
        {"value": 1.1, "unit": " MG/dl"},
        {"value": 1.1, "unit": "mg/dL", "code": "1"},
        {"value": 1.1, "unit": "ell"},
        {"value": 97, "unit": "mg/dL"},
        {"value": 1.1},
        {"unit": "mg/dL"},
        {"value": 1.1, "comparator": "<", "unit": "mg/dL"},
        {},
    ],
    ids=str,
)
@pytest.mark.parametrize("code", ["2160-0", "38483-4", "29463-7", "38265-5", "1751-7"])
def test_a_number_is_read_alike_in_any_unit_and_at_any_date(code, value, written):
    one, other = both(number_of(code, written, value))
    assert one == other


def test_a_number_is_a_measurement_in_the_canonical_unit_with_what_was_written():
    ((record, refusals),) = told(
        documents._quickly(
            json.dumps(number_of("1751-7", "2020-03-04", {"value": 4.1, "unit": "g/dL"})).encode(), "f", ""
        )
    )
    (found,) = record.measurements
    assert (found.quantity, found.value, found.original, found.source) == ("albumin", 41.0, "4.1 g/dL", "Observation/o")
    assert not refusals
