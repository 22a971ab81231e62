"""What is written as FHIR says what was concluded, under the right codes, with its basis and its disclaimers."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache

import jsonschema
import pytest

from boneloop.assess.person import assess
from boneloop.compare.forecast import OUTCOMES
from boneloop.exchange import demo_path, read
from boneloop.exchange.fhir import ours
from boneloop.exchange.fhir.strict import faults
from boneloop.guidance.advice import advise
from boneloop.guidance.answered import Answered
from boneloop.instruments.table import instrument, names
from boneloop.patient.record import Answers, Measurement, Medication, Record
from boneloop.report.fhir import Foretold, Told, resources_of
from boneloop.report.fhir.elements import LOINC
from boneloop.report.fhir.forms import may_be_asked, questionnaires
from boneloop.therapy.care_plan import load_plans
from boneloop.types import Known, Sex

NOW = datetime(2026, 9, 15, tzinfo=UTC)
ORIGIN = (("version", "0.1.0"), ("evidence", "abc"), ("belief", "evidence"), ("seed", "7"), ("draws", "200"))
NEVER_SHIPPED = ("eq5d3l", "eq5d5l", "hads_a", "hads_d", "qualeffo41", "bpi_severity", "promis_depression")


def told_of(record: Record) -> list:
    """Everything about one record."""
    found = assess(record)
    return resources_of(Told(found, advise(found), origin=ORIGIN), NOW)


@cache
def everybody() -> tuple:
    """Everything about the demonstration patients."""
    return tuple(one for record in read(demo_path()) if isinstance(record, Record) for one in told_of(record))


@pytest.fixture(scope="module")
def forecast(made_up) -> list:
    """Somebody with a forecast under four plans."""
    case = made_up.case(item9=True)
    plans = load_plans(["none", "bone", "mind", "integrated"])
    return resources_of(Told(case.assessment, None, [Foretold(case.forecast, plans, ORIGIN)], ORIGIN), NOW)


def person(**fields) -> Record:
    """A woman of 79 with what is given."""
    known = {"id": "a", "sex": Sex.FEMALE, "age": 79.0, "as_of": date(2026, 9, 15), "source": "x"}
    return Record(**(known | fields))


def of_type(found, kind: str) -> list:
    """The resources of one type."""
    return [one for one in found if one["resourceType"] == kind]


def codes_in(node) -> set[tuple[str, str]]:
    """All codings in a document."""
    if isinstance(node, list):
        return {code for one in node for code in codes_in(one)}
    if not isinstance(node, dict):
        return set()
    own = {(node["system"], node["code"])} if "code" in node and isinstance(node.get("system"), str) else set()
    return own | {code for one in node.values() for code in codes_in(one)}


def test_the_resources_of_the_exchange_are_all_there():
    kinds = {one["resourceType"] for one in everybody()}
    assert kinds >= {
        *("Patient", "Observation", "QuestionnaireResponse", "RiskAssessment", "CarePlan", "Goal", "Task"),
        *("DetectedIssue", "Flag", "Provenance", "Condition", "MedicationStatement", "MedicationAdministration"),
    }
    assert not kinds & {"MedicationRequest", "ServiceRequest"}, "nothing is ordered"


def test_all_of_it_is_fhir_r4(forecast):
    for resource in (*everybody(), *forecast, *questionnaires()):
        assert not list(faults(resource)), resource


def test_the_models_of_another_library_accept_all_of_it(forecast):
    models = pytest.importorskip("fhir.resources.R4B", reason="fhir.resources is not installed")
    for resource in (*everybody(), *forecast, *questionnaires()):
        models.get_fhir_model_class(resource["resourceType"]).model_validate(resource)


def test_the_standards_own_schema_accepts_all_of_it(shared, forecast):
    with gzip.open(shared / "interop/fhir_r4_schema/fhir.schema.json.gz") as file:
        definitions = json.load(file)["definitions"]
    for resource in (*everybody(), *forecast, *questionnaires()):
        kind = resource["resourceType"]
        schema = {"$ref": f"#/definitions/{kind}", "definitions": definitions}
        assert not [e.message for e in jsonschema.Draft6Validator(schema).iter_errors(resource)], resource


def test_a_forecast_never_goes_under_the_code_of_somebody_else(forecast):
    for kind in ("RiskAssessment", "CarePlan"):
        simulated = [one for one in of_type(forecast, kind) if ours.FORECAST in json.dumps(one)]
        assert {system for system, _ in codes_in(simulated)} <= {ours.FORECAST, ours.PLAN, ours.ORIGIN, ours.OUTCOME}
    known = {code for form in map(instrument, names()) for code in (form.loinc_total, *form.loinc_items) if code}
    outcomes = {code for system, code in codes_in(forecast) if system == ours.FORECAST}
    assert outcomes <= {*OUTCOMES, "simulation"}
    assert not outcomes & known


def test_a_forecast_has_bands_and_its_origin_and_no_observation(forecast):
    risks = [one for one in of_type(forecast, "RiskAssessment") if ours.SCENARIO in json.dumps(one)]
    assert len(risks) == 4
    for risk in risks:
        (scenario,) = [e for e in risk["extension"] if e["url"] == ours.SCENARIO]
        assert {part["url"] for part in scenario["extension"]} == {"scenario", *(name for name, _ in ORIGIN)}
        assert all(any(e["url"] == ours.BAND for e in p["extension"]) for p in risk["prediction"])
        bands = [{part["url"] for part in p["extension"][0]["extension"]} for p in risk["prediction"]]
        assert all({"year", "median", "p05", "p95"} <= band for band in bands)
        assert any("Simulated" in note["text"] for note in risk["note"])
    assert "forecast" not in json.dumps(of_type(forecast, "Observation"))


def test_forecasts_of_both_beliefs_stand_side_by_side(made_up):
    case, plans = made_up.case(), load_plans(["none", "bone", "mind", "integrated"])
    both = [Foretold(case.forecast, plans, (("belief", belief),)) for belief in ("evidence", "hypothesis")]
    found = resources_of(Told(case.assessment, None, both), NOW)
    names = [(one["resourceType"], one["id"]) for one in found]
    assert len(set(names)) == len(names)
    assert len([one for one in of_type(found, "CarePlan") if one["intent"] == "option"]) == 8


def test_each_plan_of_a_forecast_is_one_option_and_nothing_is_ordered(forecast):
    options = [one for one in of_type(forecast, "CarePlan") if one["intent"] == "option"]
    assert len(options) == 4
    assert {one["status"] for one in options} == {"draft"}
    assert all(one["supportingInfo"] for one in options)


@pytest.mark.parametrize("items", [{9: 1.0}, {1: 0.0, 9: 3.0}, dict.fromkeys(range(1, 10), 1.0)])
def test_item_9_is_a_flag_and_a_stat_task_on_whole_and_on_partial_forms(items):
    found = told_of(person(answers=(Answers("phq9", items, None, date(2026, 9, 10), "QuestionnaireResponse/1"),)))
    (flag,) = of_type(found, "Flag")
    assert flag["status"] == "active"
    assert flag["extension"][0]["valueReference"] in [
        {"reference": f"QuestionnaireResponse/{one['id']}"} for one in of_type(found, "QuestionnaireResponse")
    ]
    (task,) = [one for one in of_type(found, "Task") if one.get("priority") == "stat"]
    assert task["focus"] == {"reference": f"Flag/{flag['id']}"}
    assert task["restriction"]["period"]["end"] == "2026-09-15"
    assert not [p for one in of_type(found, "RiskAssessment") for p in one["prediction"] if "self" in json.dumps(p)]


def test_a_form_that_is_not_finished_has_no_total_and_says_which_items_are_missing():
    found = told_of(person(answers=(Answers("phq9", {1: 2.0, 2: 1.0}, None, date(2026, 9, 10), "form 1"),)))
    (score,) = [one for one in of_type(found, "Observation") if (LOINC, "44261-6") in codes_in(one["code"])]
    assert "valueQuantity" not in score
    assert score["dataAbsentReason"]["coding"][0]["code"] == "unknown"
    absent = [part for part in score["component"] if "dataAbsentReason" in part]
    assert len(absent) == 7
    assert all("valueQuantity" not in part for part in absent)


def test_a_score_is_derived_from_what_it_was_made_of():
    for score in of_type(everybody(), "Observation"):
        if (ours.SCORE, "phq9") in codes_in(score["code"]):
            assert score["derivedFrom"][0]["reference"].startswith("QuestionnaireResponse/")
            return
    pytest.fail("no PHQ-9 among the demonstration patients")


def test_a_measured_value_goes_out_under_its_loinc_code_once():
    for kind, measured in (("derived", ours.SCORE), ("", ours.QUANTITY)):
        found = [
            one
            for one in of_type(everybody(), "Observation")
            if (LOINC, "38261-4") in codes_in(one["code"]) and (kind in json.dumps(one.get("meta", {})))
        ]
        assert bool(found) is (measured == ours.QUANTITY)


def test_no_folder_of_the_input_goes_out(tmp_path):
    assert "/" not in of_type(everybody(), "Patient")[0]["extension"][0]["extension"][2]["valueString"].split(",")[0]
    assert str(demo_path().parent) not in json.dumps(everybody())


def test_every_risk_carries_its_disclaimer_and_its_basis():
    risks = of_type(everybody(), "RiskAssessment")
    assert risks
    assert all(any("no regulator has cleared it" in note["text"] for note in risk["note"]) for risk in risks)
    garvan = [r for r in risks if (ours.ENGINE, "garvan") in codes_in(r["method"])]
    assert any(risk.get("basis") for risk in garvan)


def test_the_note_of_a_risk_engine_goes_out_with_its_number(made_up):
    found = made_up.case().assessment
    disclaimed = replace(found.risks[0], note="The user must check that results equal the original.")
    resources = resources_of(Told(replace(found, risks=(disclaimed,))), NOW)
    (risk,) = of_type(resources, "RiskAssessment")
    assert {"text": disclaimed.note} in risk["note"]
    assert risk["prediction"][0]["probabilityDecimal"] == pytest.approx(100 * disclaimed.probability)


def test_a_goal_is_proposed_only_for_a_score_above_its_cut_point():
    for total, expected in ((4.0, 0), (14.0, 1)):
        found = told_of(person(answers=(Answers("phq9", {}, total, date(2026, 9, 10), "form 1"),)))
        assert len(of_type(found, "Goal")) == expected
    (goal,) = of_type(found, "Goal")
    assert goal["lifecycleStatus"] == "proposed"
    assert goal["target"][0]["detailQuantity"] | {"value": 5, "comparator": "<"} == goal["target"][0]["detailQuantity"]
    assert goal["target"][0]["dueDate"] == "2026-12-08"


def test_provenance_names_every_conclusion_and_what_it_rests_on(forecast):
    for found in (told_of(person()), forecast):
        (origin,) = of_type(found, "Provenance")
        concluded = {f"{r['resourceType']}/{r['id']}" for r in found if {"tag"} <= set(r.get("meta", {}))}
        restated = {f"{r['resourceType']}/{r['id']}" for r in of_type(found, "MedicationAdministration")}
        own = {f"Provenance/{origin['id']}"}
        assert {to["reference"] for to in origin["target"]} == concluded - restated - own
        assert "evidence: abc" in {entity["what"].get("display") for entity in origin["entity"]}


def test_a_t_score_keeps_its_site_and_its_sign(tmp_path):
    measured = [one for one in of_type(everybody(), "Observation") if (LOINC, "38263-0") in codes_in(one["code"])]
    assert measured
    assert {one["bodySite"]["text"] for one in measured if "bodySite" in one} == {"femoral neck"}
    assert min(one["valueQuantity"]["value"] for one in measured) < 0


def test_a_questionnaire_is_shipped_only_where_its_terms_allow_it_and_never_with_its_wording():
    shipped = {one["name"]: one for one in questionnaires()}
    assert {"phq9", "gad7", "gds15", "peg", "nrs", "rand36", "sarc_f", "katz", "lawton", "sppb"} <= set(shipped)
    assert not set(shipped) & set(NEVER_SHIPPED)
    for one in shipped.values():
        assert one["copyright"]
        longest = max(len(item["text"].split()) for item in one["item"])
        assert longest <= 8, "a question is named by its topic, not asked in published words"


def test_the_lowest_label_of_gad_7_is_not_at_all():
    (form,) = [one for one in questionnaires() if one["name"] == "gad7"]
    for item in form["item"][:-1]:
        first = item["answerOption"][0]["valueCoding"]
        assert first["display"] == "Not at all"
        assert first["extension"][0]["valueDecimal"] == 0


def test_answers_of_an_instrument_that_may_only_be_scored_carry_no_words():
    record = person(answers=(Answers("eq5d5l", {1: 2.0, 2: 1.0}, None, date(2026, 9, 10), "form 1"),))
    (response,) = of_type(told_of(record), "QuestionnaireResponse")
    assert not any("text" in item for item in response["item"])
    assert not may_be_asked(instrument("eq5d5l"))


def test_the_care_plan_says_which_rules_somebody_answered_and_which_are_past_their_date():
    day = date(2026, 9, 1)
    record = person(measurements=(Measurement("t_score_total_hip", -2.9, day, "x", "-2.9"),), country="GB")
    answer = Answered("a", "N02", "done-elsewhere", date(2026, 9, 10))
    said = assess(record)
    advice = advise(said, answers=[answer], today=date(2200, 1, 1))
    (plan,) = of_type(resources_of(Told(said, advice), NOW), "CarePlan")
    notes = [one["text"] for one in plan["note"]]
    assert "Quiet, N02: answered 2026-09-10, already done elsewhere" in notes
    (late,) = [text for text in notes if text.startswith("Past their date of review")]
    assert all(rule.id in late for rule in advice.fired)


@pytest.mark.parametrize(
    ("days", "tasks"),
    [
        ((date(2025, 9, 1), date(2026, 3, 10)), {"M05": "routine"}),
        ((date(2025, 7, 1), date(2026, 1, 5)), {"M05": "routine", "M06": "urgent"}),
        ((date(2026, 1, 5),), {"M05": "routine"}),
    ],
    ids=["due", "overdue", "overdue after a single dose"],
)
def test_denosumab_due_and_overdue_go_out_as_tasks_with_their_rule(days, tasks):
    shots = Medication("denosumab", "denosumab", days[0], None, Known.YES, "x", days)
    found = told_of(person(medications=(shots,), medications_recorded=Known.YES))
    asked = {}
    for one in of_type(found, "Task"):
        for rule in (code["code"] for code in one.get("reasonCode", {}).get("coding", ())):
            asked[rule] = one["priority"]
    assert {rule: priority for rule, priority in asked.items() if rule in ("M05", "M06")} == tasks
