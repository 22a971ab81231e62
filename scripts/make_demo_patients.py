#!/usr/bin/env python3
"""Make the bundled demonstration patients: invented people, from low risk to severe, as FHIR R4 Bundles, one a line.

Nobody here exists. Names, dates and values were made up to show what the assessment and the forecast do; no record of
a real person was looked at. The output depends on this file alone: running it again gives the same bytes.
"""

from __future__ import annotations

import json
import uuid
from pathlib import Path
from typing import Any

Resource = dict[str, Any]

HERE = Path(__file__).parents[1]
TARGET = HERE / "src/boneloop/exchange/demo/patients.ndjson"
NAMESPACE = uuid.UUID("6f1d2a52-6a0b-5c1e-9d55-0c7a2f0b4e11")
CLINIC = "2026-09-15"  # the day of the visit of everybody

LOINC, SNOMED = "http://loinc.org", "http://snomed.info/sct"
ICD10, UCUM = "http://hl7.org/fhir/sid/icd-10-cm", "http://unitsofmeasure.org"
ATC, OURS = "http://www.whocc.no/atc", "urn:boneloop:quantity"
CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category"

PHQ9 = ("44250-9", "44255-8", "44259-0", "44254-1", "44251-7", "44258-2", "44252-5", "44253-3", "44260-8")
GAD7 = ("69725-0", "68509-9", "69733-4", "69734-2", "69735-9", "69689-8", "69736-7")
PEG = ("75893-8", "91145-3", "91146-1")
ANSWERS = ("LA6568-5", "LA6569-3", "LA6570-1", "LA6571-9")

CODES = {
    "bmd_total_hip": ("38261-4", "g/cm2"),
    "bmd_lumbar_spine": ("24966-4", "g/cm2"),
    "t_score_total_hip": ("38264-8", "{T-score}"),
    "t_score_lumbar_spine": ("38267-1", "{T-score}"),
    "t_score_femoral_neck": ("38263-0", "{T-score}"),
    "bmd_femoral_neck": ("24701-5", "g/cm2"),
    "calcium": ("2000-8", "mmol/L"),
    "albumin": ("1751-7", "g/dL"),
    "vitamin_d_25oh": ("62292-8", "nmol/L"),
    "creatinine_mg": ("2160-0", "mg/dL"),
    "creatinine_umol": ("14682-9", "umol/L"),
    "sodium": ("2951-2", "mmol/L"),
    "ctx": ("41171-0", "pg/mL"),
    "weight": ("29463-7", "kg"),
    "height": ("8302-2", "cm"),
    "pain_nrs": ("72514-3", "{score}"),
}
NECK = {"coding": [{"system": SNOMED, "code": "29627003", "display": "Structure of neck of femur"}]}
OWN_UNITS = {
    "tug": "s",
    "gait_speed": "m/s",
    "falls_12_months": "{falls}",
    "menopause_age": "a",
    "grip_strength": "kg",
    "glucocorticoid_mg_per_day": "mg/d",
}


