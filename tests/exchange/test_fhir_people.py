"""Who a person is, and which resources speak of them."""

from __future__ import annotations

from datetime import date

import pytest

from boneloop.types import Known, Sex

RACE = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-race"
ETHNICITY = "http://hl7.org/fhir/us/core/StructureDefinition/us-core-ethnicity"


def test_a_patient_without_anything_else_has_no_date_unless_one_is_given(one):
    assert "no index date was given" in one().refusal.rule
    record = one(as_of=date(2024, 6, 15)).record
    assert (record.age, record.sex, record.as_of) == (74.0, Sex.FEMALE, date(2024, 6, 15))


def test_the_index_date_is_the_newest_date_of_the_person(one, make):
    visit = {"resourceType": "Encounter", "status": "finished", "subject": {"reference": "Patient/a"}}
    found = one(make.observation("72514-3", 4, "{score}"), visit | {"period": {"start": "2024-12-15T09:00:00Z"}})
    assert found.record.as_of == date(2024, 12, 15)
    assert found.record.age == 74.5


def test_what_is_dated_after_the_index_date_is_left_out_and_counted(one, make):
    early, late = (make.observation("72514-3", v, "{score}", day=d) for v, d in ((3, "2023-01-01"), (7, "2024-01-01")))
    record = one(early, late, as_of=date(2023, 6, 1)).record
    assert [m.value for m in record.measurements] == [3]
    assert any("1 measurement item(s) dated after 2023-06-01" in note for note in record.notes)


@pytest.mark.parametrize("gender", ["other", "unknown", None])
def test_a_sex_without_reference_values_is_refused_with_the_reason(one, make, gender):
    refusal = one(patient=make.patient(gender=gender)).refusal
    assert refusal.level == "patient"
    assert "reference values" in refusal.rule
    assert refusal.place.endswith("Patient/a.gender")


def test_a_patient_without_birth_date_is_refused(one, make):
    refusal = one(patient=make.patient(birthDate=None)).refusal
    assert refusal.place.endswith("birthDate")


@pytest.mark.parametrize(("born", "age"), [("1884-01-01", "140"), ("2010-01-01", "14")])
def test_an_impossible_or_a_childs_age_is_refused_with_the_age(one, make, born, age):
    refusal = one(make.observation("72514-3", 4), patient=make.patient(birthDate=born)).refusal
    assert refusal.level == "patient"
    assert "18 to 120" in refusal.rule
    assert refusal.value.startswith(age)


def test_a_birth_year_alone_is_enough_and_is_noted(one, make):
    record = one(make.observation("72514-3", 4, day="2024-07-01"), patient=make.patient(birthDate="1950")).record
    assert record.age == 74.0
    assert "birth date known as 1950 only" in record.notes


@pytest.mark.parametrize("dead", [{"deceasedBoolean": True}, {"deceasedDateTime": "2024-05-01T10:00:00Z"}])
def test_the_dead_are_kept_out_with_a_refusal(one, make, dead):
    found = one(make.observation("72514-3", 4), patient=make.patient(**dead))
    assert found.refusal.rule == "a living person: this one is recorded as deceased"


def test_somebody_who_died_later_was_alive_on_an_earlier_index_date(one, make):
    patient = make.patient(deceasedDateTime="2024-05-01")
    assert one(make.observation("72514-3", 4), patient=patient, as_of=date(2024, 4, 1)).record.id == "a"


def test_country_and_ethnicity_come_from_the_patient(one, make):
    def coded(url, code):
        coding = {"system": "urn:oid:2.16.840.1.113883.6.238", "code": code}
        return {"url": url, "extension": [{"url": "ombCategory", "valueCoding": coding}]}

    patient = make.patient(address=[{"country": "United States"}], extension=[coded(RACE, "2106-3")])
    record = one(make.observation("72514-3", 4), patient=patient).record
    assert (record.country, record.ethnicity) == ("US", "white")
    both = make.patient(extension=[coded(RACE, "2106-3"), coded(ETHNICITY, "2135-2")])
    assert one(make.observation("72514-3", 4), patient=both).record.ethnicity == "hispanic"
    plain = one(make.observation("72514-3", 4), country="CN").record
    assert (plain.country, plain.ethnicity) == ("CN", "")


