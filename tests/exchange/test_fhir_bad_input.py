"""Bad input in FHIR: signs are kept, impossible values are refused, and nothing is repaired."""

from __future__ import annotations

import pytest


def test_a_negative_t_score_is_kept(one, make):
    found = one(make.observation("38264-8", -3.1, "{T-score}"))
    assert [(m.quantity, m.value) for m in found.record.measurements] == [("t_score_total_hip", -3.1)]
    assert not found.refusals


@pytest.mark.parametrize("value", [6, 4.1, -7.5, -31])
def test_a_t_score_that_nobody_has_is_refused_with_its_window(one, make, value):
    found = one(make.observation("38264-8", value, "{T-score}"), make.observation("29463-7", 61, "kg"))
    assert [m.quantity for m in found.record.measurements] == ["weight"]
    assert "-7" in found.refusal.rule
    assert "4" in found.refusal.rule
    assert str(value) in found.refusal.value
    assert found.refusal.place == "Observation/o-38264-8"


def test_the_forearm_code_with_a_hip_as_body_site_is_a_hip_and_the_record_says_so(one, make):
    hip = {"text": "Hip, total"}
    found = one(make.observation("38265-5", -2.6, "{T-score}", bodySite=hip))
    assert [m.quantity for m in found.record.measurements] == ["t_score_total_hip"]
    (note,) = found.record.notes
    assert "38265-5" in note
    assert "forearm: the body site is taken" in note
    forearm = one(make.observation("38265-5", -2.6, "{T-score}", bodySite={"text": "forearm"})).record
    assert [m.quantity for m in forearm.measurements] == ["t_score_radius"]
    assert not forearm.notes


def test_the_forearm_code_without_a_body_site_is_no_forearm(one, make):
    found = one(make.observation("38265-5", -2.6, "{T-score}"))
    assert [m.quantity for m in found.record.measurements] == ["t_score_unspecified"]
    assert "38265-5" in found.record.notes[0]


def test_a_spine_code_with_a_hip_as_body_site_is_refused(one, make):
    found = one(make.observation("38267-1", -2.6, "{T-score}", bodySite={"text": "hip"}))
    assert not found.record.measurements
    assert found.refusal.place.endswith(".bodySite")
    assert found.refusal.value == "hip"


def test_the_dose_of_a_statement_is_read(one):
    statement = {
        "resourceType": "MedicationStatement",
        "id": "m",
        "status": "active",
        "medicationCodeableConcept": {"text": "alendronate"},
        "subject": {"reference": "Patient/a"},
        "effectivePeriod": {"start": "2023-01-01"},
        "dosage": [{"doseAndRate": [{"doseQuantity": {"value": 70, "unit": "mg"}}]}],
    }
    given = {
        "resourceType": "MedicationAdministration",
        "id": "g",
        "status": "completed",
        "medicationCodeableConcept": {"text": "denosumab"},
        "subject": {"reference": "Patient/a"},
        "effectiveDateTime": "2024-01-10",
        "dosage": {"dose": {"value": 60, "unit": "mg"}},
    }
    found = {m.drug: m.dose_mg for m in one(statement, given).record.medications}
    assert found == {"alendronate": 70, "denosumab": 60}


def test_a_conclusion_of_ours_is_never_read_as_something_measured(one, make):
    concluded = make.observation("98979-8", 90, "mL/min/{1.73_m2}")
    concluded["meta"] = {"tag": [{"system": "urn:boneloop:origin", "code": "derived"}]}
    concluded["code"]["coding"].insert(0, {"system": "urn:boneloop:score", "code": "egfr"})
    found = one(concluded, make.observation("29463-7", 61, "kg"))
    assert [m.quantity for m in found.record.measurements] == ["weight"]
    plain = one(make.observation("98979-8", 90, "mL/min/{1.73_m2}"))
    assert [m.quantity for m in plain.record.measurements] == ["egfr_ckd_epi_2021"]
