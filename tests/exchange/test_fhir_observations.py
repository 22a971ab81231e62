"""Quantities out of observations: units, sites of DXA, and what cannot be used."""

from __future__ import annotations

import pytest

from boneloop.types import Known


def site(text="", code=""):
    coding = [{"system": "http://snomed.info/sct", "code": code}] if code else []
    return {"coding": coding, "text": text}


def test_a_value_comes_in_its_canonical_unit_with_what_was_written(one, make):
    creatinine = one(make.observation("14682-9", 120, "umol/L")).record.latest("creatinine")
    assert creatinine.value == pytest.approx(1.357466, abs=1e-6)
    assert creatinine.original == "120 umol/L"
    assert creatinine.source == "Observation/o-14682-9"


@pytest.mark.parametrize(
    ("code", "value"), [("2160-0", 1.1), ("17861-6", 9.4), ("62292-8", 30), ("2731-8", 40), ("14682-9", 90)]
)
def test_what_could_be_read_in_two_units_is_refused_without_one(one, make, code, value):
    found = one(make.observation(code, value))
    assert found.refusal.level == "value"
    assert "needs a unit" in found.refusal.rule
    assert found.refusal.value == str(value) or float(found.refusal.value) == value
    assert found.record.measurements == ()
    assert any("needs a unit" in note for note in found.record.notes)


def test_a_creatinine_in_the_wrong_unit_is_recognized(one, make):
    refusal = one(make.observation("2160-0", 120, "mg/dL")).refusal
    assert "120 umol/L would be plausible" in refusal.rule


def test_the_2009_formula_is_not_taken_for_the_2021_one(one, make):
    refusal = one(make.observation("62238-1", 60, "mL/min/{1.73_m2}")).refusal
    assert "2009" in refusal.rule


@pytest.mark.parametrize("value", [-0.4, -3.1, -6.9])
def test_negative_t_scores_survive(one, make, value):
    assert one(make.observation("38264-8", value, "{T-score}")).record.latest("t_score_total_hip").value == value


@pytest.mark.parametrize("value", [6, 4.1, -7.2])
def test_t_scores_beyond_what_exists_are_refused(one, make, value):
    refusal = one(make.observation("38264-8", value, "{T-score}")).refusal
    assert "between -7 and 4" in refusal.rule
    assert refusal.value.startswith(str(value))


def test_a_density_of_85_is_refused(one, make):
    refusal = one(make.observation("38261-4", 85, "g/cm2")).refusal
    assert "between 0.2 and 2 g/cm2" in refusal.rule


@pytest.mark.parametrize(
    ("code", "where", "quantity"),
    [
        ("38263-0", site("femoral neck"), "t_score_femoral_neck"),
        ("38263-0", site(code="29627003"), "t_score_femoral_neck"),
        ("38263-0", site("Total hip, left"), "t_score_total_hip"),
        ("38263-0", None, "t_score_unspecified"),
        ("38264-8", None, "t_score_total_hip"),
        ("38267-1", None, "t_score_lumbar_spine"),
        ("38265-5", None, "t_score_unspecified"),
        ("38265-5", site("Left forearm"), "t_score_radius"),
        ("38265-5", site("hip"), "t_score_total_hip"),
        ("24701-5", site("neck of femur"), "bmd_femoral_neck"),
        ("24890-6", None, "bmd_radius"),
        ("80934-3", site("Femoral neck"), "z_score_femoral_neck"),
    ],
)
def test_a_dxa_code_and_its_body_site_name_the_quantity(one, make, code, where, quantity):
    value = 0.7 if quantity.startswith("bmd") else -1.5
    extra = {"bodySite": where} if where else {}
    record = one(
        make.observation(code, value, "g/cm2" if value > 0 else "{T-score}" if "t_" in quantity else "", **extra)
    ).record
    assert [m.quantity for m in record.measurements] == [quantity]
    overruled = code == "38265-5" and quantity != "t_score_radius"
    assert bool(record.notes) == (overruled or quantity.endswith("unspecified"))


def test_the_forearm_code_without_a_site_is_noted_as_the_trap_that_it_is(one, make):
    record = one(make.observation("38265-5", -2.9, "{T-score}")).record
    assert any("38265-5" in note and "forearm" in note for note in record.notes)


