"""Each rule on people: whom it speaks about, and the same people one fact away, about whom it is silent or asks."""

from __future__ import annotations

from datetime import date

import pytest

from boneloop.assess.framework import FRAMEWORKS
from boneloop.assess.person import assess
from boneloop.guidance.advice import speaks
from boneloop.guidance.facts import facts
from boneloop.guidance.rule import rules
from boneloop.patient.record import Answers, Condition, Fracture, Measurement, Medication, Record
from boneloop.types import Known, Sex

RULES = {rule.id: rule for rule in rules()}
TODAY = date(2026, 9, 1)
WHOLE = {"fractures_recorded": Known.YES, "medications_recorded": Known.YES}
YES = Known.YES


def drug(name, family, start=None, stop=None, active=YES, given=(), mg=None):
    return Medication(name, family, start, stop, active, "row 1", given, mg)


def broke(site, day, energy=YES):
    return Fracture(site, day, "row 1", energy)


def phq9(total, item9=0, day=date(2026, 8, 1)):
    items, left = {9: item9}, total - item9
    for n in range(1, 9):
        items[n] = min(3, left)
        left -= items[n]
    return Answers("phq9", items, None, day, "row 1")


def gad7(total):
    return Answers(
        "gad7", {n: min(3, max(0, total - 3 * (n - 1))) for n in range(1, 8)}, None, date(2026, 8, 1), "row 1"
    )


def peg(*items, day=date(2026, 8, 1)):
    return Answers("peg", dict(enumerate(items, 1)), None, day, "row 1")


def stated(*names):
    return {"conditions": tuple(Condition(name, YES, date(2026, 8, 1), "row 1") for name in names)}


def denied(*names):
    return tuple(Condition(name, Known.NO, date(2026, 8, 1), "row 1") for name in names)


def taking(*courses):
    return {"medications": courses}


def measured(**quantities):
    return {
        "measurements": tuple(Measurement(q, v, date(2026, 8, 1), "row 1", f"{v:g}") for q, v in quantities.items())
    }


def scanned(day):
    return {"measurements": (Measurement("bmd_total_hip", 0.7, day, "row 1", ""),)}


def forms(*answers):
    return {"answers": answers}


NO_RISK = denied("parental_hip_fracture", "smoking", "rheumatoid_arthritis")
NO_CLOT = {"conditions": denied("venous_thromboembolism")}
HORMONES = {"conditions": (*stated("menopausal_symptoms")["conditions"], *NO_CLOT["conditions"])}
ALMOST = measured(t_score_total_hip=-3.4, glucocorticoid_mg_per_day=7.4)
OLD_BLOOD = (
    Measurement("creatinine", 0.8, date(2025, 1, 1), "row 1", ""),
    Measurement("weight", 70.0, None, "row 1", ""),
)
WRIST = {"fractures": (broke("wrist", date(2010, 1, 1)),)}
LOW = measured(t_score_total_hip=-2.8)
HIP = {"fractures": (broke("hip", date(2026, 7, 20)),)}
SPINE = {"fractures": (broke("vertebra", date(2026, 7, 1)),)}
OLD_SPINE = {"fractures": (broke("vertebra", date(2010, 7, 1)),)}
ALENDRONATE = drug("alendronate", "bisphosphonate", date(2019, 1, 1))
SERTRALINE = drug("sertraline", "ssri", date(2024, 1, 1))
MAN = {"sex": Sex.MALE}
DENOSUMAB = drug("denosumab", "denosumab", given=(date(2021, 1, 1), date(2025, 12, 1)))
STEROID = drug("prednisolone", "glucocorticoid", date(2026, 1, 1), mg=10.0)