class Bundle:
    """One person's Bundle being put together."""

    def __init__(self, name: str, born: str, sex: str, country: str, race: str = "") -> None:
        self.name = name
        self.resources: list[Resource] = []
        patient: Resource = {"resourceType": "Patient", "id": name, "gender": sex, "birthDate": born}
        patient["name"] = [{"use": "usual", "text": name.replace("-", " ").title() + " (invented)"}]
        patient["address"] = [{"country": country}]
        if race:
            code, display = {"hispanic": ("2135-2", "Hispanic or Latino"), "white": ("2106-3", "White")}[race]
            kind = "ethnicity" if race == "hispanic" else "race"
            coding = {"system": "urn:oid:2.16.840.1.113883.6.238", "code": code, "display": display}
            parts = [{"url": "ombCategory", "valueCoding": coding}, {"url": "text", "valueString": display}]
            url = f"http://hl7.org/fhir/us/core/StructureDefinition/us-core-{kind}"
            patient["extension"] = [{"url": url, "extension": parts}]
        self.add(patient)

    def add(self, resource: Resource) -> None:
        """One more resource."""
        if resource["resourceType"] != "Patient":
            resource["subject"] = {"reference": f"Patient/{self.name}"}
        self.resources.append(resource)

    def _id(self, what: str) -> str:
        count = sum(r["id"].startswith(f"{self.name}-{what}") for r in self.resources)
        return f"{self.name}-{what}".replace("_", "-") + (f"-{count + 1}" if count else "")

    def measure(self, name: str, value: float, day: str = CLINIC, reference: str = "") -> None:
        """An observation of one quantity, under its LOINC code, else under our own."""
        code, unit = CODES.get(name, (name, OWN_UNITS.get(name, "")))
        system = LOINC if name in CODES else OURS
        coding = {"system": system, "code": code}
        observation: Resource = {
            "resourceType": "Observation",
            "id": self._id(name),
            "status": "final",
            "code": {"coding": [coding]},
            "effectiveDateTime": day,
            "valueQuantity": {"value": value, "unit": unit, "system": UCUM, "code": unit},
        }
        if name.endswith("femoral_neck"):
            observation["bodySite"] = NECK
        if reference:
            observation["referenceRange"] = [{"text": reference}]
        self.add(observation)

    def measures(self, day: str = CLINIC, **values: float) -> None:
        """Several quantities of one day."""
        for name, value in values.items():
            self.measure(name, value, day)

    def answer(self, panel: str, codes: tuple[str, ...], answers: tuple[int, ...], day: str = CLINIC) -> None:
        """A questionnaire as one observation with a component for each answer."""
        scored = len(codes) > len(PEG)
        parts = []
        for code, answer in zip(codes, answers, strict=True):
            part: Resource = {"code": {"coding": [{"system": LOINC, "code": code}]}}
            if scored:
                part["valueCodeableConcept"] = {"coding": [{"system": LOINC, "code": ANSWERS[answer]}]}
            else:
                part["valueInteger"] = answer
            parts.append(part)
        self.add(
            {
                "resourceType": "Observation",
                "id": self._id(f"panel-{panel}"),
                "status": "final",
                "category": [{"coding": [{"system": CATEGORY, "code": "survey"}]}],
                "code": {"coding": [{"system": LOINC, "code": panel}]},
                "effectiveDateTime": day,
                "component": parts,
            }
        )

    def phq9(self, *answers: int, day: str = CLINIC) -> None:
        """Nine answers."""
        self.answer("44249-1", PHQ9, answers, day)

    def gad7(self, *answers: int, day: str = CLINIC) -> None:
        """Seven answers."""
        self.answer("69737-5", GAD7, answers, day)

    def peg(self, *answers: int, day: str = CLINIC) -> None:
        """Three answers, 0 to 10."""
        self.answer("91148-7", PEG, answers, day)

    def respond(self, codes: tuple[str, ...], answers: tuple[int, ...], day: str = CLINIC) -> None:
        """A questionnaire as a QuestionnaireResponse."""
        items = [
            {"linkId": f"/{code}", "answer": [{"valueCoding": {"system": LOINC, "code": ANSWERS[answer]}}]}
            for code, answer in zip(codes, answers, strict=True)
        ]
        self.add(
            {
                "resourceType": "QuestionnaireResponse",
                "id": self._id("form"),
                "status": "completed",
                "authored": day,
                "item": items,
            }
        )

    def diagnose(self, what: str, system: str, code: str, onset: str, display: str = "") -> None:
        """A condition that goes on."""
        coding = {"system": system, "code": code} | ({"display": display} if display else {})
        clinical = {"system": "http://terminology.hl7.org/CodeSystem/condition-clinical", "code": "active"}
        self.add(
            {
                "resourceType": "Condition",
                "id": self._id(what),
                "clinicalStatus": {"coding": [clinical]},
                "code": {"coding": [coding]},
                "onsetDateTime": onset,
            }
        )

    def prescribe(self, what: str, atc: str, since: str, status: str = "active") -> None:
        """A drug taken regularly."""
        self.add(
            {
                "resourceType": "MedicationRequest",
                "id": self._id(what),
                "status": status,
                "intent": "order",
                "medicationCodeableConcept": {"coding": [{"system": ATC, "code": atc}], "text": what},
                "authoredOn": since,
            }
        )

    def give(self, what: str, atc: str, *days: str) -> None:
        """Single doses."""
        for day in days:
            self.add(
                {
                    "resourceType": "MedicationAdministration",
                    "id": self._id(what + "-dose"),
                    "status": "completed",
                    "medicationCodeableConcept": {"coding": [{"system": ATC, "code": atc}], "text": what},
                    "effectiveDateTime": day,
                }
            )

    def as_json(self) -> str:
        """The Bundle on one line."""
        entries = [
            {"fullUrl": f"urn:uuid:{uuid.uuid5(NAMESPACE, r['resourceType'] + r['id'])}", "resource": r}
            for r in self.resources
        ]
        bundle = {"resourceType": "Bundle", "id": self.name, "type": "collection", "entry": entries}
        return json.dumps(bundle, ensure_ascii=False, separators=(",", ":"), sort_keys=False)


def anna() -> Bundle:
    """Woman of 62, healthy."""
    person = Bundle("anna", "1964-03-08", "female", "US", "white")
    person.measures(bmd_total_hip=0.905, t_score_total_hip=-0.3, bmd_lumbar_spine=1.010, t_score_lumbar_spine=-0.3)
    person.measures(weight=68, height=166, creatinine_mg=0.78, calcium=2.36, albumin=4.3, vitamin_d_25oh=78)
    person.measures(pain_nrs=1, tug=7.8, gait_speed=1.35, falls_12_months=0, menopause_age=51)
    person.phq9(0, 0, 1, 1, 0, 0, 0, 0, 0)
    person.gad7(1, 0, 0, 1, 0, 0, 0)
    return person


