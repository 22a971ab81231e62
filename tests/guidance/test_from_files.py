"""From the file to the advice: what was recorded oddly is kept, refused or asked about, never guessed."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from boneloop.assess.person import assess
from boneloop.exchange import Refusal, read
from boneloop.guidance.advice import advise, cautions

LOINC = "http://loinc.org"
ITEM_9 = "44260-8"
ITEMS = ["44250-9", "44255-8", "44259-0", "44254-1", "44251-7", "44258-2", "44252-5", "44253-3"]


def observation(code, value, unit="{T-score}", site="", day="2026-08-01"):
    made = {
        "resourceType": "Observation",
        "id": f"o-{code}-{value}-{day}",
        "status": "final",
        "code": {"coding": [{"system": LOINC, "code": code}]},
        "subject": {"reference": "Patient/p"},
        "effectiveDateTime": day,
        "valueQuantity": {"value": value, "unit": unit},
    }
    if site:
        made["bodySite"] = {"coding": [{"system": "http://snomed.info/sct", "code": site}], "text": site}
    return made


def drug(text, **fields):
    return {
        "resourceType": "MedicationStatement",
        "id": f"m-{text}",
        "status": "active",
        "subject": {"reference": "Patient/p"},
        "medicationCodeableConcept": {"text": text},
        **fields,
    }


def given_on(text, day):
    return {
        "resourceType": "MedicationAdministration",
        "id": f"a-{text}-{day}",
        "status": "completed",
        "subject": {"reference": "Patient/p"},
        "medicationCodeableConcept": {"text": text},
        "effectiveDateTime": day,
    }


def bundle(folder, *resources, born="1956-01-01"):
    person = {"resourceType": "Patient", "id": "p", "gender": "female", "birthDate": born}
    file = folder / "bundle.json"
    entries = [{"resource": one} for one in (person, *resources)]
    file.write_text(json.dumps({"resourceType": "Bundle", "type": "collection", "entry": entries}), encoding="utf-8")
    found = list(read([file]))
    return [one for one in found if not isinstance(one, Refusal)], [
        str(one) for one in found if isinstance(one, Refusal)
    ]


def rules(record, framework=None):
    advice = advise(assess(record), framework)
    return {r.id for r in advice.fired}, {r.id for r in advice.to_confirm}, advice


def test_a_negative_t_score_is_kept_with_its_sign(tmp_path):
    (record,), refused = bundle(tmp_path, observation("38264-8", -2.9))
    assert not refused
    assert assess(record).score("t_score_total_hip").value == -2.9
    assert "N02" in rules(record, "UK")[0]


def test_a_t_score_of_plus_six_is_refused_and_leads_to_nothing(tmp_path):
    records, refused = bundle(tmp_path, observation("38264-8", 6.0), observation("29463-7", 60, "kg"))
    assert any("between -7 and 4" in one for one in refused)
    assert assess(records[0]).score("who_class") is None


def test_a_forearm_code_with_a_hip_body_site_is_never_a_forearm_and_other_contradictions_are_refused(tmp_path):
    (record,), _ = bundle(tmp_path, observation("38265-5", -3.1, site="Structure of hip"))
    said = assess(record)
    assert said.score("t_score_radius") is None
    assert said.score("t_score_total_hip").value == -3.1
    (alone,), _ = bundle(tmp_path, observation("38265-5", -3.1))
    assert assess(alone).score("t_score_radius") is None
    assert any("site not named" in note for note in alone.notes)
    spine = observation("38267-1", -3.1, site="Structure of hip")
    records, refused = bundle(tmp_path, spine, observation("29463-7", 60, "kg"))
    assert any("38267-1" in one or "site" in one for one in [*refused, *records[0].notes])
    assert assess(records[0]).score("t_score_lumbar_spine") is None


def test_an_nsaid_beside_an_ssri_without_dates_is_seen_and_its_duration_is_a_question(tmp_path):
    drugs = (drug("sertraline 50 MG tablet"), drug("ibuprofen 400 MG tablet"))
    (record,), _ = bundle(tmp_path, *drugs, observation("29463-7", 60, "kg"))
    fired, waiting, advice = rules(record)
    assert "X03" in waiting and "X03" not in fired
    assert "X04" not in fired
    assert any("X04" in q.rules and "since when the SSRI is taken" in q.words for q in advice.open_questions)


@pytest.mark.parametrize(
    ("days", "speaks"),
    [(["2025-12-01"], False), (["2025-06-01", "2025-12-01"], True), (["2025-06-01", "2026-02-20"], False)],
    ids=["one dose", "two doses, overdue", "two doses, due"],
)
def test_denosumab_rebounds_from_the_second_dose_on(tmp_path, days, speaks):
    shots = [given_on("denosumab 60 MG/ML", day) for day in days]
    (record,), _ = bundle(tmp_path, *shots, observation("29463-7", 60, "kg", day="2026-09-01"))
    fired, _, _ = rules(record)
    assert ("M06" in fired) is speaks
    assert ("denosumab_overdue" in {flag.code for flag in assess(record).flags}) is speaks


def test_the_woman_of_79_is_kept_from_zoledronate_and_alendronate_although_her_estimated_gfr_passes(tmp_path):
    blood = observation("2160-0", 1.35, "mg/dL", day="2026-09-01")
    (record,), _ = bundle(
        tmp_path, blood, observation("29463-7", 61, "kg", day="2026-09-01"),
        observation("38264-8", -2.8, day="2026-09-01"), born="1947-09-01",
    )  # fmt: skip
    said = assess(record)
    assert said.score("egfr").value > 35
    assert said.score("egfr").shown == "40 mL/min/1.73 m²"
    assert said.score("cockcroft_gault").shown == "32.5 mL/min"
    (flag,) = [f for f in said.flags if f.code == "renal_bisphosphonate"]
    assert "zoledronate, alendronate" in flag.message and "32.5 mL/min is below 35" in flag.message
    assert "estimated GFR of 40 alone would not show it" in flag.message
    for framework in (None, "UK", "US", "China"):
        blocked = {one.kind: one for one in advise(said, framework).blocked}
        assert blocked["zoledronate"].confirmed and "S01" in blocked["zoledronate"].rules
        assert "S02a" in blocked["alendronate"].rules
        told = cautions(said, ["zoledronate", "alendronate"], framework)
        assert sum("35 mL/min" in line for line in told) == 2


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=25)
@given(st.integers(1, 3), st.dictionaries(st.sampled_from(ITEMS), st.integers(0, 3)), st.booleans())
def test_item_9_in_an_imported_form_raises_the_flag_however_little_else_there_is(tmp_path, answer, others, as_form):
    answers = {**others, ITEM_9: answer}
    if as_form:
        items = [{"linkId": f"/44249-1/{code}", "answer": [{"valueInteger": v}]} for code, v in answers.items()]
        form = {
            "resourceType": "QuestionnaireResponse", "id": "q", "status": "in-progress",
            "subject": {"reference": "Patient/p"}, "authored": "2026-08-01", "item": items,
        }  # fmt: skip
        resources = [form]
    else:
        resources = [observation(code, value, "{score}") for code, value in answers.items()]
    (record,), _ = bundle(tmp_path, *resources)
    said = assess(record)
    assert said.flags[0].code == "phq9_item9" and said.flags[0].severity == "safety"
    assert "D02" in rules(record)[0]


def test_item_9_in_a_table_raises_the_flag_on_a_form_with_nothing_else(tmp_path):
    file = tmp_path / "clinic.csv"
    file.write_text("id,date,sex,age,phq9_9\np,2026-08-01,female,70,1\n", encoding="utf-8")
    (record,) = read([file])
    assert assess(record).flags[0].code == "phq9_item9"


def test_item_9_in_a_row_that_is_refused_is_said_before_the_reason_of_the_refusal(tmp_path):
    file = tmp_path / "clinic.csv"
    file.write_text("id,date,sex,age,phq9_1,phq9_9\np,2026-08-01,female,70,7,1\n", encoding="utf-8")
    first, second = read([file])
    assert "thoughts of death or self-harm" in first.rule and "a person needs to look today" in first.rule
    assert second.place == "row 2, column phq9_1"
