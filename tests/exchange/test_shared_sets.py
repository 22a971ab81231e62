"""Public FHIR test sets: every person is used, or refused with a reason."""

from __future__ import annotations

import json
from collections import Counter

import pytest

from boneloop.instruments.scorer import score
from boneloop.types import Known

SETS = {
    "synthea_r4_bone.ndjson.gz": 62,
    "ecqm_tests_AntidepressantMedicationManagementFHIR.ndjson.gz": 26,
    "ecqm_tests_AppropriateDXAScansForWomenUnder65FHIR.ndjson.gz": 53,
    "ecqm_tests_DepressionRemissionatTwelveMonthsFHIR.ndjson.gz": 61,
    "ecqm_tests_FallsScreeningForFutureFallRiskFHIR.ndjson.gz": 26,
    "ecqm_tests_FunctionalStatusAssessmentforTotalHipReplacementFHIR.ndjson.gz": 53,
    "us_core_examples.ndjson.gz": 2,
    "ahrq_pain_brenda_jackson_r4.json": 1,
}


@pytest.mark.parametrize("name", SETS)
def test_every_person_is_used_or_refused_with_a_reason(shared, read_all, name):
    found = read_all(shared / "data/fhir" / name)
    refused = [r for r in found.refusals if r.level == "patient"]
    print(f"\n{name}: {len(found.records)} used, {len(refused)} refused")
    for rule, count in Counter(f"{r.level}: {r.rule}" for r in found.refusals).most_common():
        print(f"  {count} x {rule}")
    assert len(found.records) + len(refused) == SETS[name]
    assert all(r.rule and r.place and r.file for r in found.refusals)


def test_the_generators_t_scores_are_not_taken_for_forearms(shared, read_all):
    records = read_all(shared / "data/fhir/synthea_r4_bone.ndjson.gz").records
    scored = [r for r in records if r.series("t_score_unspecified")]
    assert len(scored) > 10
    assert not any(r.series("t_score_radius") for r in records)
    assert all(any("38265-5" in note for note in r.notes) for r in scored)
    assert any(r.condition("osteoporosis") is Known.YES for r in records)
    assert any(f.site == "wrist" and f.low_energy is Known.YES for r in records for f in r.fractures)
    assert {r.country for r in records} == {"US"}


def test_the_published_phq_9_panel_adds_up_to_its_published_total(shared, make, read_all, tmp_path):
    examples = shared / "data/fhir/us_core_examples.ndjson.gz"
    (folder := tmp_path / "both").mkdir()
    (folder / "examples.ndjson.gz").write_bytes(examples.read_bytes())
    (folder / "patient.json").write_text(json.dumps(make.patient("example")))
    found = read_all(folder)
    (answers,) = [a for a in found.record.answers if a.instrument == "phq9"]
    assert (len(answers.items), answers.total) == (9, 12)
    assert score("phq9", answers.items, answers.total).value == 12


def test_the_pain_patient_has_her_pain_scores_and_her_opioid(shared, read_all):
    record = read_all(shared / "data/fhir/ahrq_pain_brenda_jackson_r4.json").record
    assert len([a for a in record.answers if a.instrument == "peg" and len(a.items) == 3]) == 3
    assert record.taking("opioid") is Known.YES
    assert record.condition("depression") is Known.YES


def test_what_is_not_fhir_is_refused(shared, read_all):
    refusal = read_all(shared / "data/fhir/synthea_osteoporosis_module.json").refusal
    assert refusal.level == "file"