def beth() -> Bundle:
    """Woman of 68, low bone mass and a little pain."""
    person = Bundle("beth", "1958-01-20", "female", "GB")
    person.measure("t_score_femoral_neck", -1.7, reference="NHANES III, women 20 to 29")
    person.measures(bmd_femoral_neck=0.655, bmd_total_hip=0.765, t_score_total_hip=-1.5)
    person.measures(weight=63, height=161, creatinine_umol=71, calcium=2.31, vitamin_d_25oh=55)
    person.measures(pain_nrs=3, tug=9.6, falls_12_months=0, menopause_age=49)
    person.peg(3, 2, 3)
    person.phq9(1, 0, 1, 1, 0, 0, 1, 0, 0)
    person.gad7(1, 1, 0, 1, 0, 0, 0)
    person.diagnose("osteopenia", SNOMED, "312894000", "2023-05-11", "Osteopenia (disorder)")
    return person


def mrs_li() -> Bundle:
    """Woman of 74 in China: osteoporosis, pain, depressive and anxious symptoms, a circle that turns."""
    person = Bundle("mrs-li", "1952-06-02", "female", "CN")
    person.measure("t_score_femoral_neck", -3.1, reference="Chinese women")
    person.measures(bmd_femoral_neck=0.486, bmd_total_hip=0.588, t_score_lumbar_spine=-3.0)
    person.measures(weight=52, height=154, creatinine_umol=62, calcium=2.24, albumin=3.9, vitamin_d_25oh=41)
    person.measures(pain_nrs=6, tug=13.4, gait_speed=0.78, falls_12_months=1, menopause_age=48, ctx=610)
    person.peg(6, 6, 5)
    person.phq9(2, 2, 2, 2, 1, 2, 2, 1, 0)
    person.gad7(2, 1, 2, 1, 1, 1, 1)
    person.phq9(1, 2, 2, 1, 1, 1, 1, 1, 0, day="2026-03-10")
    person.measures("2026-03-10", pain_nrs=5)
    person.diagnose("osteoporosis", SNOMED, "64859006", "2026-03-10", "Osteoporosis (disorder)")
    person.diagnose("wrist-fracture", ICD10, "S52.501A", "2023-11-30")
    return person


def george() -> Bundle:
    """Man of 76, hip fracture four months ago, not treated yet."""
    person = Bundle("george", "1950-02-14", "male", "US", "white")
    person.measures(bmd_total_hip=0.642, t_score_total_hip=-2.5, bmd_lumbar_spine=0.842, t_score_lumbar_spine=-1.9)
    person.measures(weight=70, height=174, creatinine_mg=1.05, calcium=2.22, albumin=3.6, vitamin_d_25oh=38)
    person.measures(pain_nrs=5, tug=19.5, gait_speed=0.62, falls_12_months=2, grip_strength=24)
    person.peg(5, 6, 7)
    person.phq9(1, 2, 2, 2, 1, 1, 1, 1, 0)
    person.gad7(1, 1, 1, 1, 0, 0, 1)
    person.diagnose("hip-fracture", SNOMED, "359817006", "2026-05-09", "Closed fracture of hip")
    person.diagnose(
        "fragility", SNOMED, "443165006", "2026-05-09", "Pathological fracture due to osteoporosis (disorder)"
    )
    person.prescribe("metoprolol", "C07AB02", "2021-04-01")
    return person


def edith() -> Bundle:
    """Woman of 79, light, with kidneys that the two formulas judge differently."""
    person = Bundle("edith", "1947-04-30", "female", "US", "white")
    person.measures(bmd_total_hip=0.610, t_score_total_hip=-2.7, t_score_lumbar_spine=-2.9)
    person.measures(weight=61, height=158, creatinine_mg=1.35, calcium=2.30, albumin=3.8, vitamin_d_25oh=64)
    person.measures(pain_nrs=4, tug=14.0, falls_12_months=1, menopause_age=50)
    person.phq9(1, 1, 2, 2, 1, 0, 1, 0, 0)
    person.gad7(1, 1, 1, 0, 0, 0, 0)
    person.diagnose("osteoporosis", SNOMED, "64859006", "2024-10-02", "Osteoporosis (disorder)")
    person.diagnose("kidney", ICD10, "N18.32", "2022-06-15")
    return person