@pytest.mark.parametrize(("code", "where"), [("38267-1", site("hip")), ("38264-8", site("lumbar spine"))])
def test_a_body_site_that_contradicts_its_code_is_refused(one, make, code, where):
    refusal = one(make.observation(code, -2.0, "{T-score}", bodySite=where)).refusal
    assert refusal.place.endswith("bodySite")
    assert refusal.value == where["text"]


def test_a_femur_density_without_a_body_site_is_refused(one, make):
    assert "femoral neck or the total hip" in one(make.observation("24701-5", 0.7, "g/cm2")).refusal.rule


def test_the_reference_population_of_a_t_score_is_kept(one, make):
    told = make.observation("38264-8", -2.1, "{T-score}", referenceRange=[{"text": "Chinese women"}])
    assert one(told).record.latest("t_score_total_hip").reference == "Chinese women"


@pytest.mark.parametrize("status", ["entered-in-error", "cancelled"])
def test_what_was_taken_back_is_skipped(one, make, status):
    found = one(make.observation("72514-3", 9, status=status), make.observation("29463-7", 60, "kg"))
    assert found.record.latest("pain_nrs") is None
    assert not found.refusals


def test_a_limit_is_not_a_value(one, make):
    told = make.observation("1988-5") | {"valueQuantity": {"value": 0.3, "unit": "mg/L", "comparator": "<"}}
    assert "exact value" in one(told).refusal.rule


def test_an_absent_value_with_its_reason_says_nothing(one, make):
    found = one(make.observation("72514-3", dataAbsentReason={"text": "asked, declined"}))
    assert not found.refusals
    assert not found.record.measurements


def test_a_value_of_ours_that_is_missing_is_refused(one, make):
    assert "a number" in one(make.observation("72514-3")).refusal.rule


def test_observations_of_others_are_left_alone(one, make):
    found = one(make.observation("2093-3", 180, "mg/dL"), make.observation("33914-3", 55, "mL/min"))
    assert not found.refusals
    assert not found.record.measurements


def test_components_are_read_like_observations(one, make):
    parts = [
        {"code": {"coding": [{"system": "http://loinc.org", "code": c}]}, "valueQuantity": q}
        for c, q in (("29463-7", {"value": 60, "code": "kg"}), ("8302-2", {"value": 160, "code": "cm"}))
    ]
    record = one(make.observation("85353-1", component=parts)).record
    assert (record.latest("weight").value, record.latest("height").value) == (60, 160)


def test_what_has_no_loinc_code_comes_under_its_own_name(one, make):
    told = make.observation("x", 13.5, "s")
    told["code"] = {"coding": [{"system": "urn:boneloop:quantity", "code": "tug"}]}
    assert one(told).record.latest("tug").value == 13.5


def test_findings_answer_conditions_with_yes_or_no(one, make):
    def coded(code, answer):
        return make.observation(
            code, valueCodeableConcept={"coding": [{"system": "http://snomed.info/sct", "code": answer}]}
        )

    assert one(coded("72166-2", "449868002")).record.condition("smoking") is Known.YES
    assert one(coded("72166-2", "8517006")).record.condition("smoking") is Known.NO
    assert one(coded("52552-7", "373066001")).record.condition("falls") is Known.YES
    assert one(coded("52552-7", "12345")).record.condition("falls") is Known.UNKNOWN


def test_a_family_history_is_not_a_fracture_of_the_patient(one, make):
    told = make.observation("x")
    told["code"] = {"coding": [{"system": "http://snomed.info/sct", "code": "391096007"}]}
    record = one(told).record
    assert record.condition("parental_hip_fracture") is Known.YES
    assert not record.fractures


def test_measurements_of_childhood_are_counted_and_not_kept(one, make):
    child = make.observation("29463-7", 12, "kg", day="1953-01-01")
    found = one(child, make.observation("29463-7", 60, "kg"))
    assert [m.value for m in found.record.measurements] == [60]
    assert not found.refusals
    assert any("before the age of 18" in note for note in found.record.notes)


def test_the_same_measurement_told_twice_counts_once(one, make):
    told = make.observation("72514-3", 4)
    assert len(one(told, told | {"id": "copy"}).record.measurements) == 1