SPEAKS = [
    ("B01", stated("smoking")),
    ("B02", {}),
    ("B02", {**MAN, "age": 76.0}),
    ("B03", stated("frax_chart_low")),
    ("B04", stated("frax_chart_intermediate")),
    ("B05", stated("frax_chart_high")),
    ("B06", stated("frax_chart_very_high")),
    ("B07", SPINE),
    ("B07", {**measured(glucocorticoid_mg_per_day=7.5), **taking(STEROID)}),
    ("B07", stated("frax_chart_very_high")),
    ("B08", LOW),
    ("B08", measured(t_score_total_hip=-1.5, frax_mof=21, frax_hip=2)),
    ("B09", HIP),
    ("B09", stated("fall_injury")),
    ("B09-china", HIP),
    ("B10", {**LOW, "fractures": (broke("vertebra", date(2010, 1, 1)), broke("vertebra", date(2012, 1, 1)))}),
    ("B11", measured(weight=50)),
    ("B11-high", {**measured(weight=45), "age": 80.0}),
    ("B12", measured(frax_mof=21, frax_hip=2)),
    ("B13", measured(height_loss=5)),
    ("B13", {**stated("acute_back_pain", "smoking")}),
    ("B20", LOW),
    ("B21", {**LOW, **MAN}),
    ("B22", {**LOW, **stated("bisphosphonate_intolerance")}),
    ("B23", {**LOW, **HIP}),
    ("B24", measured(t_score_total_hip=-1.5)),
    ("B25", SPINE),
    ("B26", LOW),
    ("B26-very-high", {**LOW, **HIP}),
    ("B26-china", LOW),
    ("B27", taking(drug("teriparatide", "pth_analog", date(2024, 1, 1), date(2026, 1, 1), Known.NO))),
    ("B28", {**HIP, **stated("frailty")}),
    ("B29", {**measured(glucocorticoid_mg_per_day=10), **taking(STEROID)}),
    ("B29", {**measured(glucocorticoid_mg_per_day=3), **taking(STEROID), **WRIST}),
    ("B30", {"age": 56.0, **measured(t_score_total_hip=-2.8, menopause_age=50), **HORMONES}),
    ("B30-raloxifene", {**measured(t_score_total_hip=-1.0, t_score_lumbar_spine=-2.8), **NO_CLOT}),
    ("B31", taking(ALENDRONATE, DENOSUMAB)),
    ("S01", {**measured(t_score_total_hip=-2.8, creatinine=1.35, weight=61), "age": 79.0}),
    ("S01", measured(t_score_total_hip=-2.8, calcium=1.9, albumin=40)),
    ("S02a", {**measured(t_score_total_hip=-2.8, creatinine=1.35, weight=61), "age": 79.0}),
    ("S02b", {**measured(t_score_total_hip=-2.8, creatinine=1.6, weight=48), "age": 82.0}),
    ("S03", {**LOW, **stated("esophageal_disorder")}),
    ("S04", measured(t_score_total_hip=-2.8, calcium=1.9, albumin=40)),
    ("S05", {**LOW, **stated("dialysis")}),
    ("S06", {**LOW, **stated("stroke")}),
    ("S06-us", {**LOW, **stated("myocardial_infarction")}),
    ("S06-doses", taking(drug("romosozumab", "romosozumab", given=tuple(date(2025, n, 1) for n in range(1, 13))))),
    ("S07", {**LOW, **stated("skeletal_radiation")}),
    ("S07", measured(t_score_total_hip=-2.8, alkaline_phosphatase=200)),
    ("S07-limits", {**LOW, **taking(drug("teriparatide", "pth_analog", date(2024, 1, 1)))}),
    ("S08", {**LOW, **stated("venous_thromboembolism")}),
    ("S09", measured(t_score_total_hip=-2.8, vitamin_d_25oh=30)),
    ("S10", {**LOW, **stated("dental_work_due")}),
    ("S11", {**taking(ALENDRONATE), **stated("thigh_or_groin_pain")}),
    ("S12", {"age": 45.0, "conditions": denied("menopause", "early_menopause")}),
    ("M01", taking(drug("alendronate", "bisphosphonate", date(2026, 5, 25)))),
    ("M02", taking(ALENDRONATE)),
    ("M02-longer", {**taking(drug("alendronate", "bisphosphonate", date(2020, 1, 1))), "age": 80.0}),
    ("M03", taking(drug("zoledronate", "bisphosphonate", given=(date(2023, 1, 1), date(2026, 1, 1))))),
    ("M04", taking(drug("alendronate", "bisphosphonate", date(2015, 1, 1), date(2023, 1, 1), Known.NO))),
    ("M04", taking(drug("zoledronate", "bisphosphonate", None, None, Known.NO, (date(2020, 1, 1),)))),
    ("M04-markers", taking(drug("alendronate", "bisphosphonate", date(2015, 1, 1), date(2026, 1, 1), Known.NO))),
    ("M05", taking(drug("denosumab", "denosumab", given=(date(2026, 2, 20),)))),
    ("M06", taking(drug("denosumab", "denosumab", given=(date(2025, 6, 1), date(2025, 12, 1))))),
    ("M07", taking(DENOSUMAB)),
    ("M08", taking(DENOSUMAB)),
    ("M09", {**taking(ALENDRONATE), **HIP}),
    ("M10-aace", {**scanned(date(2024, 1, 1)), **taking(ALENDRONATE)}),
    ("M10-china", {**scanned(date(2025, 6, 1)), **taking(ALENDRONATE)}),
    ("M11", taking(drug("alendronate", "bisphosphonate", date(2026, 4, 25)))),
    ("M12", HIP),
    ("D01", forms(Answers("phq2", {1: 2, 2: 1}, None, date(2026, 8, 1), "x"))),
    ("D02", forms(phq9(2, 2))),
    ("D02", forms(Answers("phq9", {9: 1}, None, None, "x"))),
    ("D02", stated("suicidal_thoughts")),
    ("D02", stated("self_harm_concern")),
    ("D03", forms(phq9(7))),
    ("D04", forms(phq9(15))),
    ("D05", forms(phq9(16))),
    ("D06", forms(phq9(20))),
    ("D06", forms(phq9(4, 2))),
    ("D06-us", stated("psychosis")),
    ("D07", {**LOW, **forms(phq9(12))}),
    ("D08", {**taking(SERTRALINE), **forms(phq9(15, day=date(2026, 5, 1)), phq9(14))}),
    ("D09", {**taking(SERTRALINE), **forms(phq9(15, day=date(2025, 5, 1)), phq9(2))}),
    ("D10-mild", forms(gad7(7))),
    ("D10-moderate", forms(gad7(12))),
    ("D10-severe", forms(gad7(18))),
    ("D11", forms(phq9(12))),
    ("D12", {**measured(pain_nrs=6), **forms(phq9(12))}),
    ("D13", forms(phq9(12))),
    ("X01", measured(falls_12_months=1)),
    ("X01-taken", {**measured(falls_12_months=1), **taking(drug("diazepam", "benzodiazepine"))}),
    ("X02", taking(SERTRALINE)),
    ("X02", {"age": 50.0, **taking(SERTRALINE), **measured(sodium=130)}),
    ("X02-plan", {}),
    ("X03", taking(SERTRALINE, drug("ibuprofen", "nsaid"))),
    ("X03", taking(SERTRALINE, drug("aspirin", "antiplatelet"))),
    ("X03-plan", taking(drug("warfarin", "anticoagulant"))),
    ("X03-ppi", taking(SERTRALINE, drug("omeprazole", "ppi", date(2025, 1, 1)))),
    ("X04", {**taking(SERTRALINE), **stated("smoking")}),
    ("X04-exposed", taking(drug("amitriptyline", "tca"))),
    ("X05", taking(drug("amitriptyline", "tca"))),
    ("X05", taking(drug("paroxetine", "ssri"))),
    ("X06", taking(drug("venlafaxine", "snri"))),
    ("X06-duloxetine", {**taking(drug("duloxetine", "snri")), **stated("liver_disease")}),
    ("X06-plan", stated("liver_disease")),
    ("X07", taking(drug("citalopram", "ssri", mg=40.0))),
    ("X07", taking(drug("escitalopram", "ssri"), drug("quetiapine", "antipsychotic"))),
    ("X08", taking(SERTRALINE, drug("tramadol", "opioid"))),
    ("X08-codeine", taking(drug("fluoxetine", "ssri"), drug("codeine", "opioid"))),
    ("X09", taking(SERTRALINE, drug("diazepam", "benzodiazepine"), drug("tramadol", "opioid"))),
    ("X10", taking(drug("paroxetine", "ssri"), drug("tamoxifen", "tamoxifen"))),
    ("X10-aromatase", taking(drug("letrozole", "aromatase_inhibitor"))),
    ("X11", {**taking(SERTRALINE), **measured(sodium=130)}),
    ("X12", taking(drug("bisoprolol", "beta_blocker"))),
    ("X13", {}),
    ("X14", {**taking(ALENDRONATE), **forms(phq9(12))}),
    ("X15", {**taking(DENOSUMAB), **stated("appointments_missed")}),
    ("P01", {**stated("acute_back_pain"), **LOW}) ,
    ("P02", SPINE),
    ("P02-china", {**SPINE, **measured(pain_nrs=6)}),
    ("P03", stated("chronic_primary_pain")),
    ("P03-avoid", stated("chronic_primary_pain")),
    ("P04", {"conditions": (*stated("chronic_pain")["conditions"], *denied("chronic_primary_pain")), **OLD_SPINE}),
    ("P05", taking(drug("ibuprofen", "nsaid"), SERTRALINE)),
    ("P05", {"age": 76.0, **taking(drug("ibuprofen", "nsaid"))}),
    ("P05-plan", {"age": 76.0}),
    ("P06", taking(drug("oxycodone", "opioid", date(2026, 1, 1)))),
    ("P06", measured(opioid_mme_per_day=60)),
    ("P07", taking(drug("pregabalin", "gabapentinoid"), drug("tramadol", "opioid"))),
    ("P08", forms(peg(6, 6, 6, day=date(2026, 5, 1)), peg(4, 4, 4))),
    ("N01", measured(falls_12_months=1, gait_speed=0.7)),
    ("N01-high", measured(falls_12_months=2)),
    ("N01-high", {**measured(falls_12_months=1), **stated("syncope")}),
    ("N02", LOW),
    ("N03", measured(calcium_intake=600)),
    ("N03-us", measured(calcium_intake=1100)),
    ("N03-china", measured(calcium_intake=700)),
    ("N04", stated("housebound")),
    ("N05", measured(weight=45, height=165)),
    ("N06", measured(alcohol_units_per_day=3)),
    ("N07", stated("insomnia")),
    ("N08", OLD_SPINE),
]  # fmt: skip
SILENT = [
    ("B02", measured(t_score_total_hip=-1.0)),
    ("B02", {**MAN, "age": 70.0, **WHOLE, "conditions": NO_RISK}),
    ("B07", {**ALMOST, **WHOLE, "conditions": denied("frax_chart_very_high")}),
    ("B20", {**LOW, **taking(ALENDRONATE)}),
    ("B29", {**measured(glucocorticoid_mg_per_day=0)}),
    ("S01", measured(t_score_total_hip=-2.8, creatinine=0.8, weight=70, calcium=2.3, albumin=40)),
    ("M01", taking(drug("alendronate", "bisphosphonate", date(2026, 8, 1)))),
    ("M02", taking(drug("alendronate", "bisphosphonate", date(2022, 1, 1)))),
    ("M05", taking(drug("denosumab", "denosumab", given=(date(2026, 6, 1),)))),
    ("M06", taking(drug("denosumab", "denosumab", given=(date(2025, 12, 1),)))),
    ("M09", {**taking(ALENDRONATE), "fractures": (broke("hip", date(2018, 1, 1)),), **WHOLE}),
    ("M12", {"fractures": (broke("hip", date(2024, 1, 1)),), **WHOLE}),
    ("D02", forms(phq9(20, 0))),
    ("D04", forms(phq9(16))),
    ("D05", forms(phq9(15))),
    ("D08", {**taking(SERTRALINE), **forms(phq9(16, day=date(2026, 5, 1)), phq9(8))}),
    ("X03", {**taking(SERTRALINE), **WHOLE}),
    ("X04", {**taking(drug("sertraline", "ssri", date(2026, 1, 1))), **stated("smoking")}),
    ("X07", {**taking(drug("citalopram", "ssri", mg=20.0)), **WHOLE}),
    ("X09", {**taking(SERTRALINE, drug("diazepam", "benzodiazepine")), **WHOLE}),
    ("N01", {**measured(falls_12_months=0)}),
    ("N03", measured(calcium_intake=800)),
    ("P04", {**stated("chronic_pain", "chronic_primary_pain"), **OLD_SPINE}),
    ("P08", forms(peg(6, 6, 6, day=date(2026, 5, 1)), peg(5, 5, 5))),
]  # fmt: skip
ASKS = [
    ("X03", taking(SERTRALINE)),
    ("X07", taking(drug("citalopram", "ssri"))),
    ("M02", taking(drug("alendronate", "bisphosphonate"))),
    ("S01", {"measurements": (*LOW["measurements"], *OLD_BLOOD)}),
    ("B20", LOW),
    ("N01", {}),
    ("D08", {**taking(SERTRALINE), **forms(phq9(14))}),
    ("M06", taking(drug("denosumab", "denosumab"))),
    ("B07", {**LOW, "fractures": (broke("vertebra", None),)}),
]  # fmt: skip


