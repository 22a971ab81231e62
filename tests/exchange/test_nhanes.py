"""NHANES extracts: codes of unknown, dates out of ages, the survey's own FRAX values."""

from __future__ import annotations

from datetime import date

import pytest

from boneloop.exchange.nhanes import is_nhanes, person_of, variables
from boneloop.exchange.person import close
from boneloop.instruments.table import instrument
from boneloop.patient.conditions import SITES, titles
from boneloop.patient.drugs import drugs
from boneloop.patient.quantities import quantities
from boneloop.types import Known, Sex

BASE = {"SEQN": 31130.0, "CYCLE": "2009-2010", "RIAGENDR": 2.0, "RIDAGEYR": 72.0, "RIDRETH1": 3.0}


def record(**cells):
    person = person_of(BASE | cells, "file")
    return close(person), person.refusals


def test_the_person_is_named_by_number_and_dated_to_the_middle_of_the_cycle():
    made, _ = record()
    assert (made.id, made.sex, made.age, made.as_of) == ("nhanes-31130", Sex.FEMALE, 72, date(2010, 1, 1))
    assert (made.country, made.ethnicity) == ("US", "white")


def test_densities_and_labs_come_with_their_units():
    made, _ = record(DXXNKBMD=0.62, LBXPT21=44.0, LBDSCASI=2.35)
    assert made.latest("bmd_femoral_neck").value == 0.62
    assert made.latest("pth").value == pytest.approx(4.664)
    assert made.latest("calcium").source == "LBDSCASI"


@pytest.mark.parametrize("code", [7.0, 9.0])
def test_refused_and_dont_know_are_unknown(code):
    made, refusals = record(DPQ010=1.0, DPQ020=code, OSQ060=code, OSQ010A=code, HSQ493=99.0)
    assert made.latest_answers("phq9").items == {1: 1}
    assert made.condition("osteoporosis") is Known.UNKNOWN
    assert made.fractures_recorded is Known.UNKNOWN
    assert made.latest("pain_limited_days") is None
    assert not refusals


def test_one_yes_is_a_yes_and_no_needs_every_question():
    assert record(MCQ160B=2.0, MCQ160C=1.0)[0].condition("cardiovascular_disease") is Known.YES
    assert record(MCQ160B=2.0, MCQ160C=2.0, MCQ160D=2.0)[0].condition("cardiovascular_disease") is Known.NO
    assert record(MCQ160B=2.0, MCQ160C=9.0)[0].condition("cardiovascular_disease") is Known.UNKNOWN


def test_a_never_smoker_is_not_asked_about_now_and_is_a_no():
    assert record(SMQ020=2.0)[0].condition("smoking") is Known.NO
    assert record(SMQ020=1.0, SMQ040=3.0)[0].condition("smoking") is Known.NO
    assert record(SMQ020=1.0, SMQ040=1.0)[0].condition("smoking") is Known.YES
    assert record(SMQ020=1.0)[0].condition("smoking") is Known.UNKNOWN


def test_a_fracture_is_dated_by_the_age_at_which_it_happened():
    made, _ = record(OSQ010A=1.0, OSD030AA=70.0, OSD050AA=1.0, OSQ010B=2.0, OSQ010C=2.0, OSQ080=2.0)
    (fracture,) = made.fractures
    assert (fracture.site, fracture.date, fracture.low_energy) == ("hip", date(2008, 1, 1), Known.YES)
    assert made.fractures_recorded is Known.YES


def test_a_fracture_without_a_known_age_is_undated():
    assert record(OSQ010C=1.0, OSD030CA=99999.0)[0].fractures[0].date is None


def test_another_bone_broken_by_severe_trauma_is_no_sign_of_fragile_bone():
    made, _ = record(OSQ080=1.0, OSQ090A=1.0, OSQ090B=2.0, OSD110B=66.0)
    assert [(f.site, f.low_energy, f.date is None) for f in made.fractures] == [
        ("other", Known.NO, True),
        ("other", Known.UNKNOWN, False),
    ]


