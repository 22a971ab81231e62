"""Strict reading refuses what FHIR R4 does not allow, and says where, by which rule, and what came."""

from __future__ import annotations

import gzip
import json
from copy import deepcopy

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from boneloop.exchange import demo_path
from boneloop.exchange.fhir.strict import Fault, faults

OBSERVATION = {
    "resourceType": "Observation",
    "id": "o",
    "status": "final",
    "code": {"coding": [{"system": "http://loinc.org", "code": "29463-7"}]},
    "subject": {"reference": "Patient/a"},
    "effectiveDateTime": "2024-03-01",
    "valueQuantity": {"value": 61, "unit": "kg"},
}


def broken(**changed) -> list[Fault]:
    """The faults of an observation with other elements; None takes one away."""
    made = {key: value for key, value in {**OBSERVATION, **changed}.items() if value is not None}
    return list(faults(made))


def test_a_valid_observation_has_no_faults():
    assert broken() == []


@pytest.mark.parametrize(
    ("changed", "path", "rule", "value"),
    [
        ({"status": "bogus"}, "Observation.status", "one of the codes", "bogus"),
        ({"status": None}, "Observation.status", "required", ""),
        ({"code": None}, "Observation.code", "required", ""),
        ({"kode": 1}, "Observation.kode", "an element of Observation", "1"),
        ({"effectiveDateTime": "2024-3-1"}, "Observation.effectiveDateTime", "dateTime", "2024-3-1"),
        ({"effectiveDateTime": "2024-02-30"}, "Observation.effectiveDateTime", "a day of the calendar", "2024-02-30"),
        ({"valueString": "x"}, "Observation.value[x]", "one of the alternatives", "valueQuantity, valueString"),
        ({"component": []}, "Observation.component", "a list with something in it", "[]"),
        ({"category": {"text": "x"}}, "Observation.category", "a list", '{"text": "x"}'),
        ({"valueQuantity": {"value": "61"}}, "Observation.valueQuantity.value", "a number", "61"),
        ({"valueQuantity": {"value": True}}, "Observation.valueQuantity.value", "a number", "true"),
        ({"valueQuantity": {"value": 1, "code": "kg"}}, "Observation.valueQuantity.code", "qty-3", "kg"),
        ({"id": "a b"}, "Observation.id", "a id", "a b"),
        ({"note": [{}]}, "Observation.note[0]", "something in it", ""),
        ({"component": [{"code": {}}]}, "Observation.component[0].code", "something in it", ""),
        ({"dataAbsentReason": {"text": "x"}}, "Observation.dataAbsentReason", "obs-6", ""),
        ({"extension": [{"url": "x"}]}, "Observation.extension[0]", "ext-1", ""),
        ({"_status": {"kode": 1}}, "Observation._status.kode", "an element of Element", "1"),
        ({"contained": [{"resourceType": "Bot"}]}, "Observation.contained[0].resourceType", "resource type", "Bot"),
        ({"subject": {"reference": "Patient/a", "resource": {}}}, "Observation.subject.resource", "Reference", "{}"),
    ],
)
def test_a_fault_names_the_element_the_rule_and_what_came(changed, path, rule, value):
    told = broken(**changed)
    assert any(f.path == path and rule in f.rule and f.value == value for f in told), told


@pytest.mark.parametrize(
    ("changed", "allowed"),
    [
        ({"status": None, "_status": {"extension": [{"url": "x", "valueString": "y"}]}}, True),
        ({"effectiveDateTime": "2024"}, True),
        ({"effectiveDateTime": "2024-03-01T10:00:00+01:00"}, True),
        ({"effectiveDateTime": "2024-03-01T10:00:00"}, False),
        ({"note": [{"text": "with a\u00a0no-break space"}]}, True),
        ({"note": [{"text": "a bell\x07"}]}, False),
    ],
)
def test_what_the_standard_leaves_open_is_allowed(changed, allowed):
    assert (broken(**changed) == []) is allowed


def test_a_medication_needs_a_medication_and_a_status_of_its_own():
    made = {"resourceType": "MedicationStatement", "status": "final", "subject": {"reference": "Patient/a"}}
    assert {f.path for f in faults(made)} == {"MedicationStatement.status", "MedicationStatement.medication[x]"}


