"""Item 9 comes in by many doors, and the message comes out of each."""

from __future__ import annotations

import json

import duckdb
import pytest

from boneloop.assess.framework import FRAMEWORKS
from boneloop.assess.person import assess
from boneloop.exchange import Refusal, read
from boneloop.guidance.advice import advise

LOINC = "http://loinc.org"
WHO = {"resourceType": "Patient", "id": "p", "gender": "female", "birthDate": "1956-01-01"}
SINGLE = {
    "resourceType": "Observation", "id": "o", "status": "final", "effectiveDateTime": "2026-08-01",
    "code": {"coding": [{"system": LOINC, "code": "44260-8"}]}, "subject": {"reference": "Patient/p"},
}  # fmt: skip
FORM = {
    "resourceType": "QuestionnaireResponse", "id": "q", "status": "in-progress", "authored": "2026-08-01",
    "subject": {"reference": "Patient/p"},
}  # fmt: skip


def as_bundle(*resources):
    return json.dumps({"resourceType": "Bundle", "type": "collection", "entry": [{"resource": r} for r in resources]})


def csv(folder, answer):
    file = folder / "clinic.csv"
    file.write_text(f"id,date,sex,age,phq9_9\np,2026-08-01,female,70,{answer}\n", "utf-8")
    return file


def older_row(folder, answer):
    """The answer stands in an older row; the newest row holds the form without the item."""
    file = folder / "visits.csv"
    rows = (f"p,2026-06-01,female,70,0,{answer}", "p,2026-08-01,female,70,1,")
    file.write_text("id,date,sex,age,phq9_1,phq9_9\n" + "\n".join(rows) + "\n", "utf-8")
    return file


def parquet(folder, answer):
    file = folder / "clinic.parquet"
    select = f"SELECT 'p' AS id, DATE '2026-08-01' AS date, 'female' AS sex, 70 AS age, {answer} AS phq9_9"
    duckdb.sql(select).write_parquet(str(file))
    return file


def survey(folder, answer):
    """NHANES: one answer, the other eight refused or not known."""
    file = folder / "survey.parquet"
    others = ", ".join(f"{code}.0 AS DPQ0{n}0" for n, code in zip(range(1, 9), (7, 9) * 4, strict=True))
    select = "SELECT 31130.0 AS SEQN, '2009-2010' AS CYCLE, 2.0 AS RIAGENDR, 72.0 AS RIDAGEYR, 3.0 AS RIDRETH1"
    duckdb.sql(f"{select}, {others}, {answer}.0 AS DPQ090").write_parquet(str(file))
    return file


def observation(folder, answer):
    file = folder / "single.json"
    file.write_text(as_bundle(WHO, SINGLE | {"valueInteger": answer}), "utf-8")
    return file


def coded_answer(folder, answer):
    """A form whose answers are codes of LOINC's answer list."""
    file = folder / "form.json"
    code = {1: "LA6569-3", 2: "LA6570-1", 3: "LA6571-9"}[answer]
    item = {"linkId": "/44260-8", "answer": [{"valueCoding": {"system": LOINC, "code": code}}]}
    file.write_text(as_bundle(WHO, FORM | {"item": [item]}), "utf-8")
    return file


def lines(folder, answer):
    """Loose resources, the answer before the person."""
    file = folder / "loose.ndjson"
    file.write_text("\n".join(json.dumps(one) for one in (SINGLE | {"valueInteger": answer}, WHO)) + "\n", "utf-8")
    return file


DOORS = (csv, older_row, parquet, survey, observation, coded_answer, lines)


@pytest.mark.parametrize("answer", [1, 2, 3])
@pytest.mark.parametrize("door", DOORS, ids=lambda door: door.__name__)
def test_item_9_raises_the_flag_whatever_the_file_it_comes_in(tmp_path, door, answer):
    (record,) = read([door(tmp_path, answer)])
    said = assess(record)
    assert (said.flags[0].code, said.flags[0].severity) == ("phq9_item9", "safety")
    assert said.score("phq9") is None or said.score("phq9").value is None
    for framework in (None, *FRAMEWORKS):
        assert advise(said, framework).fired[0].id == "D02"


@pytest.mark.parametrize("door", [csv, parquet, survey, observation, lines], ids=lambda door: door.__name__)
def test_item_9_answered_with_not_at_all_raises_no_flag(tmp_path, door):
    (record,) = read([door(tmp_path, 0)])
    assert "phq9_item9" not in [flag.code for flag in assess(record).flags]


def test_everybody_of_a_survey_who_answered_above_zero_raises_the_flag_and_nobody_else(shared):
    survey = shared / "data/nhanes/nhanes_bone_mood.parquet"
    answered = duckdb.sql(f"SELECT SEQN FROM '{survey}' WHERE DPQ090 BETWEEN 1 AND 3 AND RIDAGEYR >= 60").fetchall()
    asked = "DPQ090 IS NOT NULL AND RIDAGEYR >= 60 AND (DPQ090 > 0 OR SEQN % 20 = 0)"
    people = [one for one in read([survey], format="nhanes", where=asked) if not isinstance(one, Refusal)]
    flagged = {one.id for one in people if "phq9_item9" in [flag.code for flag in assess(one).flags]}
    assert len(answered) > 100
    assert flagged == {f"nhanes-{int(number)}" for (number,) in answered}
    assert len(people) > len(flagged)