def rosa() -> Bundle:
    """Woman of 71: vertebral fracture two months ago, strong pain, depressive symptoms, an answer on item 9."""
    person = Bundle("rosa", "1955-05-25", "female", "US", "hispanic")
    person.measures(bmd_total_hip=0.655, t_score_total_hip=-2.4, bmd_lumbar_spine=0.695, t_score_lumbar_spine=-3.2)
    person.measures(weight=58, height=153, creatinine_mg=0.82, calcium=2.33, albumin=4.0, vitamin_d_25oh=47)
    person.measures(pain_nrs=8, tug=16.8, gait_speed=0.70, falls_12_months=1, menopause_age=46, sodium=137)
    person.peg(8, 8, 9)
    person.respond(PHQ9, (3, 3, 2, 2, 2, 2, 2, 1, 1))
    person.respond(GAD7, (2, 2, 2, 2, 1, 1, 2))
    person.diagnose("vertebral-fracture", ICD10, "M80.08XA", "2026-07-13")
    person.prescribe("tramadol", "N02AX02", "2026-07-20")
    return person


def carol() -> Bundle:
    """Woman of 66 on an SSRI for three years, with a painkiller and an acid blocker."""
    person = Bundle("carol", "1960-07-17", "female", "GB")
    person.measures(bmd_total_hip=0.712, t_score_total_hip=-1.9, t_score_lumbar_spine=-2.1)
    person.measures(weight=72, height=164, creatinine_umol=68, calcium=2.35, vitamin_d_25oh=61, sodium=134)
    person.measures(pain_nrs=4, tug=10.5, falls_12_months=1, menopause_age=52)
    person.phq9(1, 1, 1, 2, 0, 1, 1, 0, 0)
    person.gad7(1, 1, 1, 1, 0, 1, 0)
    person.phq9(2, 2, 2, 2, 1, 1, 2, 1, 0, day="2025-09-02")
    person.diagnose("depression", ICD10, "F33.1", "2023-08-21")
    person.prescribe("sertraline", "N06AB06", "2023-09-01")
    person.prescribe("ibuprofen", "M01AE01", "2026-02-10")
    person.prescribe("omeprazole", "A02BC01", "2024-01-15")
    return person


def ingrid() -> Bundle:
    """Woman of 83 of whom hardly anything is known."""
    person = Bundle("ingrid", "1943-02-01", "female", "GB")
    person.measure("t_score_femoral_neck", -2.6)
    return person


def joan() -> Bundle:
    """Woman of 70 whose denosumab ended eight months after the last of four doses, without another drug."""
    person = Bundle("joan", "1956-08-19", "female", "US", "white")
    person.measures("2024-01-09", bmd_total_hip=0.668, t_score_total_hip=-2.2, t_score_lumbar_spine=-2.7)
    person.measures(bmd_total_hip=0.697, t_score_total_hip=-2.0, t_score_lumbar_spine=-2.2, ctx=720)
    person.measures(weight=66, height=162, creatinine_mg=0.88, calcium=2.37, albumin=4.2, vitamin_d_25oh=70)
    person.measures(pain_nrs=2, tug=9.0, falls_12_months=0, menopause_age=50)
    person.phq9(1, 1, 1, 1, 0, 0, 1, 0, 0)
    person.gad7(1, 1, 1, 0, 0, 1, 0)
    person.diagnose("osteoporosis", SNOMED, "64859006", "2024-01-09", "Osteoporosis (disorder)")
    person.give("denosumab", "M05BX04", "2024-07-12", "2025-01-14", "2025-07-15", "2026-01-15")
    return person


def paul() -> Bundle:
    """Man of 59 whose bones are nearly sound: the circle turns on pain and mood."""
    person = Bundle("paul", "1967-05-05", "male", "US", "white")
    person.measures(bmd_total_hip=0.832, t_score_total_hip=-0.9, t_score_lumbar_spine=-1.2)
    person.measures(weight=88, height=179, creatinine_mg=0.98, calcium=2.34, vitamin_d_25oh=52)
    person.measures(pain_nrs=7, tug=9.9, falls_12_months=0)
    person.peg(7, 8, 7)
    person.phq9(3, 3, 3, 3, 2, 2, 2, 2, 0)
    person.gad7(3, 2, 3, 2, 2, 2, 2)
    person.diagnose("depression", ICD10, "F32.2", "2025-11-03")
    person.diagnose("chronic-pain", SNOMED, "82423001", "2022-02-01", "Chronic pain")
    person.prescribe("duloxetine", "N06AX21", "2025-11-20")
    return person


def main() -> None:
    """Write the file."""
    everyone = (anna, beth, mrs_li, george, edith, rosa, carol, ingrid, joan, paul)
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_text("".join(f"{make().as_json()}\n" for make in everyone), encoding="utf-8")
    print(f"{len(everyone)} invented people in {TARGET.relative_to(HERE)}")


if __name__ == "__main__":
    main()