def test_additions_of_one_publisher_are_not_r4():
    assert [f.path for f in faults({"resourceType": "Project"})] == ["Project.resourceType"]
    outcome = {"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "invalid"}]}
    assert not list(faults(outcome))
    assert [f.path for f in faults({**outcome, "status": "x"})] == ["OperationOutcome.status"]


def test_strict_reading_refuses_the_resource_and_goes_on_with_the_person(one, make):
    good, bad = make.observation("29463-7", 61, "kg"), make.observation("8302-2", 160, "cm", status="bogus")
    for resource in (good, bad):
        resource["valueQuantity"]["system"] = "http://unitsofmeasure.org"
    found = one(good, bad, strict=True)
    assert [m.quantity for m in found.record.measurements] == ["weight"]
    assert found.refusal.place.endswith("Observation.status")
    assert found.refusal.value == "bogus"
    assert len(one(good, bad).record.measurements) == 2, "without --strict it is used"


def test_strict_reading_refuses_a_person_whose_patient_breaks_r4(one, make):
    found = one(make.observation("29463-7", 61, "kg"), patient=make.patient(gender="female", active="yes"), strict=True)
    assert not found.records
    assert {r.level for r in found.refusals} >= {"patient", "value"}
    assert any(r.place.endswith("Patient.active") and r.value == "yes" for r in found.refusals)


def test_strict_reading_tells_what_is_wrong_with_the_bundle_itself(make, read_all):
    bundle = {**make.bundle(make.patient(), make.observation("29463-7", 61, "kg")), "type": "heap"}
    found = read_all(make.document(bundle), strict=True)
    assert any(r.place.endswith("Bundle.type") and r.value == "heap" for r in found.refusals)


def test_the_demonstration_patients_are_fhir_r4():
    for line in demo_path().read_text(encoding="utf-8").splitlines():
        assert not list(faults(json.loads(line)))


@pytest.mark.parametrize(
    "name", ["synthea_r4_bone", "ecqm_tests_DepressionRemissionatTwelveMonthsFHIR", "us_core_examples"]
)
def test_strict_reading_of_public_sets_uses_or_refuses_everybody(shared, read_all, name):
    path = shared / f"data/fhir/{name}.ndjson.gz"
    plain, strict = read_all(path), read_all(path, strict=True)
    assert len(strict.records) <= len(plain.records)
    assert all(r.rule and r.place and r.file for r in strict.refusals)
    if name.startswith("synthea"):
        assert strict.records == plain.records, "the generator writes valid R4"


VALUES = [None, True, 7, -1.5, "", " ", "x", "2024", "2024-13-01", "final", [], {}, [{}], [None], {"text": "x"}]


def places(node, path=()):
    """Every place in a JSON value."""
    yield path
    children = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, child in children:
        yield from places(child, (*path, key))


RESOURCES = [e["resource"] for n in (0, 5, 8) for e in json.loads(demo_path().read_text().splitlines()[n])["entry"]]
PLACES = [(n, path) for n, resource in enumerate(RESOURCES) for path in places(resource) if path]


@pytest.fixture(scope="module")
def schema(shared):
    """What the standard's own JSON Schema says of a resource of the types at hand."""
    with gzip.open(shared / "interop/fhir_r4_schema/fhir.schema.json.gz") as file:
        definitions = json.load(file)["definitions"]
    kinds = {resource["resourceType"] for resource in RESOURCES}
    checks = {k: {"$ref": f"#/definitions/{k}", "definitions": definitions} for k in kinds}
    made = {kind: jsonschema.Draft6Validator(check) for kind, check in checks.items()}
    return lambda one: [str(error.message) for error in made[one["resourceType"]].iter_errors(one)]


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(where=st.sampled_from(PLACES), value=st.sampled_from(VALUES), name=st.sampled_from(["", "kode", "_id"]))
def test_what_strict_checking_accepts_the_standards_schema_accepts_too(schema, where, value, name):
    resource = deepcopy(RESOURCES[where[0]])
    node = resource
    for key in where[1][:-1]:
        node = node[key]
    node[name if name and isinstance(node, dict) else where[1][-1]] = value
    if resource.get("resourceType") == RESOURCES[where[0]]["resourceType"] and not list(faults(resource)):
        assert schema(resource) == []
