"""Drugs out of requests, statements, dispenses and administrations."""

from __future__ import annotations

from datetime import date

import pytest

from boneloop.types import Known

RXNORM, ATC = "http://www.nlm.nih.gov/research/umls/rxnorm", "http://www.whocc.no/atc"


def treatment(kind, text="", *, code="", system=RXNORM, **fields):
    coding = [{"system": system, "code": code, "display": text}] if code else []
    concept = {"coding": coding, "text": text}
    base = {
        "resourceType": kind,
        "id": f"{kind}-{text}-{code}",
        "status": "active",
        "subject": {"reference": "Patient/a"},
    }
    return base | {"medicationCodeableConcept": concept} | fields


def request(text="", **fields):
    return treatment("MedicationRequest", text, **({"intent": "order", "authoredOn": "2023-01-01"} | fields))


def given(text, day):
    return treatment("MedicationAdministration", text, status="completed", effectiveDateTime=day) | {
        "id": f"given-{day}"
    }


@pytest.mark.parametrize(
    ("fields", "drug", "drug_class"),
    [
        ({"text": "", "code": "904419"}, "alendronate", "bisphosphonate"),
        ({"text": "Sertraline 100MG"}, "sertraline", "ssri"),
        ({"text": "duloxetine 30 MG Delayed Release Oral Capsule"}, "duloxetine", "snri"),
        ({"text": "", "code": "M05BX04", "system": ATC}, "denosumab", "denosumab"),
        ({"text": "", "code": "N06AB10", "system": ATC}, "ssri", "ssri"),
        ({"text": "24 HR metoprolol succinate 100 MG Extended Release Oral Tablet"}, "metoprolol", "beta_blocker"),
    ],
)
def test_a_code_or_a_name_tells_the_drug(one, make, fields, drug, drug_class):
    (medication,) = one(request(**fields), make.observation("72514-3", 4)).record.medications
    assert (medication.drug, medication.drug_class, medication.active) == (drug, drug_class, Known.YES)


def test_a_combination_is_all_its_drugs(one):
    found = one(request("Acetaminophen 325 MG / oxyCODONE Hydrochloride 5 MG Oral Tablet")).record.medications
    assert {m.drug for m in found} == {"paracetamol", "oxycodone"}


@pytest.mark.parametrize(
    "text",
    ["Hydrocortisone 10 MG/ML Topical Cream", "120 ACTUAT Fluticasone Metered Dose Inhaler", "Amoxicillin 500 MG"],
)
def test_local_forms_and_other_drugs_name_none_and_the_list_is_known_to_exist(one, text):
    record = one(request(text)).record if False else one(request(text), as_of=date(2024, 1, 1)).record
    assert not record.medications
    assert record.medications_recorded is Known.YES
    assert record.taking("glucocorticoid") is Known.NO


@pytest.mark.parametrize(
    ("status", "active"),
    [("active", Known.YES), ("stopped", Known.NO), ("on-hold", Known.UNKNOWN), ("completed", Known.UNKNOWN)],
)
def test_the_status_of_a_request_says_if_the_drug_is_taken(one, status, active):
    assert one(request("Sertraline 50 MG", status=status)).record.taking("ssri") is active


def test_a_statement_that_a_course_is_completed_ends_it(one):
    told = treatment(
        "MedicationStatement",
        "Sertraline",
        status="completed",
        effectivePeriod={"start": "2020-01-01", "end": "2021-01-01"},
    )
    (medication,) = one(told).record.medications
    assert (medication.start, medication.stop, medication.active) == (date(2020, 1, 1), date(2021, 1, 1), Known.NO)


@pytest.mark.parametrize(
    "fields", [{"intent": "proposal"}, {"status": "entered-in-error"}, {"doNotPerform": True}, {"status": "draft"}]
)
def test_what_was_only_proposed_or_taken_back_is_no_treatment(one, fields):
    assert not one(request("Sertraline", **fields), as_of=date(2024, 1, 1)).record.medications


def test_an_open_prescription_whose_end_has_passed_is_uncertain(one, make):
    bounds = {"start": "2022-01-01", "end": "2022-06-30"}
    told = request("Sertraline", dosageInstruction=[{"timing": {"repeat": {"boundsPeriod": bounds}}}])
    (medication,) = one(told, make.observation("72514-3", 4)).record.medications
    assert (medication.stop, medication.active) == (date(2022, 6, 30), Known.UNKNOWN)


def test_a_supply_that_still_lasts_is_taken_and_one_that_ran_out_is_uncertain(one, make):
    def handed(day):
        return treatment(
            "MedicationDispense", "Sertraline", status="completed", whenHandedOver=day, daysSupply={"value": 90}
        )

    visit = make.observation("72514-3", 4, day="2024-03-01")
    assert one(handed("2024-02-01"), visit).record.taking("ssri") is Known.YES
    assert one(handed("2023-02-01"), visit).record.taking("ssri") is Known.UNKNOWN


def test_single_doses_become_one_course_with_their_dates(one):
    days = ("2023-01-10", "2023-07-11", "2024-01-09")
    (medication,) = one(*(given("denosumab 60 mg", day) for day in days)).record.medications
    assert medication.given == tuple(date.fromisoformat(day) for day in days)
    assert medication.start == date(2023, 1, 10)


@pytest.mark.parametrize(
    ("index", "active"),
    [(date(2023, 7, 1), Known.YES), (date(2023, 7, 20), Known.YES), (date(2023, 9, 15), Known.UNKNOWN)],
)
def test_denosumab_covers_half_a_year_and_a_month_of_grace(one, index, active):
    assert one(given("denosumab", "2023-01-10"), as_of=index).record.taking("denosumab") is active


def test_doses_and_the_order_for_them_are_one_course_and_a_stopped_order_stops_it(one):
    doses = [given("denosumab", "2023-01-10"), given("denosumab", "2023-07-11")]
    (medication,) = one(*doses, request("denosumab", status="stopped", authoredOn="2023-01-02")).record.medications
    assert (len(medication.given), medication.active) == (2, Known.NO)


def test_doses_after_the_index_date_have_not_been_given_yet(one):
    doses = [given("denosumab", "2023-01-10"), given("denosumab", "2023-07-11")]
    (medication,) = one(*doses, as_of=date(2023, 3, 1)).record.medications
    assert medication.given == (date(2023, 1, 10),)


def test_a_drug_in_a_resource_of_its_own_is_found(one, make):
    concept = {"coding": [{"system": RXNORM, "code": "904419"}]}
    drug = {"resourceType": "Medication", "id": "m", "code": concept}
    for reference, extra in (("Medication/m", {}), ("#m", {"contained": [drug]})):
        told = request() | {"medicationReference": {"reference": reference}} | extra
        del told["medicationCodeableConcept"]
        assert one(told, drug).record.medications[0].drug == "alendronate"


def test_a_dose_is_kept_if_written_in_mg_and_a_tablet_strength_is_not_one(one):
    dosage = [{"doseAndRate": [{"doseQuantity": {"value": 70, "code": "mg"}}]}]
    assert one(request("alendronate 70 MG", dosageInstruction=dosage)).record.medications[0].dose_mg == 70
    assert one(request("alendronate 70 MG")).record.medications[0].dose_mg is None
