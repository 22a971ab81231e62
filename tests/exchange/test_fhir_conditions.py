"""Diagnoses and fractures out of conditions."""

from __future__ import annotations

from datetime import date

import pytest

from boneloop.types import Known

SNOMED, ICD10 = "http://snomed.info/sct", "http://hl7.org/fhir/sid/icd-10-cm"


def status(code):
    return {"clinicalStatus": {"coding": [{"code": code}]}}


def verified(code):
    return {"verificationStatus": {"coding": [{"code": code}]}}


@pytest.mark.parametrize(
    ("system", "code", "name"),
    [
        (SNOMED, "64859006", "osteoporosis"),
        (ICD10, "M81.0", "osteoporosis"),
        (ICD10, "F32.9", "depression"),
        (ICD10, "F41.1", "anxiety"),
        (ICD10, "G89.29", "chronic_pain"),
        (SNOMED, "82423001", "chronic_pain"),
        (ICD10, "N18.32", "chronic_kidney_disease"),
    ],
)
def test_a_code_names_a_condition(one, make, system, code, name):
    assert one(make.condition(system, code)).record.condition(name) is Known.YES


def test_what_is_not_recorded_is_unknown_and_not_no(one, make):
    assert one(make.condition(SNOMED, "64859006")).record.condition("depression") is Known.UNKNOWN


def test_a_depression_that_resolved_is_no_longer_there_and_an_osteoporosis_stays(one, make):
    record = one(
        make.condition(ICD10, "F32.1", **status("resolved")), make.condition(SNOMED, "64859006", **status("resolved"))
    ).record
    assert record.condition("depression") is Known.NO
    assert record.condition("osteoporosis") is Known.YES


@pytest.mark.parametrize(
    ("code", "known"),
    [("refuted", Known.NO), ("provisional", Known.UNKNOWN), ("unconfirmed", Known.UNKNOWN), ("confirmed", Known.YES)],
)
def test_only_a_confirmed_diagnosis_is_a_yes(one, make, code, known):
    assert one(make.condition(SNOMED, "64859006", **verified(code))).record.condition("osteoporosis") is known


def test_a_condition_entered_in_error_is_skipped(one, make):
    told = make.condition(SNOMED, "359817006", **verified("entered-in-error"))
    assert not one(told, make.observation("72514-3", 4)).record.fractures


@pytest.mark.parametrize(
    ("system", "code", "site", "low_energy"),
    [
        (SNOMED, "359817006", "hip", Known.UNKNOWN),
        (ICD10, "S72.001A", "hip", Known.UNKNOWN),
        (ICD10, "S22.080A", "vertebra", Known.UNKNOWN),
        (ICD10, "M48.54XA", "vertebra", Known.YES),
        (ICD10, "S52.501A", "wrist", Known.UNKNOWN),
        (SNOMED, "65966004", "wrist", Known.UNKNOWN),
        (ICD10, "S42.201A", "humerus", Known.UNKNOWN),
        (ICD10, "S32.5", "pelvis", Known.UNKNOWN),
        (SNOMED, "16114001", "other", Known.UNKNOWN),
        (ICD10, "S82.0", "other", Known.UNKNOWN),
        (SNOMED, "443165006", "other", Known.YES),
        (ICD10, "M80.08XA", "vertebra", Known.YES),
    ],
)
def test_a_fracture_code_names_its_site(one, make, system, code, site, low_energy):
    (fracture,) = one(make.condition(system, code)).record.fractures
    assert (fracture.site, fracture.low_energy, fracture.date) == (site, low_energy, date(2020, 5, 5))


def test_a_healed_fracture_is_still_a_fracture(one, make):
    assert one(make.condition(SNOMED, "359817006", **status("resolved"))).record.fractures[0].site == "hip"


def test_a_code_that_says_how_joins_the_fracture_that_says_where(one, make):
    (fracture,) = one(make.condition(SNOMED, "359817006"), make.condition(SNOMED, "443165006")).record.fractures
    assert (fracture.site, fracture.low_energy) == ("hip", Known.YES)
    clavicle = one(make.condition(SNOMED, "443165006"), make.condition(SNOMED, "58150001")).record.fractures
    assert [(f.site, f.low_energy) for f in clavicle] == [("other", Known.YES)]


@pytest.mark.parametrize(
    ("words", "site"),
    [
        ("Stress fracture of the lateral condyle", "other"),
        ("Compression fracture of L1 vertebra", "vertebra"),
        ("Colles fracture", "wrist"),
    ],
)
def test_a_fracture_in_words_only_is_one_of_the_site_they_name(one, make, words, site):
    told = make.condition("urn:local", "1")
    told["code"]["text"] = words
    assert one(told).record.fractures[0].site == site


@pytest.mark.parametrize(
    "words", ["Family history: maternal hip fracture", "At risk of fracture", "Suspected fracture"]
)
def test_a_fracture_that_is_none_is_none(one, make, words):
    told = make.condition("urn:local", "1")
    told["code"]["text"] = words
    assert not one(told).record.fractures


def test_a_fracture_known_to_the_year_stands_for_its_middle(one, make):
    assert one(make.condition(SNOMED, "359817006", onset="2019")).record.fractures[0].date == date(2019, 7, 1)


def test_a_date_that_cannot_be_read_refuses_that_condition_only(one, make):
    found = one(make.condition(SNOMED, "359817006", onset="last spring"), make.observation("72514-3", 4))
    assert "YYYY-MM-DD" in found.refusal.rule
    assert not found.record.fractures