def test_a_country_that_nobody_knows_is_noted_and_left_open(one, make):
    record = one(make.observation("72514-3", 4), patient=make.patient(address=[{"country": "Atlantis"}])).record
    assert record.country == ""
    assert any("Atlantis" in note for note in record.notes)


def test_a_bundle_without_a_patient_is_refused(make, read_all):
    found = read_all(make.lines(make.bundle(), make.bundle(make.observation("72514-3", 4))))
    assert [r.level for r in found.refusals] == ["patient", "patient"]
    assert "Patient/a" in found.refusals[1].value


def test_full_urls_of_any_kind_lead_to_the_patient(make, read_all):
    urn = "urn:uuid:0a0a0a0a-0000-4000-8000-000000000001"
    for url, reference in (
        (urn, urn),
        ("https://x.org/fhir/Patient/a", "https://x.org/fhir/Patient/a"),
        (None, "Patient/a"),
    ):
        told = make.observation("72514-3", 4) | {"subject": {"reference": reference}}
        bundle = make.bundle(make.patient(), told)
        if url:
            bundle["entry"][0]["fullUrl"] = url
        assert read_all(make.document(bundle)).record.measurements[0].value == 4


def test_a_patient_without_an_id_is_called_by_its_full_url(make, read_all):
    patient = make.patient()
    del patient["id"]
    urn = "urn:uuid:0a0a0a0a-0000-4000-8000-000000000001"
    bundle = make.bundle(patient, make.observation("72514-3", 4) | {"subject": {"reference": urn}})
    bundle["entry"][0]["fullUrl"] = urn
    assert read_all(make.document(bundle)).record.id == "0a0a0a0a-0000-4000-8000-000000000001"


def test_two_patients_of_one_bundle_keep_their_own_data(make, read_all):
    told = [make.observation("72514-3", value, about=name) for name, value in (("a", 2), ("b", 8))]
    found = read_all(make.document(make.bundle(make.patient("a"), make.patient("b"), *told)))
    assert {r.id: r.measurements[0].value for r in found.records} == {"a": 2, "b": 8}


def test_loose_resources_are_put_together_over_files_in_any_order(make, read_all):
    make.lines(
        make.observation("72514-3", 4, about="b"), make.observation("72514-3", 2), name="bulk/1.Observation.ndjson"
    )
    make.lines({"source": "x", "resource": make.condition("http://snomed.info/sct", "64859006")}, name="bulk/2.ndjson")
    make.lines(make.patient("a"), make.patient("b"), name="bulk/3.Patient.ndjson")
    found = read_all(make.folder / "bulk")
    assert {r.id: r.latest("pain_nrs").value for r in found.records} == {"a": 2, "b": 4}
    assert found.records[0].condition("osteoporosis") is Known.YES
    assert not found.refusals


def test_loose_resources_of_nobody_are_refused_once(make, read_all):
    path = make.lines(
        make.patient("a"), make.observation("72514-3", 4), *[make.observation("72514-3", 4, about="x")] * 3
    )
    found = read_all(path)
    assert found.record.id == "a"
    assert found.refusal.patient == "x"
    assert "3 resource(s)" in found.refusal.rule


def test_a_test_case_wrapper_holds_its_bundle(make, read_all):
    case = {
        "measure": "m",
        "case_id": "1",
        "expected": {},
        "bundle": make.bundle(make.patient(), make.observation("72514-3", 4)),
    }
    assert read_all(make.lines(case)).record.id == "a"


def test_one_resource_that_breaks_a_type_is_refused_and_the_person_still_runs(one, make):
    broken = make.observation("72514-3") | {"valueQuantity": {"value": "four"}, "id": "bad"}
    found = one(broken, make.observation("29463-7", 61, "kg"))
    assert found.record.latest("weight").value == 61
    assert found.refusal.level == "value"
    assert found.refusal.place == "Observation/bad"


def test_a_list_of_conditions_or_drugs_is_known_to_exist_only_if_there_is_one(one, make):
    record = one(make.observation("72514-3", 4)).record
    assert (record.fractures_recorded, record.medications_recorded) == (Known.UNKNOWN, Known.UNKNOWN)
    told = make.condition("http://snomed.info/sct", "38341003")
    assert one(told).record.fractures_recorded is Known.YES