def state(identity, fields):
    rule = RULES[identity]
    base = {"id": "p", "sex": Sex.FEMALE, "age": 70.0, "as_of": TODAY, "source": "row 1"}
    record = Record(**{**base, **fields})
    framework = rule.framework if rule.framework in FRAMEWORKS else ""
    return speaks(rule, facts(assess(record), framework))


def settled(fields):
    return {**WHOLE, **fields}


@pytest.mark.parametrize(("identity", "fields"), SPEAKS, ids=[f"{i}-{n}" for n, (i, _) in enumerate(SPEAKS)])
def test_the_rule_speaks_about_this_person(identity, fields):
    assert state(identity, settled(fields)) is Known.YES


@pytest.mark.parametrize(("identity", "fields"), SILENT, ids=[f"{i}-{n}" for n, (i, _) in enumerate(SILENT)])
def test_the_rule_is_silent_about_this_person(identity, fields):
    assert state(identity, fields) is Known.NO


@pytest.mark.parametrize(("identity", "fields"), ASKS, ids=[f"{i}-{n}" for n, (i, _) in enumerate(ASKS)])
def test_the_rule_asks_about_this_person(identity, fields):
    assert state(identity, fields) is Known.UNKNOWN


def test_every_rule_has_a_person_about_whom_it_speaks():
    assert {identity for identity, _ in SPEAKS} == set(RULES)