def test_a_fracture_at_an_age_not_yet_reached_is_refused():
    made, refusals = record(OSQ010A=1.0, OSD030AA=80.0)
    assert "an age up to 72" in refusals[0].rule
    assert made.fractures[0].date is None


def test_frax_is_taken_from_the_pair_that_fits_the_fracture_history():
    pairs = {"DXXFRAX1": 9.0, "DXXFRAX2": 22.0, "DXXFRAX3": 4.0, "DXXFRAX4": 12.0}
    assert record(DXXPRVFX=1.0, **pairs)[0].latest("frax_mof").value == 22
    assert record(DXXPRVFX=2.0, **pairs)[0].latest("frax_hip").value == 4
    assert record(**pairs)[0].latest("frax_mof") is None


def test_a_last_period_counts_as_menopause_only_for_that_reason():
    assert record(RHQ031=2.0, RHD042=7.0, RHQ060=51.0)[0].latest("menopause_age").value == 51
    assert record(RHQ031=2.0, RHD042=2.0, RHQ060=31.0)[0].latest("menopause_age") is None
    assert record(RHQ031=2.0, RHD042=7.0, RHQ060=999.0)[0].latest("menopause_age") is None


def test_drugs_count_only_if_the_question_was_answered():
    made, _ = record(d_rx_answered=1.0, d_rx_ssri=1.0, d_rx_beta_blocker=0.0)
    assert made.taking("ssri") is Known.YES
    assert made.taking("beta_blocker") is Known.NO
    assert record(d_rx_answered=0.0)[0].taking("ssri") is Known.UNKNOWN


def test_a_top_coded_age_is_noted():
    assert any("80 or older" in note for note in record(RIDAGEYR=80.0)[0].notes)


def test_a_value_beyond_the_plausible_is_refused_by_itself():
    made, refusals = record(LBXSCR=0.1, BMXWT=70.0)
    assert made.latest("weight").value == 70
    assert refusals[0].place == "SEQN 31130, LBXSCR"


def test_what_the_table_names_exists():
    table = variables()
    assert set(table["measurements"]) <= set(quantities())
    assert set(table["conditions"]) <= set(titles())
    assert set(table["fractures"]) <= set(SITES)
    assert set(table["medications"]) - {"answered"} <= set(drugs())
    assert all(len(rule["columns"]) == instrument(name).items for name, rule in table["answers"].items())


def test_an_extract_is_recognized_by_its_columns():
    assert is_nhanes(["SEQN", "RIAGENDR", "RIDAGEYR", "BMXWT"])
    assert not is_nhanes(["id", "date"])


def test_a_small_extract_reads_as_csv(make, read_all):
    text = "SEQN,CYCLE,RIAGENDR,RIDAGEYR,BMXWT\n3,2005-2006,1,70,80.5\n1,2005-2006,2,66,\n2,2005-2006,2,10,30\n"
    path = make.text(text, "extract.csv")
    found = read_all(path, format="nhanes")
    assert [r.id for r in found.records] == ["nhanes-1", "nhanes-3"]
    assert found.refusal.patient == "nhanes-2"
    assert [r.id for r in read_all(path, where="RIDAGEYR > 66").records] == ["nhanes-3"]
    assert [r.id for r in read_all(path, limit=1).records] == ["nhanes-1"]


def test_a_table_that_is_no_extract_is_refused(make, read_all):
    assert "SEQN" in read_all(make.text("a,b\n1,2\n", "x.csv"), format="nhanes").refusal.rule


def test_the_survey_reads_with_filter_and_limit(shared, read_all):
    path = shared / "data/nhanes/nhanes_bone_mood.parquet"
    found = read_all(path, format="nhanes", where="RIDAGEYR >= 65", limit=50)
    assert len(found.records) + sum(r.level == "patient" for r in found.refusals) == 50
    assert all(r.age >= 65 for r in found.records)
    assert any(m.value == round(m.value, 4) for r in found.records for m in r.series("bmd_femoral_neck"))
