"""Why: everything that is said has its inputs with date and place, its rule, and its result."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from boneloop.assess.explain import explain
from boneloop.assess.person import assess
from boneloop.patient.record import Fracture, Measurement, Medication
from boneloop.types import Known


def rich(person):
    broken = (Fracture("vertebra", date(2025, 3, 1), "row 1, column fracture_vertebra", Known.YES),)
    drug = Medication("denosumab", "denosumab", None, None, Known.YES, "row 1", (date(2025, 6, 1), date(2025, 12, 1)))
    quantities = {
        "bmd_total_hip": 0.62, "t_score_femoral_neck": -2.9, "z_score_femoral_neck": -1.1, "creatinine": 1.35,
        "weight": 61, "height": 158, "calcium": 2.0, "albumin": 38, "vitamin_d_25oh": 40, "tug": 16, "gait_speed": 0.7,
        "grip_strength": 15, "chair_stand_5": 18, "sppb": 6, "pain_nrs": 6, "frax_mof": 22, "frax_hip": 30,
        "falls_12_months": 2,
    }  # fmt: skip
    answers = {
        "phq9": [1, 2, None, 2, 1, 0, 1, 0, 1],
        "gad7": [1] * 7,
        "rand36": {n: 1 for n in range(3, 13)},
        "katz": 5,
    }
    record = person(quantities, answers, {"osteoporosis": Known.YES}, fractures=broken, medications=(drug,), age=79.0)
    earlier = Measurement("bmd_total_hip", 0.70, date(2024, 1, 1), "row 2", "0.7 g/cm2")
    return assess(replace(record, measurements=(*record.measurements, earlier), fractures_recorded=Known.YES))


def test_every_score_risk_flag_and_trend_says_its_rule(person):
    said = explain(rich(person))
    assert {"flag", "score", "trend", "risk"} == {why.kind for why in said}
    assert not [why.title for why in said if not why.rule]


def test_every_number_names_when_and_where_its_inputs_were_read(person):
    for why in explain(rich(person)):
        if why.kind in ("score", "trend") and why.title != "Osteoporosis present":
            assert any("2026-08-01" in line or "2025-03-01" in line for line in why.inputs), why
            assert any("(row" in line for line in why.inputs), why


def test_a_questionnaire_shows_its_answers_and_what_is_missing(person):
    (phq9,) = [w for w in explain(rich(person)) if w.title == "Patient Health Questionnaire-9"]
    (answers,) = [line for line in phq9.inputs if line.startswith("answers: ")]
    assert "2 low mood: 2" in answers and "3 sleep: missing" in answers
    assert "prorated" in phq9.result and "never item 9" in phq9.rule


def test_the_clearance_names_formula_inputs_and_result(person):
    (clearance,) = [w for w in explain(rich(person)) if "Cockcroft" in w.title]
    assert clearance.result == "32.5 mL/min"
    assert "(140 - age) x weight / (72 x Cr in mg/dL), x 0.85" in clearance.rule
    assert any("1.35" in line for line in clearance.inputs)


def test_a_trend_shows_both_readings_and_the_limit(person):
    (hip,) = [w for w in explain(rich(person)) if w.kind == "trend"]
    assert "0.7 to 0.62" in hip.result and hip.result.endswith("worse")
    assert "2.77 x 0.015" in hip.rule
